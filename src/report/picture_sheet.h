#pragma once
// Pictures of equal size as tiles of one PNG.

#include <cstdint>
#include <string>

#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// A PNG of equal tiles, row by row from the top left. Its size is one that every browser can decode.
struct PictureSheet {
  Shape tile;              ///< height, width, channels: 1 or 3
  int64_t count = 0;       ///< number of tiles
  int64_t columns = 1;     ///< tiles in a row of the sheet
  int64_t cell_width = 1;  ///< the pixels of a tile, row by row, fill lines of this length in the sheet
  std::string png;         ///< bytes of the file
};

/// `samples`: {n} + sample shape. A sample that is not an image of 1 or 3 channels becomes a tile of height 1 with one
/// pixel per value. Samples of very many values are averaged down (see block_size). `range`: the values of black and
/// white. Values outside are clipped; NaN becomes black.
PictureSheet picture_sheet(const Tensor& samples, const ValueRange& range = {});

/// The values of `samples` as a page reads them from their pictures: rounded to the 256 levels of a byte, and clipped.
Tensor values_of_pictures(const Tensor& samples, const ValueRange& range);

/// The side of the squares (for rows: the length of the runs) whose means are the pixels of a picture. 1: each value
/// has its own pixel.
int64_t block_size(const Shape& sample_shape);

/// The tile of a sample of this shape.
Shape tile_shape(const Shape& sample_shape);

}  // namespace hourglass
