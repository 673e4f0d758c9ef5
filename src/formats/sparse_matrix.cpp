#include "formats/sparse_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace hourglass {
namespace {

/// Whether all numbers are integers of [0, limit].
bool are_indices(const NumberArray& array, int64_t limit) {
  if (array.type == NumberType::kFloat32 || array.type == NumberType::kFloat64) return false;
  return visit_numbers(array, [&](auto values) {
    return std::ranges::all_of(values, [&](auto value) {
      if constexpr (std::is_integral_v<decltype(value)>)
        return std::cmp_greater_equal(value, 0) && std::cmp_less_equal(value, limit);
      return false;
    });
  });
}

template <typename Integer>
std::vector<Integer> as_integers(const NumberArray& array) {
  return visit_numbers(array, [](auto values) {
    std::vector<Integer> integers(values.size());
    std::ranges::transform(values, integers.begin(), [](auto value) { return static_cast<Integer>(value); });
    return integers;
  });
}

}  // namespace

SparseMatrix sparse_matrix(int64_t num_rows, int64_t num_columns, bool by_columns, const NumberArray& starts,
                           const NumberArray& indices, NumberArray values,
                           const std::function<void(const std::string& found)>& reject) {
  constexpr int64_t kLargestSize = std::numeric_limits<uint32_t>::max();
  SparseMatrix matrix{num_rows, num_columns, by_columns, {}, {}, std::move(values)};
  const int64_t count = num_elements(matrix.values.shape);
  const std::string shape = fmt::format("{}x{}", num_rows, num_columns);
  if (std::min(num_rows, num_columns) < 0 || std::max(num_rows, num_columns) > kLargestSize)
    reject(fmt::format("its size {} is out of range", shape));
  // Nothing in the file backs the size of the other dimension, and memory is needed for it.
  constexpr int64_t kLargestSlice = int64_t{1} << 24, kMostPerValue = 1024;
  if (matrix.slice_size() > kLargestSlice + kMostPerValue * count)
    reject(fmt::format("it declares a size of {} for {} values", shape, count));
  if (num_elements(starts.shape) != matrix.num_slices() + 1)
    reject(fmt::format("it is a {} matrix by {} with {} starts; {} were expected", shape,
                       by_columns ? "columns" : "rows", num_elements(starts.shape), matrix.num_slices() + 1));
  if (num_elements(indices.shape) != count)
    reject(fmt::format("it has {} values and {} indices", count, num_elements(indices.shape)));
  if (!are_indices(starts, count)) reject(fmt::format("its starts are not all integers from 0 to {}", count));
  if (!are_indices(indices, matrix.slice_size() - 1))
    reject(fmt::format("its indices are not all integers from 0 to {}", matrix.slice_size() - 1));
  matrix.starts = as_integers<int64_t>(starts);
  matrix.indices = as_integers<uint32_t>(indices);
  if (matrix.starts.front() != 0 || matrix.starts.back() != count || !std::ranges::is_sorted(matrix.starts))
    reject(fmt::format("its starts do not rise from 0 to {}", count));
  return matrix;
}

SparseMatrix with_other_slices(const SparseMatrix& matrix) {
  SparseMatrix result{matrix.num_rows, matrix.num_columns, !matrix.by_columns, {}, {}, {}};
  result.starts.assign(static_cast<size_t>(result.num_slices()) + 1, 0);
  for (const uint32_t index : matrix.indices) ++result.starts[index + 1];
  for (size_t i = 1; i < result.starts.size(); ++i) result.starts[i] += result.starts[i - 1];
  result.indices.resize(matrix.indices.size());
  const auto allocated = allocate_numbers(matrix.values.shape, matrix.values.type);
  result.values = allocated.first;
  std::vector<int64_t> next(result.starts.begin(), result.starts.end() - 1);
  visit_numbers(matrix.values, [&](auto from) {
    using Number = std::remove_const_t<typename decltype(from)::element_type>;
    auto* to = reinterpret_cast<Number*>(allocated.second.data());
    for (int64_t slice = 0; slice < matrix.num_slices(); ++slice)
      for (int64_t i = matrix.starts[static_cast<size_t>(slice)]; i < matrix.starts[static_cast<size_t>(slice) + 1];
           ++i) {
        const int64_t at = next[matrix.indices[static_cast<size_t>(i)]]++;
        result.indices[static_cast<size_t>(at)] = static_cast<uint32_t>(slice);
        to[at] = from[static_cast<size_t>(i)];
      }
  });
  return result;
}

}  // namespace hourglass
