#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "collect/collect.h"
#include "core/text.h"
#include "hourglass/metrics.h"
#include "model/corruption.h"

namespace hourglass {
namespace {

constexpr int64_t kNumShown = 10, kNumMeasured = 1000;
constexpr uint64_t kNoiseSeed = 1;

struct Level {
  std::string name;
  CorruptionConfig noise;
};

/// Of the kind of corruption that the model was trained on; where there are several, of the first.
std::vector<Level> levels(const CorruptionConfig& trained) {
  std::vector<Level> all;
  if (trained.gaussian_variance > 0) {
    for (const double variance : {0.1, 0.25, 0.5, 0.75, 1.0}) {
      CorruptionConfig noise;
      noise.gaussian_variance = variance;
      noise.clamp = trained.clamp;
      all.push_back({fmt::format("Normal noise of variance {}", variance), noise});
    }
    return all;
  }
  if (trained.mask == 0 && trained.salt_and_pepper == 0) {
    for (const char* part : {"right", "left", "top", "bottom", "centre"}) {
      CorruptionConfig noise;
      noise.hide = {part};
      if (std::ranges::count(trained.hide, part) > 0) all.push_back({fmt::format("Hidden: {}", part), noise});
    }
    return all;
  }
  for (const double part : {0.1, 0.25, 0.5, 0.75}) {
    CorruptionConfig noise;
    (trained.mask > 0 ? noise.mask : noise.salt_and_pepper) = part;
    all.push_back(
        {fmt::format("{:.0f} % of the values {}", 100 * part, trained.mask > 0 ? "masked" : "lowest or highest"),
         noise});
  }
  return all;
}

/// dB, mean over images of 10 log10(peak^2 / mse of the image).
double mean_psnr(const Tensor& a, const Tensor& b, double peak) {
  const std::vector<double> errors = squared_errors(a, b);
  return std::accumulate(
             errors.begin(), errors.end(), 0.0,
             [&](double sum, double mse) { return sum + std::min(100.0, -10 * std::log10(mse / (peak * peak))); }) /
         static_cast<double>(errors.size());
}

PictureGrid triplets(const Subject& subject, const Tensor& clean, const Level& level) {
  Tensor noisy(clean.shape());
  Corruption(level.noise, subject.model.sample_shape(), subject.range)
      .apply(kNoiseSeed, 0, 0, clean.rows(), clean.data(), noisy.data());
  const Tensor denoised = subject.model.reconstruct(noisy, subject.context);
  const double peak = subject.range.width();
  const bool hides = !level.noise.hide.empty();
  const char *before = hides ? "seen" : "noisy", *after = hides ? "completed" : "denoised";
  const std::vector<int64_t> shown = spread(clean.rows(), kNumShown);
  return {level.name,
          fmt::format("PSNR over {} test images, peak {:.4g}, mean over images: {:.2f} dB {}, {:.2f} dB {}.",
                      count(clean.rows()), peak, mean_psnr(clean, noisy, peak), before,
                      mean_psnr(clean, denoised, peak), after),
          {{before, picture_sheet(rows_of(noisy, shown), subject.range)},
           {after, picture_sheet(rows_of(denoised, shown), subject.range)},
           {"clean", picture_sheet(rows_of(clean, shown), subject.range)}}};
}

}  // namespace

std::vector<PictureGrid> collect_denoising(const Subject& subject) {
  const CorruptionConfig& trained = subject.model.config().corruption;
  std::vector<PictureGrid> grids;
  if (!corrupts(trained)) return grids;
  const Tensor clean = rows_of(subject.test.samples, spread(subject.test.samples.rows(), kNumMeasured));
  for (const Level& level : levels(trained)) grids.push_back(triplets(subject, clean, level));
  return grids;
}

}  // namespace hourglass
