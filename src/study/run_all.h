#pragma once
// Trains and measures many runs, each in its own folder. Finished runs are kept and interrupted runs are resumed. A run
// that fails does not stop the others.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "hourglass/trainer.h"
#include "study/run_record.h"

namespace hourglass {

struct RunPlan {
  std::string name;
  RunFolder folder;
  Config config;
  std::vector<std::string> metrics;  ///< see measure.h
};

enum class RunState {
  kWaiting,  ///< not started, or interrupted
  kDone,     ///< trained and measured
  kFailed    ///< see RunOutcome::failure
};

struct RunOutcome {
  RunState state = RunState::kWaiting;
  std::vector<NamedValue> metrics;  ///< metrics of the plan; NaN if a metric cannot be measured
  std::vector<std::string> notes;   ///< changes for the data, warnings, and the reason for each NaN
  double seconds = 0;               ///< training time, without the passes over the test set
  int64_t latent_dim = 0, parameters = 0;
  History history;
  std::optional<ErrorKind> failure;
  std::string message;  ///< error message of the failure
};

/// Callbacks for progress. They are called one at a time, from any thread.
struct RunAllCallbacks {
  std::function<void(size_t run)> on_start;                      ///< training starts or resumes
  std::function<void(size_t run, const Progress&)> on_progress;  ///< about ten times per second
  std::function<void(size_t run)> on_measure;                    ///< measuring of the trained model starts
  std::function<void(size_t run, const RunOutcome&)> on_end;     ///< also for runs that were already finished
  const std::atomic<bool>* stop = nullptr;  ///< if true, active runs stop after their step and no new one starts
};

/// Runs the plans in order, `at_once` at a time, each with an equal share of the threads. Returns one outcome per plan.
/// Each run is trained once and its metrics are measured once. Its folder keeps both, and also keeps a divergence.
/// Throws Error(kUsage) before any run starts if a folder contains a run with another config.
std::vector<RunOutcome> run_all(const std::vector<RunPlan>& plans, int at_once, const RunAllCallbacks& callbacks,
                                const Context& context = {});

}  // namespace hourglass
