#include "formats/mat.h"

#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>

#include "core/text.h"
#include "formats/hdf5_handle.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

/// DEFLATE stores at most this many bytes in one (zlib's technical notes), and a number takes at least a byte.
constexpr int64_t kMostNumbersPerByte = 1032;
constexpr int kMostDimensions = 32;

/// One file; every failure names it.
class MatFile {
 public:
  explicit MatFile(const fs::path& path) : source_(path.string()) {
    check_frame(path);
    file_.reset(Mat_Open(source_.c_str(), MAT_ACC_RDONLY));
    if (!file_) fail("it cannot be opened");
  }

  /// Calls `visit` with each variable's description until it returns true.
  template <typename Visit>
  void for_each_variable(const Visit& visit) {
    while (true) {
      const Variable variable(Mat_VarReadNextInfo(file_.get()), Mat_VarFree);
      if (!variable || visit(*variable)) return;
    }
  }

  NumberArray read_values(matvar_t& variable, NumberType type, Shape shape) {
    const int64_t count = product_within(shape, kMostNumbersPerByte * file_size_);
    if (count < 0)
      fail(fmt::format("its variable '{}' promises {} numbers in a file of {} bytes", variable.name,
                       hourglass::to_string(shape), file_size_));
    std::ranges::reverse(shape);
    auto [array, bytes] = allocate_numbers(std::move(shape), type);
    if (bytes.empty()) return array;
    if (Mat_VarReadDataAll(file_.get(), &variable) != 0 || !variable.data || variable.nbytes < bytes.size())
      fail(fmt::format("the values of its variable '{}' are cut short or damaged", variable.name));
    std::memcpy(bytes.data(), variable.data, bytes.size());
    return array;
  }

  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is no usable MAT-file of version 5 or 7.3: {}.", source_, found));
  }

 private:
  using Variable = std::unique_ptr<matvar_t, decltype(&Mat_VarFree)>;

  /// That the header is one, and that the elements of a version 5 file end where the file does.
  void check_frame(const fs::path& path) {
    constexpr size_t kHeader = 128, kTag = 8;
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in || fs::is_directory(path))
      throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", source_, std::strerror(errno)));
    file_size_ = in.tellg();
    char header[kHeader];
    if (file_size_ == 0) fail("it is empty");
    if (!in.seekg(0).read(header, kHeader)) fail(fmt::format("it ends after {} bytes", file_size_));
    const bool is_little = header[126] == 'I' && header[127] == 'M', is_big = header[126] == 'M' && header[127] == 'I';
    if (!is_little && !is_big) fail("bytes 127 and 128 are neither 'IM' nor 'MI'");
    if (is_little && header[125] == 2) return;  // version 7.3 continues in HDF5, which knows its own size
    int64_t position = kHeader;
    while (position < file_size_) {
      uint32_t tag[2];
      if (!in.seekg(position).read(reinterpret_cast<char*>(tag), kTag))
        fail(fmt::format("it ends within the tag at byte {}", position));
      const uint32_t num_bytes = is_little ? tag[1] : __builtin_bswap32(tag[1]);
      position += static_cast<int64_t>(kTag) + num_bytes;
      if (position > file_size_)
        fail(fmt::format("it ends after {} bytes, within a variable that would reach to byte {}; it is cut short",
                         file_size_, position));
    }
  }

  QuietHdf5 quiet_;
  std::string source_;
  int64_t file_size_ = 0;
  std::unique_ptr<mat_t, decltype(&Mat_Close)> file_{nullptr, Mat_Close};
};

/// Of the variables that are read: full, real, numeric.
std::optional<NumberType> number_type(const matvar_t& variable) {
  if (variable.isComplex || !variable.name) return std::nullopt;
  if (variable.isLogical) return variable.class_type == MAT_C_UINT8 ? std::optional(NumberType::kBool) : std::nullopt;
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
      return NumberType::kFloat64;
    case MAT_C_SINGLE:
      return NumberType::kFloat32;
    case MAT_C_INT8:
      return NumberType::kInt8;
    case MAT_C_UINT8:
      return NumberType::kUint8;
    case MAT_C_INT16:
      return NumberType::kInt16;
    case MAT_C_UINT16:
      return NumberType::kUint16;
    case MAT_C_INT32:
      return NumberType::kInt32;
    case MAT_C_UINT32:
      return NumberType::kUint32;
    case MAT_C_INT64:
      return NumberType::kInt64;
    case MAT_C_UINT64:
      return NumberType::kUint64;
    default:
      return std::nullopt;
  }
}

/// Rows first, or nothing where the rank makes no sense.
std::optional<Shape> shape_of(const matvar_t& variable) {
  if (variable.rank < 1 || variable.rank > kMostDimensions || !variable.dims) return std::nullopt;
  Shape shape;
  for (int i = 0; i < variable.rank; ++i)
    shape.push_back(static_cast<int64_t>(std::min<size_t>(variable.dims[i], INT64_MAX)));
  return shape;
}

}  // namespace

std::vector<ArrayInfo> list_mat(const fs::path& path) {
  std::vector<ArrayInfo> arrays;
  MatFile(path).for_each_variable([&](const matvar_t& variable) {
    const auto shape = shape_of(variable);
    if (shape && number_type(variable)) arrays.push_back({variable.name, *shape});
    return false;
  });
  return arrays;
}

NumberArray read_mat(const fs::path& path, const std::string& name) {
  MatFile file(path);
  std::optional<NumberArray> found;
  std::vector<std::string> others;
  file.for_each_variable([&](matvar_t& variable) {
    if (!variable.name) return false;
    if (variable.name != name) {
      others.emplace_back(variable.name);
      return false;
    }
    const auto type = number_type(variable);
    const auto shape = shape_of(variable);
    if (!type || !shape) file.fail(fmt::format("its variable '{}' is no full array of real numbers", name));
    found = file.read_values(variable, *type, *shape);
    return true;
  });
  if (!found)
    throw Error(ErrorKind::kData, fmt::format("'{}' holds no variable '{}'.{}", path.string(), name,
                                              others.empty() ? " It holds none at all." : did_you_mean(name, others)));
  return *found;
}

}  // namespace hourglass
