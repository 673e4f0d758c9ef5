#include "formats/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <ostream>

#include "core/file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted_text = "\"";
  for (char c : text) quoted_text.append(c == '"' ? 2 : 1, c);
  return quoted_text + '"';
}

/// `line` becomes the row, with its line end.
void format_row(std::span<const float> row, std::string& line) {
  constexpr size_t kLongestFloat = 16;  // "-1.23456789e-38," and its like
  line.resize(row.size() * kLongestFloat + 1);
  char* position = line.data();
  for (float value : row) {
    position = std::to_chars(position, line.data() + line.size(), value).ptr;
    *position++ = ',';
  }
  if (!row.empty()) --position;
  *position++ = '\n';
  line.resize(static_cast<size_t>(position - line.data()));
}

}  // namespace

void write_csv(const std::filesystem::path& path, const Tensor& tensor, const std::vector<std::string>& columns) {
  const Shape& shape = tensor.shape();
  const int64_t row_size = shape.empty() ? 0 : num_elements(Shape(shape.begin() + 1, shape.end()));
  if (row_size != static_cast<int64_t>(columns.size()))
    throw Error(ErrorKind::kUsage, fmt::format("Cannot write '{}': its rows have {} values, but {} columns are named.",
                                               path.string(), row_size, columns.size()));
  write_file_atomically(path, [&](std::ostream& out) {
    std::string line;
    for (const std::string& column : columns) line += quoted(column) + ',';
    if (!line.empty()) line.back() = '\n';
    out << line;
    for (int64_t i = 0; i < tensor.rows(); ++i) {
      format_row(tensor.row(i), line);
      out.write(line.data(), static_cast<std::streamsize>(line.size()));
    }
  });
}

}  // namespace hourglass
