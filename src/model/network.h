#pragma once
// Encoder, latent and decoder with their weights.

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

/// The buffers of one worker to run a network on up to `rows` rows, in one block of memory.
struct Workspace {
  Arena arena;
  int64_t rows;
  size_t input;   ///< [rows, sample_dim]: input of the encoder
  size_t target;  ///< [rows, sample_dim]: target of the reconstruction; the same as input unless it is corrupted
  ChainBuffers encoder, latent, decoder;
  size_t diff_input;  ///< [rows, sample_dim]: the gradient of the latents if they are the input itself
  std::unique_ptr<double[]> unit_sums;  ///< [latent_dim]: the latents, summed over rows
  /// [rows of a batch]: their losses in the order of the batch, the parts of categories, and the losses partly
  /// sorted. Only if the objective trims.
  std::unique_ptr<double[]> losses, category_losses, ranked_losses;
};

/// The weights are in one flat buffer: first the penalized arrays, then the other trained arrays, then running
/// statistics. Each array starts at a multiple of 16 floats; the gaps are zero. Gradients and moments have the same
/// layout.
class Network {
 public:
  /// Builds the layers without allocating the weights. Throws Error(kUsage) if the layers do not fit the sample.
  /// `categories`: groups of values of a sample that are probabilities together, in ascending order.
  Network(const ModelConfig& config, const ObjectiveConfig& objective, const Shape& sample_shape,
          std::vector<ValueGroup> categories = {});

  const Shape& sample_shape() const { return sample_shape_; }
  int64_t sample_dim() const { return sample_dim_; }
  int64_t latent_dim() const { return num_elements(latent_.output_shape()); }
  const Sequential& encoder() const { return encoder_; }
  /// Empty for a plain latent.
  const Sequential& latent() const { return latent_; }
  const Sequential& decoder() const { return decoder_; }
  /// The groups of values whose output is a softmax, and the runs of values between them.
  const std::vector<ValueGroup>& categories() const { return categories_; }
  const std::vector<ValueGroup>& numbers() const { return numbers_; }
  /// Number of values of a sample; a category counts as one.
  int64_t num_features() const;
  /// The last activation of the decoder, for all values but categories. The decoder does not apply it: its output is
  /// the input of this activation
  /// ("logits"). In training the activation is computed together with the loss.
  Activation output_activation() const { return output_activation_; }

  /// All arrays in the order of the model file, encoder first.
  const std::vector<Parameter>& parameter_list() const { return parameters_; }
  /// Number of values in all arrays.
  int64_t num_parameters() const { return num_parameters_; }
  /// Number of floats of the flat buffer. The first num_penalized() have weight penalties, the first num_trained() are
  /// updated by the optimizer, the others are running statistics.
  int64_t flat_size() const { return flat_size_; }
  int64_t num_penalized() const { return num_penalized_; }
  int64_t num_trained() const { return num_trained_; }
  /// Largest number of values that are summed over the workers at once.
  int64_t exchange_size() const { return std::max(encoder_.exchange_size(), decoder_.exchange_size()); }
  float* flat() { return weights_.at(0); }
  const float* flat() const { return weights_.at(0); }

  /// Allocates the weights and draws all initial values: array i from the stream (seed, initial weights, i). Can be
  /// called once.
  void initialize(const std::string& initializer, uint64_t seed);

  /// Plans buffers for `rows` rows without allocating them. `training`: with buffers for backward. `corrupted`: input
  /// and target differ.
  Workspace plan_workspace(int64_t rows, bool training, bool corrupted = false) const;
  /// Plans and allocates buffers.
  Workspace make_workspace(int64_t rows, bool training, bool corrupted = false) const;

  bool is_gaussian() const { return !latent_.stages().empty(); }
  /// Means and log variances [rows, 2 latent_dim] of a Gaussian latent, after encode().
  const float* latent_statistics(const Workspace& workspace) const;
  /// Outputs of the decoder per value of a sample: 2 (mean and log variance) for the Gaussian likelihood, else 1.
  int64_t outputs_per_value() const { return outputs_per_value_; }
  int64_t output_dim() const { return outputs_per_value_ * sample_dim_; }

  /// Latents [rows, latent_dim] of the samples in the workspace's input.
  const float* encode(const Pass& pass, const Workspace& workspace) const;
  /// Logits [rows, output_dim] of latents.
  const float* decode(const Pass& pass, const float* latents, const Workspace& workspace) const;
  /// Writes the reconstructions [rows, sample_dim] of logits; for the Gaussian likelihood their means.
  void write_samples(int64_t rows, const float* logits, float* to) const;
  /// Buffer for the gradient of the logits, the input of backward_decoder().
  float* diff_logits(const Workspace& workspace) const;
  /// Writes the gradients of the decoder to diff_params (flat) and returns the gradient of the latents.
  float* backward_decoder(const Pass& pass, const float* latents, const Workspace& workspace, float* diff_params) const;
  /// Computes from that gradient the gradients of latent and encoder.
  void backward_encoder(const Pass& pass, const Workspace& workspace, float* diff_params) const;

  /// The gradients that a pass with defer_products does not compute, in the workspace of one worker.
  std::vector<Sequential::Product> products(const Workspace& workspace) const;
  int64_t num_product_values() const {
    return encoder_.num_product_values() + latent_.num_product_values() + decoder_.num_product_values();
  }

  /// The first layer with an output or weights that are not finite, as "decoder layer 1 (linear 128)", with a note if
  /// its weights are not finite; "" if all are finite.
  std::string find_non_finite(int64_t rows, const Workspace& workspace) const;

 private:
  void lay_out(const std::string& penalized_weights);
  float* diff_latents(const Workspace& workspace) const;

  Shape sample_shape_;
  int64_t sample_dim_;
  int64_t outputs_per_value_;
  std::vector<ValueGroup> categories_, numbers_;
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
