#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "command.h"
#include "formats/npy.h"
#include "outputs.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct EncodeArguments {
  explicit EncodeArguments(CLI::App& app) : run(app, {"test", "train"}) {
    app.add_option("--out", out, "file of the latents: .npy (labels beside it in .labels.npy) or .csv (label column)")
        ->type_name("FILE")
        ->required();
  }
  RunArguments run;
  std::string out;
};

int encode(const EncodeArguments& arguments) {
  const fs::path path = arguments.out;
  check_array_path(path);
  const Autoencoder model = arguments.run.load_model();
  const RunData run = arguments.run.load_part(model);
  const Dataset& data = run.chosen();
  const Tensor latents = model.encode(data, arguments.run.context());
  std::string written = path.string();
  write_array(path, latents, "z", data.labels());
  if (path.extension() == ".npy" && data.has_labels()) {
    const fs::path labels = fs::path(path).replace_extension(".labels.npy");
    write_npy(labels, data.labels());
    written += ", labels: " + labels.string();
  }
  fmt::print("Latents of {} {}, {} values each: {}\n", count(latents.rows()), run.samples(), count(latents.row_size()),
             written);
  return kDone;
}

}  // namespace

Action declare_encode(CLI::App& app) {
  const auto arguments = std::make_shared<EncodeArguments>(app);
  return [arguments] { return encode(*arguments); };
}

}  // namespace hourglass::cli
