#include "model/corruption.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "hourglass/error.h"
#include "hourglass/mask.h"
#include "kernels/noise.h"

namespace hourglass {
namespace {

enum Kind : uint32_t { kGaussian, kMask, kSaltAndPepper, kHide };

NoiseStream stream(Kind kind, uint64_t seed, uint64_t step) { return {seed, RandomPurpose::kCorruption, kind, step}; }

}  // namespace

bool corrupts(const CorruptionConfig& config) {
  return config.gaussian_variance > 0 || config.mask > 0 || config.salt_and_pepper > 0 || !config.hide.empty();
}

std::string describe(const CorruptionConfig& config, const ValueRange& scale) {
  const std::string cut = config.clamp ? " cut to " + range_text(scale) : "";
  std::vector<std::string> parts;
  if (config.gaussian_variance > 0)
    parts.push_back(fmt::format("normal of variance {}{}", config.gaussian_variance, cut));
  if (config.mask > 0) parts.push_back(fmt::format("{:.3g} % of the values 0", 100 * config.mask));
  if (config.salt_and_pepper > 0)
    parts.push_back(
        fmt::format("{:.3g} % of the values {:.4g} or {:.4g}", 100 * config.salt_and_pepper, scale.low, scale.high));
  if (!config.hide.empty()) parts.push_back("hidden: " + join(config.hide, " or "));
  return join(parts);
}

Corruption::Corruption(const CorruptionConfig& config, const Shape& sample_shape, const ValueRange& scale)
    : config_(config), width_(num_elements(sample_shape)), scale_(scale) {
  if (!config.hide.empty() && sample_shape.size() < 2)
    throw Error(ErrorKind::kUsage,
                fmt::format("corruption.hide is {}, but a sample is a row of {} values, not an image. Leave it "
                            "empty and set corruption.mask to the fraction of values to hide.",
                            join(config.hide), width_));
  for (const std::string& part : config.hide) {
    hidden_.emplace_back();
    for (int i = 0; i < kNumMasks; ++i) {
      if (name(static_cast<Mask>(i)) != part) continue;
      const Tensor mask = make_mask(static_cast<Mask>(i), 1, sample_shape);
      for (int64_t j = 0; j < width_; ++j) {
        if (mask.data()[j] == 0) continue;
        if (hidden_.back().empty() || hidden_.back().back().second != j) hidden_.back().emplace_back(j, j);
        ++hidden_.back().back().second;
      }
    }
  }
}

void Corruption::apply(uint64_t seed, uint64_t step, int64_t first_row, int64_t rows, const float* clean,
                       float* noisy) const {
  const float* from = clean;
  if (config_.gaussian_variance > 0) {
    add_gaussian(stream(kGaussian, seed, step), first_row, rows, width_,
                 static_cast<float>(std::sqrt(config_.gaussian_variance)), config_.clamp ? scale_ : kUnbounded, from,
                 noisy);
    from = noisy;
  }
  if (config_.mask > 0) {
    mask_values(stream(kMask, seed, step), first_row, rows, width_, static_cast<float>(config_.mask), from, noisy);
    from = noisy;
  }
  if (config_.salt_and_pepper > 0) {
    salt_and_pepper(stream(kSaltAndPepper, seed, step), first_row, rows, width_,
                    static_cast<float>(config_.salt_and_pepper), scale_, from, noisy);
    from = noisy;
  }
  if (from == clean) std::copy_n(clean, rows * width_, noisy);
  if (!hidden_.empty())
    for (int64_t row = 0; row < rows; ++row) hide(seed, step, first_row + row, noisy + row * width_);
}

void Corruption::hide(uint64_t seed, uint64_t step, int64_t row, float* sample) const {
  float u = 0;
  fill_uniform(stream(kHide, seed, step), row, 1, 1, &u);
  const auto drawn = static_cast<size_t>(u * static_cast<float>(hidden_.size()));
  for (const Run& run : hidden_[std::min(drawn, hidden_.size() - 1)])
    std::fill(sample + run.first, sample + run.second, 0.0f);
}

}  // namespace hourglass
