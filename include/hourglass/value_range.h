#pragma once

#include <limits>

namespace hourglass {

/// Values from `low` to `high`.
struct ValueRange {
  double low = 0;
  double high = 1;

  double width() const { return high - low; }

  /// Whether it lies in [0, 1], but for 1e-5 of its width: rounding may put a value a little outside of the
  /// range that it was scaled to.
  bool is_unit() const {
    const double margin = 1e-5 * width();
    return low >= -margin && high <= 1 + margin;
  }
};

inline constexpr ValueRange kUnbounded{-std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::infinity()};

}  // namespace hourglass
