#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "command.h"
#include "config_flags.h"
#include "core/file.h"
#include "core/text.h"
#include "data/data_path.h"
#include "detect_data.h"
#include "detect_text.h"
#include "hourglass/detection_report.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "outputs.h"
#include "stage_display.h"
#include "stop_signals.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct DetectArguments {
  explicit DetectArguments(Arguments& arguments) : all(arguments), flags(arguments) {
    arguments
        .add("INPUT", input, "data to train a detector on and to score, or the folder of a detector, to score --data")
        .required();
    arguments.add("--data", data, "other data to score, with the detector INPUT; - for standard input").value("NAME");
    arguments.add("--run", run, "folder of a new detector; default: runs/detector-DATA, with a number if that exists")
        .value("DIR");
    arguments
        .add("--out", out,
             "CSV of the scores; default: scores.csv in the new folder, or here with --data; - for standard output")
        .value("FILE");
    arguments
        .add("--contributions", contributions,
             "write the part of each feature in each score to a .csv, .npy or "
             ".npz file")
        .value("FILE");
    arguments
        .add("--calibrate", calibration,
             "rows that are usual and were not used for training: p-values compare "
             "with their scores, and rates hold on average")
        .value("FILE");
    arguments
        .add("--false-alarms", false_alarms,
             "rate of false alarms: rows with a p-value of at most R are anomalies; "
             "default: 0.01")
        .value("R");
    arguments.add("--fdr", fdr, "share of false alarms among the anomalies (Benjamini-Hochberg)").value("R");
    arguments.add("--contamination", contamination, "share of the rows that are anomalies").value("S");
    arguments.add("--threshold", threshold, "lowest score of an anomaly").value("X");
    arguments
        .add("--normal-class", normal_class, "train only on rows of this class; rows of other classes are anomalies")
        .value("CLASS");
    arguments
        .add("--anomaly-class", anomaly_class,
             "the class of the anomalies, to measure the scores; default: 1, if "
             "the classes are 0 and 1")
        .value("CLASS");
    arguments.add("--overwrite", overwrite, "replace output files that exist");
    arguments.add("--no-report", no_report, "do not write report.html");
    flags.add("--data-dir", "data.dir", "DIR");
    flags.add("--label-column", "data.label_column", "COLUMN");
    flags.add("--seed", "train.seed", "N");
    flags.add("--threads", "train.threads", "N");
    flags.add_set();
    arguments.set_footer(
        "Examples:\n"
        "  hourglass detect sensors.csv\n"
        "  hourglass detect sensors.csv --label-column state --normal-class ok\n"
        "  hourglass detect runs/detector-sensors --data new.csv --out scores.csv --false-alarms 0.001\n"
        "  hourglass detect runs/detector-sensors --data new.csv --calibrate normal.csv --fdr 0.1\n\n"
        "The columns of the scores: row (of the input, from 1), score, p_value, tail_probability (by a generalized "
        "Pareto distribution; an extrapolation), anomaly (0 or 1), and reason: the features with the largest parts of "
        "the score.");
  }

  /// The rule of the arguments.
  AlarmRule rule() const {
    using Kind = AlarmRule::Kind;
    std::vector<AlarmRule> given;
    for (const auto& [name, kind, value] : {std::tuple{"--false-alarms", Kind::kFalseAlarms, false_alarms},
                                            {"--fdr", Kind::kFalseDiscoveryRate, fdr},
                                            {"--contamination", Kind::kContamination, contamination},
                                            {"--threshold", Kind::kThreshold, threshold}})
      if (all.given(name)) given.push_back({kind, value});
    if (given.size() > 1)
      throw Error(ErrorKind::kUsage,
                  "--false-alarms, --fdr, --contamination and --threshold are ways to choose anomalies. Give one of "
                  "them.");
    return given.empty() ? AlarmRule{} : given[0];
  }

  Arguments& all;
  ConfigFlags flags;
  std::string input, data, run, out, contributions, calibration, normal_class, anomaly_class;
  double false_alarms = 0.01, fdr = 0.05, contamination = 0.05, threshold = 0;
  bool overwrite = false, no_report = false;
};

/// A file that somebody has is not replaced by surprise.
void check_new(const DetectArguments& arguments, const fs::path& path) {
  std::error_code ignored;
  if (path.empty() || is_standard_stream(path) || arguments.overwrite || !fs::exists(path, ignored)) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' exists. Give another file, or --overwrite to replace it.", path.string()));
}

/// Reserves the folder of a new detector, so that no other run takes it, and removes it if nothing was written.
class NewFolder {
 public:
  explicit NewFolder(fs::path path) : path_(std::move(path)) {
    if (!path_.empty()) fs::create_directories(path_);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() {
    std::error_code ignored;
    if (!path_.empty() && fs::is_empty(path_, ignored)) fs::remove(path_, ignored);
  }

 private:
  fs::path path_;
};

/// Calibrates on the rows of --calibrate, without those that are labeled as anomalies.
void calibrate(Detector& detector, const DetectArguments& arguments, const Context& context) {
  if (arguments.calibration.empty()) return;
  const Dataset samples = load_other_detector_data(detector, arguments.calibration, arguments.flags, context);
  const std::vector<bool> is_anomaly = anomaly_labels(samples, arguments.normal_class, arguments.anomaly_class);
  std::vector<int64_t> usual;
  for (int64_t i = 0; i < samples.size(); ++i)
    if (is_anomaly.empty() || !is_anomaly[static_cast<size_t>(i)]) usual.push_back(i);
  if (std::ssize(usual) < samples.size() && context.log)
    context.log(fmt::format("{} rows of '{}' are labeled as anomalies; the detector is calibrated without them.",
                            samples.size() - std::ssize(usual), samples.name()));
  detector.calibrate(samples.select(usual), context);
}

Scored train_and_score(const DetectArguments& arguments, const AlarmRule& rule, const Context& context,
                       Config& config) {
  const Dataset samples = load_detector_data(config, context);
  if (!arguments.anomaly_class.empty()) samples_of_class(samples, arguments.anomaly_class);
  std::vector<int64_t> normal;
  if (!arguments.normal_class.empty()) normal = samples_of_class(samples, arguments.normal_class);
  Detector detector = Detector::train(config, normal.empty() ? samples : samples.select(normal), context);
  calibrate(detector, arguments, context);
  Detection detection = normal.empty() ? detect(detector, samples, Detector::Samples::kTraining, rule, context)
                                       : detect_beside_training(detector, samples, normal, rule, context);
  std::vector<double> scores = detection.scores();
  std::vector<bool> alarms = detection.alarms();
  return {std::move(detector),
          samples,
          Detector::Samples::kTraining,
          std::move(normal),
          std::move(detection),
          samples.has_labels(),
          anomaly_labels(samples, arguments.normal_class, arguments.anomaly_class),
          std::move(scores),
          std::move(alarms)};
}

void write_files(const DetectFiles& files, const Scored& scored, const DetectArguments& arguments,
                 const Context& context) {
  write_file_atomically(files.config, to_toml(scored.detector.config()));
  scored.detector.save(files.detector);
  write_output(files.scores, [&](std::ostream& out) {
    write_score_names(out, scored.samples);
    write_scores(out, scored.detection.samples, scored.samples, 0, detection_features(scored.detector));
  });
  if (!files.contributions.empty()) {
    ContributionsFile contributions(scored.detector);
    contributions.add(scored.samples, 0,
                      contributions_of(scored.detector, scored.samples, scored.training, scored.which, context));
    contributions.write(files.contributions);
  }
  if (!files.report.empty())
    write_detection_report(files.report, scored.detector, scored.detection,
                           {scored.samples, shown_as(scored), scored.is_anomaly, arguments.all.command_line()},
                           context);
}

/// Scores other data block by block, and writes the scores as they come.
Scored load_and_score(const DetectArguments& arguments, const AlarmRule& rule, const DetectFiles& files,
                      const Context& context) {
  Detector detector = Detector::load(detector_file(arguments.input));
  calibrate(detector, arguments, context);
  const auto open = [&](const Context& reading) {
    return open_other_detector_data(detector, arguments.data, arguments.flags, reading);
  };
  double threshold = 0;
  if (depends_on_all_scores(rule)) {
    DatasetBlocks blocks = open(context);
    threshold = alarm_threshold(detector, blocks, rule, context);
  }
  Context reading = context;
  if (depends_on_all_scores(rule)) reading.log = nullptr;  // it was said before
  const std::vector<std::string> features = detection_features(detector);
  ContributionsFile contributions(detector);
  BlockDetection result;
  write_output(files.scores, [&](std::ostream& out) {
    DatasetBlocks blocks = open(reading);
    result = detect_blocks(
        detector, blocks, rule, threshold,
        [&](const ScoredBlock& block) {
          if (block.first == 0) write_score_names(out, block.samples);
          write_scores(out, block.scored, block.samples, block.first, features);
          if (!files.contributions.empty()) contributions.add(block.samples, block.first, block.contributions);
          if (!out) throw Error(ErrorKind::kIo, "Cannot write the scores.");
        },
        reading);
  });
  if (!files.contributions.empty()) contributions.write(files.contributions);
  for (const auto& [option, name] :
       {std::pair{"--anomaly-class", &arguments.anomaly_class}, {"--normal-class", &arguments.normal_class}})
    if (!name->empty() && !result.labels.empty() &&
        std::ranges::find(result.class_names, *name) == result.class_names.end())
      result.detection.warnings.push_back(fmt::format("No row has the class '{}' of {}. Classes of these rows: {}.",
                                                      *name, option, join(result.class_names)));
  std::vector<bool> alarms;
  for (const double score : result.scores) alarms.push_back(score >= result.detection.threshold);
  return {std::move(detector),
          std::move(result.most_unusual),
          Detector::Samples::kNew,
          {},
          std::move(result.detection),
          !result.labels.empty(),
          anomaly_labels(result.labels, result.class_names, arguments.normal_class, arguments.anomaly_class),
          std::move(result.scores),
          std::move(alarms)};
}

int detect(DetectArguments& arguments) {
  const AlarmRule rule = arguments.rule();
  const bool uses_detector = is_detector(arguments.input);
  if (!uses_detector && !arguments.data.empty())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("'{}' is not a detector, so --data has no use. To train a detector on '{}' and score it, give "
                    "it alone; then use its folder with --data.",
                    arguments.input, arguments.input));
  if (uses_detector && arguments.data.empty())
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a detector. Give the data to score with --data.", arguments.input));
  std::optional<StandardInputFile> input;
  if (is_standard_stream(arguments.data)) arguments.data = input.emplace().path().string();
  if (uses_detector) arguments.all.reject_unused({"--run", "--seed"}, "the detector is trained already.");

  Config config = preset_config("detector");
  DetectFiles files;
  files.contributions = arguments.contributions;
  if (uses_detector) {
    files.scores = arguments.out.empty() ? "scores.csv" : arguments.out;
  } else {
    config.data.name = arguments.input;
    config.data.test = 0;
    arguments.flags.apply(config);
    const RunFolder folder = arguments.run.empty() ? new_run_folder(config) : RunFolder{arguments.run};
    files.detector = folder.path / kDetectorFile;
    files.config = folder.config();
    files.scores = arguments.out.empty() ? folder.path / "scores.csv" : fs::path(arguments.out);
    if (!arguments.no_report) files.report = folder.report();
  }
  if (!files.contributions.empty()) check_array_path(files.contributions);
  for (const auto& [option, path] : {std::pair{"The detector", files.detector},
                                     {"--out", files.scores},
                                     {"--contributions", files.contributions},
                                     {"The config", files.config},
                                     {"The page", files.report}}) {
    check_new(arguments, path);
    arguments.all.output().claim(option, path);
  }
  if (uses_detector) arguments.all.output().check_input(detector_file(arguments.input));
  for (const std::string& name : {arguments.input, arguments.data, arguments.calibration}) {
    const fs::path path = is_data_path(name) ? parse_data_path(name).file : fs::path(name);
    if (std::error_code ignored; fs::is_regular_file(path, ignored)) arguments.all.output().check_input(path);
  }
  const NewFolder folder(files.detector.parent_path());

  Terminal terminal(arguments.all.output().stream());
  StageDisplay display(terminal, kQuietReading);
  const StopSignals signals;
  struct Interrupted {};
  bool writes = false;
  Context context;
  Config with_threads = config;
  if (uses_detector) arguments.flags.apply(with_threads);
  context.threads = static_cast<int>(with_threads.train.threads);
  context.log = [&](const std::string& line) { terminal.print(line); };
  context.on_progress = [&signals, show = display.callback()](const Stage& stage) {
    if (*signals.flag()) throw Interrupted();
    show(stage);
  };
  try {
    const Scored scored = uses_detector ? load_and_score(arguments, rule, files, context)
                                        : train_and_score(arguments, rule, context, config);
    writes = true;
    if (!uses_detector) write_files(files, scored, arguments, context);
    terminal.rewrite("");
    arguments.all.output().print(result_text(scored, files, terminal), [&] { return result_json(scored, files); });
  } catch (const Interrupted&) {
    terminal.print(writes ? "Interrupted. The files that were written are complete; others are missing."
                          : "Interrupted. No file was written.");
    return signals.exit_code();
  }
  return kDone;
}

}  // namespace

Action declare_detect(Arguments& app) {
  const auto arguments = std::make_shared<DetectArguments>(app);
  return [arguments] { return detect(*arguments); };
}

}  // namespace hourglass::cli
