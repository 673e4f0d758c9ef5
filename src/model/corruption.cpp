#include "model/corruption.h"

#include <algorithm>
#include <cmath>

#include "kernels/noise.h"

namespace hourglass {
namespace {

enum Kind : uint32_t { kGaussian, kMask, kSaltAndPepper };

}  // namespace

bool corrupts(const CorruptionConfig& config) {
  return config.gaussian_variance > 0 || config.mask > 0 || config.salt_and_pepper > 0;
}

void corrupt(const CorruptionConfig& config, uint64_t seed, uint64_t step, int64_t first_row, int64_t rows,
             int64_t width, const float* clean, float* noisy) {
  const auto stream = [&](Kind kind) { return NoiseStream{seed, RandomPurpose::kCorruption, kind, step}; };
  const float* from = clean;
  if (config.gaussian_variance > 0) {
    add_gaussian(stream(kGaussian), first_row, rows, width, static_cast<float>(std::sqrt(config.gaussian_variance)),
                 config.clamp, from, noisy);
    from = noisy;
  }
  if (config.mask > 0) {
    mask_values(stream(kMask), first_row, rows, width, static_cast<float>(config.mask), from, noisy);
    from = noisy;
  }
  if (config.salt_and_pepper > 0)
    salt_and_pepper(stream(kSaltAndPepper), first_row, rows, width, static_cast<float>(config.salt_and_pepper), from,
                    noisy);
  else if (from == clean)
    std::copy_n(clean, rows * width, noisy);
}

}  // namespace hourglass
