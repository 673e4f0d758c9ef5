#pragma once
// Grids of images as PNG files.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// One row of a grid: images {n, height, width, channels}, 1 or 3 channels, values clipped to [0, 1].
struct ImageRow {
  std::string label;  ///< printed above the row; if the grid has only this row, above its first line; may be empty
  Tensor images;
};

struct ImageGridOptions {
  int scale = 3;     ///< screen pixels per image pixel, at least 1
  int columns = 16;  ///< images per line; longer rows wrap, all rows together
};

/// Writes the rows with their labels below each other, aligned by column, as a PNG file (atomically, through a
/// temporary file). `scale` applies to the last row; images of another size are drawn as large as fits the same space.
/// Throws Error(kUsage) if the rows have different numbers of images or are not images, Error(kIo) if the file cannot
/// be written.
void write_image_grid(const std::filesystem::path& path, const std::vector<ImageRow>& rows,
                      const ImageGridOptions& options = {});

}  // namespace hourglass
