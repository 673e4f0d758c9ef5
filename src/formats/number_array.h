#pragma once
// Arrays of any number type, returned by the readers in this folder.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/float16.h"
#include "hourglass/error.h"
#include "hourglass/tensor.h"

namespace hourglass {

enum class NumberType {
  kBool,  ///< one byte, 0 or 1
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kFloat32,
  kFloat64,
  kFloat16,
  kBfloat16,
};

/// Size of one number in bytes.
size_t size_of(NumberType type);
/// "uint8", "float32"
const char* to_string(NumberType type);

/// Row-major array in the machine's byte order.
struct NumberArray {
  Shape shape;
  NumberType type = NumberType::kUint8;
  std::span<const std::byte> bytes;   ///< num_elements(shape) numbers, aligned for their type
  std::shared_ptr<const void> owner;  ///< keeps `bytes` alive: memory, or a mapping of the file
  bool is_mapped = false;             ///< `bytes` are in a mapped file

  /// The numbers. T must be their type.
  template <typename T>
  std::span<const T> values() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

/// Summary of values, used to infer their meaning.
struct ValueSummary {
  double min = 0, max = 0;       ///< of the finite values; 0 if there are none
  bool is_whole = true;          ///< all finite values are integers
  int64_t num_not_finite = 0;    ///< number of NaN or infinite values
  int64_t first_not_finite = 0;  ///< index of the first of them
};

/// Name and shape of an array in a file.
struct ArrayInfo {
  std::string name;
  Shape shape;
  bool is_sparse = false;  ///< a SparseMatrix
};

/// Allocates an uninitialized array. Returns it and its writable bytes.
std::pair<NumberArray, std::span<std::byte>> allocate_numbers(Shape shape, NumberType type);

/// Reverses the bytes of each number of `size` bytes.
void reverse_byte_order(std::span<std::byte> bytes, size_t size);

/// Converts the numbers to `type`. Returns nullopt if it cannot hold one of them.
std::optional<NumberArray> converted(const NumberArray& from, NumberType type);

/// Returns the product of the sizes, or -1 if it is more than `limit` (>= 0). Never overflows.
int64_t product_within(const Shape& shape, int64_t limit);

/// Transposes the dimensions like numpy.transpose: dimension i of the result is dimension axes[i] of `array`. `axes`
/// must be a permutation of 0 ... rank - 1.
NumberArray permuted(const NumberArray& array, std::span<const size_t> axes);

/// Summarizes all values in one pass. Releases the pages of a mapped file.
ValueSummary summarize(const NumberArray& array);

/// Transposes to the reverse order of dimensions, which converts column-major to row-major data.
NumberArray with_dimensions_reversed(const NumberArray& array);

/// Calls `visit` with the numbers as a span of their type; kBool as uint8_t, numbers of half precision as Float16 and
/// Bfloat16, which convert to float.
template <typename Visit>
decltype(auto) visit_numbers(const NumberArray& array, Visit&& visit) {
  switch (array.type) {
    case NumberType::kBool:
    case NumberType::kUint8:
      return visit(array.values<uint8_t>());
    case NumberType::kInt8:
      return visit(array.values<int8_t>());
    case NumberType::kInt16:
      return visit(array.values<int16_t>());
    case NumberType::kUint16:
      return visit(array.values<uint16_t>());
    case NumberType::kInt32:
      return visit(array.values<int32_t>());
    case NumberType::kUint32:
      return visit(array.values<uint32_t>());
    case NumberType::kInt64:
      return visit(array.values<int64_t>());
    case NumberType::kUint64:
      return visit(array.values<uint64_t>());
    case NumberType::kFloat32:
      return visit(array.values<float>());
    case NumberType::kFloat64:
      return visit(array.values<double>());
    case NumberType::kFloat16:
      return visit(array.values<Float16>());
    case NumberType::kBfloat16:
      return visit(array.values<Bfloat16>());
  }
  throw Error(ErrorKind::kUsage, "The number array has an unknown type.");
}

}  // namespace hourglass
