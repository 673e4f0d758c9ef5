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

constexpr int64_t kNumNamed = 10;

struct DetectArguments {
  explicit DetectArguments(Arguments& arguments) : all(arguments), flags(arguments) {
    arguments
        .add("INPUT", input, "data to train a detector on and to score, or the folder of a detector, to score --data")
        .required();
    arguments.add("--data", data, "other data to score, with the detector INPUT").value("NAME");
    arguments.add("--run", run, "folder of a new detector; default: runs/detector-DATA, with a number if that exists")
        .value("DIR");
    arguments.add("--out", out, "CSV of the scores; default: scores.csv in the folder, or - for standard output")
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

/// The files that the command writes.
struct Files {
  fs::path detector, config, scores, contributions, report;
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

struct Scored {
  Detector detector;
  DetectorData data;
  Detector::Samples which;
  Detection detection;
  std::vector<int64_t> normal;   ///< positions of the training samples, if others are scored as well
  std::vector<bool> is_anomaly;  ///< by the labels; empty: not known
  std::string drift;             ///< a warning, or ""
};

/// Scores with normal rows from folds, and rows of other classes, which were not trained on, by all networks.
Detection detect_by_class(const Detector& detector, const Dataset& samples, const std::vector<int64_t>& normal,
                          const AlarmRule& rule, const Context& context) {
  Detection detection = detect(detector, samples, Detector::Samples::kNew, {AlarmRule::Kind::kThreshold, 0}, context);
  const Detection own =
      detect(detector, samples.select(normal), Detector::Samples::kTraining, {AlarmRule::Kind::kThreshold, 0}, context);
  for (size_t i = 0; i < normal.size(); ++i) detection.samples[static_cast<size_t>(normal[i])] = own.samples[i];
  apply_rule(detection, rule, std::ssize(detector.calibration()));
  return detection;
}

/// Calibrates on the rows of --calibrate, without those that are labeled as anomalies.
void calibrate(Detector& detector, const DetectArguments& arguments, const Context& context) {
  const DetectorData data = load_other_detector_data(detector, arguments.calibration, arguments.flags, context);
  if (!data.note.empty() && context.log) context.log(data.note);
  const std::vector<bool> is_anomaly = labels_of(data.samples, arguments.normal_class, arguments.anomaly_class, false);
  std::vector<int64_t> usual;
  for (int64_t i = 0; i < data.samples.size(); ++i)
    if (is_anomaly.empty() || !is_anomaly[static_cast<size_t>(i)]) usual.push_back(i);
  if (std::ssize(usual) < data.samples.size() && context.log)
    context.log(fmt::format("{} rows of '{}' are labeled as anomalies; the detector is calibrated without them.",
                            data.samples.size() - std::ssize(usual), data.samples.name()));
  detector.calibrate(data.samples.select(usual), context);
}

Scored train_and_score(const DetectArguments& arguments, const AlarmRule& rule, Terminal& terminal,
                       const Context& context, Config& config) {
  const std::string name = arguments.input;
  DetectorData data = load_detector_data(config, name, context);
  terminal.print(columns_text(data.samples));
  const std::vector<int64_t> normal =
      arguments.normal_class.empty() ? std::vector<int64_t>{} : samples_of_class(data.samples, arguments.normal_class);
  const bool by_class = !normal.empty();
  Detector detector = Detector::train(config, by_class ? data.samples.select(normal) : data.samples, context);
  if (!arguments.calibration.empty()) calibrate(detector, arguments, context);
  Detection detection = by_class ? detect_by_class(detector, data.samples, normal, rule, context)
                                 : detect(detector, data.samples, Detector::Samples::kTraining, rule, context);
  std::vector<bool> is_anomaly = labels_of(data.samples, arguments.normal_class, arguments.anomaly_class, true);
  return {std::move(detector),
          std::move(data),
          Detector::Samples::kTraining,
          std::move(detection),
          normal,
          std::move(is_anomaly),
          ""};
}

// What the user should know if other data differ from those of the calibration as a whole.
std::string drift_text(const Detector& detector, const Detection& detection) {
  constexpr double kLeast = 0.2, kMostLikely = 1e-3;
  const DriftTest test = two_sample_test(detector.calibration(), detection.scores());
  if (test.distance < kLeast || test.p_value > kMostLikely) return "";
  return fmt::format(
      "Warning: these scores as a whole differ from those of the calibration rows (Kolmogorov-Smirnov distance "
      "{:.2f}). "
      "Rates of false alarms do not hold then. Other units, another operating point, or data that drifted? Calibrate "
      "on "
      "new usual rows with --calibrate, or train again.",
      test.distance);
}

Scored load_and_score(const DetectArguments& arguments, const AlarmRule& rule, Terminal& terminal,
                      const Context& context) {
  Detector detector = Detector::load(detector_file(arguments.input));
  if (!arguments.calibration.empty()) calibrate(detector, arguments, context);
  DetectorData data = load_other_detector_data(detector, arguments.data, arguments.flags, context);
  if (!data.note.empty()) terminal.print(data.note);
  Detection detection = detect(detector, data.samples, Detector::Samples::kNew, rule, context);
  std::vector<bool> is_anomaly = labels_of(data.samples, arguments.normal_class, arguments.anomaly_class, false);
  std::string drift = drift_text(detector, detection);
  return {std::move(detector),   std::move(data), Detector::Samples::kNew, std::move(detection), {},
          std::move(is_anomaly), std::move(drift)};
}

/// "temperature 62 % (91.2; expected 22.3, usually 20.1 to 24.8)". `expected`: one row of Detector::expected, or empty.
std::string reasons_text(const Scored& scored, int64_t i, std::span<const float> expected) {
  const std::vector<std::string> features = detection_features(scored.detector);
  if (features.empty()) return "";
  std::vector<std::string> texts;
  for (const Reason& reason : scored.detection.samples[static_cast<size_t>(i)].reasons) {
    if (reason.feature < 0) continue;
    const auto j = static_cast<size_t>(reason.feature);
    std::string text = fmt::format("{} {:.0f}%", features[j], 100 * reason.share);
    if (scored.data.samples.sample_dim() == std::ssize(features)) {
      std::vector<std::string> known;
      if (expected.size() == features.size())
        known.push_back("expected " + value_text(scored.data.samples, expected[j], j));
      if (const std::string usual = usual_text(scored.detector, j); !usual.empty()) known.push_back("usually " + usual);
      text += fmt::format(" ({}{}{})", value_text(scored.data.samples, i, j), known.empty() ? "" : "; ", join(known));
    }
    texts.push_back(std::move(text));
  }
  return join(texts);
}

/// Whose scores they are, for what is shown of single samples.
Detector::Samples shown_as(const Scored& scored) {
  return scored.normal.empty() ? scored.which : Detector::Samples::kNew;
}

/// Detector::expected of these samples; empty for images.
Tensor expected_of(const Scored& scored, const std::vector<int64_t>& samples) {
  if (detection_features(scored.detector).empty()) return {};
  return scored.detector.expected(scored.data.samples, shown_as(scored), samples);
}

std::string alarms_text(const Scored& scored) {
  const Detection& detection = scored.detection;
  using Kind = AlarmRule::Kind;
  const bool by_p_value = detection.rule.kind == Kind::kFalseAlarms || detection.rule.kind == Kind::kFalseDiscoveryRate;
  const std::string samples = samples_noun(scored.data.samples.sample_shape());
  std::string text = fmt::format("{} of {} {} are called anomalies ({}{}).", count(detection.num_anomalies),
                                 count(std::ssize(detection.samples)), samples, rule_text(detection.rule),
                                 std::isnan(detection.threshold) || detection.rule.kind == Kind::kThreshold
                                     ? ""
                                     : fmt::format(", score at least {:.4g}", detection.threshold));
  const double expected = expected_false_alarms(detection, scored.detector);
  if (!std::isnan(expected) && detection.rule.kind != Kind::kContamination)
    text += fmt::format(" If all were usual, about {:.4g} would be.", expected);
  if (detection.rule.kind == Kind::kFalseDiscoveryRate)
    text += fmt::format(" On average at most {:.3g} % of them are false alarms.", 100 * detection.rule.value);
  if (!detection.note.empty()) text += " " + detection.note;
  if (by_p_value && !scored.detector.is_calibrated_apart())
    text += fmt::format(
        " The p-values are approximate: they compare with scores of the training {}, each by networks that did not see "
        "it. For rates that hold on average, add --calibrate FILE with usual {} that were not used for training.",
        samples, samples);
  if (!scored.drift.empty()) text += "\n\n" + scored.drift;
  return text;
}

std::string measured(const Measured& value) { return fmt::format("{:.4f} ± {:.4f}", value.value, value.error); }

std::string metrics_text(const Scored& scored) {
  if (scored.is_anomaly.empty())
    return scored.data.samples.has_labels() ? "\nThe labels were not used: it is not known which class is the anomaly. "
                                              "Name it with --anomaly-class, or "
                                              "the\nusual one with --normal-class.\n"
                                            : "";
  const DetectionMetrics metrics = detection_metrics(scored.detection.scores(), scored.is_anomaly);
  const AlarmMetrics alarms = alarm_metrics(scored.detection.alarms(), scored.is_anomaly);
  return fmt::format(
      "\nJudged by {} labeled anomalies (± standard error):\n{}", count(metrics.anomalies),
      table(
          "<<<",
          {{"ROC-AUC", measured(metrics.roc_auc), "probability that an anomaly has a higher score than another row"},
           {"average precision", measured(metrics.average_precision), "precision averaged over the recall"},
           {"precision at n", measured(metrics.precision_at_n),
            fmt::format("share of anomalies among the {} highest scores", metrics.anomalies)},
           {"F1", measured(alarms.f1), "of precision and recall at the threshold"},
           {"false-alarm rate", measured(alarms.false_alarm_rate), "share of other rows that are called anomalies"}}));
}

std::string result_text(const Scored& scored, const Files& files, const Terminal& terminal) {
  const Detection& detection = scored.detection;
  std::vector<std::vector<std::string>> rows = {{"row"}};
  rows[0].insert(rows[0].end(), scored.data.identity.names.begin(), scored.data.identity.names.end());
  rows[0].insert(rows[0].end(),
                 {"score", "p-value", "why: share of the score, value, what the other features let expect"});
  const std::vector<int64_t> named = detection.most_unusual(kNumNamed);
  const Tensor expected = expected_of(scored, named);
  for (size_t k = 0; k < named.size(); ++k) {
    const int64_t i = named[k];
    const ScoredSample& sample = detection.samples[static_cast<size_t>(i)];
    rows.push_back({std::to_string(i + 1)});
    if (!scored.data.identity.names.empty())
      rows.back().insert(rows.back().end(), scored.data.identity.rows[static_cast<size_t>(i)].begin(),
                         scored.data.identity.rows[static_cast<size_t>(i)].end());
    rows.back().insert(rows.back().end(), {fmt::format("{:.4g}", sample.score), fmt::format("{:.2g}", sample.p_value),
                                           reasons_text(scored, i,
                                                        expected.rows() > 0 ? expected.row(static_cast<int64_t>(k))
                                                                            : std::span<const float>())});
  }
  std::vector<std::vector<std::string>> written;
  for (const auto& [path, what] : {std::pair{files.scores, "score, p-value and reason of every row"},
                                   {files.contributions, "the part of each feature in each score"},
                                   {files.detector, "the detector, for other data"},
                                   {files.report, "a page with everything, for the browser"}})
    if (!path.empty() && !is_standard_stream(path)) written.push_back({path.string(), what});
  const std::string align = ">" + std::string(scored.data.identity.names.size(), '<') + ">><";
  return fmt::format(
      "\n{}\n{}\n{}{}\nFiles:\n{}{}",
      terminal.bold("The most unusual " + samples_noun(scored.data.samples.sample_shape())), table(align, rows),
      wrapped(alarms_text(scored), 0, 100), metrics_text(scored), table("<<", written),
      files.detector.empty() ? ""
                             : fmt::format("\nNext: hourglass detect {} --data NEW.csv --out scores.csv\n",
                                           shell_word(files.detector.parent_path().string())));
}

Json to_json(const Measured& value) { return {{"value", value.value}, {"standard_error", value.error}}; }

Json result_json(const Scored& scored, const Files& files) {
  const Detection& detection = scored.detection;
  const std::vector<std::string> features = detection_features(scored.detector);
  Json json = {{"data", scored.data.samples.name()},
               {"rows", std::ssize(detection.samples)},
               {"networks", scored.detector.num_networks()},
               {"anomalies", detection.num_anomalies},
               {"rule", rule_text(detection.rule)},
               {"threshold", std::isnan(detection.threshold) ? Json() : Json(detection.threshold)},
               {"calibration_scores", std::ssize(scored.detector.calibration())},
               {"approximate", !scored.detector.is_calibrated_apart()}};
  const double expected = expected_false_alarms(detection, scored.detector);
  json["expected_false_alarms"] = std::isnan(expected) ? Json() : Json(expected);
  json["warnings"] = Json::array();
  for (const std::string& warning : {detection.note, scored.drift})
    if (!warning.empty()) json["warnings"].push_back(warning);
  json["most_unusual"] = Json::array();
  for (const int64_t i : detection.most_unusual(kNumNamed)) {
    const ScoredSample& sample = detection.samples[static_cast<size_t>(i)];
    Json reasons = Json::array();
    for (const Reason& reason : sample.reasons)
      if (reason.feature >= 0 && static_cast<size_t>(reason.feature) < features.size())
        reasons.push_back({{"feature", features[static_cast<size_t>(reason.feature)]}, {"share", reason.share}});
    json["most_unusual"].push_back(
        {{"row", i + 1}, {"score", sample.score}, {"p_value", sample.p_value}, {"reasons", reasons}});
  }
  if (!scored.is_anomaly.empty()) {
    const DetectionMetrics metrics = detection_metrics(detection.scores(), scored.is_anomaly);
    const AlarmMetrics alarms = alarm_metrics(detection.alarms(), scored.is_anomaly);
    json["metrics"] = {{"labeled_anomalies", metrics.anomalies},
                       {"roc_auc", to_json(metrics.roc_auc)},
                       {"average_precision", to_json(metrics.average_precision)},
                       {"precision_at_n", to_json(metrics.precision_at_n)},
                       {"f1", to_json(alarms.f1)},
                       {"false_alarm_rate", to_json(alarms.false_alarm_rate)}};
  }
  for (const auto& [name, path] : {std::pair{"detector", files.detector},
                                   {"scores", files.scores},
                                   {"contributions", files.contributions},
                                   {"report", files.report}})
    json[name] = path.empty() ? Json() : Json(path.string());
  return json;
}

void write_scores_file(const fs::path& path, const Scored& scored) {
  std::ostringstream text;
  write_scores(text, scored.detection, detection_features(scored.detector), scored.data.identity);
  write_output(path, text.str());
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
  if (uses_detector) arguments.all.reject_unused({"--run", "--seed"}, "the detector is trained already.");

  Config config = preset_config("detector");
  Files files;
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
    const Scored scored = uses_detector ? load_and_score(arguments, rule, terminal, context)
                                        : train_and_score(arguments, rule, terminal, context, config);
    writes = true;
    if (!files.detector.empty()) {
      write_file_atomically(files.config, to_toml(scored.detector.config()));
      scored.detector.save(files.detector);
    }
    write_scores_file(files.scores, scored);
    if (!files.contributions.empty())
      write_contributions(files.contributions, scored.detector, scored.data, scored.normal, scored.which, context);
    if (!files.report.empty())
      write_detection_report(files.report, scored.detector, scored.detection,
                             {scored.data.samples, shown_as(scored), scored.data.identity, scored.is_anomaly,
                              label_texts(scored.data.samples), arguments.all.command_line()},
                             context);
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
