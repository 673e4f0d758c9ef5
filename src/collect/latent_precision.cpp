#include "collect/latent_precision.h"

#include <algorithm>
#include <cmath>

#include "core/float16.h"

namespace hourglass {
namespace {

constexpr float kPrecision = 0.01f;

}  // namespace

bool is_precise(const Tensor& found, const Tensor& latents, const Tensor& deviation) {
  for (int64_t i = 0; i < latents.size(); ++i) {
    const float limit = kPrecision * deviation.data()[i % deviation.size()];
    // Not '>': a difference that is NaN is not precise.
    if (!(std::abs(found.data()[i] - latents.data()[i]) <= limit)) return false;
  }
  return true;
}

Tensor rounded_to_float16(const Tensor& values) {
  Tensor rounded(values.shape());
  std::ranges::transform(values.values(), rounded.data(), [](float value) { return from_float16(to_float16(value)); });
  return rounded;
}

}  // namespace hourglass
