#pragma once
// Reads the texts of a dataset of an HDF5 file.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hourglass {

/// Reads `count` texts of fixed or variable length, whose type is `type`. Returns nothing if the library cannot read
/// them, or if texts of variable length have more than `most_bytes` in total, without their ends.
std::optional<std::vector<std::string>> texts_of_dataset(hid_t dataset, hid_t type, size_t count, int64_t most_bytes);

}  // namespace hourglass
