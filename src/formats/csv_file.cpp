// Opens files of tables: plain, gzip, or in UTF-16.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/mapped_file.h"
#include "formats/csv_parser.h"
#include "formats/csv_table.h"
#include "formats/gzip.h"
#include "formats/utf16.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// The text of a file: the mapped bytes, or a converted copy of them.
class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& path) : path_(path), file_(path) {
    const std::string_view bytes(reinterpret_cast<const char*>(file_.bytes().data()), file_.bytes().size());
    text_ = bytes;
    if (is_utf16(bytes)) text_ = copy_.emplace(utf8_of_utf16(bytes, path.string()));
    if (!is_gzip(bytes)) {
      use_line_feeds();
      return;
    }
    // A first line without an end is rejected before it is unpacked, to up to a thousand times the size of the file.
    constexpr size_t kLongestLine = size_t{1} << 26;
    if (gunzip_size(bytes) > kLongestLine && std::ranges::count(gunzip_start(bytes, kLongestLine), '\n') == 0)
      throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid table of numbers: its first line has more than {} "
                                                "characters.",
                                                path.string(), kLongestLine));
    unpacked_ = gunzip(bytes, path.string());
    text_ = std::string_view(reinterpret_cast<const char*>(unpacked_.data()), unpacked_.size());
    use_line_feeds();
  }

  std::string_view text() const { return text_; }

  /// Releases the memory of the mapped bytes [begin, end).
  void release(size_t begin, size_t end) const {
    if (!copy_ && unpacked_.empty()) release_mapped(file_.bytes().subspan(begin, end - begin));
  }
  /// Throws Error(kData) if the file is not the one that was opened.
  void check_unchanged() const {
    if (file_.changed())
      throw Error(ErrorKind::kData,
                  fmt::format("'{}' changed while it was read. Read it again when it is complete.", path_.string()));
  }

 private:
  /// Lines of some programs end in carriage returns alone.
  void use_line_feeds() {
    constexpr size_t kLooked = 1 << 16;
    const std::string_view start = text_.substr(0, kLooked);
    if (start.find('\n') != std::string_view::npos || start.find('\r') == std::string_view::npos) return;
    std::string text(text_);
    std::ranges::replace(text, '\r', '\n');
    text_ = copy_.emplace(std::move(text));
  }

  std::filesystem::path path_;
  MappedFile file_;
  std::optional<std::string> copy_;
  std::vector<uint8_t> unpacked_;
  std::string_view text_;
};

CsvOptions for_file(const std::filesystem::path& path, CsvOptions options) {
  const std::string name = path.filename().string();
  if ((name.ends_with(".tsv") || name.ends_with(".tsv.gz")) && !options.delimiter) options.delimiter = '\t';
  return options;
}

}  // namespace

struct CsvBlocks::Source {
  Source(const std::filesystem::path& path, CsvOptions options)
      : file(path), parser(file.text(), for_file(path, std::move(options)), path.string()) {}
  TextFile file;
  CsvParser parser;
};

CsvBlocks::CsvBlocks(const std::filesystem::path& path, CsvOptions options)
    : source_(std::make_unique<Source>(path, std::move(options))) {}
CsvBlocks::~CsvBlocks() = default;
CsvBlocks::CsvBlocks(CsvBlocks&&) noexcept = default;

CsvTable CsvBlocks::next(int64_t rows, const Context& context) {
  const size_t begin = source_->parser.position();
  CsvTable table = source_->parser.next(rows, context);
  source_->file.release(begin, source_->parser.position());
  source_->file.check_unchanged();
  return table;
}

int64_t CsvBlocks::num_columns() { return source_->parser.num_columns(); }

CsvTable read_csv(const std::filesystem::path& path, CsvOptions options, const Context& context) {
  return CsvBlocks(path, std::move(options)).next(std::numeric_limits<int64_t>::max(), context);
}

std::vector<std::string> csv_column_names(const std::filesystem::path& path, CsvOptions options) {
  options.label_column = "";
  options.ignored_columns = {};
  const TextFile file(path);
  return CsvParser(file.text(), for_file(path, std::move(options)), path.string()).column_names();
}

}  // namespace hourglass
