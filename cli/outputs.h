#pragma once
// The pictures and arrays that commands write.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "hourglass/autoencoder.h"
#include "hourglass/run_data.h"
#include "hourglass/tensor.h"
#include "picture_options.h"
#include "run_arguments.h"

namespace hourglass::cli {

/// --out, --values and those of PictureOptions: the picture and the array that a command writes.
class Outputs {
 public:
  /// `name`: default name of the picture, without extension. `values`: content of the array, for the help.
  Outputs(Arguments& arguments, std::string name, const std::string& values);

  /// What a command writes if samples are not images and cannot be drawn.
  enum class Table { kValues, kText };

  /// Throws Error(kUsage) if the samples of the model cannot be drawn and nothing else was asked for, or if the file of
  /// the array has an unknown extension. Call it before the work.
  void check(const Autoencoder& model, Table table);
  /// Draws the rows into --out, by default into default_picture(NAME). `columns`: pictures side by side, unless
  /// --columns was given. Returns the path of the picture; empty if the rows are not images.
  std::filesystem::path draw(const RunArguments& run, const std::vector<ImageRow>& rows, int64_t columns = 16) const;
  /// Draws the first kMostDrawn samples.
  std::filesystem::path draw_samples(const RunArguments& run, const Tensor& samples) const;
  bool writes_values() const { return !values_.empty(); }
  /// Writes the array to --values and returns a sentence about it; returns "" without --values.
  std::string write_values(const Tensor& rows, const struct ValueColumns& columns,
                           const struct RowIdentity& identity) const;
  std::string write_values(const Tensor& rows, const struct ValueColumns& columns) const;
  /// The same for samples that were decoded from chosen latents: the latents of images, which are in the picture; the
  /// decoded rows of anything else, in the units of the data.
  std::string write_generated(const RunArguments& run, const Autoencoder& model, const Tensor& latents) const;

 private:
  Arguments& arguments_;
  std::string name_, out_, values_;
  PictureOptions picture_;
};

/// What write_generated writes, for the help.
inline constexpr const char* kGeneratedHelp =
    "the latents of the images, or for a table the decoded rows, in the units of the data,";

/// Throws Error(kUsage) if the samples of the model cannot be drawn, and `out` names a picture or there is nothing else
/// to give; `remedy` says what to ask for instead.
void check_drawable(const Autoencoder& model, const std::string& out, bool gives_more, const std::string& remedy);

/// ": PATH", or "" if nothing was drawn. `num_samples`: the number of which draw_samples drew the first ones.
std::string picture_text(const std::filesystem::path& picture, int64_t num_samples = 0);

/// The path, or null if nothing was drawn.
Json picture_json(const std::filesystem::path& picture);

/// The path images/NAME.png in the run folder, whose folder exists afterwards; NAME.png beside a model file that is in
/// no run folder.
std::filesystem::path default_picture(const RunArguments& run, const std::string& name);

/// Columns of text or integers that identify the rows of an array.
struct RowIdentity {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};
/// index (from 0, in what is written), then file of an image, name of another sample, or row of the input (from 0),
/// and, if there are classes, class.
RowIdentity identify_rows(const Dataset& data);
/// Name of a sample for the user: its file or name, "row 12" or "image 12" (its index in the input, from 0).
std::string row_name(const Dataset& data, int64_t i);

/// Names of the columns of an array, and the categories of each (Dataset::categories), whose names CSV has.
struct ValueColumns {
  ValueColumns(std::vector<std::string> of_columns) : names(std::move(of_columns)) {}
  ValueColumns(std::initializer_list<std::string> of_columns) : names(of_columns) {}
  ValueColumns(std::vector<std::string> of_columns, std::vector<std::vector<std::string>> of_categories)
      : names(std::move(of_columns)), categories(std::move(of_categories)) {}
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> categories;
};

/// Throws Error(kUsage) for a path that does not end in .npy, .npz or .csv and is not "-" (CSV on standard output).
void check_array_path(const std::filesystem::path& path);
/// Writes rows {n, ...} with one name per column. CSV has the columns of `identity` first; npz has an array for each of
/// them next to the array `name`; npy has the values only.
void write_array(const std::filesystem::path& path, const Tensor& rows, const ValueColumns& columns,
                 const RowIdentity& identity = {}, const std::string& name = "values");

/// The numbers, or nullopt if one of the texts is not an integer.
std::optional<std::vector<int32_t>> as_integers(const std::vector<std::string>& texts);

/// "z0", "z1", ...
std::vector<std::string> latent_columns(int64_t latent_dim);
/// The columns of decoded samples of `count` values, in the units of the data.
ValueColumns value_columns(const Autoencoder& model, int64_t count);
/// Names of `count` values of a sample: those of the features if there are as many, else "x0", "x1", ...
std::vector<std::string> feature_columns(const std::vector<std::string>& feature_names, int64_t count);

}  // namespace hourglass::cli
