#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "command.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "outputs.h"
#include "picture_options.h"
#include "results.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct ReconstructArguments {
  explicit ReconstructArguments(CLI::App& app) : run(app, {"test", "train"}), picture(app) {
    app.add_option("--out", out, "PNG file; default: images/reconstructions-PART.png in the run folder")
        ->type_name("FILE");
    app.add_option("--count", count, "how many images, the first ones of the part")
        ->type_name("N")
        ->check(CLI::Range(int64_t{1}, int64_t{10000}))
        ->capture_default_str();
  }
  RunArguments run;
  PictureOptions picture;
  std::string out;
  int64_t count = 32;
};

int reconstruct(const ReconstructArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  if (!is_image(model.sample_shape()))
    throw Error(ErrorKind::kUsage,
                fmt::format("The model's samples are {}; only images of 1 or 3 channels can be drawn.",
                            to_string(model.sample_shape())));
  const RunData run = arguments.run.load_part(model);
  const Dataset& data = run.chosen();
  const fs::path path = arguments.out.empty() ? default_picture(arguments.run, "reconstructions-" + run.label())
                                              : fs::path(arguments.out);
  arguments.picture.write(path, reconstruction_rows(model, data, arguments.count, arguments.run.context()));
  fmt::print("Originals above reconstructions of {} {}: {}\n", count(std::min(arguments.count, data.size())),
             run.samples(), path.string());
  return kDone;
}

}  // namespace

Action declare_reconstruct(CLI::App& app) {
  const auto arguments = std::make_shared<ReconstructArguments>(app);
  return [arguments] { return reconstruct(*arguments); };
}

}  // namespace hourglass::cli
