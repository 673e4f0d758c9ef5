#include <fmt/format.h>

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

/// Of the kind of noise that the model was trained on; where there are several, of the first.
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
  for (const double part : {0.1, 0.25, 0.5, 0.75}) {
    CorruptionConfig noise;
    (trained.mask > 0 ? noise.mask : noise.salt_and_pepper) = part;
    all.push_back(
        {fmt::format("{:.0f} % of the values {}", 100 * part, trained.mask > 0 ? "masked" : "0 or 1"), noise});
  }
  return all;
}

/// dB, mean over images of 10 log10(1 / mse of the image).
double mean_psnr(const Tensor& a, const Tensor& b) {
  const std::vector<double> errors = squared_errors(a, b);
  return std::accumulate(errors.begin(), errors.end(), 0.0,
                         [](double sum, double mse) { return sum + std::min(100.0, -10 * std::log10(mse)); }) /
         static_cast<double>(errors.size());
}

PictureGrid triplets(const Subject& subject, const Tensor& clean, const Level& level) {
  Tensor noisy(clean.shape());
  corrupt(level.noise, kNoiseSeed, 0, 0, clean.rows(), clean.row_size(), clean.data(), noisy.data());
  const Tensor denoised = subject.model.reconstruct(noisy, subject.context);
  const std::vector<int64_t> shown = spread(clean.rows(), kNumShown);
  return {level.name,
          fmt::format("PSNR over {} test images, peak 1, mean over images: {:.2f} dB noisy, {:.2f} dB denoised.",
                      count(clean.rows()), mean_psnr(clean, noisy), mean_psnr(clean, denoised)),
          {{"noisy", picture_sheet(rows_of(noisy, shown), subject.range)},
           {"denoised", picture_sheet(rows_of(denoised, shown), subject.range)},
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
