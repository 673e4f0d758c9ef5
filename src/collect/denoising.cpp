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

/// Levels of the kind of corruption the model was trained on, or of the first kind if there are several.
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
    for (const char* part : {"right", "left", "top", "bottom", "center"}) {
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

/// Mean over samples of 10 log10(peak^2 / mse of the sample), in dB. `errors`: the mse of each sample.
double mean_psnr(const std::vector<double>& errors, double peak) {
  return std::accumulate(
             errors.begin(), errors.end(), 0.0,
             [&](double sum, double mse) { return sum + std::min(100.0, -10 * std::log10(mse / (peak * peak))); }) /
         static_cast<double>(errors.size());
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The error of `values`: "21.40 dB" for images, "0.0123" for rows, whose values have no common peak.
std::string error_text(const Subject& subject, const Tensor& clean, const Tensor& values) {
  const std::vector<double> errors = squared_errors(clean, values);
  return is_image(subject.model.sample_shape()) ? fmt::format("{:.2f} dB", mean_psnr(errors, subject.range.width()))
                                                : fmt::format("{:.4g}", mean_of(errors));
}

PictureGrid triplets(const Subject& subject, const Tensor& clean, const Level& level) {
  Tensor noisy(clean.shape());
  Corruption(level.noise, subject.model.sample_shape(), subject.range)
      .apply(kNoiseSeed, 0, 0, clean.rows(), clean.data(), noisy.data());
  const Tensor denoised = subject.model.reconstruct_preprocessed(noisy, subject.context);
  const bool hides = !level.noise.hide.empty();
  const char *before = hides ? "seen" : "noisy", *after = hides ? "completed" : "denoised";
  const std::string measure = is_image(subject.model.sample_shape())
                                  ? fmt::format("Mean PSNR (peak {:.4g})", subject.range.width())
                                  : "Mean squared error";
  const std::vector<int64_t> shown = evenly_spaced(clean.rows(), kNumShown);
  return {level.name,
          fmt::format("{} over {} test {}: {} {}, {} {}.", measure, count(clean.rows()), subject.nouns.samples,
                      error_text(subject, clean, noisy), before, error_text(subject, clean, denoised), after),
          {{before, picture_sheet(rows_of(noisy, shown), subject.range)},
           {after, picture_sheet(rows_of(denoised, shown), subject.range)},
           {"clean", picture_sheet(rows_of(clean, shown), subject.range)}}};
}

}  // namespace

std::vector<PictureGrid> collect_denoising(const Subject& subject) {
  const CorruptionConfig& trained = subject.model.config().corruption;
  std::vector<PictureGrid> grids;
  if (!corrupts(trained)) return grids;
  const Tensor clean = rows_of(subject.test.samples, evenly_spaced(subject.test.samples.rows(), kNumMeasured));
  for (const Level& level : levels(trained)) grids.push_back(triplets(subject, clean, level));
  return grids;
}

}  // namespace hourglass
