#include "picture_options.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "formats/png.h"
#include "report/image_grid.h"
#include "report/terminal_picture.h"
#include "terminal.h"

namespace hourglass::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Whether the terminal lists sixels (4) among its features: "ESC [ ? 62 ; 4 ; 22 c".
bool answers_with_sixels() {
  constexpr int kMilliseconds = 200;
  const char* name = ttyname(STDOUT_FILENO);
  const int terminal = name ? open(name, O_RDWR | O_NOCTTY) : -1;
  if (terminal < 0) return false;
  termios before{};
  bool has_sixels = false;
  if (tcgetattr(terminal, &before) == 0) {
    termios raw = before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(terminal, TCSANOW, &raw);
    std::string answer;
    pollfd waiting{terminal, POLLIN, 0};
    if (write(terminal, "\x1b[c", 3) == 3)
      while (answer.size() < 64 && poll(&waiting, 1, kMilliseconds) > 0) {
        char c = 0;
        if (read(terminal, &c, 1) != 1) break;
        answer += c;
        if (c == 'c') break;
      }
    tcsetattr(terminal, TCSANOW, &before);
    has_sixels = answer.find(";4;") != std::string::npos || answer.find(";4c") != std::string::npos;
  }
  close(terminal);
  return has_sixels;
}

int readable_scale(const Shape& shape) {
  constexpr int64_t kWidth = 96;
  return static_cast<int>(std::clamp<int64_t>(kWidth / std::max<int64_t>(1, shape[2]), 1, 8));
}

/// The rows as text, as many pictures side by side as there is room for.
void print_as_text(const Terminal& terminal, const std::vector<ImageRow>& rows, int most_columns) {
  const Shape& shape = rows[0].images.shape();
  const auto room = terminal.is_live() ? static_cast<int64_t>(terminal.columns()) : int64_t{80};
  const int64_t columns = std::clamp<int64_t>((room + 1) / (shape[2] + 1), 1, most_columns);
  for (int64_t begin = 0; begin < shape[0]; begin += columns) {
    for (const ImageRow& row : rows) {
      if (!row.label.empty()) fmt::print("{}\n", row.label);
      fmt::print("{}", half_block_pictures(row.images, begin, std::min(shape[0], begin + columns), terminal.colored()));
    }
    fmt::print("\n");
  }
}

}  // namespace

PictureProtocol picture_protocol() {
  if (!isatty(STDOUT_FILENO)) return PictureProtocol::kText;
  const std::string term = environment("TERM"), program = environment("TERM_PROGRAM");
  if (!environment("KITTY_WINDOW_ID").empty() || term == "xterm-kitty" || term == "xterm-ghostty")
    return PictureProtocol::kKitty;
  if (program == "iTerm.app" || program == "WezTerm" || environment("LC_TERMINAL") == "iTerm2")
    return PictureProtocol::kIterm;
  if (term.find("sixel") != std::string::npos || term.starts_with("foot") || term.starts_with("mlterm"))
    return PictureProtocol::kSixel;
  return term != "dumb" && !term.empty() && answers_with_sixels() ? PictureProtocol::kSixel : PictureProtocol::kText;
}

PictureOptions::PictureOptions(Arguments& arguments) {
  arguments.add("--scale", scale_, "screen pixels per pixel; default: from the size of the pictures")
      .value("N")
      .range(1, 64);
  arguments.add("--columns", columns_, "pictures side by side; default: what fits the picture")
      .value("N")
      .range(1, 1000);
  arguments.add("--show", show_, "show the picture in the terminal too (kitty, iTerm2, sixels; else as text)")
      .excludes("--json");
}

ImageGridOptions PictureOptions::grid_options(const std::vector<ImageRow>& rows, int columns) const {
  const int scale = scale_ > 0 || rows.empty() || rows[0].images.shape().size() != 4
                        ? std::max(scale_, 1)
                        : readable_scale(rows[0].images.shape());
  return {scale, columns_ > 0 ? columns_ : columns};
}

void PictureOptions::write(const std::filesystem::path& path, const std::vector<ImageRow>& rows, int columns) const {
  const ImageGridOptions options = grid_options(rows, columns);
  if (is_standard_stream(path)) {
    const DrawnGrid grid = draw_image_grid(rows, options);
    return write_output(path, encode_png(grid.width, grid.height, 3, grid.rgb));
  }
  write_image_grid(path, rows, options);
  show(rows, columns);
}

void PictureOptions::show(const std::vector<ImageRow>& rows, int columns) const {
  if (!show_) return;
  const ImageGridOptions options = grid_options(rows, columns);
  const PictureProtocol protocol = picture_protocol();
  if (protocol == PictureProtocol::kText) return print_as_text(Terminal(stdout), rows, options.columns);
  const DrawnGrid grid = draw_image_grid(rows, options);
  if (protocol == PictureProtocol::kSixel) {
    fmt::print("{}", sixel_picture(grid.width, grid.height, grid.rgb));
    return;
  }
  const std::string png = encode_png(grid.width, grid.height, 3, grid.rgb);
  fmt::print("{}", protocol == PictureProtocol::kKitty ? kitty_picture(png) : iterm_picture(png));
}

}  // namespace hourglass::cli
