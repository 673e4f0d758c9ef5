#include "kernels/activation.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/activation.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

void activation_forward(Activation activation, int64_t n, const float* x, float* y) {
  visit_activation(activation, [&](auto function) HWY_ATTR {
    for_each_vector(static_cast<size_t>(n), [&](size_t i, size_t count) HWY_ATTR {
      store_some(function.forward(load_some(x + i, count)), y + i, count);
    });
  });
}

constexpr size_t kLanes = hn::MaxLanes(Tag());
// Vectors of columns that are processed together: their sums do not wait for each other, and lines of the cache are
// read in order.
constexpr size_t kVectorsTogether = 4;
constexpr size_t kColumnsTogether = kVectorsTogether * kLanes;

// Processes `kVectors` vectors of columns, of which the last one has `count` columns.
template <size_t kVectors, class Function>
HWY_INLINE void backward_vectors(Function function, bool identity, size_t rows, size_t columns, size_t count,
                                 const float* saved, float* diff, float* diff_bias) {
  Vec sum[kVectors];
#pragma GCC unroll 4
  for (size_t v = 0; v < kVectors; ++v) sum[v] = hn::Zero(Tag());
  for (size_t i = 0; i < rows; ++i, saved += columns, diff += columns) {
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      const size_t at = v * kLanes, used = v + 1 < kVectors ? kLanes : count;
      Vec value = load_some(diff + at, used);
      if (!identity) {
        value = function.backward(value, load_some(saved + at, used));
        store_some(value, diff + at, used);
      }
      sum[v] = hn::Add(sum[v], value);
    }
  }
  if (!diff_bias) return;
#pragma GCC unroll 4
  for (size_t v = 0; v < kVectors; ++v) store_some(sum[v], diff_bias + v * kLanes, v + 1 < kVectors ? kLanes : count);
}

HWY_NOINLINE void backward_columns(Activation activation, size_t rows, size_t columns, const float* saved, float* diff,
                                   float* diff_bias) {
  visit_activation(activation, [&](auto function) HWY_ATTR {
    const bool identity = activation == Activation::kIdentity;
    const auto bias = [&](size_t j) { return diff_bias ? diff_bias + j : nullptr; };
    size_t j = 0;
    for (; j + kColumnsTogether <= columns; j += kColumnsTogether)
      backward_vectors<kVectorsTogether>(function, identity, rows, columns, kLanes, saved + j, diff + j, bias(j));
    for (; j < columns; j += kLanes)
      backward_vectors<1>(function, identity, rows, columns, std::min(kLanes, columns - j), saved + j, diff + j,
                          bias(j));
  });
}

void activation_backward(Activation activation, int64_t rows_, int64_t columns_, const float* saved, float* diff,
                         float* diff_bias) {
  if (activation == Activation::kIdentity && !diff_bias) return;
  const size_t rows = static_cast<size_t>(rows_), columns = static_cast<size_t>(columns_);
  if (columns >= kColumnsTogether) return backward_columns(activation, rows, columns, saved, diff, diff_bias);
  // Narrow rows: kLanes rows are processed as one row of whole vectors.
  float sums[kColumnsTogether * kLanes];
  const size_t wide = columns * kLanes, done = rows / kLanes * wide;
  backward_columns(activation, rows / kLanes, wide, saved, diff, diff_bias ? sums : nullptr);
  backward_columns(activation, rows % kLanes, columns, saved + done, diff + done, diff_bias);
  for (size_t i = 0; diff_bias && i < wide; ++i) diff_bias[i % columns] += sums[i];
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(activation_forward);
HWY_EXPORT(activation_backward);

void activation_forward(Activation activation, int64_t n, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(activation_forward)(activation, n, x, y);
}
void activation_backward(Activation activation, int64_t rows, int64_t columns, const float* saved, float* diff,
                         float* diff_bias) {
  HWY_DYNAMIC_DISPATCH(activation_backward)(activation, rows, columns, saved, diff, diff_bias);
}
}  // namespace hourglass
#endif
