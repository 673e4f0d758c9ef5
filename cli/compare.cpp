#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "command.h"
#include "core/file.h"
#include "hourglass/error.h"
#include "picture_options.h"
#include "result_text.h"
#include "study/comparison.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct CompareArguments {
  explicit CompareArguments(Arguments& arguments) : all(arguments), picture(arguments) {
    arguments.add("RUN", runs, "run folders, at least two").required();
    arguments.add("--out", out, "new folder for comparison.csv, curves.csv and reconstructions.png").value("DIR");
    arguments.add("--count", count, "number of test images in the picture").value("N").range(1, 1000).shows_default();
    arguments.add("--data-dir", data_dir, "folder with the datasets, for the picture").value("DIR");
    arguments.set_footer("Example:\n  hourglass compare runs/fc-mnist runs/conv-mnist --out fc-against-conv");
  }
  Arguments& all;
  std::vector<std::string> runs;
  std::string out;
  std::string data_dir;
  int64_t count = 16;
  PictureOptions picture;
};

/// The last names of the folders, or the whole paths if the names are not unique.
std::vector<std::string> short_names(const std::vector<std::string>& folders) {
  std::vector<std::string> names;
  for (const std::string& folder : folders) {
    const fs::path path = fs::path(folder).lexically_normal();
    names.push_back((path.has_filename() ? path : path.parent_path()).filename().string());
  }
  for (const std::string& name : names)
    if (std::ranges::count(names, name) > 1) return folders;
  return names;
}

/// The transposed table: one column per run.
std::vector<std::vector<std::string>> transposed(const ResultTable& table) {
  std::vector<std::vector<std::string>> lines;
  for (size_t column = 0; column < table.columns.size(); ++column) {
    std::vector<std::string> line = {column == 0 ? "" : table.columns[column]};
    for (const auto& row : table.rows) line.push_back(cell_text(row[column]));
    lines.push_back(std::move(line));
  }
  return lines;
}

/// Up to about ten epochs, closer together at the start, where losses fall fastest.
ResultTable few_epochs(const ResultTable& curves) {
  ResultTable few{curves.columns, {}};
  size_t next = 1;
  for (size_t epoch = 1; epoch <= curves.rows.size(); ++epoch) {
    if (epoch != next && epoch != curves.rows.size()) continue;
    few.rows.push_back(curves.rows[epoch - 1]);
    while (next <= epoch) next = std::max(next + 1, next * 2);
  }
  return few;
}

/// The same test images from all models; none if they cannot be drawn, with the reason on standard error.
std::vector<ImageRow> picture_rows(const CompareArguments& arguments, const std::vector<std::string>& names,
                                   const std::vector<RunRecord>& runs) {
  const Context context = {.threads = 0, .log = [&](const std::string& line) { arguments.all.output().note(line); }};
  std::vector<DrawnModel> models;
  for (size_t i = 0; i < runs.size(); ++i) models.push_back({names[i], runs[i].folder.model()});
  return reconstruction_rows(models, arguments.count, arguments.data_dir, context);
}

/// Returns the names of the written files.
std::vector<std::string> write_files(const CompareArguments& arguments, const std::vector<std::string>& names,
                                     const std::vector<RunRecord>& runs, const ResultTable& table,
                                     const ResultTable& curves) {
  const fs::path folder = arguments.out;
  make_new_folder(folder);
  write_file_atomically(folder / "comparison.csv", to_csv(table));
  write_file_atomically(folder / "curves.csv", to_csv(curves));
  std::vector<std::string> files = {"comparison.csv", "curves.csv"};
  if (const auto rows = picture_rows(arguments, names, runs); !rows.empty()) {
    arguments.picture.write(folder / "reconstructions.png", rows);
    files.emplace_back("reconstructions.png");
  }
  return files;
}

/// The given folders. FOLDER/* of a sweep also names its files, which are left out with a note.
std::vector<std::string> run_folders(const CompareArguments& arguments) {
  std::vector<std::string> folders;
  for (const std::string& path : arguments.runs) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored))
      arguments.all.output().note(fmt::format("'{}' is left out: it is a file, not a run folder.", path));
    else
      folders.push_back(path);
  }
  if (folders.size() < 2)
    throw Error(ErrorKind::kUsage, fmt::format("Found {} run folder{}; give at least two.", folders.size(),
                                               folders.size() == 1 ? "" : "s"));
  return folders;
}

int compare(const CompareArguments& arguments) {
  const std::vector<std::string> folders = run_folders(arguments);
  if (arguments.out.empty() && !arguments.picture.shows())
    arguments.all.reject_unused({"--count", "--scale", "--columns", "--data-dir"},
                                "no picture is drawn. Add --out DIR or --show.");
  const std::vector<std::string> names = short_names(folders);
  std::vector<RunRecord> runs;
  for (const std::string& folder : folders) runs.push_back(read_run(folder));
  const ResultTable table = comparison_table(names, runs), curves = loss_curves(names, runs);
  std::vector<std::string> files;
  if (!arguments.out.empty())
    files = write_files(arguments, names, runs, table, curves);
  else if (arguments.picture.shows())
    if (const auto rows = picture_rows(arguments, names, runs); !rows.empty()) arguments.picture.show(rows);

  std::string text = fmt::format("{}\n  First the options that differ, then the stored loss terms and metrics.\n",
                                 cli::table("<" + std::string(runs.size(), '>'), transposed(table)));
  for (size_t i = 0; i < runs.size(); ++i)
    if (!runs[i].finished)
      text += fmt::format("  {} is not finished: hourglass train --resume {}\n", names[i], shell_word(folders[i]));
  if (!curves.rows.empty())
    text += fmt::format("\nTest loss after some epochs{}:\n\n{}",
                        same_objective(runs) ? "" : " (objectives or data differ: do not compare across runs)",
                        cli::table(">" + std::string(runs.size(), '>'), cells(few_epochs(curves))));
  if (!files.empty()) text += fmt::format("\nIn {}: {}\n", arguments.out, join(files));
  arguments.all.output().print(text, [&] { return Json{{"runs", to_json(table)}, {"curves", to_json(curves)}}; });
  return kDone;
}

}  // namespace

Action declare_compare(Arguments& app) {
  const auto arguments = std::make_shared<CompareArguments>(app);
  return [arguments] { return compare(*arguments); };
}

}  // namespace hourglass::cli
