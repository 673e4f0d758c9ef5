#pragma once
// Names of files, columns and classes are bytes, which need not be UTF-8. JSON, TOML, npy, HTML and SVG hold only
// Unicode text.

#include <cstdint>
#include <string>
#include <vector>

namespace hourglass {

/// The bytes as UTF-8. Each byte that is not part of a UTF-8 character becomes \xHH: "caf\xE9" for a name in Latin-1. A
/// backslash that would begin such an escape becomes \x5C. Other text does not change.
std::string escape_bytes(const std::string& bytes);

/// The bytes of which escape_bytes made this text.
std::string restore_bytes(const std::string& text);

/// Appends a code point.
void append_utf8(std::string& text, uint32_t code);

/// The text as it is if it is UTF-8; else as that of bytes in Windows-1252, which Latin-1 (ISO 8859-1) is a part of.
std::string utf8_of_text(std::string text);

/// The characters of escape_bytes(bytes) as code points.
std::vector<uint32_t> code_points(const std::string& bytes);

}  // namespace hourglass
