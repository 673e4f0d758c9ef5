#include "hourglass/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "run_arguments.h"
#include "study/study_page.h"

namespace hourglass::cli {
namespace {

struct ReportArguments {
  explicit ReportArguments(Arguments& arguments) : flags(arguments), all(arguments) {
    arguments.add("FOLDER", folder, "run folder, or folder of a sweep or a study").required();
    flags.add("--data-dir", "data.dir", "DIR");
    flags.add("--threads", "train.threads", "N");
  }
  ConfigFlags flags;
  Arguments& all;
  std::string folder;
};

/// Writes the page and returns its path.
std::filesystem::path write_page(const ReportArguments& arguments) {
  const RunFolder folder{arguments.folder};
  if (std::error_code ignored; !std::filesystem::is_directory(folder.path, ignored))
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is not a run folder. Give a folder that 'hourglass train', 'sweep' or 'reproduce' "
                            "wrote.",
                            arguments.folder));
  if (is_study_folder(folder.path)) {
    arguments.all.reject_unused({"--data-dir", "--threads"}, "the page of a study needs no data.");
    return write_study_page(folder.path);
  }
  if (std::error_code ignored; !std::filesystem::exists(folder.model(), ignored))
    throw Error(ErrorKind::kIo, fmt::format("'{}' contains no model: {} is missing.", arguments.folder,
                                            folder.model().filename().string()));
  const Autoencoder model = Autoencoder::load(folder.model());
  Config config = model.config();
  arguments.flags.apply(config);
  const int threads = arguments.all.given("--threads") ? static_cast<int>(config.train.threads) : 0;
  const Context context = {.threads = threads, .log = {}};
  write_report(folder, model, load_dataset(config.data, context), context);
  return folder.report();
}

int report(const ReportArguments& arguments) {
  const std::string path = write_page(arguments).string();
  arguments.all.output().print(fmt::format("Report for the browser: {}\n", path), [&] {
    return Json{{"folder", arguments.folder}, {"report", path}};
  });
  return kDone;
}

}  // namespace

Action declare_report(Arguments& app) {
  const auto arguments = std::make_shared<ReportArguments>(app);
  return [arguments] { return report(*arguments); };
}

}  // namespace hourglass::cli
