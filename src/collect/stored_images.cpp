#include "collect/stored_images.h"

#include <algorithm>
#include <cmath>

#include "core/brightness.h"

namespace hourglass {
namespace {

/// Range of all values that are not missing.
ValueRange range_of(const Tensor& images) {
  ValueRange range{kUnbounded.high, kUnbounded.low};
  for (const double value : images.values())
    if (std::isfinite(value)) range = {std::min(range.low, value), std::max(range.high, value)};
  return range;
}

}  // namespace

std::optional<Tensor> stored_images(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices) {
  if (model.config().data.preprocess.empty() || data.is_preprocessed() || !is_image(data.sample_shape()))
    return std::nullopt;
  Tensor images = data.select(indices).read();
  to_brightness(images.values(), range_of(images));
  return images;
}

}  // namespace hourglass
