#include "formats/csv.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <ostream>

#include "core/file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

/// The same with names of categories instead of their positions.
void format_row(std::span<const float> row, const std::vector<std::vector<std::string>>& categories,
                std::string& line) {
  line.clear();
  for (size_t j = 0; j < row.size(); ++j) {
    const float value = row[j];
    if (j > 0) line += ',';
    if (categories[j].empty()) {
      fmt::format_to(std::back_inserter(line), "{}", value);
    } else if (value >= 0 && value < static_cast<float>(categories[j].size())) {
      line += csv_field(categories[j][static_cast<size_t>(value)]);
    }
  }
  line += '\n';
}

/// Writes the row into `line`, with its line end.
void format_row(std::span<const float> row, std::string& line) {
  constexpr size_t kLongestFloat = 16;  // such as "-1.23456789e-38,"
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

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

void write_csv(const std::filesystem::path& path, const Tensor& tensor, const std::vector<std::string>& columns) {
  try {
    write_file_atomically(path, [&](std::ostream& out) { write_csv(out, {}, {}, tensor, columns); });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUsage) throw;
    throw Error(error.kind(), fmt::format("'{}': {}", path.string(), error.what()));
  }
}

void write_csv(std::ostream& out, const std::vector<std::string>& text_columns,
               const std::vector<std::vector<std::string>>& texts, const Tensor& numbers,
               const std::vector<std::string>& number_columns,
               const std::vector<std::vector<std::string>>& categories) {
  const Shape& shape = numbers.shape();
  const int64_t row_size = shape.empty() ? 0 : num_elements(Shape(shape.begin() + 1, shape.end()));
  if (row_size != static_cast<int64_t>(number_columns.size()))
    throw Error(ErrorKind::kUsage, fmt::format("Cannot write CSV: the rows have {} values, but there are {} column "
                                               "names.",
                                               row_size, number_columns.size()));
  if (!text_columns.empty() && static_cast<int64_t>(texts.size()) != numbers.rows())
    throw Error(ErrorKind::kUsage, fmt::format("Cannot write CSV: there are {} rows of numbers and {} rows of text.",
                                               numbers.rows(), texts.size()));
  std::string line;
  for (const auto* columns : {&text_columns, &number_columns})
    for (const std::string& column : *columns) line += csv_field(column) + ',';
  if (!line.empty()) line.back() = '\n';
  out << line;
  for (int64_t i = 0; i < numbers.rows(); ++i) {
    if (!text_columns.empty())
      for (const std::string& text : texts[static_cast<size_t>(i)]) out << csv_field(text) << ',';
    if (categories.empty())
      format_row(numbers.row(i), line);
    else
      format_row(numbers.row(i), categories, line);
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
  }
}

}  // namespace hourglass
