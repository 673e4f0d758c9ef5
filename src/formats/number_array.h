#pragma once
// What the readers of this folder return: numbers of any type, as they lie in a file.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hourglass/error.h"
#include "hourglass/tensor.h"

namespace hourglass {

enum class NumberType {
  kBool,  ///< a byte, 0 or 1
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
};

/// Bytes of one number.
size_t size_of(NumberType type);
/// "uint8", "float32"
const char* to_string(NumberType type);

/// A row-major array in the machine's byte order.
struct NumberArray {
  Shape shape;
  NumberType type = NumberType::kUint8;
  std::span<const std::byte> bytes;   ///< num_elements(shape) numbers, aligned for their type
  std::shared_ptr<const void> owner;  ///< keeps `bytes` alive: memory, or a mapping of the file
  bool is_mapped = false;             ///< they lie in a file

  /// The numbers, where T is their type.
  template <typename T>
  std::span<const T> values() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

/// The summary of values that decides what they stand for.
struct ValueSummary {
  double min = 0, max = 0;       ///< of the finite values; 0 where there is none
  bool is_whole = true;          ///< no finite value has a fraction
  int64_t num_not_finite = 0;    ///< NaN or infinite
  int64_t first_not_finite = 0;  ///< index
};

/// One of several arrays in a file.
struct ArrayInfo {
  std::string name;
  Shape shape;
};

/// An array in fresh memory, not initialised, and where it is to be filled.
std::pair<NumberArray, std::span<std::byte>> allocate_numbers(Shape shape, NumberType type);

/// Turns each number of `size` bytes from one byte order into the other.
void reverse_byte_order(std::span<std::byte> bytes, size_t size);

/// The product of sizes that a file states, or -1 where it is more than `limit` (>= 0): never overflows.
int64_t product_within(const Shape& shape, int64_t limit);

/// The array with its dimensions in another order, as numpy.transpose: dimension i of the result is dimension axes[i]
/// of `array`. `axes` must be a permutation of 0 ... rank - 1.
NumberArray permuted(const NumberArray& array, std::span<const size_t> axes);

/// One pass over all values; what of a file was mapped for it is given back.
ValueSummary summarize(const NumberArray& array);

/// permuted() to the opposite order: turns what was stored column by column into rows.
NumberArray with_dimensions_reversed(const NumberArray& array);

/// Calls `visit` with the numbers as a span of their own type; kBool as uint8_t.
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
  }
  throw Error(ErrorKind::kUsage, "A number array of no known type.");
}

}  // namespace hourglass
