#include "kernels/activation.h"

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

// Processes one vector of columns at a time.
HWY_NOINLINE void backward_columns(Activation activation, size_t rows, size_t columns, const float* saved, float* diff,
                                   float* diff_bias) {
  visit_activation(activation, [&](auto function) HWY_ATTR {
    for_each_vector(columns, [&](size_t j, size_t count) HWY_ATTR {
      Vec sum = hn::Zero(Tag());
      for (size_t i = 0; i < rows; ++i) {
        const size_t at = i * columns + j;
        Vec value = load_some(diff + at, count);
        if (activation != Activation::kIdentity) {
          value = function.backward(value, load_some(saved + at, count));
          store_some(value, diff + at, count);
        }
        sum = hn::Add(sum, value);
      }
      if (diff_bias) store_some(sum, diff_bias + j, count);
    });
  });
}

void activation_backward(Activation activation, int64_t rows_, int64_t columns_, const float* saved, float* diff,
                         float* diff_bias) {
  if (activation == Activation::kIdentity && !diff_bias) return;
  constexpr size_t kLanes = hn::MaxLanes(Tag());
  const size_t rows = static_cast<size_t>(rows_), columns = static_cast<size_t>(columns_);
  if (columns >= kLanes) return backward_columns(activation, rows, columns, saved, diff, diff_bias);
  // Rows narrower than a vector (images of few channels): kLanes rows are processed as one row of whole vectors.
  float sums[kLanes * kLanes];
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
