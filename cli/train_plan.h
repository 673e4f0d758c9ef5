#pragma once
// From the arguments of `hourglass train` to the run.

#include <string>

#include "arguments.h"
#include "config_flags.h"
#include "hourglass/config.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

struct TrainArguments {
  explicit TrainArguments(Arguments& arguments);

  std::string model;  ///< preset, TOML file or, with `resume`, a run folder; can be empty
  std::string out;    ///< run folder; can be empty
  bool resume = false;
  bool no_report = false;
  bool terms = false;
  Arguments& all;
  ConfigFlags flags;
};

struct TrainPlan {
  enum class Start { kNew, kResume, kExtend, kComplete } start;
  RunFolder folder;
  Config config;
  DataConfig data;  ///< config.data, except for a data folder that moved since the run began
};

/// Throws Error(kUsage) for invalid options, for a folder that already has a run and, with --resume, for a folder
/// without a run and for options that would change the run.
TrainPlan make_plan(const TrainArguments& arguments);

}  // namespace hourglass::cli
