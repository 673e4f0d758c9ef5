#pragma once
// A grid of pictures as pixels.

#include <cstdint>
#include <vector>

#include "hourglass/image.h"

namespace hourglass {

struct DrawnGrid {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  ///< rows from top to bottom
};

/// What write_image_grid puts into its file. Throws the same Error(kUsage).
DrawnGrid draw_image_grid(const std::vector<ImageRow>& rows, const ImageGridOptions& options);

}  // namespace hourglass
