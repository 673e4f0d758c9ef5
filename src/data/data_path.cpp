#include "data/data_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

#include "data/annotations.h"
#include "data/array_file.h"
#include "formats/gzip.h"
#include "formats/image_folder.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

struct Extension {
  std::string_view text;
  FileKind kind;
};
constexpr std::array kExtensions{
    Extension{".csv.gz", FileKind::kTable}, Extension{".tsv.gz", FileKind::kTable},
    Extension{".txt.gz", FileKind::kTable}, Extension{".npy", FileKind::kNpy},
    Extension{".npz", FileKind::kNpz},      Extension{".mat", FileKind::kMat},
    Extension{".h5", FileKind::kHdf5},      Extension{".hdf5", FileKind::kHdf5},
    Extension{".hdf", FileKind::kHdf5},     Extension{".csv", FileKind::kTable},
    Extension{".tsv", FileKind::kTable},    Extension{".txt", FileKind::kTable},
    Extension{".idx", FileKind::kIdx},      Extension{".gz", FileKind::kIdx},
    Extension{"-ubyte", FileKind::kIdx},    Extension{".safetensors", FileKind::kSafetensors},
};

std::optional<FileKind> kind_of_name(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto found = std::ranges::find_if(kExtensions, [&](const Extension& e) { return name.ends_with(e.text); });
  return found == kExtensions.end() ? std::nullopt : std::optional(found->kind);
}

std::optional<FileKind> kind_of_content(std::string_view start) {
  constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n", kIdx("\0\0", 2);
  constexpr size_t kMatHeader = 128;
  if (start.starts_with("\x93NUMPY")) return FileKind::kNpy;
  if (start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06")) return FileKind::kNpz;
  if (start.starts_with(kHdf5)) return FileKind::kHdf5;
  if (start.starts_with("MATLAB") && start.size() >= kMatHeader) return FileKind::kMat;
  if (start.starts_with("\x1f\x8b") || start.starts_with(kIdx)) return FileKind::kIdx;
  return std::nullopt;
}

/// Returns the first bytes of a file, or nullopt if it cannot be read.
std::optional<std::string> first_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(4096, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

/// Returns the position of the colon in "file:array", or nullopt if there is no array. An existing file with the whole
/// name takes precedence.
std::optional<size_t> colon_of(const std::string& name) {
  std::error_code ignored;
  const size_t colon = name.rfind(':');
  if (colon == std::string::npos || colon == 0 || fs::exists(name, ignored)) return std::nullopt;
  return colon;
}

}  // namespace

const char* to_string(FileKind kind) {
  constexpr const char* kNames[] = {"images", "IDX", "npy", "npz", "MATLAB", "HDF5", "safetensors", "table"};
  return kNames[static_cast<size_t>(kind)];
}

bool is_data_path(const std::string& name) {
  const std::vector<std::string> named = dataset_names();
  if (std::ranges::find(named, name) != named.end()) return false;
  std::error_code ignored;
  const auto colon = colon_of(name);
  const fs::path file = name.substr(0, colon.value_or(name.size()));
  return !name.empty() && (file.has_parent_path() || kind_of_name(file) || fs::exists(file, ignored));
}

bool has_data_extension(const std::string& name) {
  const fs::path file = name.substr(0, colon_of(name).value_or(name.size()));
  return kind_of_name(file) || is_image_name(file);
}

DataPath parse_data_path(const std::string& name) {
  DataPath path{name, "", FileKind::kTable};
  if (const auto colon = colon_of(name)) {
    path.file = name.substr(0, *colon);
    path.array = name.substr(*colon + 1);
    path.array.erase(0, path.array.find_first_not_of('/'));
  }
  std::error_code error;
  if (fs::is_directory(path.file, error)) {
    path.kind = FileKind::kImages;
    return path;
  }
  if (fs::exists(path.file, error) && !fs::is_regular_file(path.file, error))
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot read '{}': it is not a regular file. To read data from a pipe, give "
                            "'-' and send them to standard input.",
                            name));
  const auto start = first_bytes(path.file);
  if (!start) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': there is no such file or folder.", name));
  const auto by_content = kind_of_content(*start), by_name = kind_of_name(path.file);
  if (by_content || by_name) {
    const bool is_packed_table = by_name == FileKind::kTable && is_gzip(*start);
    path.kind = by_content && !is_packed_table ? *by_content : *by_name;
    return path;
  }
  if (is_image_name(path.file)) {
    path.kind = FileKind::kImages;
    return path;
  }
  if (start->find('\0') != std::string::npos)
    throw Error(ErrorKind::kData, fmt::format("'{}' has an unknown format; an IDX, npy, npz, MATLAB (5 or 7.3), HDF5, "
                                              "safetensors, CSV, TSV or image file "
                                              "or a folder of images was expected.",
                                              name));
  return path;
}

void make_paths_absolute(DataConfig& config) {
  const auto make_absolute = [](std::string& path) { path = fs::absolute(path).lexically_normal().string(); };
  std::error_code ignored;
  if (!config.dir.empty()) make_absolute(config.dir);
  const bool is_path = is_data_path(config.name);
  if (is_path) make_absolute(config.name);
  if (config.labels.empty() || !fs::exists(config.labels, ignored)) return;
  if (is_path && fs::exists(config.name, ignored)) {
    const DataPath path = parse_data_path(config.name);
    const bool has_arrays = path.kind == FileKind::kNpz || path.kind == FileKind::kMat || path.kind == FileKind::kHdf5;
    if (has_arrays && has_labels(ArrayFile(path), config.labels)) return;
  }
  make_absolute(config.labels);
}

std::string data_title(const std::string& name) {
  if (!is_data_path(name)) return name;
  const auto colon = colon_of(name);
  fs::path path = name.substr(colon ? *colon + 1 : 0);
  if (!path.has_filename()) path = path.parent_path();
  if (path.extension() == ".gz") path = path.stem();
  return path.stem().string();
}

}  // namespace hourglass
