#include "formats/number_array.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

#include "core/mapped_file.h"

namespace hourglass {
namespace {

/// Copies one number of `size` bytes. Sizes are compile-time constants, so each copy is one load and one store.
void copy_number(std::byte* target, const std::byte* source, size_t size) {
  switch (size) {
    case 1:
      *target = *source;
      return;
    case 2:
      std::memcpy(target, source, 2);
      return;
    case 4:
      std::memcpy(target, source, 4);
      return;
    default:
      std::memcpy(target, source, 8);
  }
}

/// Returns the stride of each dimension of a row-major array, in numbers.
std::vector<int64_t> strides_of(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// Copies one plane in tiles, so that reads and writes both use whole cache lines. The plane has two dimensions: the
/// last one of the result and the last one of the source. The caller loops over all other dimensions.
struct TiledCopy {
  const std::byte* source;
  std::byte* target;
  size_t number_size;
  int64_t rows, columns;              // of the plane; columns are contiguous in the target
  int64_t source_row, source_column;  // strides in numbers
  int64_t target_row;

  void run() const {
    constexpr int64_t kTile = 32;
    for (int64_t r = 0; r < rows; r += kTile)
      for (int64_t c = 0; c < columns; c += kTile)
        copy_tile(r, std::min(rows, r + kTile), c, std::min(columns, c + kTile));
  }

  void copy_tile(int64_t row_begin, int64_t row_end, int64_t column_begin, int64_t column_end) const {
    const auto size = static_cast<int64_t>(number_size);
    for (int64_t r = row_begin; r < row_end; ++r)
      for (int64_t c = column_begin; c < column_end; ++c)
        copy_number(target + (r * target_row + c) * size, source + (r * source_row + c * source_column) * size,
                    number_size);
  }
};

/// The type to compute with.
template <typename T>
using Arithmetic = std::conditional_t<std::is_arithmetic_v<T>, T, float>;

/// Adds values[begin, end) to the summary.
template <typename T>
void summarize_block(std::span<const T> values, size_t begin, size_t end, ValueSummary& summary) {
  using Number = Arithmetic<T>;
  Number low = std::numeric_limits<Number>::max(), high = std::numeric_limits<Number>::lowest();
  if constexpr (std::is_integral_v<T>) {
    for (size_t i = begin; i < end; ++i) {
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
  } else {
    bool is_whole = true;
    for (size_t i = begin; i < end; ++i) {
      const Number value = values[i];
      if (!std::isfinite(value)) {
        if (summary.num_not_finite++ == 0) summary.first_not_finite = static_cast<int64_t>(i);
        continue;
      }
      low = std::min(low, value);
      high = std::max(high, value);
      is_whole = is_whole && value == std::trunc(value);
    }
    summary.is_whole = summary.is_whole && is_whole;
  }
  if (low > high) return;
  summary.min = std::min(summary.min, static_cast<double>(low));
  summary.max = std::max(summary.max, static_cast<double>(high));
}

}  // namespace

size_t size_of(NumberType type) {
  switch (type) {
    case NumberType::kBool:
    case NumberType::kInt8:
    case NumberType::kUint8:
      return 1;
    case NumberType::kInt16:
    case NumberType::kUint16:
    case NumberType::kFloat16:
    case NumberType::kBfloat16:
      return 2;
    case NumberType::kInt32:
    case NumberType::kUint32:
    case NumberType::kFloat32:
      return 4;
    case NumberType::kInt64:
    case NumberType::kUint64:
    case NumberType::kFloat64:
      return 8;
  }
  return 8;
}

const char* to_string(NumberType type) {
  constexpr const char* kNames[] = {"bool",  "int8",   "uint8",   "int16",   "uint16",  "int32",   "uint32",
                                    "int64", "uint64", "float32", "float64", "float16", "bfloat16"};
  return kNames[static_cast<size_t>(type)];
}

std::pair<NumberArray, std::span<std::byte>> allocate_numbers(Shape shape, NumberType type) {
  const size_t num_bytes = static_cast<size_t>(num_elements(shape)) * size_of(type);
  auto memory = std::make_shared_for_overwrite<std::byte[]>(std::max<size_t>(num_bytes, 1));
  const std::span<std::byte> bytes(memory.get(), num_bytes);
  return {NumberArray{std::move(shape), type, bytes, std::move(memory), false}, bytes};
}

void reverse_byte_order(std::span<std::byte> bytes, size_t size) {
  for (auto number = bytes.begin(); number != bytes.end(); number += static_cast<int64_t>(size))
    std::reverse(number, number + static_cast<int64_t>(size));
}

std::optional<NumberArray> converted(const NumberArray& from, NumberType type) {
  const auto to = allocate_numbers(from.shape, type);
  const bool fits = visit_numbers(from, [&](auto source) {
    return visit_numbers(to.first, [&](auto target) {
      using Number = std::remove_const_t<typename decltype(target)::element_type>;
      auto* out = reinterpret_cast<Number*>(to.second.data());
      for (const auto x : source) {
        if constexpr (!std::is_arithmetic_v<Number>) {
          return false;
        } else if constexpr (std::is_integral_v<Number> && std::is_integral_v<decltype(x)>) {
          if (!std::in_range<Number>(x)) return false;
        } else if constexpr (std::is_same_v<Number, float> && std::is_same_v<decltype(x), const double>) {
          const auto value = static_cast<double>(x);
          if (std::isfinite(value) && std::abs(value) > std::numeric_limits<Number>::max()) return false;
        }
        if constexpr (std::is_arithmetic_v<Number>) *out++ = static_cast<Number>(x);
      }
      return true;
    });
  });
  return fits ? std::optional(to.first) : std::nullopt;
}

int64_t product_within(const Shape& shape, int64_t limit) {
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  int64_t product = 1;
  for (int64_t size : shape) {
    if (size < 0 || product > limit / size) return -1;
    product *= size;
  }
  return product;
}

NumberArray permuted(const NumberArray& array, std::span<const size_t> axes) {
  const size_t rank = axes.size();
  Shape shape(rank);
  for (size_t i = 0; i < rank; ++i) shape[i] = array.shape[axes[i]];
  auto [result, bytes] = allocate_numbers(shape, array.type);
  if (bytes.empty()) return result;
  if (std::ranges::is_sorted(axes)) {
    std::ranges::copy(array.bytes, bytes.begin());
    return result;
  }

  const std::vector<int64_t> array_strides = strides_of(array.shape), target_strides = strides_of(shape);
  std::vector<int64_t> source_strides(rank);
  for (size_t i = 0; i < rank; ++i) source_strides[i] = array_strides[axes[i]];
  const size_t column = rank - 1;
  size_t row = static_cast<size_t>(std::ranges::find(axes, rank - 1) - axes.begin());
  if (row == column) row = rank - 2;

  TiledCopy copy{nullptr,
                 nullptr,
                 size_of(array.type),
                 shape[row],
                 shape[column],
                 source_strides[row],
                 source_strides[column],
                 target_strides[row]};
  std::vector<int64_t> index(rank, 0);  // of the dimensions outside the plane
  while (true) {
    const int64_t from = std::inner_product(index.begin(), index.end(), source_strides.begin(), int64_t{0});
    const int64_t to = std::inner_product(index.begin(), index.end(), target_strides.begin(), int64_t{0});
    copy.source = array.bytes.data() + from * static_cast<int64_t>(copy.number_size);
    copy.target = bytes.data() + to * static_cast<int64_t>(copy.number_size);
    copy.run();
    size_t i = rank;
    while (i-- > 0) {
      if (i == row || i == column) continue;
      if (++index[i] < shape[i]) break;
      index[i] = 0;
    }
    if (i == static_cast<size_t>(-1)) return result;
  }
}

ValueSummary summarize(const NumberArray& array) {
  constexpr size_t kBlock = size_t{1} << 22;
  return visit_numbers(array, [&](auto values) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    ValueSummary summary{.min = kInfinity, .max = -kInfinity};
    for (size_t begin = 0; begin < values.size(); begin += kBlock) {
      const size_t end = std::min(values.size(), begin + kBlock);
      summarize_block(values, begin, end, summary);
      if (array.is_mapped) release_mapped(std::as_bytes(values.subspan(begin, end - begin)));
    }
    if (summary.min > summary.max) summary.min = summary.max = 0;
    return summary;
  });
}

NumberArray with_dimensions_reversed(const NumberArray& array) {
  std::vector<size_t> axes(array.shape.size());
  std::iota(axes.rbegin(), axes.rend(), size_t{0});
  return permuted(array, axes);
}

}  // namespace hourglass
