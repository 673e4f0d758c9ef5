#pragma once
// From the arguments of `hourglass train` to what is to be done.

#include <CLI/CLI.hpp>
#include <string>

#include "config_flags.h"
#include "hourglass/config.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

struct TrainArguments {
  explicit TrainArguments(CLI::App& app);

  /// Whether the model is a preset, and not a file that was written for these data.
  bool is_preset() const;
  /// Whether it is one with the decoder of its own.
  bool has_preset_decoder() const;

  std::string model;  ///< preset, TOML file or, with `resume`, a run folder; may be empty
  std::string out;    ///< run folder; may be empty
  bool resume = false;
  bool quiet = false;
  bool json = false;
  bool no_report = false;
  bool terms = false;
  ConfigFlags flags;
};

struct TrainPlan {
  RunFolder folder;
  Config config;
  DataConfig data;  ///< config.data, but for a folder that moved since the run began
};

/// Throws Error(kUsage) for options that cannot work, for a folder that holds a run already and, with --resume, for a
/// folder that holds none and for options that would change the run.
TrainPlan make_plan(const TrainArguments& arguments);

}  // namespace hourglass::cli
