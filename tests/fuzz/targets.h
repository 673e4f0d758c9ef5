#pragma once
// Fuzz targets: one per parser of untrusted bytes.

#include <span>
#include <string>

namespace hourglass {

struct FuzzTarget {
  const char* name;  ///< also the name of the folder of seed files in tests/files
  /// Parses any bytes and catches Error. Any other exception or a crash is a bug.
  void (*parse)(const std::string& bytes);
};

std::span<const FuzzTarget> fuzz_targets();

}  // namespace hourglass
