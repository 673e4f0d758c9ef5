#pragma once
// What a layer is: a shape rule, parameters, and forward and backward on the rows one worker holds.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// One parameter array of a layer.
struct ParameterSpec {
  std::string role;  ///< "weight", "bias"
  Shape shape;
  bool penalized;  ///< whether weight_l1 and weight_l2 count it; biases never are
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

  /// Floats a row must keep from forward to backward besides x and y.
  virtual int64_t saved_size() const { return 0; }

  /// y[rows, out] from x[rows, in]; saved[rows, saved_size()].
  virtual void forward(int64_t rows, std::span<const float* const> params, const float* x, float* y,
                       float* saved) const = 0;

  /// From diff_y[rows, out] (destroyed): diff_x[rows, in] = its gradient, unless null, and diff_params = the gradients
  /// of the parameters. x, y and saved are those of the forward pass.
  virtual void backward(int64_t rows, std::span<const float* const> params, const float* x, const float* y,
                        const float* saved, float* diff_y, float* diff_x,
                        std::span<float* const> diff_params) const = 0;
};

}  // namespace hourglass
