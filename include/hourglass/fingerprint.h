#pragma once
// Fingerprints of data and weights, to notice that they changed.

#include <cstdint>
#include <string>

#include "hourglass/dataset.h"

namespace hourglass {

/// The content of a dataset: independent of the order of its samples and of how they are split.
struct DataFingerprint {
  int64_t samples = 0;
  int64_t values = 0;     ///< of a sample
  uint64_t checksum = 0;  ///< of the stored values
  bool operator==(const DataFingerprint&) const = default;
  /// "300 samples of 30 values"
  std::string text() const;
};

/// Reads all samples of the sets once.
DataFingerprint fingerprint(const DataSplit& sets, const Context& context = {});

/// Throws Error(kData) if the sets are not the data with the fingerprint `expected`. `remedy` ends the message.
void check_fingerprint(const DataFingerprint& expected, const DataSplit& sets, const std::string& remedy,
                       const Context& context = {});

}  // namespace hourglass
