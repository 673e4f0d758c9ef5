#pragma once
// Images before preprocessing.

#include <cstdint>
#include <optional>
#include <span>

#include "hourglass/autoencoder.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The images of `data` at these indices as stored, with values in [0, 1]. If any value is outside, all images are
/// scaled together, from the smallest to the largest value. nullopt if the model has no preprocessing steps, if the
/// samples are not images, or if `data` is already preprocessed.
std::optional<Tensor> stored_images(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices);

}  // namespace hourglass
