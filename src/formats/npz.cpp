#include "formats/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "core/text.h"
#include "formats/npy.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".npy";
/// DEFLATE stores at most this many bytes in one (zlib's technical notes).
constexpr uint64_t kLargestRatio = 1032;
/// What is read of a member to list it: the longest header of format 1.0.
constexpr uint64_t kListedBytes = 10 + 0xFFFF;

/// One file; every failure names it.
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
    fail(fmt::format("it is no intact zip file ({})", text));
  }

  /// Names of the members that end in .npy, without that.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip_.get(), 0); ++i) {
      const char* member = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), 0);
      const std::string name = member ? member : "";
      if (name.ends_with(kExtension)) names.push_back(name.substr(0, name.size() - 4));
    }
    return names;
  }

  /// At most `most` bytes of a member.
  std::pair<std::shared_ptr<const std::byte[]>, size_t> read(const std::string& name, uint64_t most) const {
    const std::string member = name + kExtension;
    zip_stat_t stat;
    if (zip_stat(zip_.get(), member.c_str(), 0, &stat) != 0) fail(fmt::format("it has no readable '{}'", member));
    check(stat, member);
    const uint64_t size = std::min<uint64_t>(stat.size, most);
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> open(zip_fopen_index(zip_.get(), stat.index, 0),
                                                                  zip_fclose);
    if (!open) fail(fmt::format("'{}' in it cannot be read ({})", member, zip_strerror(zip_.get())));
    auto bytes = std::make_shared_for_overwrite<std::byte[]>(std::max<uint64_t>(size, 1));
    uint64_t done = 0;
    while (done < size) {
      const zip_int64_t count = zip_fread(open.get(), bytes.get() + done, size - done);
      if (count <= 0)
        fail(fmt::format("'{}' in it is cut short or damaged ({})", member, zip_file_strerror(open.get())));
      done += static_cast<uint64_t>(count);
    }
    // The checksum is compared where the member ends.
    std::byte beyond;
    if (size == stat.size && zip_fread(open.get(), &beyond, 1) != 0)
      fail(fmt::format("'{}' in it is damaged: its checksum or size is wrong", member));
    return {std::move(bytes), size};
  }

  std::string source_of(const std::string& name) const { return source_ + ":" + name; }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is no usable npz file: {}.", source_, found));
  }

  void check(const zip_stat_t& stat, const std::string& member) const {
    constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_INDEX;
    if ((stat.valid & kNeeded) != kNeeded) fail(fmt::format("it has no readable '{}'", member));
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
      fail(fmt::format("'{}' in it is encrypted", member));
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
      fail(fmt::format("'{}' in it is compressed by method {}; stored or deflated was expected", member,
                       stat.comp_method));
    const uint64_t ratio = stat.comp_method == ZIP_CM_STORE ? 1 : kLargestRatio;
    if (stat.comp_size > file_size_ || stat.size > ratio * stat.comp_size)
      fail(fmt::format("'{}' in it promises {} bytes in {} of a file of {}", member, stat.size, stat.comp_size,
                       file_size_));
  }

  std::string source_;
  uint64_t file_size_ = 0;
  std::unique_ptr<zip_t, decltype(&zip_discard)> zip_{nullptr, zip_discard};
};

}  // namespace

std::vector<ArrayInfo> list_npz(const fs::path& path) {
  const Archive archive(path);
  std::vector<ArrayInfo> arrays;
  for (const std::string& name : archive.names()) {
    const auto [bytes, size] = archive.read(name, kListedBytes);
    try {
      arrays.push_back({name, parse_npy_header({bytes.get(), size}, archive.source_of(name)).shape});
    } catch (const Error&) {
      continue;  // text or objects beside the numbers
    }
  }
  return arrays;
}

NumberArray read_npz(const fs::path& path, const std::string& name) {
  const Archive archive(path);
  const std::vector<std::string> names = archive.names();
  if (std::ranges::find(names, name) == names.end())
    throw Error(ErrorKind::kData, fmt::format("'{}' holds no array '{}'.{}", path.string(), name,
                                              names.empty() ? " It holds none at all." : did_you_mean(name, names)));
  auto [bytes, size] = archive.read(name, UINT64_MAX);
  const std::span<const std::byte> values(bytes.get(), size);
  return parse_npy(values, std::move(bytes), archive.source_of(name));
}

}  // namespace hourglass
