#include "kernels/residual.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/residual.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/log1p-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

void add_log_residuals(int64_t rows, int64_t dim, const float* output, const float* target, const float* weight,
                       float* sums) {
  const Tag d;
  constexpr int64_t kLanes = hn::MaxLanes(Tag());
  const auto added = [](Vec y, Vec x, Vec w, Vec sum) HWY_ATTR {
    const Vec residual = hn::Sub(y, x);
    const Vec logarithm = log1p(hn::Mul(w, hn::Mul(residual, residual)));
    return hn::Add(sum, hn::Mul(logarithm, hn::Sqrt(logarithm)));
  };
  for (int64_t row = 0; row < rows; ++row, output += dim, target += dim, sums += dim) {
    int64_t j = 0;
    for (; j + kLanes <= dim; j += kLanes)
      hn::StoreU(
          added(hn::LoadU(d, output + j), hn::LoadU(d, target + j), hn::LoadU(d, weight + j), hn::LoadU(d, sums + j)),
          d, sums + j);
    if (j == dim) continue;
    const FirstLanes rest = first_lanes(static_cast<size_t>(dim - j));
    store_first(added(load_first(rest, output + j), load_first(rest, target + j), load_first(rest, weight + j),
                      load_first(rest, sums + j)),
                rest, sums + j);
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(add_log_residuals);

void add_log_residuals(int64_t rows, int64_t dim, const float* output, const float* target, const float* weight,
                       float* sums) {
  HWY_DYNAMIC_DISPATCH(add_log_residuals)(rows, dim, output, target, weight, sums);
}
}  // namespace hourglass
#endif
