#pragma once
// Pictures of samples.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// One row of pictures in a grid: {n, height, width, channels} values in [0, 1] (clipped), 1 or 3 channels.
struct ImageRow {
  std::string label;  ///< printed above the row, above its first line where it is the only one; may be empty
  Tensor images;
};

struct ImageGridOptions {
  int scale = 3;     ///< screen pixels a pixel, at least 1
  int columns = 16;  ///< pictures side by side; rows that are longer continue below, all rows together
};

/// Writes rows of pictures above each other, aligned by column, with their labels, as a PNG (through a temporary
/// name). Pictures of the last row are drawn at `scale`, those of rows with another height or width as large as fits
/// into the same place. Throws Error(kUsage) where rows differ in count or are no images, Error(kIo) where the file
/// cannot be written.
void write_image_grid(const std::filesystem::path& path, const std::vector<ImageRow>& rows,
                      const ImageGridOptions& options = {});

}  // namespace hourglass
