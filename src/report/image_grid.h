#pragma once
// Draws a grid of pictures into pixels.

#include <cstdint>
#include <vector>

#include "hourglass/image.h"

namespace hourglass {

struct DrawnGrid {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  ///< row-major from the top left
};

/// The picture that write_image_grid writes. Throws the same Error(kUsage).
DrawnGrid draw_image_grid(const std::vector<ImageRow>& rows, const ImageGridOptions& options);

}  // namespace hourglass
