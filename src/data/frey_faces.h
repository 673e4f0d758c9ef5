#pragma once
// The Frey faces: 1,965 grey 28x20 frames of a short film of one face (B. Frey, S. Roweis).

#include <cstdint>
#include <filesystem>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

inline constexpr const char* kFreyFile = "frey_rawface.mat";

/// The pixels in a file of MATLAB, variable ff: 560 x 1965 bytes, a face a column, its 28 rows one after another.
/// Returns them face after face. Throws Error(kData) for another variable, shape or type, and as read_mat.
std::vector<uint8_t> read_frey_faces(const std::filesystem::path& file);

/// The parts that the field uses: frames 0 to 1799 are for training, the 165 that follow in the film for testing.
DataParts load_frey_faces(const std::filesystem::path& file);

}  // namespace hourglass
