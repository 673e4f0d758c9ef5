#pragma once
// Text in UTF-16, as spreadsheets export it.

#include <string>
#include <string_view>

namespace hourglass {

/// Whether the bytes start with the byte order mark of UTF-16.
bool is_utf16(std::string_view bytes);

/// The text in UTF-8, without the mark. Throws Error(kData) for a half character; `source` names the file.
std::string utf8_of_utf16(std::string_view bytes, const std::string& source);

}  // namespace hourglass
