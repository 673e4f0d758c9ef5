#include "fuzz/targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "formats/csv_table.h"
#include "formats/gzip.h"
#include "formats/hdf5.h"
#include "formats/idx.h"
#include "formats/image.h"
#include "formats/mat.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/safetensors.h"
#include "hourglass/config.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

/// File in memory, for readers that need a path.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : file_(memfd_create("fuzz", 0)) {
    if (file_ < 0 || write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("Cannot create a file in memory.");
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

/// Lists all arrays of a file and reads each. Ignores arrays that are rejected.
template <typename List, typename Read, typename ReadSparse>
void read_all(const std::string& bytes, List list, Read read, ReadSparse read_sparse) {
  const MemoryFile file(bytes);
  for (const ArrayInfo& array : list(file.path())) {
    try {
      if (array.is_sparse)
        summarize(with_other_slices(read_sparse(file.path(), array.name)).values);
      else
        summarize(read(file.path(), array.name));
    } catch (const Error&) {
    }
  }
}

template <auto parse>
void expect_errors_only(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const Error&) {
  }
}

void parse_gzip(const std::string& bytes) { gunzip(bytes, "x"); }

void parse_idx(const std::string& bytes) { summarize(read_idx(MemoryFile(bytes).path())); }

void parse_npy_file(const std::string& bytes) {
  const NumberArray array = parse_npy(std::as_bytes(std::span(bytes)), nullptr, "x");
  if (array.shape.size() < 5) summarize(with_dimensions_reversed(array));
}

void parse_npz(const std::string& bytes) {
  read_all(bytes, list_npz, read_npz, [](const auto& path, const auto&) { return read_sparse_npz(path); });
}
void parse_mat(const std::string& bytes) { read_all(bytes, list_mat, read_mat, read_sparse_mat); }
void parse_hdf5(const std::string& bytes) {
  read_all(bytes, list_hdf5, read_hdf5, read_sparse_hdf5);
  const MemoryFile file(bytes);
  for (const std::string& column : list_hdf5_group(file.path(), "obs")) {
    try {
      read_hdf5_texts(file.path(), "obs/" + column);
    } catch (const Error&) {
    }
  }
}

void parse_table(const std::string& bytes) {
  CsvOptions options;
  if (!is_gzip(bytes)) {
    parse_csv(bytes, options, "x");
    return;
  }
  read_csv(MemoryFile(bytes).path(), options);
}

void parse_image(const std::string& bytes) {
  const int pages = image_info(bytes, "x").pages;
  for (int page = 0; page < std::min(pages, 3); ++page) decode_image(bytes, "x", page);
}
void parse_safetensors(const std::string& bytes) { read_safetensors(MemoryFile(bytes).path()); }
void parse_toml(const std::string& bytes) { parse_config(bytes, "x"); }

constexpr FuzzTarget kTargets[] = {
    {"csv", expect_errors_only<parse_table>},
    {"gzip", expect_errors_only<parse_gzip>},
    {"hdf5", expect_errors_only<parse_hdf5>},
    {"idx", expect_errors_only<parse_idx>},
    {"image", expect_errors_only<parse_image>},
    {"mat", expect_errors_only<parse_mat>},
    {"npy", expect_errors_only<parse_npy_file>},
    {"npz", expect_errors_only<parse_npz>},
    {"safetensors", expect_errors_only<parse_safetensors>},
    {"toml", expect_errors_only<parse_toml>},
};

}  // namespace

std::span<const FuzzTarget> fuzz_targets() { return kTargets; }

}  // namespace hourglass
