#pragma once
// The decoder's output as a distribution of images.

#include <optional>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/likelihood.h"

namespace hourglass {

/// The likelihood that a model's decoder stands for.
struct DecoderLikelihood {
  Likelihood likelihood = Likelihood::kBernoulli;
  double variance = 0;  ///< of every value, for a decoder that gives means alone; 0: it gives its own
  std::string text;     ///< in words
};

/// By the loss that the model was trained with; `train_mse` is the variance that a decoder trained with mse is given,
/// which makes the training images likeliest.
DecoderLikelihood decoder_likelihood(const Autoencoder& model, double train_mse);

/// {n, d} logits or {n, 2 d} means and log variances for latents {n, latent_dim}.
Tensor decoder_outputs(const Autoencoder& model, const DecoderLikelihood& decoder, const Tensor& latents,
                       const Context& context);

/// Means and log variances {n, 2 latent_dim} of a Gaussian latent, for samples {n, ...} as the model sees them.
Tensor latent_distribution(const Autoencoder& model, const Tensor& samples, const Context& context);

}  // namespace hourglass
