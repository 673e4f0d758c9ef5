#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

// Returns 32 bits for value j of a row. The values of successive words of a block are 16 apart.
uint32_t bits(const NoiseStream& stream, int64_t row, int64_t j) {
  const auto block = philox(
      {static_cast<uint32_t>(j / 64 * 16 + j % 16),
       static_cast<uint32_t>(stream.purpose) | stream.layer << 8 | static_cast<uint32_t>(stream.step >> 32) << 20,
       static_cast<uint32_t>(stream.step), static_cast<uint32_t>(row)},
      {static_cast<uint32_t>(stream.seed), static_cast<uint32_t>(stream.seed >> 32)});
  return block[static_cast<size_t>(j % 64 / 16)];
}

double uniform(const NoiseStream& stream, int64_t row, int64_t j) {
  return static_cast<double>(bits(stream, row, j) >> 8) * 0x1p-24;
}

// Two values 16 apart are the coordinates of one point in the plane (Box-Muller).
double normal(const NoiseStream& stream, int64_t row, int64_t j) {
  const bool second = j % 32 >= 16;
  const int64_t first = second ? j - 16 : j;
  const double radius = std::sqrt(-2 * std::log(1 - uniform(stream, row, first)));
  const double angle = 2 * std::numbers::pi * uniform(stream, row, first + 16);
  return radius * (second ? std::sin(angle) : std::cos(angle));
}

// Calls function(index, row of the batch, column) for each value of [rows, width].
template <typename Function>
void for_each_value(int64_t first_row, int64_t rows, int64_t width, const Function& function) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < width; ++j) function(i * width + j, first_row + i, j);
}

}  // namespace

void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  for_each_value(first_row, rows, width,
                 [&](int64_t at, int64_t row, int64_t j) { out[at] = static_cast<float>(uniform(stream, row, j)); });
}

void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out) {
  for_each_value(first_row, rows, width,
                 [&](int64_t at, int64_t row, int64_t j) { out[at] = static_cast<float>(normal(stream, row, j)); });
}

void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y) {
  const double bound = static_cast<double>(rate);
  for_each_value(first_row, rows, width, [&](int64_t at, int64_t row, int64_t j) {
    const double value = static_cast<double>(x[at]) / (1 - bound);
    y[at] = uniform(stream, row, j) < bound ? 0 : static_cast<float>(value);
  });
}

void add_gaussian(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float sigma,
                  const ValueRange& bounds, const float* x, float* y) {
  for_each_value(first_row, rows, width, [&](int64_t at, int64_t row, int64_t j) {
    const double value = static_cast<double>(x[at]) + static_cast<double>(sigma) * normal(stream, row, j);
    y[at] = static_cast<float>(std::clamp(value, bounds.low, bounds.high));
  });
}

void mask_values(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                 const float* x, float* y) {
  for_each_value(first_row, rows, width, [&](int64_t at, int64_t row, int64_t j) {
    y[at] = uniform(stream, row, j) < static_cast<double>(probability) ? 0 : x[at];
  });
}

void salt_and_pepper(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                     const ValueRange& bounds, const float* x, float* y) {
  const double bound = static_cast<double>(probability);
  for_each_value(first_row, rows, width, [&](int64_t at, int64_t row, int64_t j) {
    const double u = uniform(stream, row, j);
    y[at] = u < bound / 2 ? static_cast<float>(bounds.low) : u < bound ? static_cast<float>(bounds.high) : x[at];
  });
}

void bernoulli(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, const float* x, float* y) {
  for_each_value(first_row, rows, width, [&](int64_t i, int64_t row, int64_t j) {
    y[i] = uniform(stream, row, j) < static_cast<double>(x[i]) ? 1 : 0;
  });
}

}  // namespace hourglass::reference
