#pragma once
// The files of src/report/page as the build put them into the library; see cmake/embed.cmake.

#include <span>
#include <string_view>

namespace hourglass {

struct PagePart {
  std::string_view name;
  std::string_view text;
};

extern const std::span<const PagePart> kPageParts;

}  // namespace hourglass
