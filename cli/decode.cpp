#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "command.h"
#include "formats/csv_table.h"
#include "formats/npy.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostDrawn = 1024;

struct DecodeArguments {
  explicit DecodeArguments(CLI::App& app)
      : run(app, {"test"}), outputs(app, "decoded", "all decoded samples, in the units of the data,") {
    app.add_option("--latents", latents, "file of latents, a row a sample: .npy, or .csv such as encode writes")
        ->type_name("FILE")
        ->required();
  }
  RunArguments run;
  Outputs outputs;
  std::string latents;
};

Tensor read_npy_matrix(const fs::path& path) {
  const NumberArray array = read_npy(path);
  if (array.shape.size() != 2)
    throw Error(ErrorKind::kData, fmt::format("'{}' holds an array of {}; rows of latents were expected.",
                                              path.string(), to_string(array.shape)));
  Tensor matrix(array.shape);
  visit_numbers(array, [&](auto values) {
    std::ranges::transform(values, matrix.data(), [](auto value) { return static_cast<float>(value); });
  });
  return matrix;
}

Tensor read_csv_matrix(const fs::path& path) {
  CsvOptions options;
  // What encode writes beside the latents.
  const CsvTable named = read_csv(path, options);
  if (std::ranges::find(named.columns, "label") != named.columns.end()) options.ignored_columns = {"label"};
  const CsvTable table = options.ignored_columns.empty() ? named : read_csv(path, options);
  if (table.missing.count + table.infinite.count > 0) {
    const CsvPlace& place = table.missing.count > 0 ? table.missing.first : table.infinite.first;
    throw Error(ErrorKind::kData, fmt::format("'{}' has no usable number in line {}, column {}; latents were expected.",
                                              path.string(), place.line, place.column));
  }
  Tensor matrix({table.num_rows, static_cast<int64_t>(table.columns.size())});
  std::ranges::copy(table.values, matrix.data());
  return matrix;
}

int decode(const DecodeArguments& arguments) {
  const fs::path path = arguments.latents;
  check_array_path(path);
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  const Tensor latents = path.extension() == ".npy" ? read_npy_matrix(path) : read_csv_matrix(path);
  if (latents.row_size() != model.latent_dim())
    throw Error(ErrorKind::kData, fmt::format("'{}' has rows of {} values; the model has {} latents.", path.string(),
                                              latents.row_size(), model.latent_dim()));
  const Tensor samples = model.decode(latents, arguments.run.context());
  Shape shape = samples.shape();
  shape[0] = std::min(kMostDrawn, shape[0]);
  Tensor drawn(shape);
  std::copy_n(samples.data(), drawn.size(), drawn.data());
  const fs::path picture = arguments.outputs.draw(arguments.run, {{"", drawn}});
  fmt::print("{} of {} decoded rows{}\n{}", count(shape[0]), count(samples.rows()), picture_text(picture),
             arguments.outputs.write_values(model.preprocessing().invert(samples), "x"));
  return kDone;
}

}  // namespace

Action declare_decode(CLI::App& app) {
  const auto arguments = std::make_shared<DecodeArguments>(app);
  return [arguments] { return decode(*arguments); };
}

}  // namespace hourglass::cli
