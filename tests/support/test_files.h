#pragma once
// Files written by tests/files/make_files.py, and truncated copies of them.

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/file.h"
#include "formats/number_array.h"
#include "support/temporary_folder.h"

namespace hourglass {

inline std::filesystem::path test_file(const std::string& name) {
  return std::filesystem::path(HOURGLASS_TEST_DIR) / "files" / name;
}

inline std::string test_bytes(const std::string& name) { return read_file(test_file(name)); }

/// Returns the numbers of an array as doubles.
inline std::vector<double> as_doubles(const NumberArray& array) {
  return visit_numbers(array, [](auto values) {
    std::vector<double> doubles;
    for (auto value : values) doubles.push_back(static_cast<double>(value));
    return doubles;
  });
}

/// Returns the bytes of an npy file of float64 numbers (format 1.0).
inline std::string npy_of_doubles(const std::vector<double>& numbers, const Shape& shape) {
  std::string sizes;
  for (const int64_t size : shape) sizes += std::to_string(size) + ", ";
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + sizes + "), }";
  header.resize(117, ' ');
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n" +
         std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
}

/// Returns 0, 1 ... count - 1, times `step`.
inline std::vector<double> counting(size_t count, double step = 1) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i) * step;
  return values;
}

/// Calls `read` on files with the first 0, step, 2 step ... bytes of `bytes`, but never on the complete file.
inline void for_each_truncation(const std::string& bytes, const std::string& name,
                                const std::function<void(const std::filesystem::path&, size_t)>& read,
                                size_t step = 1) {
  const TemporaryFolder folder;
  for (size_t size = 0; size < bytes.size(); size += step) {
    write_file_atomically(folder / name, bytes.substr(0, size));
    read(folder / name, size);
  }
}

}  // namespace hourglass
