#include "reproduce_detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "command.h"
#include "core/file.h"
#include "hourglass/config.h"
#include "stage_display.h"
#include "stop_signals.h"
#include "study/detection_study.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr size_t kQuickTables = 10;

std::string shown(const Measured& value) { return fmt::format("{:.3f} ± {:.3f}", value.value, value.error); }

/// Ours and the published detectors, the best first.
std::string means_text(const StudyMeans& means, size_t tables) {
  struct Line {
    std::string name;
    double roc_auc;
    std::vector<std::string> cells;
  };
  std::vector<Line> lines = {{"hourglass",
                              means.roc_auc.value,
                              {fmt::format("hourglass ({} tables)", tables), shown(means.roc_auc),
                               shown(means.average_precision), fmt::format("{:.1f}", means.seconds)}}};
  for (const DetectionPeer& peer : detection_peers())
    lines.push_back({peer.name,
                     peer.roc_auc,
                     {peer.name, fmt::format("{:.3f}", peer.roc_auc), fmt::format("{:.3f}", peer.average_precision),
                      fmt::format("{:.0f}", peer.seconds)}});
  std::ranges::stable_sort(lines, std::greater{}, &Line::roc_auc);
  std::vector<std::vector<std::string>> rows = {{"rank", "detector", "ROC-AUC", "average precision", "seconds"}};
  for (size_t i = 0; i < lines.size(); ++i) {
    rows.push_back({std::to_string(i + 1)});
    rows.back().insert(rows.back().end(), lines[i].cells.begin(), lines[i].cells.end());
  }
  return table("><<<>", rows);
}

std::string csv_text(const std::vector<TableResult>& results) {
  std::string text =
      "table,rows,features,anomalies,roc_auc,roc_auc_error,average_precision,average_precision_error,seconds\n";
  for (const TableResult& each : results)
    text += fmt::format("{},{},{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.4g}\n", each.table, each.rows, each.features,
                        each.anomalies, each.roc_auc, each.roc_auc_error, each.average_precision,
                        each.average_precision_error, each.seconds);
  return text;
}

}  // namespace

int run_detection_study(const DetectionStudyOptions& options, const Output& output) {
  Config config = preset_config("detector");
  for (const std::string& assignment : options.assignments) set_option(config, assignment);
  config.data.dir = options.data_dir.string();
  std::vector<std::filesystem::path> tables = find_tables(config.data);
  if (options.quick && tables.size() > kQuickTables) tables.resize(kQuickTables);
  Terminal terminal(output.stream());
  StageDisplay display(terminal);
  const StopSignals signals;
  struct Interrupted {};
  Context context{.threads = options.threads};
  std::string now;
  context.on_progress = [&, show = display.callback()](const Stage& stage) {
    if (*signals.flag()) throw Interrupted();
    show({now + ": " + stage.what, stage.part});
  };
  terminal.print(fmt::format("{}\n{} tables, split 70 to 30, rows capped at 10,000, seeds: {}\n",
                             terminal.bold(kDetectionStudyTitle), tables.size(), options.seeds));
  std::vector<TableResult> results;
  try {
    for (const std::filesystem::path& file : tables) {
      now = file.stem().string();
      results.push_back(run_table(file, config, options.seeds, context));
      const TableResult& each = results.back();
      terminal.print(
          fmt::format("  {:<20} {:>6} rows {:>5} features {:>5.1f} % anomalies   ROC-AUC {:.3f} ± {:.3f}   "
                      "average precision {:.3f} ± {:.3f}",
                      each.table, count(each.rows), count(each.features), 100 * each.anomalies, each.roc_auc,
                      each.roc_auc_error, each.average_precision, each.average_precision_error));
    }
  } catch (const Interrupted&) {
    terminal.print("Interrupted. No file was written.");
    return signals.exit_code();
  }
  const StudyMeans means = means_of(results);
  std::filesystem::create_directories(options.out);
  write_file_atomically(options.out / "results.csv", csv_text(results));
  output.print(
      fmt::format(
          "\nMeans over the tables, ± the standard error over tables:\n\n{}\n"
          "  Peers: PyOD 3.6.7 on 31 tables, measured once on another machine with other splits; their times "
          "are of that\n  machine. ROC-AUC: the probability that an anomaly has a higher score than another "
          "row. Labels only judge.\n{}\nIn {}: results.csv\n",
          means_text(means, results.size()),
          options.quick ? "  A first look, shortened by --quick: do not compare it with the published numbers.\n" : "",
          options.out.string()),
      [&] {
        Json json = {{"tables", results.size()},
                     {"roc_auc", means.roc_auc.value},
                     {"average_precision", means.average_precision.value},
                     {"seconds", means.seconds},
                     {"results", (options.out / "results.csv").string()}};
        return json;
      });
  return kDone;
}

}  // namespace hourglass::cli
