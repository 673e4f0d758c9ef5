#include "kernels/normalization.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/normalization.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// A vector of floats as two vectors of doubles (on one-lane targets, both are equal).
using DoubleTag = hn::ScalableTag<double>;
using DoubleVec = hn::Vec<DoubleTag>;
struct Doubles {
  DoubleVec lower, upper;
};
HWY_INLINE Doubles to_doubles(Vec value) {
#if HWY_TARGET == HWY_SCALAR
  return {hn::PromoteTo(DoubleTag(), value), hn::PromoteTo(DoubleTag(), value)};
#else
  return {hn::PromoteTo(DoubleTag(), hn::LowerHalf(value)),
          hn::PromoteTo(DoubleTag(), hn::UpperHalf(hn::Half<Tag>(), value))};
#endif
}
HWY_INLINE void store_some(const Doubles& values, double* to, size_t count) {
  HWY_ALIGN double copy[2 * hn::MaxLanes(DoubleTag())];
  hn::Store(values.lower, DoubleTag(), copy);
  hn::Store(values.upper, DoubleTag(), copy + hn::MaxLanes(DoubleTag()));
  std::copy_n(copy, count, to);
}

void column_sums(int64_t rows, int64_t columns, const float* x, const float* other, double* sums, double* products) {
  const size_t stride = static_cast<size_t>(columns);
  for_each_vector(stride, [&](size_t j, size_t count) HWY_ATTR {
    const DoubleVec zero = hn::Zero(DoubleTag());
    Doubles sum{zero, zero}, product{zero, zero};
    for (size_t i = 0; i < static_cast<size_t>(rows); ++i) {
      const Doubles value = to_doubles(load_some(x + i * stride + j, count));
      const Doubles factor = other ? to_doubles(load_some(other + i * stride + j, count)) : value;
      sum = {hn::Add(sum.lower, value.lower), hn::Add(sum.upper, value.upper)};
      product = {hn::MulAdd(value.lower, factor.lower, product.lower),
                 hn::MulAdd(value.upper, factor.upper, product.upper)};
    }
    store_some(sum, sums + j, count);
    store_some(product, products + j, count);
  });
}

void affine_columns(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift, float* y) {
  const size_t stride = static_cast<size_t>(columns);
  for_each_vector(stride, [&](size_t j, size_t count) HWY_ATTR {
    const Vec factor = load_some(scale + j, count), offset = load_some(shift + j, count);
    for (size_t at = j; at < static_cast<size_t>(rows) * stride; at += stride)
      store_some(hn::MulAdd(factor, load_some(x + at, count), offset), y + at, count);
  });
}

void affine_columns_2(int64_t rows, int64_t columns, const float* diff_y, const float* x, const float* a,
                      const float* b, const float* c, float* diff_x) {
  const size_t stride = static_cast<size_t>(columns);
  for_each_vector(stride, [&](size_t j, size_t count) HWY_ATTR {
    const Vec of_diff = load_some(a + j, count), of_x = load_some(b + j, count), offset = load_some(c + j, count);
    for (size_t at = j; at < static_cast<size_t>(rows) * stride; at += stride) {
      const Vec linear = hn::MulAdd(of_x, load_some(x + at, count), offset);
      store_some(hn::MulAdd(of_diff, load_some(diff_y + at, count), linear), diff_x + at, count);
    }
  });
}

// Calls term(j, count) for each vector of a row and returns the sum of the first `count` lanes of the results: float32
// within a run of kRun values, float64 over the runs.
template <class Term>
HWY_INLINE double sum_row(size_t width, const Term& term) {
  constexpr size_t kRun = 1024;
  double total = 0;
  for (size_t begin = 0; begin < width; begin += kRun) {
    Vec sum = hn::Zero(Tag());
    for_each_vector(std::min(kRun, width - begin), [&](size_t j, size_t count) HWY_ATTR {
      Vec value = term(begin + j, count);
      if (count < hn::MaxLanes(Tag())) value = hn::IfThenElseZero(hn::FirstN(Tag(), count), value);
      sum = hn::Add(sum, value);
    });
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(Tag(), sum)));
  }
  return total;
}

void layer_norm_forward(int64_t rows, int64_t width, float epsilon, const float* x, const float* gain,
                        const float* shift, float* y, float* statistics) {
  const size_t size = static_cast<size_t>(width);
  const double count_of_row = static_cast<double>(width);
  for (int64_t row = 0; row < rows; ++row, x += width, y += width, statistics += 2) {
    const double sum = sum_row(size, [&](size_t j, size_t count) HWY_ATTR { return load_some(x + j, count); });
    const Vec mean = hn::Set(Tag(), static_cast<float>(sum / count_of_row));
    const double squares = sum_row(size, [&](size_t j, size_t count) HWY_ATTR {
      const Vec centered = hn::Sub(load_some(x + j, count), mean);
      return hn::Mul(centered, centered);
    });
    statistics[0] = hn::GetLane(mean);
    statistics[1] = static_cast<float>(1 / std::sqrt(squares / count_of_row + static_cast<double>(epsilon)));
    const Vec r = hn::Set(Tag(), statistics[1]);
    for_each_vector(size, [&](size_t j, size_t count) HWY_ATTR {
      const Vec normal = hn::Mul(hn::Sub(load_some(x + j, count), mean), r);
      store_some(hn::MulAdd(load_some(gain + j, count), normal, load_some(shift + j, count)), y + j, count);
    });
  }
}

void layer_norm_backward(int64_t rows, int64_t width, const float* x, const float* statistics, const float* gain,
                         const float* diff_y, float* diff_x, float* diff_gain, float* diff_shift) {
  const size_t size = static_cast<size_t>(width);
  std::fill_n(diff_gain, width, 0.0f);
  std::fill_n(diff_shift, width, 0.0f);
  for (int64_t row = 0; row < rows; ++row, x += width, diff_y += width, statistics += 2) {
    const Vec mean = hn::Set(Tag(), statistics[0]), r = hn::Set(Tag(), statistics[1]);
    const auto normal = [&](size_t j, size_t count)
                            HWY_ATTR { return hn::Mul(hn::Sub(load_some(x + j, count), mean), r); };
    for_each_vector(size, [&](size_t j, size_t count) HWY_ATTR {
      const Vec diff = load_some(diff_y + j, count);
      store_some(hn::MulAdd(diff, normal(j, count), load_some(diff_gain + j, count)), diff_gain + j, count);
      store_some(hn::Add(diff, load_some(diff_shift + j, count)), diff_shift + j, count);
    });
    if (!diff_x) continue;

    const auto scaled = [&](size_t j, size_t count)
                            HWY_ATTR { return hn::Mul(load_some(gain + j, count), load_some(diff_y + j, count)); };
    const double sum = sum_row(size, scaled);
    const double product =
        sum_row(size, [&](size_t j, size_t count) HWY_ATTR { return hn::Mul(scaled(j, count), normal(j, count)); });
    const Vec mean_diff = hn::Set(Tag(), static_cast<float>(sum / static_cast<double>(width)));
    const Vec mean_product = hn::Set(Tag(), static_cast<float>(product / static_cast<double>(width)));
    for_each_vector(size, [&](size_t j, size_t count) HWY_ATTR {
      const Vec centered = hn::Sub(scaled(j, count), mean_diff);
      store_some(hn::Mul(r, hn::NegMulAdd(normal(j, count), mean_product, centered)), diff_x + j, count);
    });
    diff_x += width;
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(column_sums);
HWY_EXPORT(affine_columns);
HWY_EXPORT(affine_columns_2);
HWY_EXPORT(layer_norm_forward);
HWY_EXPORT(layer_norm_backward);

void column_sums(int64_t rows, int64_t columns, const float* x, const float* other, double* sums, double* products) {
  HWY_DYNAMIC_DISPATCH(column_sums)(rows, columns, x, other, sums, products);
}
void affine_columns(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift, float* y) {
  HWY_DYNAMIC_DISPATCH(affine_columns)(rows, columns, x, scale, shift, y);
}
void affine_columns_2(int64_t rows, int64_t columns, const float* diff_y, const float* x, const float* a,
                      const float* b, const float* c, float* diff_x) {
  HWY_DYNAMIC_DISPATCH(affine_columns_2)(rows, columns, diff_y, x, a, b, c, diff_x);
}
void layer_norm_forward(int64_t rows, int64_t width, float epsilon, const float* x, const float* gain,
                        const float* shift, float* y, float* statistics) {
  HWY_DYNAMIC_DISPATCH(layer_norm_forward)(rows, width, epsilon, x, gain, shift, y, statistics);
}
void layer_norm_backward(int64_t rows, int64_t width, const float* x, const float* statistics, const float* gain,
                         const float* diff_y, float* diff_x, float* diff_gain, float* diff_shift) {
  HWY_DYNAMIC_DISPATCH(layer_norm_backward)
  (rows, width, x, statistics, gain, diff_y, diff_x, diff_gain, diff_shift);
}
}  // namespace hourglass
#endif
