#pragma once
// Encoder, latent and decoder with their weights: what training and inference run.

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
  size_t input;  ///< [rows, sample_dim]: the batch; also the target
  ChainBuffers encoder, decoder;
  size_t diff[2];  ///< [rows, widest layer] each; only for training
};

/// The weights are one flat buffer: first every penalised array, then the others, each from a multiple of 16 floats
/// (the gaps hold zeros). Gradients and moments are laid out alike.
class Network {
 public:
  /// Plans the layers and takes no memory for weights. Throws Error(kUsage) where the chain does not fit the sample.
  Network(const ModelConfig& config, const Shape& sample_shape);

  const Shape& sample_shape() const { return sample_shape_; }
  int64_t sample_dim() const { return sample_dim_; }
  int64_t latent_dim() const { return num_elements(encoder_.output_shape()); }
  const Sequential& encoder() const { return encoder_; }
  const Sequential& decoder() const { return decoder_; }
  /// The decoder's last activation. It is not run by the decoder, whose output are its inputs ("logits"): in training
  /// it is taken together with the loss.
  Activation output_activation() const { return output_activation_; }

  /// All arrays, encoder first, as they are stored.
  const std::vector<Parameter>& parameter_list() const { return parameters_; }
  /// Values in all arrays.
  int64_t num_parameters() const { return num_parameters_; }
  /// Floats of the flat buffer; the first num_penalized() of them are those that weight penalties see.
  int64_t flat_size() const { return flat_size_; }
  int64_t num_penalized() const { return num_penalized_; }
  float* flat() { return weights_.at(0); }
  const float* flat() const { return weights_.at(0); }

  /// Takes the memory of the weights, once, and draws all initial values: array i from the stream (seed, initial
  /// weights, i).
  void initialize(const std::string& initializer, uint64_t seed);

  /// Plans buffers for `rows` rows without taking memory; `training` keeps what backward needs.
  Workspace plan_workspace(int64_t rows, bool training) const;
  /// Plans and takes the memory.
  Workspace make_workspace(int64_t rows, bool training) const;

  /// Latents [rows, latent_dim] of the samples in the workspace's input.
  const float* encode(int64_t rows, const Workspace& workspace) const;
  /// Logits [rows, sample_dim] of latents.
  const float* decode(int64_t rows, const float* latents, const Workspace& workspace) const;
  /// The first diff buffer holds the gradient of the logits. Writes the gradients of the decoder into
  /// diff_params (flat) and returns the gradient of the latents, in one of the two buffers.
  float* backward_decoder(int64_t rows, const float* latents, const Workspace& workspace, float* diff_params) const;
  /// From that buffer on, the gradients of the encoder.
  void backward_encoder(int64_t rows, float* diff_latents, const Workspace& workspace, float* diff_params) const;

  /// The first layer, in the order of the flow, whose output on the workspace's rows is not finite, as
  /// "decoder layer 1 (linear 128)", with a word on its weights; "" where all are finite.
  std::string find_non_finite(int64_t rows, const Workspace& workspace) const;

 private:
  void lay_out();

  Shape sample_shape_;
  int64_t sample_dim_;
  Activation output_activation_ = Activation::kIdentity;
  Sequential encoder_;
  Sequential decoder_;
  std::vector<Parameter> parameters_;
  int64_t num_parameters_ = 0;
  int64_t flat_size_ = 0;
  int64_t num_penalized_ = 0;
  Arena weights_;
};

}  // namespace hourglass
