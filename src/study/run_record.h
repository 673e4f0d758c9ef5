#pragma once
// What a run folder tells without its model or its data.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/trainer.h"

namespace hourglass {

/// A number that was measured, under the name it is stored by.
struct NamedValue {
  std::string name;  ///< "test.reconstruction"
  double value;
};

struct RunRecord {
  RunFolder folder;
  Config config;
  bool finished = false;
  History history;
  std::vector<NamedValue> measurements;  ///< the numbers of summary.json, then those of evaluation.json
};

/// Reads config.toml, and history.csv, summary.json and evaluation.json where they are.
/// Throws Error(kUsage) where `folder` holds no run, Error(kData) for a file that is malformed, Error(kIo).
RunRecord read_run(const std::filesystem::path& folder);

/// The value stored under `name`, or NaN.
double find(const std::vector<NamedValue>& measurements, const std::string& name);

}  // namespace hourglass
