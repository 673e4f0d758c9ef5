#include "fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <memory>
#include <ostream>
#include <vector>

#include "core/file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

[[noreturn]] void reject(const fs::path& file, const std::string& found) {
  throw Error(ErrorKind::kData, fmt::format("Cannot unpack '{}': {}.", file.string(), found));
}

const char* reason(archive* reader) {
  const char* text = archive_error_string(reader);
  return text ? text : "it is damaged";
}

/// Returns the next entry, or nullptr at the end.
archive_entry* next_entry(archive* reader, const fs::path& file) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader, &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status < ARCHIVE_WARN) reject(file, reason(reader));
  return entry;
}

std::string path_of(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  return path ? path : "";
}

/// Archive inside another archive, read while the outer one is unpacked.
struct Inner {
  archive* outer;
  std::array<char, 1 << 16> block;
};

la_ssize_t read_inner(archive* reader, void* user, const void** bytes) {
  auto& inner = *static_cast<Inner*>(user);
  *bytes = inner.block.data();
  const la_ssize_t count = archive_read_data(inner.outer, inner.block.data(), inner.block.size());
  if (count < 0) archive_set_error(reader, archive_errno(inner.outer), "%s", reason(inner.outer));
  return count < 0 ? -1 : count;
}

/// Returns CLASS/IMAGE for "NAME/CLASS/IMAGE" (or "./NAME/..."), and "" for anything else. So no entry can be written
/// outside the target folder.
fs::path image_path(const std::string& entry, const std::string& name) {
  const fs::path path = fs::path(entry).lexically_normal();
  const std::string extension = path.extension().string();
  std::vector<std::string> parts;
  for (const fs::path& part : path) parts.push_back(part.string());
  const bool is_image = extension == ".jpg" || extension == ".png";
  if (parts.size() != 3 || parts[0] != name || parts[1].starts_with('.') || parts[2].starts_with('.') || !is_image)
    return {};
  return fs::path(parts[1]) / parts[2];
}

void write_entry(archive* reader, const fs::path& path, const fs::path& file) {
  fs::create_directories(path.parent_path());
  write_file_atomically(path, [&](std::ostream& out) {
    std::array<char, 1 << 16> block;
    la_ssize_t count = 0;
    while ((count = archive_read_data(reader, block.data(), block.size())) > 0) out.write(block.data(), count);
    if (count < 0) reject(file, reason(reader));
  });
}

int64_t unpack_inner(archive* outer, const std::string& name, const fs::path& target, const fs::path& file) {
  Inner inner{outer, {}};
  const Archive reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open(reader.get(), &inner, nullptr, read_inner, nullptr) != ARCHIVE_OK)
    reject(file, reason(reader.get()));
  int64_t count = 0;
  while (archive_entry* entry = next_entry(reader.get(), file)) {
    const fs::path image = image_path(path_of(entry), name);
    if (image.empty() || archive_entry_filetype(entry) != AE_IFREG) continue;
    write_entry(reader.get(), target / image, file);
    ++count;
  }
  return count;
}

int64_t unpack_into(const fs::path& file, const std::string& name, const fs::path& target) {
  const Archive reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_filename(reader.get(), file.c_str(), 1 << 16) != ARCHIVE_OK) reject(file, reason(reader.get()));
  while (archive_entry* entry = next_entry(reader.get(), file))
    if (fs::path(path_of(entry)).filename() == name + ".tar.gz") return unpack_inner(reader.get(), name, target, file);
  reject(file, fmt::format("it does not contain {}.tar.gz", name));
}

}  // namespace

int64_t unpack_images(const fs::path& archive, const std::string& name, const fs::path& target) {
  const fs::path part = target.string() + ".part";
  try {
    fs::remove_all(part);
    const int64_t count = unpack_into(archive, name, part);
    if (count == 0) reject(archive, fmt::format("its {}.tar.gz contains no images {}/CLASS/IMAGE", name, name));
    fs::rename(part, target);
    return count;
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(part, ignored);
    throw;
  }
}

}  // namespace hourglass
