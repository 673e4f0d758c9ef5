#pragma once
// Pictures of one size as one PNG, and how their values become its bytes.

#include <cstdint>
#include <string>

#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// Tiles of a picture, row by row from the top left.
struct PictureSheet {
  Shape tile;         ///< height, width, channels: 1 or 3
  int64_t count = 0;  ///< tiles
  int64_t columns = 1;
  std::string png;  ///< the bytes of the file
};

/// `samples`: {n} + sample shape. Samples that are no image of 1 or 3 channels become tiles of one row with a pixel a
/// value. `range`: what is drawn black and white; values outside are clipped, and what is not a number becomes black.
PictureSheet picture_sheet(const Tensor& samples, const ValueRange& range = {});

/// The tile of a sample of this shape.
Shape tile_shape(const Shape& sample_shape);

}  // namespace hourglass
