#include "study/run_all.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "config/value.h"
#include "core/file.h"
#include "core/text.h"
#include "study/measure.h"
#include "study/table.h"
#include "train/history.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path metrics_file(const RunFolder& folder) { return folder.path / "metrics.json"; }
fs::path divergence_file(const RunFolder& folder) { return folder.path / "diverged.txt"; }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// Throws where the folder holds a run that is not the planned one. Where the data lie may differ.
void check_folder(const RunPlan& plan) {
  if (!is_there(plan.folder.config())) return;
  const Config found = load_config(plan.folder.config());
  for (const Field& field : fields()) {
    const std::string before = to_toml(get(field, found)), asked = to_toml(get(field, plan.config));
    if (before != asked && field.full_key() != "data.dir")
      throw Error(ErrorKind::kUsage,
                  fmt::format("'{}' holds a run with {} = {}, not {}; results of the two are not mixed. Give another "
                              "folder with --out, or remove this one.",
                              plan.folder.path.string(), field.full_key(), before, asked));
  }
}

/// What the folder has of the metrics that are asked for: all of them, or none.
RunMetrics stored_metrics(const RunPlan& plan) {
  if (!is_there(metrics_file(plan.folder))) return {};
  const Json json = Json::parse(read_file(metrics_file(plan.folder)), nullptr, false);
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
  write_file_atomically(metrics_file(plan.folder), json.dump(2) + "\n");
}

/// Data sets that the runs share, as long as one needs them.
class SharedData {
 public:
  explicit SharedData(const std::vector<RunPlan>& plans) {
    for (const RunPlan& plan : plans) ++sets_[key(plan.config)].users;
  }
  std::shared_ptr<const DataParts> get(const Config& config, const Context& context) {
    const std::lock_guard lock(mutex_);
    Set& set = sets_[key(config)];
    if (!set.data) set.data = std::make_shared<const DataParts>(load_dataset(config.data, context));
    return set.data;
  }
  void release(const Config& config) {
    const std::lock_guard lock(mutex_);
    Set& set = sets_[key(config)];
    if (--set.users == 0) set.data = nullptr;
  }

 private:
  struct Set {
    std::shared_ptr<const DataParts> data;
    int64_t users = 0;
  };
  static std::string key(const Config& config) {
    Config same;
    same.data = config.data;
    return to_toml(same);
  }
  std::mutex mutex_;
  std::map<std::string, Set> sets_;
};

class Batch {
 public:
  Batch(const std::vector<RunPlan>& plans, const RunAllCallbacks& callbacks, const Context& context)
      : plans_(plans), callbacks_(callbacks), context_(context), outcomes_(plans.size()), data_(plans) {}

  /// Takes the next plan until there is none, or a stop.
  void work() {
    for (size_t run; !stopped() && (run = next_++) < plans_.size();) {
      RunOutcome& outcome = outcomes_[run];
      try {
        run_one(run, outcome);
      } catch (const Error& error) {
        fail(outcome, error.kind(), error.what());
        if (error.kind() == ErrorKind::kDiverged)
          write_file_atomically(divergence_file(plans_[run].folder), std::string(error.what()) + "\n");
      } catch (const std::bad_alloc&) {
        fail(outcome, ErrorKind::kUsage, "There is not enough memory for it.");
      } catch (const std::exception& error) {
        fail(outcome, ErrorKind::kIo, error.what());
      }
      data_.release(plans_[run].config);
      notify(callbacks_.on_end, run, outcome);
    }
  }

  std::vector<RunOutcome> outcomes() { return std::move(outcomes_); }

 private:
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
    if (is_there(divergence_file(plan.folder)))
      throw Error(ErrorKind::kDiverged, trim(read_file(divergence_file(plan.folder))));
    const RunRecord before = is_there(plan.folder.config()) ? read_run(plan.folder.path) : RunRecord{};
    if (before.finished) outcome.metrics = stored_metrics(plan).values;
    if (!before.finished || outcome.metrics.size() < plan.metrics.size()) {
      const std::shared_ptr<const DataParts> data = data_.get(plan.config, context_);
      Autoencoder model =
          before.finished ? Autoencoder::load(plan.folder.model()) : Autoencoder(plan.config, data->train, context_);
      if (!before.finished && !train(run, model, *data)) return;
      if (stopped()) return;
      measure(run, model, *data, outcome);
    }
    const RunRecord record = read_run(plan.folder.path);
    outcome.history = record.history;
    outcome.seconds = find(record.measurements, "seconds");
    outcome.latent_dim = static_cast<int64_t>(find(record.measurements, "latent_dim"));
    outcome.parameters = static_cast<int64_t>(find(record.measurements, "parameters"));
    outcome.state = RunState::kDone;
  }

  /// False where it was stopped.
  bool train(size_t run, Autoencoder& model, const DataParts& data) {
    const RunPlan& plan = plans_[run];
    notify(callbacks_.on_start, run);
    TrainCallbacks callbacks;
    callbacks.on_progress = [&](const Progress& progress) { notify(callbacks_.on_progress, run, progress); };
    callbacks.stop = callbacks_.stop;
    // A run that was killed before its first checkpoint begins anew.
    if (is_there(plan.folder.config()) && !is_there(plan.folder.checkpoint())) fs::remove(plan.folder.config());
    const auto& start_or_resume = is_there(plan.folder.checkpoint()) ? resume_run : start_run;
    return start_or_resume(plan.folder, model, data, callbacks, context_).finished;
  }

  /// All metrics anew, since most share what is slow. One that cannot be measured is NaN, with a note.
  void measure(size_t run, const Autoencoder& model, const DataParts& data, RunOutcome& outcome) {
    const RunPlan& plan = plans_[run];
    notify(callbacks_.on_measure, run);
    RunMetrics measured = measure_run(plan.metrics, model, data, read_run(plan.folder.path).history, context_);
    store_metrics(plan, measured);
    outcome.metrics = std::move(measured.values);
    outcome.notes = std::move(measured.notes);
  }

  const std::vector<RunPlan>& plans_;
  const RunAllCallbacks& callbacks_;
  const Context& context_;
  std::vector<RunOutcome> outcomes_;
  SharedData data_;
  std::mutex mutex_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

std::vector<RunOutcome> run_all(const std::vector<RunPlan>& plans, int at_once, const RunAllCallbacks& callbacks,
                                const Context& context) {
  for (const RunPlan& plan : plans) check_folder(plan);
  Context share = context;
  if (at_once > 1) share.threads = std::max(1, num_threads(context) / at_once);
  Batch batch(plans, callbacks, share);
  if (at_once <= 1) {
    batch.work();
  } else {
    std::vector<std::thread> workers;
    for (int i = 0; i < at_once; ++i) workers.emplace_back([&] { batch.work(); });
    for (std::thread& worker : workers) worker.join();
  }
  return batch.outcomes();
}

}  // namespace hourglass
