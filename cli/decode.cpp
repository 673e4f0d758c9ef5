#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "command.h"
#include "core/text.h"
#include "formats/csv_table.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct DecodeArguments {
  explicit DecodeArguments(Arguments& arguments)
      : run(arguments, RunArguments::Uses::kModel),
        outputs(arguments, "decoded", "all decoded samples, in the units of the data,") {
    arguments
        .add("--latents", latents,
             "file of latents, one row per sample: .npy, .npz (array 'latents') or .csv as encode writes, or - for "
             "standard input")
        .value("FILE")
        .required();
  }
  RunArguments run;
  Outputs outputs;
  std::string latents;
};

Tensor to_matrix(const NumberArray& array, const fs::path& path) {
  if (array.shape.size() != 2)
    throw Error(ErrorKind::kData, fmt::format("'{}' has an array of {}; rows of latents were expected.", path.string(),
                                              to_string(array.shape)));
  Tensor matrix(array.shape);
  visit_numbers(array, [&](auto values) {
    std::ranges::transform(values, matrix.data(), [](auto value) { return static_cast<float>(value); });
  });
  return matrix;
}

/// "z0", "z12"
bool is_latent_column(const std::string& name) {
  return name.size() > 1 && name[0] == 'z' && name.find_first_not_of("0123456789", 1) == std::string::npos;
}

/// Names in the first line of a table that encode wrote.
std::vector<std::string> csv_columns(const fs::path& path) {
  std::string line, name;
  std::getline(std::ifstream(path) >> std::ws, line);
  std::vector<std::string> columns;
  for (std::istringstream fields(line); std::getline(fields, name, ',');) columns.push_back(trim(name));
  return columns;
}

/// The latents in a table, without the columns that encode writes next to them.
Tensor read_csv_matrix(const fs::path& path) {
  const std::vector<std::string> columns = csv_columns(path);
  CsvOptions options;
  if (std::ranges::any_of(columns, is_latent_column))
    for (const std::string& column : columns)
      if (!is_latent_column(column)) options.ignored_columns.push_back(column);
  options.centers = false;
  const CsvTable table = read_csv(path, options);
  if (table.missing.count + table.infinite.count > 0) {
    const CsvPlace& place = table.missing.count > 0 ? table.missing.first : table.infinite.first;
    throw Error(ErrorKind::kData, fmt::format("'{}' has no finite number in line {}, column {}; latents were expected.",
                                              path.string(), place.line, place.column));
  }
  Tensor matrix({table.num_rows, static_cast<int64_t>(table.columns.size())});
  std::ranges::copy(table.values, matrix.data());
  return matrix;
}

Tensor read_latents(const fs::path& path) {
  if (path.extension() == ".npy") return to_matrix(read_npy(path), path);
  if (path.extension() == ".npz") return to_matrix(read_npz(path, "latents"), path);
  return read_csv_matrix(path);
}

int decode(DecodeArguments& arguments) {
  check_array_path(arguments.latents);
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kValues);
  std::optional<StandardInputFile> input;
  if (is_standard_stream(arguments.latents)) input.emplace();
  const Tensor latents = read_latents(input ? input->path() : fs::path(arguments.latents));
  input.reset();
  if (latents.row_size() != model.latent_dim())
    throw Error(ErrorKind::kData, fmt::format("'{}' has rows of {} values; the model has {} latents.",
                                              arguments.latents, latents.row_size(), model.latent_dim()));
  const Tensor samples = model.decode_preprocessed(latents, arguments.run.context());
  const fs::path picture = arguments.outputs.draw_samples(arguments.run, samples);
  const Tensor raw = model.preprocessing().invert(samples);
  const std::string written = arguments.outputs.write_values(raw, value_columns(model, raw.row_size()));
  arguments.run.output().print(
      fmt::format("{} decoded samples{}\n{}", count(samples.rows()), picture_text(picture, samples.rows()), written),
      [&] {
        return Json{{"run", arguments.run.run()}, {"num_samples", samples.rows()}, {"picture", picture_json(picture)}};
      });
  return kDone;
}

}  // namespace

Action declare_decode(Arguments& app) {
  const auto arguments = std::make_shared<DecodeArguments>(app);
  return [arguments] { return decode(*arguments); };
}

}  // namespace hourglass::cli
