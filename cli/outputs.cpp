#include "outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "core/file.h"
#include "formats/csv.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "hourglass/error.h"
#include "hourglass/run_folder.h"
#include "text.h"

namespace hourglass::cli {

namespace fs = std::filesystem;

namespace {

void write_csv_rows(const fs::path& path, const Tensor& rows, const ValueColumns& columns,
                    const RowIdentity& identity) {
  const auto write = [&](std::ostream& out) {
    write_csv(out, identity.columns, identity.rows, rows, columns.names, columns.categories);
  };
  if (!is_standard_stream(path)) return write_file_atomically(path, write);
  std::ostringstream text;
  write(text);
  write_output(path, text.str());
}

}  // namespace

std::optional<std::vector<int32_t>> as_integers(const std::vector<std::string>& texts) {
  std::vector<int32_t> integers(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    const char* end = texts[i].data() + texts[i].size();
    if (const auto [stop, error] = std::from_chars(texts[i].data(), end, integers[i]);
        error != std::errc() || stop != end)
      return std::nullopt;
  }
  return integers;
}

Outputs::Outputs(Arguments& arguments, std::string name, const std::string& values)
    : arguments_(arguments), name_(std::move(name)), picture_(arguments) {
  arguments
      .add("--out", out_,
           fmt::format("PNG file, - for standard output; default: images/{}.png in the run folder", name_))
      .value("FILE");
  arguments
      .add("--values", values_,
           fmt::format("also write {} to this .npy, .npz or .csv file, or as CSV to - (standard output)", values))
      .value("FILE");
}

void Outputs::check(const Autoencoder& model, Table table) {
  if (!values_.empty()) check_array_path(values_);
  arguments_.output().claim("--out", out_);
  arguments_.output().claim("--values", values_);
  check_drawable(model, out_, table == Table::kText || (table == Table::kValues && !values_.empty()),
                 table == Table::kValues ? " Add --values FILE to write numbers." : "");
  if (!is_image(model.sample_shape()))
    arguments_.reject_unused({"--scale", "--columns", "--show"}, "rows of a table are not drawn.");
}

fs::path Outputs::draw(const RunArguments& run, const std::vector<ImageRow>& rows, int64_t columns) const {
  const Shape& shape = rows.front().images.shape();
  if (!is_image({shape.begin() + 1, shape.end()})) return {};
  fs::path path = out_.empty() ? default_picture(run, name_) : fs::path(out_);
  picture_.write(path, rows, static_cast<int>(columns));
  return path;
}

fs::path Outputs::draw_samples(const RunArguments& run, const Tensor& samples) const {
  Shape shape = samples.shape();
  shape[0] = std::min(kMostDrawn, shape[0]);
  Tensor drawn(shape);
  std::copy_n(samples.data(), drawn.size(), drawn.data());
  return draw(run, {{"", drawn}});
}

void check_drawable(const Autoencoder& model, const std::string& out, bool gives_more, const std::string& remedy) {
  if (is_image(model.sample_shape()) || (out.empty() && gives_more)) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("The model works on samples of shape {}; only images of 1 or 3 channels can be drawn.{}",
                          to_string(model.sample_shape()), gives_more ? " Omit --out." : remedy));
}

std::string picture_text(const fs::path& picture, int64_t num_samples) {
  if (picture.empty()) return "";
  const std::string part = num_samples > kMostDrawn ? fmt::format("; the first {}", count(kMostDrawn)) : "";
  return part + ": " + picture.string();
}

Json picture_json(const fs::path& picture) { return picture.empty() ? Json() : Json(picture.string()); }

std::string Outputs::write_values(const Tensor& rows, const ValueColumns& columns) const {
  return write_values(rows, columns, {});
}

std::string Outputs::write_values(const Tensor& rows, const ValueColumns& columns, const RowIdentity& identity) const {
  if (values_.empty()) return "";
  write_array(values_, rows, columns, identity);
  return fmt::format("Values, {} rows of {}: {}\n", count(rows.rows()), count(rows.row_size()), values_);
}

std::string Outputs::write_generated(const RunArguments& run, const Autoencoder& model, const Tensor& latents) const {
  if (!writes_values()) return "";
  if (is_image(model.sample_shape())) return write_values(latents, latent_columns(model.latent_dim()));
  const Tensor rows = model.decode(latents, run.context());
  return write_values(rows, value_columns(model, rows.row_size()));
}

fs::path default_picture(const RunArguments& run, const std::string& name) {
  std::string file = name + ".png";
  std::ranges::replace(file, ' ', '-');
  std::error_code ignored;
  const bool is_folder = fs::is_directory(run.run(), ignored);
  const RunFolder folder{is_folder ? fs::path(run.run()) : fs::path(run.run()).parent_path()};
  if (!is_folder && !folder.has_run()) return folder.path / file;
  fs::create_directories(folder.images());
  return folder.images() / file;
}

RowIdentity identify_rows(const Dataset& data) {
  const char* const name = is_image(data.sample_shape()) ? "file" : "name";
  RowIdentity identity{{"index", data.has_sample_names() ? name : "row"}, {}};
  if (data.has_labels()) identity.columns.emplace_back("class");
  for (int64_t i = 0; i < data.size(); ++i) {
    identity.rows.push_back(
        {std::to_string(i), data.has_sample_names() ? data.sample_name(i) : std::to_string(data.stored_row(i))});
    if (data.has_labels()) identity.rows.back().push_back(data.class_name(data.labels()[static_cast<size_t>(i)]));
  }
  return identity;
}

std::string row_name(const Dataset& data, int64_t i) {
  return data.has_sample_names()
             ? data.sample_name(i)
             : fmt::format("{} {}", is_image(data.sample_shape()) ? "image" : "row", data.stored_row(i));
}

void check_array_path(const fs::path& path) {
  const fs::path extension = path.extension();
  if (extension != ".npy" && extension != ".npz" && extension != ".csv" && !is_standard_stream(path))
    throw Error(ErrorKind::kUsage, fmt::format("'{}' ends in '{}'; expected a file that ends in .npy, .npz or .csv, or "
                                               "- for CSV on standard output.",
                                               path.string(), extension.string()));
}

void write_array(const fs::path& path, const Tensor& rows, const ValueColumns& columns, const RowIdentity& identity,
                 const std::string& name) {
  check_array_path(path);
  if (path.extension() == ".npy") return write_npy(path, rows);
  if (path.extension() != ".npz") return write_csv_rows(path, rows, columns, identity);
  std::vector<NpzMember> members = {{name, npy_bytes(rows)}};
  for (size_t column = 0; column < identity.columns.size(); ++column) {
    std::vector<std::string> texts;
    for (const auto& row : identity.rows) texts.push_back(row[column]);
    const auto integers = as_integers(texts);
    members.push_back({identity.columns[column], integers ? npy_bytes(*integers) : npy_bytes(texts)});
  }
  write_npz(path, members);
}

std::vector<std::string> latent_columns(int64_t latent_dim) {
  std::vector<std::string> columns;
  for (int64_t i = 0; i < latent_dim; ++i) columns.push_back(fmt::format("z{}", i));
  return columns;
}

ValueColumns value_columns(const Autoencoder& model, int64_t count) {
  const StoredForm& form = model.preprocessing().stored_form();
  const bool has_categories = std::ssize(form.categories) == count;
  return {feature_columns(form.feature_names, count),
          has_categories ? form.categories : std::vector<std::vector<std::string>>()};
}

std::vector<std::string> feature_columns(const std::vector<std::string>& feature_names, int64_t count) {
  if (static_cast<int64_t>(feature_names.size()) == count) return feature_names;
  std::vector<std::string> columns;
  for (int64_t i = 0; i < count; ++i) columns.push_back(count == 1 ? "x" : fmt::format("x{}", i));
  return columns;
}

}  // namespace hourglass::cli
