#pragma once
// Text in HTML and SVG.

#include <string>

namespace hourglass {

/// The text for the content of an element or a quoted attribute. Bytes that are not UTF-8 are escaped (core/utf8.h).
std::string escape_markup(const std::string& text);

}  // namespace hourglass
