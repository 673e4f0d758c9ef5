#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "command.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/metrics.h"
#include "hourglass/trainer.h"
#include "outputs.h"
#include "picture_options.h"
#include "results.h"
#include "run_arguments.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kBlockRows = 4096;
constexpr int64_t kMostNamed = 5;

struct ReconstructArguments {
  explicit ReconstructArguments(CLI::App& app) : run(app, {"test", "train"}), picture(app) {
    app.add_option("--out", out, "PNG file; default: images/reconstructions-PART.png in the run folder")
        ->type_name("FILE");
    app.add_option("--count", count, "how many images, the first ones of the part")
        ->type_name("N")
        ->check(CLI::Range(int64_t{1}, int64_t{10000}))
        ->capture_default_str();
    app.add_option("--values", values,
                   "also write all reconstructions, in the units of the data, to this .npy or .csv file")
        ->type_name("FILE");
    app.add_option("--errors", errors,
                   "also write how far each reconstruction is off, as a score of anomalies, to this .npy or .csv file: "
                   "the squared error of the values as the model sees them, mean over a sample")
        ->type_name("FILE");
  }
  RunArguments run;
  PictureOptions picture;
  std::string out, values, errors;
  int64_t count = 32;
};

void check(const ReconstructArguments& arguments, const Autoencoder& model) {
  for (const std::string& path : {arguments.values, arguments.errors})
    if (!path.empty()) check_array_path(path);
  check_drawable(model, arguments.out, !arguments.values.empty() || !arguments.errors.empty(),
                 " --values FILE writes the reconstructions as numbers, --errors FILE how far each is off.");
}

void draw(const ReconstructArguments& arguments, const Autoencoder& model, const RunData& run) {
  const Dataset& data = run.chosen();
  const fs::path path = arguments.out.empty() ? default_picture(arguments.run, "reconstructions-" + run.label())
                                              : fs::path(arguments.out);
  arguments.picture.write(path, reconstruction_rows(model, data, arguments.count, arguments.run.context()));
  fmt::print("Originals above reconstructions of {} {}: {}\n", count(std::min(arguments.count, data.size())),
             run.samples(), path.string());
}

/// Of all samples, as rows: reconstructions in the units of the data, where they are asked for, and their errors.
struct Reconstructed {
  Tensor values;
  std::vector<double> errors;
};

Reconstructed reconstruct_all(const Autoencoder& model, const Dataset& data, bool keeps_values,
                              const Context& context) {
  const Dataset seen = model.prepare(data, context);
  Reconstructed all;
  for (int64_t begin = 0; begin < seen.size(); begin += kBlockRows) {
    const Tensor x = seen.read(begin, std::min(begin + kBlockRows, seen.size()));
    const Tensor y = model.reconstruct(x, context);
    const std::vector<double> errors = squared_errors(x, y);
    all.errors.insert(all.errors.end(), errors.begin(), errors.end());
    if (!keeps_values) continue;
    const Tensor stored = model.preprocessing().invert(y);
    if (begin == 0) {
      Shape shape = stored.shape();
      shape[0] = seen.size();
      all.values = Tensor(shape);
    }
    std::ranges::copy(stored.values(), all.values.data() + begin * stored.row_size());
  }
  return all;
}

void write_errors(const ReconstructArguments& arguments, const RunData& run, const std::vector<double>& errors) {
  Tensor column({static_cast<int64_t>(errors.size()), 1});
  std::ranges::transform(errors, column.data(), [](double error) { return static_cast<float>(error); });
  write_array(arguments.errors, column, "error", run.chosen().labels());
  std::vector<std::string> largest;
  for (const int64_t row : extreme_indices(errors, kMostNamed))
    largest.push_back(fmt::format("{} ({:.4g})", row, errors[static_cast<size_t>(row)]));
  fmt::print(
      "Squared error of each of {} {}, mean over its values as the model sees them: {}\n"
      "The largest, by number from 0: {}\n",
      count(column.rows()), run.samples(), arguments.errors, join(largest));
}

int reconstruct(const ReconstructArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  check(arguments, model);
  const RunData run = arguments.run.load_part(model);
  if (is_image(model.sample_shape())) draw(arguments, model, run);
  if (arguments.values.empty() && arguments.errors.empty()) return kDone;

  const Reconstructed all = reconstruct_all(model, run.chosen(), !arguments.values.empty(), arguments.run.context());
  if (!arguments.values.empty()) {
    write_array(arguments.values, all.values, "x");
    fmt::print("Reconstructions of {} {}, {} values each: {}\n", count(all.values.rows()), run.samples(),
               count(all.values.row_size()), arguments.values);
  }
  if (!arguments.errors.empty()) write_errors(arguments, run, all.errors);
  return kDone;
}

}  // namespace

Action declare_reconstruct(CLI::App& app) {
  const auto arguments = std::make_shared<ReconstructArguments>(app);
  return [arguments] { return reconstruct(*arguments); };
}

}  // namespace hourglass::cli
