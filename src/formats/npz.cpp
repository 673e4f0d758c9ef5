#include "formats/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/text.h"
#include "formats/npy.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".npy";
/// Maximum compression ratio of DEFLATE (zlib's technical notes).
constexpr uint64_t kLargestRatio = 1032;
/// Bytes that list_npz reads of each member: the longest header of format 1.0.
constexpr uint64_t kListedBytes = 10 + 0xFFFF;

/// One npz file. Every error message names it.
class Archive {
 public:
  explicit Archive(const fs::path& path) : source_(path.string()) {
    std::error_code error;
    file_size_ = fs::file_size(path, error);
    if (error) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", source_, error.message()));
    if (file_size_ == 0) fail("it is empty");
    int code = 0;
    zip_.reset(zip_open(source_.c_str(), ZIP_RDONLY, &code));
    if (zip_) return;
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    const std::string text = zip_error_strerror(&reason);
    zip_error_fini(&reason);
    fail(fmt::format("it is not a valid zip file ({})", text));
  }

  /// Names of the .npy members, without the extension.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip_.get(), 0); ++i) {
      const char* member = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
      const std::string name = member ? member : "";
      if (name.ends_with(kExtension)) names.push_back(name.substr(0, name.size() - 4));
    }
    return names;
  }

  /// Size of a member when it is decompressed.
  uint64_t size_of(const std::string& name) const { return stat_of(name + kExtension).size; }

  /// Reads at most `limit` bytes of a member.
  std::pair<std::shared_ptr<const std::byte[]>, size_t> read(const std::string& name, uint64_t limit) const {
    const std::string member = name + kExtension;
    const zip_stat_t stat = stat_of(member);
    const uint64_t size = std::min<uint64_t>(stat.size, limit);
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> open(zip_fopen_index(zip_.get(), stat.index, 0),
                                                                  zip_fclose);
    if (!open) fail(fmt::format("its member '{}' cannot be read ({})", member, zip_strerror(zip_.get())));
    auto bytes = std::make_shared_for_overwrite<std::byte[]>(std::max<uint64_t>(size, 1));
    uint64_t done = 0;
    while (done < size) {
      const zip_int64_t count = zip_fread(open.get(), bytes.get() + done, size - done);
      if (count <= 0)
        fail(fmt::format("its member '{}' is truncated or damaged ({})", member, zip_file_strerror(open.get())));
      done += static_cast<uint64_t>(count);
    }
    // libzip compares the checksum at the end of the member.
    std::byte beyond;
    if (size == stat.size && zip_fread(open.get(), &beyond, 1) != 0)
      fail(fmt::format("its member '{}' is damaged: the checksum or size is wrong", member));
    return {std::move(bytes), size};
  }

  const std::string& source() const { return source_; }
  std::string source_of(const std::string& name) const { return source_ + ":" + name; }

  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid npz file: {}.", source_, found));
  }

 private:
  zip_stat_t stat_of(const std::string& member) const {
    zip_stat_t stat;
    if (zip_stat(zip_.get(), member.c_str(), 0, &stat) != 0) fail(fmt::format("it has no readable '{}'", member));
    check(stat, member);
    return stat;
  }

  void check(const zip_stat_t& stat, const std::string& member) const {
    constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_INDEX;
    if ((stat.valid & kNeeded) != kNeeded) fail(fmt::format("it has no readable '{}'", member));
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
      fail(fmt::format("its member '{}' is encrypted", member));
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
      fail(fmt::format("its member '{}' is compressed by method {}; stored or deflated was expected", member,
                       stat.comp_method));
    const uint64_t ratio = stat.comp_method == ZIP_CM_STORE ? 1 : kLargestRatio;
    if (stat.comp_size > file_size_ || stat.size > ratio * stat.comp_size)
      fail(fmt::format("its member '{}' declares {} bytes, compressed to {}, in a file of {} bytes", member, stat.size,
                       stat.comp_size, file_size_));
  }

  std::string source_;
  uint64_t file_size_ = 0;
  std::unique_ptr<zip_t, decltype(&zip_discard)> zip_{nullptr, zip_discard};
};

/// Reads an array.
NumberArray read(const Archive& archive, const std::string& name) {
  const auto [start, listed] = archive.read(name, kListedBytes);
  const NpyHeader header = parse_npy_header({start.get(), listed}, archive.source_of(name));
  // The member is decompressed only if the header declares its size, which can be a thousand times that of the file.
  const uint64_t stored = archive.size_of(name) - header.offset;
  const auto most = static_cast<int64_t>(stored / size_of(header.type));
  if (product_within(header.shape, most) != most || stored % size_of(header.type) != 0)
    archive.fail(fmt::format("the header of its array '{}' declares {} values of {} bytes, but {} bytes follow", name,
                             to_string(header.shape), size_of(header.type), stored));
  auto [bytes, size] = archive.read(name, UINT64_MAX);
  const std::span<const std::byte> values(bytes.get(), size);
  return parse_npy(values, std::move(bytes), archive.source_of(name));
}

/// The format of a matrix of scipy.sparse.save_npz, such as "csr"; "" if the members are others.
std::string sparse_format(const Archive& archive) {
  constexpr std::array kMembers{"data", "shape", "format"};
  const std::vector<std::string> names = archive.names();
  if (!std::ranges::all_of(kMembers, [&](const char* name) { return std::ranges::find(names, name) != names.end(); }))
    return "";
  // An array of one text of ASCII, at the end of the member.
  const auto [bytes, size] = archive.read("format", kListedBytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.get()), size);
  for (const char* format : {"csr", "csc"})
    if (text.ends_with(format)) return format;
  for (const char* format : {"coo", "dia", "bsr"})
    if (text.ends_with(format))
      throw Error(ErrorKind::kData,
                  fmt::format("'{}' is a sparse matrix in the format {}; csr or csc was expected. Save "
                              "it with scipy.sparse.save_npz(path, matrix.tocsr()).",
                              archive.source(), format));
  return "";
}

/// Rows and columns.
std::pair<int64_t, int64_t> sparse_size(const Archive& archive) {
  const NumberArray shape = read(archive, "shape");
  std::vector<int64_t> sizes;
  visit_numbers(shape, [&](auto numbers) {
    for (const auto number : numbers)
      if constexpr (std::is_integral_v<decltype(+number)>)
        if (std::in_range<uint32_t>(number)) sizes.push_back(static_cast<int64_t>(number));
  });
  if (sizes.size() != 2) archive.fail("the 'shape' of its sparse matrix is not two sizes");
  return {sizes[0], sizes[1]};
}

}  // namespace

std::vector<ArrayInfo> list_npz(const fs::path& path) {
  const Archive archive(path);
  if (!sparse_format(archive).empty()) {
    const auto [rows, columns] = sparse_size(archive);
    return {{"", {rows, columns}, true}};
  }
  std::vector<ArrayInfo> arrays;
  for (const std::string& name : archive.names()) {
    const auto [bytes, size] = archive.read(name, kListedBytes);
    try {
      arrays.push_back({name, parse_npy_header({bytes.get(), size}, archive.source_of(name)).shape});
    } catch (const Error&) {
      continue;  // text or objects
    }
  }
  return arrays;
}

NumberArray read_npz(const fs::path& path, const std::string& name) {
  const Archive archive(path);
  const std::vector<std::string> names = archive.names();
  if (std::ranges::find(names, name) == names.end())
    throw Error(ErrorKind::kData, fmt::format("'{}' has no array '{}'.{}", path.string(), name,
                                              names.empty() ? " It has no arrays." : did_you_mean(name, names)));
  return read(archive, name);
}

SparseMatrix read_sparse_npz(const fs::path& path) {
  const Archive archive(path);
  const std::string format = sparse_format(archive);
  if (format.empty()) archive.fail("it does not contain a compressed sparse matrix");
  const auto [rows, columns] = sparse_size(archive);
  return sparse_matrix(rows, columns, format == "csc", read(archive, "indptr"), read(archive, "indices"),
                       read(archive, "data"),
                       [&](const std::string& found) { archive.fail("its sparse matrix is damaged: " + found); });
}

void write_npz(const fs::path& path, const std::vector<NpzMember>& members) {
  const std::string temporary = path.string() + ".part";
  const auto fail = [&](const char* reason) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw Error(ErrorKind::kIo, fmt::format("Cannot write '{}': {}.", path.string(), reason));
  };
  int code = 0;
  zip_t* zip = zip_open(temporary.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!zip) fail("the folder does not exist or is not writable");
  for (const NpzMember& member : members) {
    zip_source_t* source = zip_source_buffer(zip, member.npy.data(), member.npy.size(), 0);
    const zip_int64_t index =
        source ? zip_file_add(zip, (member.name + kExtension).c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index >= 0 && zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) == 0) continue;
    zip_discard(zip);
    fail("there is not enough memory");
  }
  if (zip_close(zip) != 0) {
    const std::string reason = zip_strerror(zip);
    zip_discard(zip);
    fail(reason.c_str());
  }
  std::error_code error;
  fs::rename(temporary, path, error);
  if (error) fail(error.message().c_str());
}

}  // namespace hourglass
