#include <algorithm>
#include <cmath>
#include <vector>

#include "core/team.h"
#include "hourglass/metrics.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 1024;
constexpr double kClip = 1e-7;
constexpr double kMostPsnr = 100;

struct Sums {
  double squared = 0, bce = 0, psnr = 0;
};

Sums measure(std::span<const float> x, std::span<const float> y) {
  Sums sums;
  for (size_t i = 0; i < x.size(); ++i) {
    const double target = static_cast<double>(x[i]), value = static_cast<double>(y[i]);
    const double p = std::clamp(value, kClip, 1 - kClip);
    sums.squared += (target - value) * (target - value);
    // Pictures are mostly 0 and 1, where one of the two logarithms is not needed.
    if (target > 0) sums.bce -= target * std::log(p);
    if (target < 1) sums.bce -= (1 - target) * std::log1p(-p);
  }
  sums.psnr = std::min(kMostPsnr, -10 * std::log10(sums.squared / static_cast<double>(x.size())));
  return sums;
}

}  // namespace

ReconstructionMetrics reconstruction_metrics(const Autoencoder& model, const Dataset& data, const Context& context) {
  const Dataset seen = model.prepare(data);
  const int workers = num_threads(context);
  std::vector<Sums> totals(static_cast<size_t>(workers));
  for (int64_t begin = 0; begin < data.size(); begin += kBlockRows) {
    const int64_t rows = std::min(kBlockRows, data.size() - begin);
    const Tensor x = seen.read(begin, begin + rows);
    const Tensor y = model.reconstruct(x, context);
    run_team(workers, [&](int worker) {
      const Range range = share(rows, workers, worker);
      for (long i = range.begin; i < range.end; ++i) {
        const Sums row = measure(x.row(i), y.row(i));
        Sums& total = totals[static_cast<size_t>(worker)];
        total.squared += row.squared;
        total.bce += row.bce;
        total.psnr += row.psnr;
      }
    });
  }
  Sums total;
  for (const Sums& each : totals) {
    total.squared += each.squared;
    total.bce += each.bce;
    total.psnr += each.psnr;
  }
  const double samples = static_cast<double>(data.size());
  const double values = samples * static_cast<double>(data.sample_dim());
  const double mse = total.squared / values;
  return {data.size(), mse, total.bce / values, total.psnr / samples, -10 * std::log10(mse)};
}

}  // namespace hourglass
