#pragma once

#include <cstdint>
#include <limits>

namespace hourglass {

/// Closed interval from `low` to `high`.
struct ValueRange {
  double low = 0;
  double high = 1;

  double width() const { return high - low; }

  /// Returns whether the range is within [0, 1], with a tolerance of 1e-5 of its width: rounding can put a scaled value
  /// slightly outside its target range.
  bool is_unit() const {
    const double margin = 1e-5 * width();
    return low >= -margin && high <= 1 + margin;
  }
};

/// Positions [begin, end) in a sample: the values of one category.
struct ValueGroup {
  int64_t begin, end;
  bool operator==(const ValueGroup&) const = default;
};

inline constexpr ValueRange kUnbounded{-std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::infinity()};

}  // namespace hourglass
