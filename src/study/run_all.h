#pragma once
// Many runs, each in its folder: those that are finished stay, those that were stopped go on, and one that fails does
// not keep the others from running.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/error.h"
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
  kWaiting,  ///< not begun, or stopped before its end
  kDone,     ///< trained and measured
  kFailed    ///< see RunOutcome::failure
};

struct RunOutcome {
  RunState state = RunState::kWaiting;
  std::vector<NamedValue> metrics;  ///< of the plan; NaN where one could not be measured
  std::vector<std::string> notes;   ///< why
  double seconds = 0;               ///< of training, without the passes over the test part
  int64_t latent_dim = 0, parameters = 0;
  History history;
  std::optional<ErrorKind> failure;
  std::string message;  ///< of the failure
};

/// How a caller watches. Calls come one at a time, from any thread.
struct RunAllCallbacks {
  std::function<void(size_t run)> on_start;                      ///< training begins or goes on
  std::function<void(size_t run, const Progress&)> on_progress;  ///< about ten times a second
  std::function<void(size_t run)> on_measure;                    ///< the trained model is measured
  std::function<void(size_t run, const RunOutcome&)> on_end;     ///< also of those that were finished before
  const std::atomic<bool>* stop = nullptr;  ///< once true, running trainings end after their step, and no other begins
};

/// Runs the plans in their order, `at_once` at a time with an equal share of the threads each. Returns an outcome a
/// plan. A run is trained once and its metrics are measured once; both are kept in its folder, and a divergence too.
/// Throws Error(kUsage), before anything is run, where a folder holds a run of another config.
std::vector<RunOutcome> run_all(const std::vector<RunPlan>& plans, int at_once, const RunAllCallbacks& callbacks,
                                const Context& context = {});

}  // namespace hourglass
