#pragma once
// The study of detectors, for the command `reproduce`.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "output.h"

namespace hourglass::cli {

struct DetectionStudyOptions {
  std::filesystem::path data_dir, out;
  bool quick = false;  ///< ten tables
  int64_t seeds = 1;
  int threads = 0;
  std::vector<std::string> assignments;  ///< options of the detector, KEY=VALUE
};

/// Runs the study and prints its tables. Returns the exit code.
int run_detection_study(const DetectionStudyOptions& options, const Output& output);

}  // namespace hourglass::cli
