#include <cmath>
#include <vector>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

std::vector<double> probabilities(const float* z, int64_t n) {
  double sum = 0;
  std::vector<double> y;
  for (int64_t k = 0; k < n; ++k) sum += std::exp(static_cast<double>(z[k]));
  for (int64_t k = 0; k < n; ++k) y.push_back(std::exp(static_cast<double>(z[k])) / sum);
  return y;
}

}  // namespace

void softmax(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits, float* y) {
  for (int64_t row = 0; row < rows; ++row)
    for (const ValueGroup& group : groups) {
      const int64_t first = row * dim + group.begin;
      const std::vector<double> p = probabilities(logits + first, group.end - group.begin);
      for (size_t k = 0; k < p.size(); ++k) y[first + static_cast<int64_t>(k)] = static_cast<float>(p[k]);
    }
}

double softmax_cross_entropy(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits,
                             const float* target, float scale, float* diff) {
  double total = 0;
  for (int64_t row = 0; row < rows; ++row)
    for (const ValueGroup& group : groups) {
      const int64_t first = row * dim + group.begin;
      const std::vector<double> p = probabilities(logits + first, group.end - group.begin);
      double mass = 0;
      for (size_t k = 0; k < p.size(); ++k) {
        const auto x = static_cast<double>(target[first + static_cast<int64_t>(k)]);
        mass += x;
        total -= x * std::log(p[k]);
      }
      for (size_t k = 0; k < p.size() && diff; ++k) {
        const int64_t at = first + static_cast<int64_t>(k);
        diff[at] = static_cast<float>(static_cast<double>(scale) * (mass * p[k] - static_cast<double>(target[at])));
      }
    }
  return total;
}

}  // namespace hourglass::reference
