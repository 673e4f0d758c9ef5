#pragma once
// Where commands put pictures for people and arrays for programs.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <span>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/tensor.h"
#include "picture_options.h"
#include "results.h"
#include "run_arguments.h"

namespace hourglass::cli {

/// --out, --values and those of PictureOptions: the picture and the array that a command writes.
class Outputs {
 public:
  /// `name`: the picture's default name without its extension. `values`: what the array holds, for the help.
  Outputs(CLI::App& app, std::string name, const std::string& values);

  /// What a command gives where samples are rows of a table, which cannot be drawn.
  enum class Table { kValues, kText };

  /// Throws Error(kUsage) where the model's samples cannot be drawn and nothing else is left to give or was asked for,
  /// or the array's file has an unknown extension.
  void check(const Autoencoder& model, Table table) const;
  /// Draws the rows into --out, or into NAME.png in the images of the run folder, which is made, NAME.png here where
  /// RUN is a model file; `columns` pictures side by side where --columns does not say. Returns the picture's path;
  /// rows of a table are not drawn, and the path is empty.
  std::filesystem::path draw(const RunArguments& run, const std::vector<ImageRow>& rows, int64_t columns = 16) const;
  /// Writes the array where --values asks for it, and returns a sentence on it, or "".
  std::string write_values(const Tensor& rows, const std::string& column_prefix) const;

 private:
  std::string name_, out_, values_;
  PictureOptions picture_;
};

/// Throws Error(kUsage) where the model's samples cannot be drawn, and `out` names a picture or there is nothing else
/// to give; `remedy` then says what to ask for.
void check_drawable(const Autoencoder& model, const std::string& out, bool gives_more, const std::string& remedy);

/// ": PATH", or where nothing was drawn, "".
std::string picture_text(const std::filesystem::path& picture);

/// Its path, or where nothing was drawn, null.
Json picture_json(const std::filesystem::path& picture);

/// The picture NAME.png in the images of RUN, whose folder exists on return.
std::filesystem::path default_picture(const RunArguments& run, const std::string& name);

/// Throws Error(kUsage) for a path that ends neither in .npy nor in .csv.
void check_array_path(const std::filesystem::path& path);
/// Writes rows {n, ...} as .npy, or as .csv with columns PREFIX0, PREFIX1, ... (PREFIX where there is one) and, where
/// there are labels, label.
void write_array(const std::filesystem::path& path, const Tensor& rows, const std::string& column_prefix,
                 std::span<const int32_t> labels = {});

}  // namespace hourglass::cli
