#include "formats/mat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include "core/text.h"
#include "formats/hdf5.h"
#include "formats/mat_bytes.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

// The types and classes of version 5, as "MAT-File Format" numbers them.
constexpr int64_t kHeaderSize = 128, kTagSize = 8;
constexpr uint32_t kInt8 = 1, kInt32 = 5, kUint32 = 6, kMatrix = 14, kCompressed = 15;
constexpr uint32_t kClassMask = 0xff, kSparse = 5, kOpaque = 17, kLogical = 0x200, kComplex = 0x800;
constexpr int64_t kMostDimensions = 32, kLongestName = 4096;
constexpr int64_t kMostInflation = 1032;  // maximum compression ratio of DEFLATE (zlib's technical notes)

/// Returns the number type for a type code of the file.
std::optional<NumberType> stored_type(uint32_t type) {
  switch (type) {
    case 1:
      return NumberType::kInt8;
    case 2:
      return NumberType::kUint8;
    case 3:
      return NumberType::kInt16;
    case 4:
      return NumberType::kUint16;
    case 5:
      return NumberType::kInt32;
    case 6:
      return NumberType::kUint32;
    case 7:
      return NumberType::kFloat32;
    case 9:
      return NumberType::kFloat64;
    case 12:
      return NumberType::kInt64;
    case 13:
      return NumberType::kUint64;
    default:
      return std::nullopt;
  }
}

/// Returns the number type of a variable. Its numbers can be stored in a smaller type. Returns nullopt if the variable
/// is complex or not numeric.
std::optional<NumberType> type_of_variable(uint32_t flags) {
  constexpr uint32_t kFirst = 6;
  constexpr std::array kTypes = {NumberType::kFloat64, NumberType::kFloat32, NumberType::kInt8,  NumberType::kUint8,
                                 NumberType::kInt16,   NumberType::kUint16,  NumberType::kInt32, NumberType::kUint32,
                                 NumberType::kInt64,   NumberType::kUint64};
  const uint32_t number = flags & kClassMask;
  if (number == kSparse && !(flags & kComplex)) return NumberType::kFloat64;  // also of logical values
  if ((flags & kComplex) || number < kFirst || number - kFirst >= kTypes.size()) return std::nullopt;
  const NumberType type = kTypes[number - kFirst];
  if (!(flags & kLogical)) return type;
  return type == NumberType::kUint8 ? std::optional(NumberType::kBool) : std::nullopt;
}

bool is_float(NumberType type) { return type == NumberType::kFloat32 || type == NumberType::kFloat64; }

[[noreturn]] void fail(const fs::path& path, const std::string& found) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is not a valid MAT-file of version 5 or 7.3: {}.", path.string(), found));
}

/// A file of version 5. Every size in the file is checked against the available bytes before it is used.
class MatFile5 {
 public:
  struct Variable {
    std::string name;
    Shape shape;                     ///< rows first
    std::optional<NumberType> type;  ///< nullopt: complex or not numeric
    bool is_sparse = false;
  };

  /// Throws if the last element does not end at the end of the file.
  MatFile5(const fs::path& path, bool is_little) : path_(path), is_little_(is_little), in_(path, std::ios::binary) {
    const auto file_size = static_cast<int64_t>(fs::file_size(path));
    for (int64_t position = kHeaderSize; position < file_size;) {
      uint32_t tag[2];
      if (!in_.seekg(position).read(reinterpret_cast<char*>(tag), kTagSize))
        fail(fmt::format("it ends within the tag at byte {}", position));
      const Element element{number(tag[0]), number(tag[1]), position + kTagSize};
      position = element.begin + element.size;
      if (position > file_size)
        fail(fmt::format("it is truncated: it ends after {} bytes, but its last variable ends at byte {}", file_size,
                         position));
      if (element.type == kMatrix || element.type == kCompressed) elements_.push_back(element);
    }
  }

  /// Calls `visit` for each variable until it returns true. Then read_numbers() reads that variable.
  template <typename Visit>
  void for_each_variable(const Visit& visit) {
    for (const Element& element : elements_) {
      in_.seekg(element.begin);
      bytes_.emplace(in_, element.size, element.type == kCompressed);
      left_ = element.size;
      if (element.type == kCompressed) {
        left_ *= kMostInflation;
        const Tag inner = read_tag();
        if (inner.type != kMatrix) fail("its compressed data is not a variable");
        left_ = inner.size;
      }
      if (visit(read_description())) return;
    }
  }

  /// Reads the numbers in column-major order, as they are stored.
  NumberArray read_numbers(const Variable& variable) {
    NumberArray array = read_array(variable);
    const int64_t count = num_elements(array.shape);
    if (product_within(variable.shape, count) != count)
      fail(fmt::format("its variable '{}' declares {} numbers, but contains {}", variable.name,
                       to_string(variable.shape), count));
    array.shape = variable.shape;
    std::ranges::reverse(array.shape);
    if (variable.type == NumberType::kBool && array.type == NumberType::kUint8) array.type = NumberType::kBool;
    if (array.type == *variable.type) return array;
    const auto numbers = converted(array, *variable.type);
    if (!numbers)
      fail(fmt::format("its variable '{}' is {}, but contains numbers out of the range of that type", variable.name,
                       to_string(*variable.type)));
    return *numbers;
  }

  SparseMatrix read_sparse(const Variable& variable) {
    const NumberArray indices = read_array(variable), starts = read_array(variable);
    NumberArray values = read_array(variable);
    // MATLAB reserves memory for more indices and values than it uses.
    const int64_t count = visit_numbers(starts, [](auto numbers) {
      using Number = std::remove_const_t<typename decltype(numbers)::element_type>;
      if constexpr (std::is_integral_v<Number>)
        if (!numbers.empty() && std::in_range<int64_t>(numbers.back())) return static_cast<int64_t>(numbers.back());
      return int64_t{-1};
    });
    if (variable.shape.size() != 2 || count < 0 || count > std::min(indices.shape[0], values.shape[0]))
      fail(fmt::format("its sparse variable '{}' is damaged", variable.name));
    return sparse_matrix(variable.shape[0], variable.shape[1], true, starts, first(indices, count),
                         first(values, count), [&](const std::string& found) {
                           fail(fmt::format("its sparse variable '{}' is damaged: {}", variable.name, found));
                         });
  }

  [[noreturn]] void fail(const std::string& found) const { hourglass::fail(path_, found); }

 private:
  /// Position of a variable in the file.
  struct Element {
    uint32_t type;
    int64_t size, begin;
  };

  /// Header of a data element. Data of up to four bytes is stored in the tag itself.
  struct Tag {
    uint32_t type;
    int64_t size;
    std::optional<uint32_t> small_data;
  };

  static NumberArray first(NumberArray array, int64_t count) {
    array.shape = {count};
    array.bytes = array.bytes.first(static_cast<size_t>(count) * size_of(array.type));
    return array;
  }

  /// Reads the numbers of a data element, with the type they are stored in.
  NumberArray read_array(const Variable& variable) {
    const Tag tag = read_tag();
    const auto stored = stored_type(tag.type);
    if (!stored || (is_float(*stored) && !is_float(*variable.type)))
      fail(fmt::format("the numbers of its variable '{}' are of the wrong type {}", variable.name, tag.type));
    const auto number_size = static_cast<int64_t>(size_of(*stored));
    if (tag.size % number_size != 0)
      fail(fmt::format("its variable '{}' contains {} bytes of numbers of {} bytes", variable.name, tag.size,
                       number_size));
    auto [array, bytes] = allocate_numbers({tag.size / number_size}, *stored);
    read(tag, bytes.data(), fmt::format("the values of its variable '{}' are truncated or damaged", variable.name));
    if (!is_little_) reverse_byte_order(bytes, size_of(*stored));
    return array;
  }

  uint32_t number(uint32_t word) const { return is_little_ ? word : __builtin_bswap32(word); }

  void read_bytes(void* to, int64_t size, const std::string& message) {
    if (size > left_ || !bytes_->read(to, static_cast<size_t>(size))) fail(message);
    left_ -= size;
  }

  Tag read_tag() {
    uint32_t words[2];
    read_bytes(words, kTagSize, "it ends within a variable, or one of its sizes is wrong");
    const uint32_t first = number(words[0]), small_size = first >> 16;
    if (small_size > 4) fail(fmt::format("a tag declares {} bytes of small data; at most 4 were expected", small_size));
    if (small_size > 0) return {first & 0xffff, small_size, words[1]};
    const Tag tag{first, number(words[1]), std::nullopt};
    if (tag.size > left_)
      fail(
          fmt::format("a data element declares {} bytes, but only {} bytes of its variable are left", tag.size, left_));
    return tag;
  }

  /// Reads the bytes of a data element and its padding to a multiple of eight.
  void read(const Tag& tag, void* to, const std::string& message = "it ends within a variable") {
    if (tag.small_data) {
      std::memcpy(to, &*tag.small_data, static_cast<size_t>(tag.size));
      return;
    }
    read_bytes(to, tag.size, message);
    char padding[kTagSize];
    read_bytes(padding, std::min(left_, (kTagSize - tag.size % kTagSize) % kTagSize), message);
  }

  /// Reads the type, shape and name of a variable.
  Variable read_description() {
    if (left_ == 0) return {};  // an empty cell
    const Tag flags_tag = read_tag();
    if (flags_tag.type != kUint32 || flags_tag.size != 8) fail("the flags of a variable are damaged");
    uint32_t flags[2];
    read(flags_tag, flags);
    Variable variable;
    variable.type = type_of_variable(number(flags[0]));
    variable.is_sparse = (number(flags[0]) & kClassMask) == kSparse;
    if ((number(flags[0]) & kClassMask) == kOpaque) return variable;  // an object; its description has another format

    const Tag dimensions_tag = read_tag();
    if (dimensions_tag.type != kInt32 || dimensions_tag.size % 4 != 0 || dimensions_tag.size > 4 * kMostDimensions)
      fail("the dimensions of a variable are damaged");
    uint32_t dimensions[kMostDimensions];
    read(dimensions_tag, dimensions);
    for (int64_t i = 0; i < dimensions_tag.size / 4; ++i) variable.shape.push_back(number(dimensions[i]));
    if (variable.shape.empty()) variable.type.reset();

    const Tag name_tag = read_tag();
    if (name_tag.type != kInt8 || name_tag.size > kLongestName) fail("the name of a variable is damaged");
    variable.name.resize(static_cast<size_t>(name_tag.size));
    read(name_tag, variable.name.data());
    return variable;
  }

  fs::path path_;
  bool is_little_;
  std::ifstream in_;
  std::vector<Element> elements_;
  std::optional<ElementBytes> bytes_;  ///< of the current variable
  int64_t left_ = 0;                   ///< upper bound of the bytes left in it
};

/// Returns whether a version 5 file is little-endian. Returns nullopt for version 7.3, which is HDF5 after the header.
std::optional<bool> is_little_version_5(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path))
    throw Error(ErrorKind::kIo,
                fmt::format("Cannot read '{}': {}.", path.string(), std::strerror(in ? EISDIR : errno)));
  char header[kHeaderSize];
  in.read(header, kHeaderSize);
  if (in.gcount() == 0) fail(path, "it is empty");
  if (in.gcount() < kHeaderSize) fail(path, fmt::format("it ends after {} bytes", in.gcount()));
  const bool is_little = header[126] == 'I' && header[127] == 'M', is_big = header[126] == 'M' && header[127] == 'I';
  if (!is_little && !is_big) fail(path, "bytes 127 and 128 are neither 'IM' nor 'MI'");
  if (is_little && header[125] == 2) return std::nullopt;
  return is_little;
}

/// Variables are at the top level. MATLAB stores the contents of cells in a group, and text has the class char.
bool is_variable(const fs::path& path, const std::string& name) {
  return name.find('/') == std::string::npos && read_hdf5_text(path, name, "MATLAB_class") != "char";
}

[[noreturn]] void fail_missing(const fs::path& path, const std::string& name, const std::vector<std::string>& others) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' has no variable '{}'.{}", path.string(), name,
                          others.empty() ? " It has no numeric variables." : did_you_mean(name, others)));
}

/// Throws unless the file of version 7.3 has a variable with this name.
void check_mat_7(const fs::path& path, const std::string& name) {
  std::vector<std::string> others;
  for (const ArrayInfo& array : list_mat(path)) others.push_back(array.name);
  if (std::ranges::find(others, name) == others.end()) fail_missing(path, name, others);
}

NumberArray read_mat_7(const fs::path& path, const std::string& name) {
  check_mat_7(path, name);
  NumberArray array = read_hdf5(path, name);
  if (array.type == NumberType::kUint8 && read_hdf5_text(path, name, "MATLAB_class") == "logical")
    array.type = NumberType::kBool;
  return array;
}

/// Calls `read` at the variable with this name, which must be sparse or full.
template <typename Read>
auto read_mat_5(const fs::path& path, bool is_little, const std::string& name, bool is_sparse, const Read& read) {
  MatFile5 file(path, is_little);
  std::optional<decltype(read(file, MatFile5::Variable()))> found;
  std::vector<std::string> others;
  file.for_each_variable([&](const MatFile5::Variable& variable) {
    if (variable.name != name) {
      if (variable.type) others.push_back(variable.name);
      return false;
    }
    if (!variable.type || variable.is_sparse != is_sparse)
      file.fail(
          fmt::format("its variable '{}' is not a {} array of real numbers", name, is_sparse ? "sparse" : "full"));
    found = read(file, variable);
    return true;
  });
  if (!found) fail_missing(path, name, others);
  return *found;
}

}  // namespace

std::vector<ArrayInfo> list_mat(const fs::path& path) {
  std::vector<ArrayInfo> arrays;
  if (const auto is_little = is_little_version_5(path)) {
    MatFile5(path, *is_little).for_each_variable([&](const MatFile5::Variable& variable) {
      if (variable.type) arrays.push_back({variable.name, variable.shape, variable.is_sparse});
      return false;
    });
    return arrays;
  }
  for (ArrayInfo& array : list_hdf5(path)) {
    if (!is_variable(path, array.name)) continue;
    if (!array.is_sparse) std::ranges::reverse(array.shape);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

NumberArray read_mat(const fs::path& path, const std::string& name) {
  const auto is_little = is_little_version_5(path);
  if (!is_little) return read_mat_7(path, name);
  return read_mat_5(path, *is_little, name, false,
                    [](MatFile5& file, const MatFile5::Variable& variable) { return file.read_numbers(variable); });
}

SparseMatrix read_sparse_mat(const fs::path& path, const std::string& name) {
  if (const auto is_little = is_little_version_5(path))
    return read_mat_5(path, *is_little, name, true,
                      [](MatFile5& file, const MatFile5::Variable& variable) { return file.read_sparse(variable); });
  check_mat_7(path, name);
  return read_sparse_hdf5(path, name);
}

}  // namespace hourglass
