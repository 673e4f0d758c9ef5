#pragma once
// How much of a column's numbers is lost when they become float32, and the origin that keeps them apart.

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace hourglass {

/// Collects the numbers of one column. Numbers far from 0 that differ little, such as times in seconds since 1970 or
/// identifiers, become equal in float32. Their differences from an origin do not.
class ColumnPrecision {
 public:
  template <typename T>
  void add(T value) {
    // long double holds every integer of 64 bits.
    using Exact = std::conditional_t<sizeof(T) == 8 && std::is_integral_v<T>, long double, double>;
    const auto exact = static_cast<Exact>(value);
    if (!std::isfinite(exact)) return;
    low_ = std::min(low_, static_cast<double>(exact));
    high_ = std::max(high_, static_cast<double>(exact));
    error_ = std::max(error_, static_cast<double>(std::abs(exact - static_cast<Exact>(static_cast<float>(value)))));
    if (is_whole_) is_whole_ = exact == std::trunc(exact);
  }

  /// Whether the column is stored as differences from `origin`: it has integers that float32 does not hold, or rounding
  /// is coarse for the range of the numbers.
  bool needs_origin() const {
    constexpr double kCoarse = 1e-5;
    return error_ > 0 && (is_whole_ || error_ > kCoarse * (high_ - low_));
  }
  /// The smallest number, rounded to double.
  double origin() const { return low_; }
  /// The largest error of a difference from the origin in float32, if it is coarse: integers that can become equal.
  double lost() const {
    const auto range = static_cast<float>(high_ - low_);
    const auto step = static_cast<double>(range) - static_cast<double>(std::nextafter(range, 0.0f));
    return is_whole_ && step > 1 ? step / 2 : 0;
  }

 private:
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_, error_ = 0;
  bool is_whole_ = true;
};

}  // namespace hourglass
