#pragma once
// Access to golden files of the analysis tests: arrays as integers, and numbers from the metadata.

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/golden.h"

namespace hourglass {

inline std::vector<int32_t> integers(const Golden& golden, const std::string& name) {
  std::vector<int32_t> values;
  for (const float value : golden[name].values) values.push_back(static_cast<int32_t>(std::lround(value)));
  return values;
}

inline double number(const Golden& golden, const std::string& name) { return std::stod(golden.metadata(name)); }

/// Compares with a number of the golden file; the project guarantees a relative error of 1e-5 for deterministic
/// metrics.
inline void expect_equals(double found, const Golden& golden, const std::string& name, double tolerance = 1e-5) {
  const double expected = number(golden, name);
  EXPECT_NEAR(found, expected, tolerance * std::abs(expected)) << name;
}

inline std::vector<float> floats(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// Matrix {rows, d} of values in row-major order.
inline Tensor matrix(int64_t rows, const std::vector<float>& values) {
  Tensor result({rows, static_cast<int64_t>(values.size()) / rows});
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

}  // namespace hourglass
