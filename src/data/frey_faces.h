#pragma once
// The Frey faces: 1,965 gray 28x20 frames of a short film of one face (B. Frey, S. Roweis).

#include <cstdint>
#include <filesystem>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

inline constexpr const char* kFreyFile = "frey_rawface.mat";

/// Reads the pixels from variable ff of a MATLAB file: 560 x 1965 bytes, one face per column, row by row.
/// Returns the faces one after another. Throws as read_mat, and Error(kData) for another shape or type.
std::vector<uint8_t> read_frey_faces(const std::filesystem::path& file);

/// Loads the common split: frames 0 to 1799 are the training set, the remaining 165 frames are the test set.
DataSplit load_frey_faces(const std::filesystem::path& file);

}  // namespace hourglass
