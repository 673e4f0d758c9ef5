#pragma once
// Encoder, latent and decoder with their weights: what training and inference run.

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/arena.h"
#include "hourglass/autoencoder.h"
#include "kernels/activation.h"
#include "model/sequential.h"

namespace hourglass {

/// The buffers one worker needs to run a network on up to `rows` rows. One block of memory, planned once.
struct Workspace {
  Arena arena;
  int64_t rows;
  size_t input;   ///< [rows, sample_dim]: what the encoder sees
  size_t target;  ///< [rows, sample_dim]: what is to be reconstructed; the input unless that is corrupted
  ChainBuffers encoder, latent, decoder;
  size_t diff_input;  ///< [rows, sample_dim]: the gradient of the latents where they are the input itself
  std::unique_ptr<double[]> unit_sums;  ///< [latent_dim]: the latents, summed over rows
};

/// The weights are one flat buffer: first the arrays that weight penalties see, then the other trained ones, then
/// running statistics, each from a multiple of 16 floats (the gaps hold zeros). Gradients and moments are laid out
/// alike.
class Network {
 public:
  /// Plans the layers and takes no memory for weights. Throws Error(kUsage) where the chain does not fit the sample.
  Network(const ModelConfig& config, const ObjectiveConfig& objective, const Shape& sample_shape);

  const Shape& sample_shape() const { return sample_shape_; }
  int64_t sample_dim() const { return sample_dim_; }
  int64_t latent_dim() const { return num_elements(latent_.output_shape()); }
  const Sequential& encoder() const { return encoder_; }
  /// Empty for a plain latent.
  const Sequential& latent() const { return latent_; }
  const Sequential& decoder() const { return decoder_; }
  /// The decoder's last activation. It is not run by the decoder, whose output are its inputs ("logits"): in training
  /// it is taken together with the loss.
  Activation output_activation() const { return output_activation_; }

  /// All arrays, encoder first, as they are stored.
  const std::vector<Parameter>& parameter_list() const { return parameters_; }
  /// Values in all arrays.
  int64_t num_parameters() const { return num_parameters_; }
  /// Floats of the flat buffer; the first num_penalized() of them are those that weight penalties see, the first
  /// num_trained() those that the optimizer moves, the rest running statistics.
  int64_t flat_size() const { return flat_size_; }
  int64_t num_penalized() const { return num_penalized_; }
  int64_t num_trained() const { return num_trained_; }
  /// The most values that are summed over the workers at once.
  int64_t exchange_size() const { return std::max(encoder_.exchange_size(), decoder_.exchange_size()); }
  float* flat() { return weights_.at(0); }
  const float* flat() const { return weights_.at(0); }

  /// Takes the memory of the weights, once, and draws all initial values: array i from the stream (seed, initial
  /// weights, i).
  void initialize(const std::string& initializer, uint64_t seed);

  /// Plans buffers for `rows` rows without taking memory; `training` keeps what backward needs.
  /// `corrupted`: input and target differ.
  Workspace plan_workspace(int64_t rows, bool training, bool corrupted = false) const;
  /// Plans and takes the memory.
  Workspace make_workspace(int64_t rows, bool training, bool corrupted = false) const;

  bool is_gaussian() const { return !latent_.stages().empty(); }
  /// Of a Gaussian latent, after encode(): means and log variances [rows, 2 latent_dim].
  const float* latent_statistics(const Workspace& workspace) const;
  /// Values the decoder gives for each value of a sample: 2, a mean and a log variance, for the Gaussian likelihood.
  int64_t outputs_per_value() const { return outputs_per_value_; }
  int64_t output_dim() const { return outputs_per_value_ * sample_dim_; }

  /// Latents [rows, latent_dim] of the samples in the workspace's input.
  const float* encode(const Pass& pass, const Workspace& workspace) const;
  /// Logits [rows, output_dim] of latents.
  const float* decode(const Pass& pass, const float* latents, const Workspace& workspace) const;
  /// Where the gradient of the logits is to be put before backward_decoder().
  float* diff_logits(const Workspace& workspace) const;
  /// Writes the gradients of the decoder into diff_params (flat) and returns the gradient of the latents.
  float* backward_decoder(const Pass& pass, const float* latents, const Workspace& workspace, float* diff_params) const;
  /// From that gradient, where it lies, those of latent and encoder.
  void backward_encoder(const Pass& pass, const Workspace& workspace, float* diff_params) const;

  /// The gradients that a pass with defer_products leaves undone, in the workspace of one worker.
  std::vector<Sequential::Product> products(const Workspace& workspace) const;
  int64_t num_product_values() const {
    return encoder_.num_product_values() + latent_.num_product_values() + decoder_.num_product_values();
  }

  /// The first layer, in the order of the flow, whose output on the workspace's rows is not finite, as
  /// "decoder layer 1 (linear 128)", with a word on its weights; "" where all are finite.
  std::string find_non_finite(int64_t rows, const Workspace& workspace) const;

 private:
  void lay_out(const std::string& penalized_weights);
  float* diff_latents(const Workspace& workspace) const;

  Shape sample_shape_;
  int64_t sample_dim_;
  int64_t outputs_per_value_;
  Activation output_activation_ = Activation::kIdentity;
  Sequential encoder_;
  Sequential latent_;
  Sequential decoder_;
  std::vector<Parameter> parameters_;
  int64_t num_parameters_ = 0;
  int64_t flat_size_ = 0;
  int64_t num_penalized_ = 0;
  int64_t num_trained_ = 0;
  Arena weights_;
};

}  // namespace hourglass
