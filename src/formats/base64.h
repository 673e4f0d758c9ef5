#pragma once
// Base64 (RFC 4648, section 4).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hourglass {

/// Encodes bytes as base64 text, with padding and without line breaks.
std::string to_base64(std::span<const uint8_t> bytes);
std::string to_base64(std::string_view bytes);

}  // namespace hourglass
