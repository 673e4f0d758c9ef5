#pragma once
// Files that the build embeds in the library; see cmake/embed.cmake.

#include <string_view>

namespace hourglass {

struct EmbeddedFile {
  std::string_view name;  ///< without its folder
  std::string_view text;
};

}  // namespace hourglass
