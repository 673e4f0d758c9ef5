#include "study/run_all.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/file.h"
#include "core/file_lock.h"
#include "core/json.h"
#include "core/text.h"
#include "hourglass/latent_statistics.h"
#include "hourglass/run_folder.h"
#include "study/measure.h"
#include "study/table.h"
#include "train/history.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
fs::path metrics_file(const RunFolder& folder) { return folder.path / "metrics.json"; }
fs::path divergence_file(const RunFolder& folder) { return folder.path / "diverged.txt"; }

/// Returns the planned metrics stored in the folder, or nothing if one is missing.
RunMetrics stored_metrics(const RunPlan& plan) {
  if (!file_exists(metrics_file(plan.folder))) return {};
  const Json json = parse_json(read_file(metrics_file(plan.folder)));
  RunMetrics stored;
  for (const std::string& name : plan.metrics) {
    if (!json.is_object() || !json.contains(name)) return {};
    stored.values.push_back({name, json[name].is_number() ? json[name].get<double>() : kNotMeasured});
  }
  return stored;
}

void store_metrics(const RunPlan& plan, const RunMetrics& metrics) {
  Json json = Json::object();
  for (const NamedValue& each : metrics.values) json[each.name] = each.value;
  write_file_atomically(metrics_file(plan.folder), json_text(json) + "\n");
}

/// A dataset, and what was inferred when it was loaded.
struct LoadedData {
  DataSplit sets;
  DataConfig inferred;
};

/// Datasets shared by the runs. Each is loaded on first use and freed after its last run.
class SharedDatasets {
 public:
  explicit SharedDatasets(const std::vector<RunPlan>& plans) {
    for (const RunPlan& plan : plans) ++datasets_[key(plan.config)].num_users;
  }
  std::shared_ptr<const LoadedData> get(const Config& config, const Context& context) {
    const std::lock_guard lock(mutex_);
    Entry& entry = datasets_[key(config)];
    if (!entry.data) {
      auto loaded = std::make_shared<LoadedData>();
      loaded->sets = load_dataset(config.data, context, &loaded->inferred);
      entry.data = std::move(loaded);
    }
    return entry.data;
  }
  void release(const Config& config) {
    const std::lock_guard lock(mutex_);
    Entry& entry = datasets_[key(config)];
    if (--entry.num_users == 0) entry.data = nullptr;
  }

 private:
  struct Entry {
    std::shared_ptr<const LoadedData> data;
    int64_t num_users = 0;
  };
  static std::string key(const Config& config) {
    Config data_only;
    data_only.data = config.data;
    return to_toml(data_only);
  }
  std::mutex mutex_;
  std::map<std::string, Entry> datasets_;
};

class RunQueue {
 public:
  RunQueue(const std::vector<RunPlan>& plans, const RunAllCallbacks& callbacks, const Context& context)
      : plans_(plans), callbacks_(callbacks), context_(context), outcomes_(plans.size()), data_(plans) {}

  /// Runs the next plan until none is left or the caller stops.
  void work() {
    for (size_t run; !stopped() && (run = next_++) < plans_.size();) {
      RunOutcome& outcome = outcomes_[run];
      try {
        run_one(run, outcome);
      } catch (const Error& error) {
        fail(outcome, error.kind(), error.what());
        if (error.kind() == ErrorKind::kDiverged) store_divergence(plans_[run].folder, outcome);
      } catch (const std::bad_alloc&) {
        fail(outcome, ErrorKind::kUsage, "Not enough memory for this run.");
      } catch (const std::exception& error) {
        fail(outcome, ErrorKind::kIo, error.what());
      }
      data_.release(plans_[run].config);
      notify(callbacks_.on_end, run, outcome);
    }
  }

  void check_folders() {
    for (const RunPlan& plan : plans_)
      if (plan.folder.has_run())
        check_same_run(plan.folder, plan.config, [&] { return data_.get(plan.config, context_)->sets.train; });
  }

  std::vector<RunOutcome> outcomes() { return std::move(outcomes_); }

 private:
  /// A divergence that cannot be stored is found again by the next run.
  static void store_divergence(const RunFolder& folder, RunOutcome& outcome) {
    try {
      write_file_atomically(divergence_file(folder), outcome.message + "\n");
    } catch (const Error& error) {
      outcome.notes.emplace_back(error.what());
    }
  }

  static void fail(RunOutcome& outcome, ErrorKind kind, const std::string& message) {
    outcome.state = RunState::kFailed;
    outcome.failure = kind;
    outcome.message = message;
  }

  bool stopped() const { return callbacks_.stop && *callbacks_.stop; }

  template <typename Callback, typename... Arguments>
  void notify(const Callback& callback, const Arguments&... arguments) {
    const std::lock_guard lock(mutex_);
    if (callback) callback(arguments...);
  }

  void run_one(size_t run, RunOutcome& outcome) {
    const RunPlan& plan = plans_[run];
    if (file_exists(divergence_file(plan.folder)))
      throw Error(ErrorKind::kDiverged, trim(read_file(divergence_file(plan.folder))));
    // Training locks the folder itself.
    if (plan.folder.is_finished()) {
      const FolderLock cleaning(plan.folder.path);
    }
    const RunRecord stored = file_exists(plan.folder.config()) ? read_run(plan.folder.path) : RunRecord{};
    if (stored.finished) outcome.metrics = stored_metrics(plan).values;
    if (!stored.finished || outcome.metrics.size() < plan.metrics.size()) {
      const std::shared_ptr<const LoadedData> data = data_.get(plan.config, context_);
      const TrainingPlan next = plan.folder.has_run() ? plan_resumed_run(plan.folder, load_config(plan.folder.config()))
                                                      : plan_new_run(plan.folder, plan.config);
      Autoencoder model = make_model(next, data->sets.train, data->inferred, noting(outcome));
      if (!stored.finished && !train(run, next, model, data->sets)) return;
      if (stopped()) return;
      measure(run, model, data->sets, outcome);
    }
    const RunRecord record = read_run(plan.folder.path);
    outcome.history = record.history;
    outcome.seconds = value_of(record.measurements, "seconds");
    outcome.latent_dim = static_cast<int64_t>(value_of(record.measurements, "latent_dim"));
    outcome.parameters = static_cast<int64_t>(value_of(record.measurements, "parameters"));
    if (const double dead = value_of(record.measurements, "measured.dead_units"); dead > 0)
      outcome.notes.push_back(
          fmt::format("warning: {} of {} latents are 0 for all test samples (dead)", dead, outcome.latent_dim));
    outcome.state = RunState::kDone;
  }

  /// A context that keeps what the library says about a run, such as changes for the data.
  Context noting(RunOutcome& outcome) const {
    Context context = context_;
    context.log = [&outcome](const std::string& line) { outcome.notes.push_back(line); };
    return context;
  }

  /// Returns false if the caller stopped it.
  bool train(size_t run, const TrainingPlan& plan, Autoencoder& model, const DataSplit& data) {
    notify(callbacks_.on_start, run);
    TrainCallbacks callbacks;
    callbacks.on_progress = [&](const Progress& progress) {
      notify(callbacks_.on_progress, run, progress);
      return true;
    };
    callbacks.stop = callbacks_.stop;
    callbacks.measure = [&](const Autoencoder& trained) { return latent_results(trained, data, context_); };
    return train_run(plan, model, data, callbacks, context_).finished;
  }

  /// Measures all metrics, even if some are stored: most share the slow computations. A metric that cannot be measured
  /// is NaN, with a note.
  void measure(size_t run, const Autoencoder& model, const DataSplit& data, RunOutcome& outcome) {
    const RunPlan& plan = plans_[run];
    notify(callbacks_.on_measure, run);
    RunMetrics measured = measure_run(plan.metrics, model, data, read_run(plan.folder.path).history, context_);
    store_metrics(plan, measured);
    outcome.metrics = std::move(measured.values);
    outcome.notes.insert(outcome.notes.end(), measured.notes.begin(), measured.notes.end());
  }

  const std::vector<RunPlan>& plans_;
  const RunAllCallbacks& callbacks_;
  const Context& context_;
  std::vector<RunOutcome> outcomes_;
  SharedDatasets data_;
  std::mutex mutex_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

std::vector<RunOutcome> run_all(const std::vector<RunPlan>& plans, int at_once, const RunAllCallbacks& callbacks,
                                const Context& context) {
  Context share = context;
  if (at_once > 1) share.threads = std::max(1, num_threads(context) / at_once);
  RunQueue queue(plans, callbacks, share);
  queue.check_folders();
  if (at_once <= 1) {
    queue.work();
  } else {
    std::vector<std::thread> workers;
    for (int i = 0; i < at_once; ++i) workers.emplace_back([&] { queue.work(); });
    for (std::thread& worker : workers) worker.join();
  }
  return queue.outcomes();
}

}  // namespace hourglass
