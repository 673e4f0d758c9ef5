#pragma once
// How commands draw pictures: into a PNG file and, with --show, in the terminal.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "arguments.h"
#include "hourglass/image.h"

namespace hourglass::cli {

/// Samples in one picture of a dataset, or of samples from a file: a larger picture shows no more.
inline constexpr int64_t kMostDrawn = 2048;

/// --scale, --columns and --show.
class PictureOptions {
 public:
  explicit PictureOptions(Arguments& arguments);

  /// Writes the rows as a PNG file, or to standard output for "-", with `columns` pictures side by side unless
  /// --columns was given. With --show, prints them too. Throws as write_image_grid.
  void write(const std::filesystem::path& path, const std::vector<ImageRow>& rows, int columns = 16) const;
  /// With --show, prints the rows. Throws as write_image_grid.
  void show(const std::vector<ImageRow>& rows, int columns = 16) const;
  /// Whether --show was given.
  bool shows() const { return show_; }

 private:
  ImageGridOptions grid_options(const std::vector<ImageRow>& rows, int columns) const;

  int scale_ = 0;    // 0: from the size of the pictures
  int columns_ = 0;  // 0: the default of the command
  bool show_ = false;
};

/// How a terminal can show a picture.
enum class PictureProtocol { kText, kKitty, kIterm, kSixel };

/// Protocol of the terminal at standard output, from its environment. If that is not enough, the terminal is
/// queried for sixel support (DA1, VT510 manual).
PictureProtocol picture_protocol();

}  // namespace hourglass::cli
