#include "kernels/softmax.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/softmax.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Returns the largest of z[n]; NaN if one of them is.
HWY_INLINE float largest(size_t n, const float* z) {
  float most = z[0];
  for (size_t k = 1; k < n; ++k) most = z[k] <= most || std::isnan(most) ? most : z[k];
  return most;
}

// Calls use(k, count, e^(z_k - most)) for the vectors of a group and returns the sum of the exponentials.
template <class Use>
HWY_INLINE float sum_exponentials(size_t n, const float* z, float most, const Use& use) {
  const Tag d;
  const Vec shift = hn::Set(d, most);
  Vec sum = hn::Zero(d);
  for_each_vector(n, [&](size_t k, size_t count) HWY_ATTR {
    const Vec e = exponential(hn::Sub(load_some(z + k, count), shift));
    use(k, count, e);
    sum = hn::Add(sum, count < hn::MaxLanes(d) ? hn::IfThenElseZero(hn::FirstN(d, count), e) : e);
  });
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

void softmax(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits, float* y) {
  const Tag d;
  for (int64_t row = 0; row < rows; ++row, logits += dim, y += dim)
    for (const ValueGroup& group : groups) {
      const auto n = static_cast<size_t>(group.end - group.begin);
      float* to = y + group.begin;
      const float* z = logits + group.begin;
      const float sum = sum_exponentials(n, z, largest(n, z),
                                         [&](size_t k, size_t count, Vec e) HWY_ATTR { store_some(e, to + k, count); });
      const Vec factor = hn::Set(d, 1 / sum);
      for_each_vector(n, [&](size_t k, size_t count)
                             HWY_ATTR { store_some(hn::Mul(load_some(to + k, count), factor), to + k, count); });
    }
}

double softmax_cross_entropy(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits,
                             const float* target, float scale, float* diff) {
  const Tag d;
  double total = 0;
  for (int64_t row = 0; row < rows; ++row, logits += dim, target += dim)
    for (const ValueGroup& group : groups) {
      const auto n = static_cast<size_t>(group.end - group.begin);
      const float *z = logits + group.begin, *x = target + group.begin;
      const float most = largest(n, z);
      float mass = 0, product = 0;  // sum of x, and of x (z - most)
      for (size_t k = 0; k < n; ++k) {
        mass += x[k];
        product += x[k] * (z[k] - most);
      }
      if (!diff) {
        if (mass != 0 || std::isnan(most)) {
          const float sum = sum_exponentials(n, z, most, [](size_t, size_t, Vec) {});
          total += static_cast<double>(mass * std::log(sum) - product);
        }
        continue;
      }
      float* to = diff + row * dim + group.begin;
      const float sum =
          sum_exponentials(n, z, most, [&](size_t k, size_t count, Vec e) HWY_ATTR { store_some(e, to + k, count); });
      total += static_cast<double>(mass * std::log(sum) - product);
      const Vec of_mass = hn::Set(d, scale * mass / sum), of_target = hn::Set(d, scale);
      for_each_vector(n, [&](size_t k, size_t count) HWY_ATTR {
        const Vec gradient =
            hn::NegMulAdd(of_target, load_some(x + k, count), hn::Mul(of_mass, load_some(to + k, count)));
        store_some(gradient, to + k, count);
      });
    }
  return total;
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(softmax);
HWY_EXPORT(softmax_cross_entropy);

void softmax(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits, float* y) {
  HWY_DYNAMIC_DISPATCH(softmax)(rows, dim, groups, logits, y);
}
double softmax_cross_entropy(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits,
                             const float* target, float scale, float* diff) {
  return HWY_DYNAMIC_DISPATCH(softmax_cross_entropy)(rows, dim, groups, logits, target, scale, diff);
}
}  // namespace hourglass
#endif
