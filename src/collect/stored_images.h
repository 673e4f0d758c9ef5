#pragma once
// Images before they were prepared for a model.

#include <cstdint>
#include <optional>
#include <span>

#include "hourglass/autoencoder.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// The images of `data` with these numbers as they are stored, with values in [0, 1]: those beyond are scaled, all
/// alike, from the smallest to the largest. None where the model sees samples as they are stored, where they are no
/// images, or where `data` are prepared already.
std::optional<Tensor> stored_images(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices);

}  // namespace hourglass
