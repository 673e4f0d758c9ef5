#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Float array between two guards of NaN. Out-of-bounds writes are detected, and out-of-bounds reads give NaN results.
/// By default it starts one float after the start of a cache line, so that no vector load is aligned.
class GuardedFloats {
 public:
  explicit GuardedFloats(int64_t size, size_t offset = 1)
      : block_(kGuard + offset + static_cast<size_t>(size) + kGuard, guard()), begin_(kGuard + offset), size_(size) {}
  GuardedFloats(std::span<const float> values, size_t offset = 1)
      : GuardedFloats(static_cast<int64_t>(values.size()), offset) {
    std::ranges::copy(values, data());
  }

  float* data() { return block_.data() + begin_; }
  const float* data() const { return block_.data() + begin_; }
  int64_t size() const { return size_; }
  std::span<float> values() { return {data(), static_cast<size_t>(size_)}; }
  std::span<const float> values() const { return {data(), static_cast<size_t>(size_)}; }
  float operator[](int64_t i) const { return data()[i]; }

  /// Whether both guards are unchanged.
  bool intact() const {
    const auto unchanged = [](float value) {
      return std::bit_cast<uint32_t>(value) == std::bit_cast<uint32_t>(guard());
    };
    return std::all_of(block_.data(), data(), unchanged) &&
           std::all_of(data() + size_, block_.data() + block_.size(), unchanged);
  }

 private:
  static constexpr size_t kGuard = 64;
  static float guard() { return std::bit_cast<float>(0x7fc0abcdu); }

  AlignedVector<float> block_;
  size_t begin_;
  int64_t size_;
};

/// Whether `found` was not written out of bounds, and each value differs from the expected value by at most `tolerance`
/// plus `relative` times the expected magnitude.
inline testing::AssertionResult within(const GuardedFloats& found, const GuardedFloats& expected, float tolerance,
                                       float relative = 0) {
  if (!found.intact()) return testing::AssertionFailure() << "written out of bounds";
  for (int64_t i = 0; i < found.size(); ++i)
    if (!(std::abs(found[i] - expected[i]) <= tolerance + relative * std::abs(expected[i])))
      return testing::AssertionFailure() << "[" << i << "] is " << found[i] << ", expected " << expected[i];
  return testing::AssertionSuccess();
}

/// Uniform random values in [low, high), reproducible by seed.
inline std::vector<float> random_floats(int64_t size, uint64_t seed, float low = -1, float high = 1) {
  RandomStream random(seed, RandomPurpose::kInitialWeights, 0);
  std::vector<float> values(static_cast<size_t>(size));
  for (float& value : values) value = random.uniform(low, high);
  return values;
}

}  // namespace hourglass
