#pragma once
// How precise the latents on a page are.

#include "hourglass/tensor.h"

namespace hourglass {

/// Whether `found` {n, dim} can stand for `latents` on a page: no latent differs by more than 1 % of its standard
/// deviation, `deviation` {1, dim}. This is less than a pixel of the plane.
bool is_precise(const Tensor& found, const Tensor& latents, const Tensor& deviation);

/// The values as 16-bit floats hold them. Values above 65,504 become infinite.
Tensor rounded_to_float16(const Tensor& values);

}  // namespace hourglass
