#pragma once
// What a layer is: a shape rule, parameters, and forward and backward on the rows one worker holds.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "core/random.h"
#include "hourglass/tensor.h"
#include "kernels/activation.h"

namespace hourglass {

/// What the optimizer and the penalties do with a parameter array.
enum class ParameterKind {
  kWeight,  ///< trained; weight_l1 and weight_l2 count it
  kOther,   ///< trained, never penalised: biases, scales
  kState    ///< not trained: a running mean. Its "gradient" is this step's value, towards which it is moved
};

/// One parameter array of a layer.
struct ParameterSpec {
  std::string role;  ///< "weight", "bias"
  Shape shape;
  ParameterKind kind;
};

/// The pass that a layer is part of.
struct Pass {
  int64_t rows;           ///< samples this worker holds; may be 0
  bool training = false;  ///< dropout and batch statistics are for training alone
  bool sampled = false;   ///< Gaussian latents are drawn; else they are their means
  // Of a training step, and what noise is drawn from:
  int64_t first_row = 0;   ///< place of these rows in the batch
  int64_t batch_rows = 0;  ///< samples that all workers hold at once
  /// Samples the objective is the mean over, where a step takes them slice by slice; its sums over the batch are then
  /// known before the first slice. 0: batch_rows.
  int64_t step_rows = 0;
  uint64_t seed = 0;
  uint64_t step = 0;
  bool defer_products = false;  ///< leave gradients that are product_parameter() to whoever moves the weights
  int worker = 0;
  Exchange* exchange = nullptr;
  float kl_scale = 0;   ///< of the latent's divergence in the gradient: its weight over mean_rows()
  float free_nats = 0;  ///< a unit's divergence costs at least this and has no gradient below it

  int64_t mean_rows() const { return step_rows > 0 ? step_rows : batch_rows; }
};

/// What a layer keeps and needs besides input and output.
struct LayerBuffers {
  float* saved;    ///< [rows, saved_size()]: from forward to backward, which may use it up
  float* scratch;  ///< [scratch_size(rows)]: anything, for the time of one call
};

/// A layer holds its shapes and nothing that changes: parameters, activations and gradients are handed in, so that
/// several workers run it at once, each on its own rows of the batch.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Of one row.
  virtual const Shape& output_shape() const = 0;

  /// The parameter arrays, in the order in which `params` and `diff_params` below hold them.
  virtual std::vector<ParameterSpec> parameters() const { return {}; }

  /// Draws initial values for array `index` of parameters(). `initializer` is the config's name for it.
  virtual void initialize(size_t index, const std::string& initializer, std::span<float> values,
                          RandomStream& random) const;

  /// Takes the elementwise function that follows into this layer; false: it cannot, and the function stays a layer.
  virtual bool fuse(Activation activation);

  /// The elementwise function its output went through last.
  virtual Activation fused() const { return Activation::kIdentity; }

  /// Floats a row must keep from forward to backward besides x and y.
  virtual int64_t saved_size() const { return 0; }

  /// Floats of scratch for a pass over `rows` rows.
  virtual int64_t scratch_size(int64_t rows) const;

  /// Index of the parameter[in, out] whose gradient is x^T diff_y with diff_y as backward() leaves it; -1: none is.
  /// Where the pass defers products, backward() does not compute it, and x and diff_y must stay.
  virtual int product_parameter() const { return -1; }

  /// Whether a training pass draws random values, so that the same parameters give another output each time.
  virtual bool draws_noise() const { return false; }

  /// The most values it sums over the workers at once.
  virtual int64_t exchange_size() const { return 0; }

  /// y[rows, out] from x[rows, in].
  virtual void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                       const LayerBuffers& buffers) const = 0;

  /// From diff_y[rows, out] (changed): diff_x[rows, in] = its gradient, unless null, and diff_params = the gradients
  /// of the parameters. x, y and saved are those of the forward pass.
  virtual void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                        const LayerBuffers& buffers, float* diff_y, float* diff_x,
                        std::span<float* const> diff_params) const = 0;
};

}  // namespace hourglass
