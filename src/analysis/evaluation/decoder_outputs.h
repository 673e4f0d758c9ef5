#pragma once
// Output of the decoder as a distribution of samples.

#include <optional>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/likelihood.h"

namespace hourglass {

/// Likelihood defined by the decoder of a model.
struct DecoderLikelihood {
  Likelihood likelihood = Likelihood::kBernoulli;
  double variance = 0;  ///< of every value, if the decoder predicts means only; 0: it predicts variances
  std::string text;     ///< description
};

/// Returns the likelihood that matches the training loss. `train_mse`: variance of a decoder trained with mse; it
/// maximizes the likelihood of the training set.
DecoderLikelihood decoder_likelihood(const Autoencoder& model, double train_mse);

/// Decodes latents {n, latent_dim} to logits {n, d}, or to means and log variances {n, 2 d}.
Tensor decoder_outputs(const Autoencoder& model, const DecoderLikelihood& decoder, const Tensor& latents,
                       const Context& context);

/// Means and log variances {n, 2 latent_dim} of a Gaussian latent, for preprocessed samples {n, ...}.
Tensor latent_distribution(const Autoencoder& model, const Tensor& samples, const Context& context);

}  // namespace hourglass
