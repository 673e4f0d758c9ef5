#include "collect/stored_images.h"

#include <algorithm>
#include <cmath>

#include "hourglass/value_range.h"

namespace hourglass {
namespace {

/// Of all values but those that are missing.
ValueRange range_of(const Tensor& images) {
  ValueRange range{kUnbounded.high, kUnbounded.low};
  for (const double value : images.values())
    if (std::isfinite(value)) range = {std::min(range.low, value), std::max(range.high, value)};
  return range;
}

}  // namespace

std::optional<Tensor> stored_images(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices) {
  if (model.config().data.preprocess.empty() || data.is_prepared() || !is_image(data.sample_shape()))
    return std::nullopt;
  Tensor images = data.select(indices).read();
  const ValueRange range = range_of(images);
  if (range.low < 0 || range.high > 1)
    for (float& value : images.values())
      value = static_cast<float>((value - range.low) / std::max(range.width(), 1e-12));
  return images;
}

}  // namespace hourglass
