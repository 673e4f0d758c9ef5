#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "core/text.h"
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
  explicit ReconstructArguments(Arguments& arguments) : run(arguments), picture(arguments) {
    arguments
        .add("--out", out,
             "PNG file, - for standard output; default: images/reconstructions-PART.png in the run folder")
        .value("FILE");
    arguments.add("--count", count, "number of images in the picture, the first of the samples")
        .value("N")
        .range(1, 10000)
        .shows_default();
    arguments
        .add("--values", values,
             "also write all reconstructions, in the units of the data, to this .npy, .npz or .csv file, or as CSV to "
             "- (standard output)")
        .value("FILE");
    arguments
        .add("--errors", errors,
             "also write the reconstruction error of each sample, an anomaly score: the squared error of the "
             "preprocessed values, mean over a sample. FILE as for --values")
        .value("FILE");
  }
  RunArguments run;
  PictureOptions picture;
  std::string out, values, errors;
  int64_t count = 32;
};

void check(ReconstructArguments& arguments, const Autoencoder& model) {
  for (const std::string& path : {arguments.values, arguments.errors})
    if (!path.empty()) check_array_path(path);
  Arguments& all = arguments.run.arguments();
  all.output().claim("--out", arguments.out);
  all.output().claim("--values", arguments.values);
  all.output().claim("--errors", arguments.errors);
  check_drawable(model, arguments.out, !arguments.values.empty() || !arguments.errors.empty(),
                 " --values FILE writes the reconstructions as numbers, --errors FILE the error of each.");
  if (!is_image(model.sample_shape()))
    all.reject_unused({"--count", "--scale", "--columns", "--show"}, "rows of a table are not drawn.");
}

fs::path draw(const ReconstructArguments& arguments, const Autoencoder& model, const RunData& data) {
  const fs::path path = arguments.out.empty() ? default_picture(arguments.run, "reconstructions-" + data.label())
                                              : fs::path(arguments.out);
  const int64_t drawn = std::min(arguments.count, kMostDrawn);
  arguments.picture.write(path, reconstruction_rows(model, data.chosen, drawn, arguments.run.context()));
  return path;
}

/// Reconstructions in the units of the data, if they are needed, and errors of all samples.
struct Reconstructed {
  Tensor values;
  std::vector<double> errors;
};

Reconstructed reconstruct_all(const Autoencoder& model, const Dataset& data, bool keeps_values,
                              const Context& context) {
  const Dataset preprocessed = model.preprocess(data, context);
  Reconstructed all;
  for (int64_t begin = 0; begin < preprocessed.size(); begin += kBlockRows) {
    const Tensor x = preprocessed.read(begin, std::min(begin + kBlockRows, preprocessed.size()));
    const Tensor y = model.reconstruct_preprocessed(x, context);
    const std::vector<double> errors = squared_errors(x, reconstruct_known(model, x, context));
    all.errors.insert(all.errors.end(), errors.begin(), errors.end());
    if (!keeps_values) continue;
    const Tensor raw = model.preprocessing().invert(y);
    if (begin == 0) {
      Shape shape = raw.shape();
      shape[0] = preprocessed.size();
      all.values = Tensor(shape);
    }
    std::ranges::copy(raw.values(), all.values.data() + begin * raw.row_size());
  }
  return all;
}

/// The samples with the largest errors, by their file or row.
std::vector<int64_t> worst_samples(const std::vector<double>& errors) { return extreme_indices(errors, kMostNamed); }

std::string write_errors(const ReconstructArguments& arguments, const RunData& data,
                         const std::vector<double>& errors) {
  Tensor column({static_cast<int64_t>(errors.size()), 1});
  std::ranges::transform(errors, column.data(), [](double error) { return static_cast<float>(error); });
  write_array(arguments.errors, column, {"error"}, identify_rows(data.chosen), "error");
  std::vector<std::string> largest;
  for (const int64_t i : worst_samples(errors))
    largest.push_back(fmt::format("{} ({:.4g})", row_name(data.chosen, i), errors[static_cast<size_t>(i)]));
  return fmt::format(
      "Squared error of {} {}, mean over the preprocessed values of each: {}\nLargest errors: {}\n"
      "'hourglass detect' finds unusual samples with thresholds and reasons.\n",
      count(column.rows()), data.description(), arguments.errors, join(largest));
}

std::string write_values(const ReconstructArguments& arguments, const Autoencoder& model, const RunData& data,
                         const Tensor& values) {
  ValueColumns columns = value_columns(model, values.row_size());
  columns.names = feature_columns(data.chosen.feature_names(), values.row_size());
  write_array(arguments.values, values, columns, identify_rows(data.chosen), "values");
  return fmt::format("Reconstructions of {} {}, {} values per sample: {}\n", count(values.rows()), data.description(),
                     count(values.row_size()), arguments.values);
}

int reconstruct(ReconstructArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  check(arguments, model);
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  std::string text;
  fs::path picture;
  if (is_image(model.sample_shape())) {
    picture = draw(arguments, model, data);
    const int64_t wanted = std::min(arguments.count, data.chosen.size());
    text += fmt::format("Originals above reconstructions of {} {}{}\n", count(wanted), data.description(),
                        picture_text(picture, wanted));
  }
  const bool reconstructs_all = !arguments.values.empty() || !arguments.errors.empty();
  Reconstructed all;
  if (reconstructs_all) all = reconstruct_all(model, data.chosen, !arguments.values.empty(), arguments.run.context());
  if (!arguments.values.empty()) text += write_values(arguments, model, data, all.values);
  if (!arguments.errors.empty()) text += write_errors(arguments, data, all.errors);
  arguments.run.output().print(text, [&] {
    Json json = {{"run", arguments.run.run()},
                 {"part", data.label()},
                 {"num_samples", data.chosen.size()},
                 {"picture", picture_json(picture)}};
    if (!arguments.errors.empty()) {
      json["largest_errors"] = Json::array();
      for (const int64_t i : worst_samples(all.errors))
        json["largest_errors"].push_back(
            {{"index", i}, {"sample", row_name(data.chosen, i)}, {"error", all.errors[static_cast<size_t>(i)]}});
    }
    return json;
  });
  return kDone;
}

}  // namespace

Action declare_reconstruct(Arguments& app) {
  const auto arguments = std::make_shared<ReconstructArguments>(app);
  return [arguments] { return reconstruct(*arguments); };
}

}  // namespace hourglass::cli
