#pragma once
// Interface of a layer: output shape, parameters, and forward and backward passes over the rows of one worker.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "core/random.h"
#include "hourglass/tensor.h"
#include "kernels/activation.h"

namespace hourglass {

/// How the optimizer and the penalties treat a parameter array.
enum class ParameterKind {
  kWeight,  ///< trained, penalized by weight_l1 and weight_l2
  kOther,   ///< trained, never penalized: biases, scales
  kState    ///< not trained, such as a running mean; its "gradient" is the value of this step, toward which it moves
};

/// One parameter array of a layer.
struct ParameterSpec {
  std::string role;  ///< "weight", "bias"
  Shape shape;
  ParameterKind kind;
};

/// Parameters of one pass through the network.
struct Pass {
  int64_t rows;           ///< samples of this worker; can be 0
  bool training = false;  ///< dropout and batch statistics are used only in training
  bool sampled = false;   ///< Gaussian latents are sampled; else they are their means
  // For training steps and noise:
  int64_t first_row = 0;   ///< index of the first row in the batch
  int64_t batch_rows = 0;  ///< samples of all workers together
  /// Number of samples in the mean of the objective, if a step processes them slice by slice. Sums over the batch are
  /// then known before the first slice. 0: batch_rows.
  int64_t step_rows = 0;
  uint64_t seed = 0;
  uint64_t step = 0;
  bool defer_products = false;  ///< the gradient of product_parameter() is computed later, by the optimizer step
  int worker = 0;
  Exchange* exchange = nullptr;
  float kl_scale = 0;   ///< factor of the KL gradient of the latent: KL weight / mean_rows()
  float free_nats = 0;  ///< minimum KL of a unit; the gradient is 0 below it

  int64_t mean_rows() const { return step_rows > 0 ? step_rows : batch_rows; }
};

/// Buffers of a layer in addition to input and output.
struct LayerBuffers {
  float* saved;    ///< [rows, saved_size()]: written by forward for backward, which can overwrite it
  float* scratch;  ///< [scratch_size(rows)]: temporary values of one call
};

/// A layer has only its shapes as state. Parameters, activations and gradients are arguments, so that several workers
/// can run a layer in parallel, each on its own rows of the batch.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Shape of one output row.
  virtual const Shape& output_shape() const = 0;

  /// Parameter arrays, in the order of `params` and `diff_params` below.
  virtual std::vector<ParameterSpec> parameters() const { return {}; }

  /// Draws initial values for array `index` of parameters(). `initializer` is a name of the config.
  virtual void initialize(size_t index, const std::string& initializer, std::span<float> values,
                          RandomStream& random) const;

  /// Fuses the activation that follows into this layer. Returns false if it cannot; the activation is then a layer.
  virtual bool fuse(Activation activation);

  /// Last activation that is applied to the output.
  virtual Activation fused() const { return Activation::kIdentity; }

  /// Number of floats to save per row from forward to backward, in addition to x and y.
  virtual int64_t saved_size() const { return 0; }

  /// Number of scratch floats for a pass over `rows` rows.
  virtual int64_t scratch_size(int64_t rows) const;

  /// Index of the parameter[in, out] whose gradient is x^T diff_y, with diff_y as backward() leaves it; -1: none.
  /// If the pass defers products, backward() does not compute this gradient, and x and diff_y must be kept.
  virtual int product_parameter() const { return -1; }

  /// Returns true if a training pass draws random values, so that its output changes from step to step.
  virtual bool draws_noise() const { return false; }

  /// Maximum number of values that the layer sums over the workers at once.
  virtual int64_t exchange_size() const { return 0; }

  /// Computes y[rows, out] from x[rows, in].
  virtual void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                       const LayerBuffers& buffers) const = 0;

  /// Computes from diff_y[rows, out] (overwritten) the gradients diff_x[rows, in] (unless null) and diff_params. x, y
  /// and saved are those of the forward pass.
  virtual void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                        const LayerBuffers& buffers, float* diff_y, float* diff_x,
                        std::span<float* const> diff_params) const = 0;
};

}  // namespace hourglass
