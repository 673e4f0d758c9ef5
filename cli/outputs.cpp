#include "outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "formats/csv.h"
#include "formats/npy.h"
#include "hourglass/error.h"
#include "hourglass/trainer.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {

namespace fs = std::filesystem;

Outputs::Outputs(CLI::App& app, std::string name, const std::string& values) : name_(std::move(name)), picture_(app) {
  app.add_option("--out", out_, fmt::format("PNG file; default: images/{}.png in the run folder", name_))
      ->type_name("FILE");
  app.add_option("--values", values_, fmt::format("also write {} to this .npy or .csv file", values))
      ->type_name("FILE");
}

void Outputs::check(const Autoencoder& model, Table table) const {
  if (!values_.empty()) check_array_path(values_);
  check_drawable(model, out_, table == Table::kText || (table == Table::kValues && !values_.empty()),
                 table == Table::kValues ? " --values FILE writes numbers." : "");
}

fs::path Outputs::draw(const RunArguments& run, const std::vector<ImageRow>& rows, int64_t columns) const {
  const Shape& shape = rows.front().images.shape();
  if (!is_image({shape.begin() + 1, shape.end()})) return {};
  fs::path path = out_.empty() ? default_picture(run, name_) : fs::path(out_);
  picture_.write(path, rows, static_cast<int>(columns));
  return path;
}

void check_drawable(const Autoencoder& model, const std::string& out, bool gives_more, const std::string& remedy) {
  if (is_image(model.sample_shape()) || (out.empty() && gives_more)) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("The model's samples are {}; only images of 1 or 3 channels can be drawn.{}",
                          to_string(model.sample_shape()), gives_more ? " Leave --out out." : remedy));
}

std::string picture_text(const fs::path& picture) { return picture.empty() ? "" : ": " + picture.string(); }

Json picture_json(const fs::path& picture) { return picture.empty() ? Json() : Json(picture.string()); }

std::string Outputs::write_values(const Tensor& rows, const std::string& column_prefix) const {
  if (values_.empty()) return "";
  write_array(values_, rows, column_prefix);
  return fmt::format("Values, {} rows of {}: {}\n", count(rows.rows()), count(rows.row_size()), values_);
}

fs::path default_picture(const RunArguments& run, const std::string& name) {
  std::string file = name + ".png";
  std::ranges::replace(file, ' ', '-');
  const RunFolder folder{run.run()};
  if (!fs::is_directory(folder.path)) return file;
  fs::create_directories(folder.images());
  return folder.images() / file;
}

void check_array_path(const fs::path& path) {
  if (path.extension() != ".npy" && path.extension() != ".csv")
    throw Error(ErrorKind::kUsage, fmt::format("'{}' ends in '{}'; expected a file that ends in .npy or .csv.",
                                               path.string(), path.extension().string()));
}

void write_array(const fs::path& path, const Tensor& rows, const std::string& column_prefix,
                 std::span<const int32_t> labels) {
  check_array_path(path);
  if (path.extension() == ".npy") return write_npy(path, rows);
  const int64_t width = rows.row_size();
  std::vector<std::string> columns;
  for (int64_t j = 0; j < width; ++j)
    columns.push_back(width == 1 ? column_prefix : fmt::format("{}{}", column_prefix, j));
  if (labels.empty()) return write_csv(path, rows, columns);
  columns.push_back("label");
  Tensor labelled({rows.rows(), width + 1});
  for (int64_t i = 0; i < rows.rows(); ++i) {
    float* row = labelled.data() + i * (width + 1);
    std::ranges::copy(rows.row(i), row);
    row[width] = static_cast<float>(labels[static_cast<size_t>(i)]);
  }
  write_csv(path, labelled, columns);
}

}  // namespace hourglass::cli
