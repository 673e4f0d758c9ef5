#pragma once
// What reads bytes that somebody else made, one entry a parser.

#include <span>
#include <string>

namespace hourglass {

struct FuzzTarget {
  const char* name;  ///< also the folder of tests/files with the files to start from
  /// Reads any bytes at all. Whatever is wrong with them ends in an Error, which it catches; any other end is a
  /// finding.
  void (*parse)(const std::string& bytes);
};

std::span<const FuzzTarget> fuzz_targets();

}  // namespace hourglass
