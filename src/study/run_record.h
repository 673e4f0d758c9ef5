#pragma once
// The record of a run: what its folder contains besides model and data.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/run_folder.h"
#include "hourglass/trainer.h"

namespace hourglass {

/// A measured number and the name it is stored under.
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

/// Reads config.toml, and history.csv, summary.json and evaluation.json if they exist.
/// Throws Error(kUsage) if `folder` is not a run folder, Error(kData) for a malformed file, Error(kIo).
RunRecord read_run(const std::filesystem::path& folder);

/// Returns the value stored under `name`, or NaN if it is missing.
double value_of(const std::vector<NamedValue>& measurements, const std::string& name);

}  // namespace hourglass
