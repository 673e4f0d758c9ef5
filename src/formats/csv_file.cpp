// Opens files of tables: plain, gzip, or in UTF-16.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "core/mapped_file.h"
#include "formats/csv_table.h"
#include "formats/gzip.h"
#include "formats/utf16.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

/// Calls `use` with the text of a file and the options for it.
template <typename Use>
auto with_text(const std::filesystem::path& path, CsvOptions options, const Use& use) {
  const MappedFile file(path);
  const std::string name = path.filename().string();
  if ((name.ends_with(".tsv") || name.ends_with(".tsv.gz")) && !options.delimiter) options.delimiter = '\t';
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (is_utf16(text)) return use(utf8_of_utf16(text, path.string()), options);
  if (!is_gzip(text)) return use(text, options);
  // A first line without an end is rejected before it is unpacked, to up to a thousand times the size of the file.
  constexpr size_t kLongestLine = size_t{1} << 26;
  if (gunzip_size(text) > kLongestLine && std::ranges::count(gunzip_start(text, kLongestLine), '\n') == 0)
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid table of numbers: its first line has more than {} "
                                              "characters.",
                                              path.string(), kLongestLine));
  const std::vector<uint8_t> unpacked = gunzip(text, path.string());
  return use(std::string_view(reinterpret_cast<const char*>(unpacked.data()), unpacked.size()), options);
}

}  // namespace

CsvTable read_csv(const std::filesystem::path& path, CsvOptions options, const Context& context) {
  return with_text(path, std::move(options), [&](std::string_view text, const CsvOptions& known) {
    return parse_csv(text, known, path.string(), context);
  });
}

std::vector<std::string> csv_column_names(const std::filesystem::path& path, CsvOptions options) {
  options.label_column = "";
  options.ignored_columns = {};
  return with_text(path, std::move(options), [&](std::string_view text, const CsvOptions& known) {
    return parse_csv_names(text, known, path.string());
  });
}

}  // namespace hourglass
