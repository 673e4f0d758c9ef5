#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"

namespace hourglass::reference {

void column_sums(int64_t rows, int64_t columns, const float* x, const float* other, double* sums, double* products) {
  std::fill_n(sums, columns, 0.0);
  std::fill_n(products, columns, 0.0);
  for (int64_t i = 0; i < rows * columns; ++i) {
    sums[i % columns] += static_cast<double>(x[i]);
    products[i % columns] += static_cast<double>(x[i]) * static_cast<double>(other ? other[i] : x[i]);
  }
}

void affine_columns(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift, float* y) {
  for (int64_t i = 0; i < rows * columns; ++i) {
    const int64_t j = i % columns;
    y[i] =
        static_cast<float>(static_cast<double>(scale[j]) * static_cast<double>(x[i]) + static_cast<double>(shift[j]));
  }
}

void affine_columns_2(int64_t rows, int64_t columns, const float* diff_y, const float* x, const float* a,
                      const float* b, const float* c, float* diff_x) {
  for (int64_t i = 0; i < rows * columns; ++i) {
    const int64_t j = i % columns;
    diff_x[i] = static_cast<float>(static_cast<double>(a[j]) * static_cast<double>(diff_y[i]) +
                                   static_cast<double>(b[j]) * static_cast<double>(x[i]) + static_cast<double>(c[j]));
  }
}

void layer_norm_forward(int64_t rows, int64_t width, float epsilon, const float* x, const float* gain,
                        const float* shift, float* y, float* statistics) {
  const double n = static_cast<double>(width);
  for (int64_t row = 0; row < rows; ++row, x += width, y += width, statistics += 2) {
    double mean = 0, variance = 0;
    for (int64_t j = 0; j < width; ++j) mean += static_cast<double>(x[j]) / n;
    for (int64_t j = 0; j < width; ++j) variance += std::pow(static_cast<double>(x[j]) - mean, 2) / n;
    const double r = 1 / std::sqrt(variance + static_cast<double>(epsilon));
    for (int64_t j = 0; j < width; ++j)
      y[j] = static_cast<float>(static_cast<double>(gain[j]) * (static_cast<double>(x[j]) - mean) * r +
                                static_cast<double>(shift[j]));
    statistics[0] = static_cast<float>(mean);
    statistics[1] = static_cast<float>(r);
  }
}

void layer_norm_backward(int64_t rows, int64_t width, const float* x, const float* statistics, const float* gain,
                         const float* diff_y, float* diff_x, float* diff_gain, float* diff_shift) {
  const auto normal = [&](int64_t row, int64_t j) {
    const double mean = static_cast<double>(statistics[2 * row]), r = static_cast<double>(statistics[2 * row + 1]);
    return (static_cast<double>(x[row * width + j]) - mean) * r;
  };
  const auto diff = [&](int64_t row, int64_t j) { return static_cast<double>(diff_y[row * width + j]); };
  for (int64_t j = 0; j < width; ++j) {
    double of_gain = 0, of_shift = 0;
    for (int64_t row = 0; row < rows; ++row) {
      of_gain += diff(row, j) * normal(row, j);
      of_shift += diff(row, j);
    }
    diff_gain[j] = static_cast<float>(of_gain);
    diff_shift[j] = static_cast<float>(of_shift);
  }
  for (int64_t row = 0; diff_x && row < rows; ++row) {
    double mean = 0, mean_product = 0;
    for (int64_t j = 0; j < width; ++j) {
      const double g = static_cast<double>(gain[j]) * diff(row, j);
      mean += g / static_cast<double>(width);
      mean_product += g * normal(row, j) / static_cast<double>(width);
    }
    for (int64_t j = 0; j < width; ++j) {
      const double g = static_cast<double>(gain[j]) * diff(row, j);
      diff_x[row * width + j] =
          static_cast<float>(static_cast<double>(statistics[2 * row + 1]) * (g - mean - normal(row, j) * mean_product));
    }
  }
}

}  // namespace hourglass::reference
