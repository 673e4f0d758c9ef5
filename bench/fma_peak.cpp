#include "fma_peak.h"

#include <omp.h>

#include <chrono>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fma_peak.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hourglass::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Enough independent chains to hide the latency of an FMA (4 or 5 cycles) on two units.
constexpr int kChains = 12;

// Returns the number of floating-point operations. `sink` keeps the compiler from removing them.
double multiply_add(long repeats, float* sink) {
  const hn::ScalableTag<float> d;
  using Vec = hn::Vec<decltype(d)>;
  const Vec factor = hn::Set(d, 0.999f), term = hn::Set(d, 1e-3f);
  Vec chain[kChains];
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) chain[i] = hn::Set(d, 1.0f + static_cast<float>(i));
  for (long r = 0; r < repeats; ++r) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; ++i) chain[i] = hn::MulAdd(chain[i], factor, term);
  }
  Vec sum = hn::Zero(d);
#pragma GCC unroll 12
  for (int i = 0; i < kChains; ++i) sum = hn::Add(sum, chain[i]);
  *sink = hn::GetLane(hn::SumOfLanes(d, sum));
  return static_cast<double>(repeats) * kChains * 2 * static_cast<double>(hn::Lanes(d));
}

}  // namespace hourglass::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass::bench {
HWY_EXPORT(multiply_add);

double fma_peak_gflops(int threads, double seconds) {
  constexpr long kRepeats = 200'000;
  double total = 0;
#pragma omp parallel num_threads(threads) reduction(+ : total)
  {
    volatile float kept = 0;
    float sink = 0;
    double operations = 0;
    const auto start = std::chrono::steady_clock::now();
    std::chrono::duration<double> elapsed{};
    do {
      operations += HWY_DYNAMIC_DISPATCH(multiply_add)(kRepeats, &sink);
      kept = sink;
      elapsed = std::chrono::steady_clock::now() - start;
    } while (elapsed.count() < seconds);
    static_cast<void>(kept);
    total += operations / elapsed.count() / 1e9;
  }
  return total;
}

}  // namespace hourglass::bench
#endif
