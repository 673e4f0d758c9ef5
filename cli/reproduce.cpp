#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.h"
#include "core/file.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/report.h"
#include "hourglass/run_folder.h"
#include "reproduce_detection.h"
#include "result_text.h"
#include "run_all_text.h"
#include "study/comparison.h"
#include "study/detection_study.h"
#include "study/published.h"
#include "study/studies.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kNumDrawn = 16;        // test images in the figure
constexpr size_t kMostModelsDrawn = 16;  // if the study does not choose them
constexpr const char* kStudyFile = "study.toml";

struct ReproduceArguments {
  explicit ReproduceArguments(Arguments& app) : arguments(app) {
    arguments.add("STUDY", study, "name of a study, or a TOML file of your own");
    arguments.add("--list", list, "list the studies");
    arguments.add("--show", show, "print the file of the study, as a start for your own");
    arguments.add("--quick", quick, "a first look: a tenth of the epochs, a part of the data");
    arguments.add("--only", only, "variants to run, by name or by one of their values; can be repeated")
        .value("VARIANT")
        .repeatable();
    arguments.add("--set", assignments, "set an option in every variant; can be repeated")
        .value("KEY=VALUE")
        .repeatable();
    arguments.add("--data-dir", data_dir, "folder with the datasets").value("DIR");
    arguments.add("--out", out, "folder of the results; default: runs/STUDY, with --quick runs/STUDY-quick")
        .value("DIR");
    all.add_to(arguments);
    arguments.add("--threads", threads, "number of threads in all; 0: one per core")
        .value("N")
        .range(0, 1024)
        .shows_default();
    arguments.set_footer(
        "Examples:\n"
        "  hourglass reproduce --list\n"
        "  hourglass reproduce depth-width --quick\n"
        "  hourglass reproduce depth-width --show > mine.toml; hourglass reproduce mine.toml\n\n"
        "The same command resumes a study that was interrupted. Finished runs are not repeated.");
  }
  Arguments& arguments;
  std::string study, data_dir, out;
  std::vector<std::string> only, assignments;
  bool list = false, show = false, quick = false;
  RunAllOptions all;
  int threads = 0;
};

std::string study_name(const EmbeddedFile& file) { return fs::path(file.name).stem().string(); }

int list_studies(const Output& output) {
  std::vector<std::vector<std::string>> rows = {{"study", "variants", "what it is"}};
  Json json = Json::array();
  for (const EmbeddedFile& file : kStudies) {
    const Study study = parse_study(study_name(file), std::string(file.text), std::string(file.name));
    rows.push_back({study.name, count(static_cast<int64_t>(study.variants.size())), study.title});
    json.push_back({{"name", study.name}, {"variants", study.variants.size()}, {"title", study.title}});
  }
  rows.push_back({kDetectionStudy, "31", kDetectionStudyTitle});
  json.push_back({{"name", kDetectionStudy}, {"variants", 31}, {"title", kDetectionStudyTitle}});
  output.print(fmt::format("{}\n'hourglass reproduce STUDY' runs a study, --quick in a short form; --show prints its "
                           "file.\n",
                           table("<><", rows)),
               [&] { return json; });
  return kDone;
}

/// The text of the study, and the name of it in messages.
struct StudySource {
  std::string name, text, file;
};

StudySource find_study(const std::string& study) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : kStudies) {
    names.push_back(study_name(file));
    if (names.back() == study) return {study, std::string(file.text), std::string(file.name)};
  }
  const fs::path path = study;
  if (path.extension() == ".toml") return {path.stem().string(), read_file(path), study};
  throw Error(ErrorKind::kUsage, study.empty()
                                     ? "Give the name of a study; 'hourglass reproduce --list' lists them."
                                     : fmt::format("There is no study '{}'.{}", study, did_you_mean(study, names)));
}

/// The variants in `only`, in the order of the study; all variants if `only` is empty. Variants that are finished in
/// `folder` are chosen as well: their results are read, and stay in the tables.
std::vector<Variant> chosen(const Study& study, const std::vector<std::string>& only, const fs::path& folder) {
  std::vector<std::string> known;
  for (const Variant& variant : study.variants) {
    known.push_back(variant.name);
    known.insert(known.end(), variant.points.begin(), variant.points.end());
  }
  for (const std::string& name : only)
    if (std::ranges::count(known, name) == 0)
      throw Error(ErrorKind::kUsage,
                  fmt::format("The study '{}' has no variant '{}'.{}", study.name, name, did_you_mean(name, known)));
  const std::vector<RunPlan> plans = plan_runs(study.variants, study.metrics, 1, folder);
  std::vector<Variant> variants;
  for (size_t i = 0; i < study.variants.size(); ++i) {
    const Variant& variant = study.variants[i];
    const bool is_named = std::ranges::any_of(only, [&](const std::string& name) {
      return variant.name == name || std::ranges::count(variant.points, name) > 0;
    });
    if (only.empty() || is_named || plans[i].folder.is_finished()) variants.push_back(variant);
  }
  return variants;
}

/// Stores the text of the study in the folder. Rejects a folder with results of another text.
void claim_folder(const fs::path& folder, const Study& study) {
  const fs::path file = folder / kStudyFile;
  std::error_code error;
  if (!fs::exists(file, error)) return write_file_atomically(file, study.text);
  if (read_file(file) != study.text)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has results of another version of the study '{}': its {} differs from the current "
                            "study. Give another folder with --out.",
                            folder.string(), study.name, kStudyFile));
}

/// Draws the models of the first seed. Returns false if there is none.
bool draw_figure(const Study& study, const std::vector<Variant>& variants, const std::vector<RunPlan>& plans,
                 const std::vector<RunOutcome>& outcomes, const fs::path& path, const Context& context) {
  std::vector<DrawnModel> models;
  for (size_t i = 0; i < variants.size(); ++i) {
    const bool wanted = study.figure.empty() ? models.size() < kMostModelsDrawn
                                             : std::ranges::count(study.figure, variants[i].name) > 0;
    if (wanted && outcomes[i].state == RunState::kDone) models.push_back({variants[i].name, plans[i].folder.model()});
  }
  const std::vector<ImageRow> rows = reconstruction_rows(models, kNumDrawn, "", context);
  if (!rows.empty()) write_image_grid(path, rows);
  return !rows.empty();
}

/// Writes the pages that the study requests and that do not exist yet. Prints a note for each page that fails.
void write_reports(const Study& study, const std::vector<Variant>& variants, const std::vector<RunPlan>& plans,
                   const std::vector<RunOutcome>& outcomes, Terminal& terminal, int threads) {
  for (size_t i = 0; i < variants.size(); ++i) {
    const RunFolder& folder = plans[i].folder;
    const bool wanted = std::ranges::count(study.reports, variants[i].name) > 0;
    if (std::error_code ignored;
        !wanted || outcomes[i].state != RunState::kDone || fs::exists(folder.report(), ignored))
      continue;
    terminal.rewrite("writing the page of " + variants[i].name);
    try {
      write_report(folder, Autoencoder::load(folder.model()), load_dataset(plans[i].config.data),
                   {.threads = threads, .log = {}});
    } catch (const Error& error) {
      terminal.print(fmt::format("{} has no page: {}", variants[i].name, error.what()));
    }
  }
}

/// The table without the column of definitions, which are printed below it as numbered notes.
std::string published_text(ResultTable published) {
  if (published.rows.empty()) return "";
  std::vector<std::string> notes;
  const size_t width = published.columns.size();
  for (auto& row : published.rows) {
    const std::string definition = std::get<std::string>(row[width - 1]);
    row.pop_back();
    if (definition.empty()) continue;
    auto note = std::ranges::find(notes, definition);
    if (note == notes.end()) note = notes.insert(notes.end(), definition);
    std::get<std::string>(row.back()) += fmt::format(" [{}]", note - notes.begin() + 1);
  }
  published.columns.pop_back();
  std::string text = "\nPublished and measured:\n\n" + table(alignment(published), cells(published));
  for (size_t i = 0; i < notes.size(); ++i) text += fmt::format("{}  [{}] {}\n", i == 0 ? "\n" : "", i + 1, notes[i]);
  return text;
}

std::string summary_text(const StudyRecord& record) {
  std::string text =
      fmt::format("\n{}\n{}", table(alignment(record.results), cells(record.results)), metrics_legend(record.metrics));
  text += published_text(record.published);
  if (record.quick) text += "\n  A first look, shortened by --quick: do not compare it with the published numbers.\n";
  for (const std::string& note : record.notes) text += "\n  " + note;
  return text + (record.notes.empty() ? "" : "\n");
}

int run_study(const ReproduceArguments& arguments, const Study& study) {
  const fs::path folder = !arguments.out.empty() ? fs::path(arguments.out)
                                                 : fs::path("runs") / (study.name + (arguments.quick ? "-quick" : ""));
  const std::vector<Variant> variants = chosen(study, arguments.only, folder);
  const std::vector<RunPlan> plans = plan_runs(variants, study.metrics, arguments.all.seeds, folder);
  const auto lock = lock_results(folder);
  claim_folder(folder, study);
  Terminal terminal(arguments.arguments.output().stream());
  terminal.print(
      fmt::format("{}\n{}\n{} runs, in {}\n", terminal.bold(study.title), study.source, plans.size(), folder.string()));
  const Ran ran = run_with_display(plans, arguments.all.at_once, arguments.threads, terminal);

  const bool deviations = arguments.all.seeds > 1;
  const std::vector<VariantResult> outcome = variant_results(variants.size(), ran.outcomes);
  std::vector<std::string> axes;
  for (const Axis& axis : study.axes) axes.push_back(axis.name);
  const StudyRecord record{.name = study.name,
                           .title = study.title,
                           .source = study.source,
                           .notes = study.notes,
                           .command = arguments.arguments.command_line(),
                           .version = HOURGLASS_VERSION,
                           .quick = arguments.quick,
                           .seeds = arguments.all.seeds,
                           .axes = axes,
                           .metrics = study.metrics,
                           .variants = variant_records(variants, plans, outcome),
                           .results = results_table(axes, variants, study.metrics, outcome, deviations),
                           .published = published_table(study, variants, outcome, deviations)};
  write_record(record, folder);
  const Context context = {.threads = arguments.threads, .log = [&](const std::string& line) { terminal.print(line); }};
  write_reports(study, variants, plans, ran.outcomes, terminal, arguments.threads);
  const bool drawn = draw_figure(study, variants, plans, ran.outcomes, folder / "figure.png", context);
  const bool has_page = write_page(folder, terminal);

  if (arguments.arguments.output().json()) arguments.arguments.output().print("", [&] { return to_json(record); });
  const std::string failures = failures_text(record.variants);
  terminal.print(fmt::format("{}{}\nIn {}: a run folder for each, results.csv, published.csv, results.json{}{}{}",
                             summary_text(record), failures.empty() ? "" : "\n" + failures, folder.string(),
                             drawn ? ", figure.png" : "", has_page ? ", report.html" : "",
                             continue_text(ran, arguments.arguments)));
  return ran.exit_code;
}

int reproduce(const ReproduceArguments& arguments) {
  const Output& output = arguments.arguments.output();
  const std::vector<std::string> of_runs = {"--quick", "--only",  "--set",     "--data-dir",
                                            "--out",   "--seeds", "--at-once", "--threads"};
  if (arguments.list) {
    arguments.arguments.reject_unused(of_runs, "--list runs nothing.");
    return list_studies(output);
  }
  if (arguments.study == kDetectionStudy) {
    arguments.arguments.reject_unused({"--show", "--only", "--at-once"}, "the study of detectors has no runs.");
    const fs::path folder = arguments.quick ? "runs/adbench-quick" : "runs/adbench";
    return run_detection_study({.data_dir = arguments.data_dir,
                                .out = arguments.out.empty() ? folder : fs::path(arguments.out),
                                .quick = arguments.quick,
                                .seeds = arguments.all.seeds,
                                .threads = arguments.threads,
                                .assignments = arguments.assignments},
                               output);
  }
  const StudySource source = find_study(arguments.study);
  if (arguments.show) {
    arguments.arguments.reject_unused(of_runs, "--show runs nothing.");
    output.print(source.text, [&] { return Json{{"name", source.name}, {"toml", source.text}}; });
    return kDone;
  }
  std::vector<std::string> last = arguments.assignments;
  // The path is absolute, so that a run finds its data from any working folder.
  if (!arguments.data_dir.empty()) last.push_back("data.dir=" + fs::absolute(arguments.data_dir).string());
  return run_study(arguments, parse_study(source.name, source.text, source.file, arguments.quick, last));
}

}  // namespace

Action declare_reproduce(Arguments& app) {
  const auto arguments = std::make_shared<ReproduceArguments>(app);
  return [arguments] { return reproduce(*arguments); };
}

}  // namespace hourglass::cli
