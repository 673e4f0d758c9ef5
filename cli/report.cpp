#include "hourglass/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "run_arguments.h"
#include "study/study_page.h"

namespace hourglass::cli {
namespace {

/// Writes the page of a run, or of a sweep or a study, and returns its path.
std::filesystem::path write_page(const RunArguments& run) {
  const RunFolder folder{run.run()};
  if (std::error_code ignored; !std::filesystem::is_directory(folder.path, ignored))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is no run folder; a report is of a folder that 'hourglass train', 'sweep' or "
                            "'reproduce' made.",
                            run.run()));
  if (holds_study(folder.path)) return write_study_page(folder.path);
  const Autoencoder model = run.load_model();
  write_report(folder, model, run.load_data(model).parts, run.context());
  return folder.report();
}

int report(const RunArguments& run) {
  fmt::print("The report, one page for a browser: {}\n", write_page(run).string());
  return kDone;
}

}  // namespace

Action declare_report(CLI::App& app) {
  const auto arguments = std::make_shared<RunArguments>(app, std::vector<std::string>{"test"});
  return [arguments] { return report(*arguments); };
}

}  // namespace hourglass::cli
