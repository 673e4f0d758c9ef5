#pragma once
// The summary of a model as text.

#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"

namespace hourglass::cli {

/// The layers with output shapes and parameter counts, and the memory that training takes.
std::string model_summary(const Autoencoder& model, const Context& context);

}  // namespace hourglass::cli
