#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/reference/reference.h"

namespace hourglass::reference {

double activate(Activation activation, double x) {
  switch (activation) {
    case Activation::kIdentity:
      return x;
    case Activation::kRelu:
      return x < 0 ? 0 : x;
    case Activation::kLeakyRelu:
      return x < 0 ? 0.01 * x : x;
    case Activation::kElu:
      return x < 0 ? std::expm1(x) : x;
    case Activation::kGelu:
      return x / 2 * std::erfc(-x / std::numbers::sqrt2);
    case Activation::kTanh:
      return std::tanh(x);
    case Activation::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::kSoftplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
  }
  return x;
}

double derivative(Activation activation, double saved) {
  switch (activation) {
    case Activation::kIdentity:
      return 1;
    case Activation::kRelu:
      return saved > 0 ? 1 : 0;
    case Activation::kLeakyRelu:
      return saved > 0 ? 1 : 0.01;
    case Activation::kElu:
      return saved > 0 ? 1 : saved + 1;
    case Activation::kGelu:
      return std::erfc(-saved / std::numbers::sqrt2) / 2 +
             saved * std::exp(-saved * saved / 2) / std::sqrt(2 * std::numbers::pi);
    case Activation::kTanh:
      return 1 - saved * saved;
    case Activation::kSigmoid:
      return saved * (1 - saved);
    case Activation::kSoftplus:
      return -std::expm1(-saved);
  }
  return 1;
}

void activation_forward(Activation activation, int64_t n, const float* x, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(activate(activation, static_cast<double>(x[i])));
}

void activation_backward(Activation activation, int64_t rows, int64_t columns, const float* saved, float* diff,
                         float* diff_bias) {
  for (int64_t j = 0; j < columns; ++j) {
    double sum = 0;
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t at = i * columns + j;
      diff[at] =
          static_cast<float>(static_cast<double>(diff[at]) * derivative(activation, static_cast<double>(saved[at])));
      sum += static_cast<double>(diff[at]);
    }
    if (diff_bias) diff_bias[j] = static_cast<float>(sum);
  }
}

}  // namespace hourglass::reference
