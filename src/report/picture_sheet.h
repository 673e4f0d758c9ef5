#pragma once
// Pictures of equal size as tiles of one PNG.

#include <cstdint>
#include <string>

#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// A PNG of equal tiles, row by row from the top left.
struct PictureSheet {
  Shape tile;         ///< height, width, channels: 1 or 3
  int64_t count = 0;  ///< number of tiles
  int64_t columns = 1;
  std::string png;  ///< bytes of the file
};

/// `samples`: {n} + sample shape. A sample that is not an image of 1 or 3 channels becomes a tile of height 1 with one
/// pixel per value. `range`: the values of black and white. Values outside are clipped; NaN becomes black.
PictureSheet picture_sheet(const Tensor& samples, const ValueRange& range = {});

/// The values of `samples` as a page reads them from their pictures: rounded to the 256 levels of a byte, and clipped.
Tensor values_of_pictures(const Tensor& samples, const ValueRange& range);

/// The tile of a sample of this shape.
Shape tile_shape(const Shape& sample_shape);

}  // namespace hourglass
