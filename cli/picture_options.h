#pragma once
// How commands draw pictures: into a PNG, and where asked into the terminal.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <vector>

#include "hourglass/image.h"

namespace hourglass::cli {

/// --scale, --columns and --show.
class PictureOptions {
 public:
  explicit PictureOptions(CLI::App& app);

  /// Writes the rows as a PNG, `columns` pictures side by side where --columns does not say, and, with --show, prints
  /// them. Throws as write_image_grid.
  void write(const std::filesystem::path& path, const std::vector<ImageRow>& rows, int columns = 16) const;
  /// Prints the rows, with --show, and writes nothing. Throws as write_image_grid.
  void show(const std::vector<ImageRow>& rows, int columns = 16) const;
  /// Whether --show was given.
  bool shows() const { return show_; }

 private:
  ImageGridOptions grid_options(const std::vector<ImageRow>& rows, int columns) const;

  int scale_ = 0;    // 0: by the size of the pictures
  int columns_ = 0;  // 0: as the command says
  bool show_ = false;
};

/// What a terminal can show a picture by.
enum class PictureProtocol { kText, kKitty, kIterm, kSixel };

/// Of the terminal behind standard output, told by its environment; where that says nothing, the terminal is asked
/// whether it knows sixels (DA1, VT510 manual).
PictureProtocol picture_protocol();

}  // namespace hourglass::cli
