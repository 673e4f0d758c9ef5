#pragma once
// A chain of layers.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/arena.h"
#include "layers/layer.h"

namespace hourglass {

/// One parameter array of a network and its place in the flat buffers of parameters, gradients and moments.
struct Parameter {
  std::string name;  ///< "encoder.0.weight"
  ParameterSpec spec;
  int64_t offset = 0;  ///< floats from the start of the flat buffer, a multiple of 16
};

/// Positions of the buffers of a chain in an arena.
struct ChainBuffers {
  struct Stage {
    size_t output, saved;
    size_t diff;  // the gradient of the output; only for training
  };
  std::vector<Stage> stages;
  size_t scratch = 0;  ///< shared by all stages, one at a time
};

/// A chain of layers, built from a list of layer texts. The functions run on the rows of one worker.
class Sequential {
 public:
  /// One layer text.
  struct Entry {
    std::string text;
    Shape output_shape;
    int64_t num_parameters;
  };
  /// One layer to run. An activation after a linear layer is part of that layer.
  struct Stage {
    std::unique_ptr<Layer> layer;
    size_t entry;  ///< index of its (first) Entry
    std::vector<Parameter> parameters;
  };

  /// `part` is "encoder", "latent" or "decoder". output_dim is the size of 'linear output'. Throws Error(kUsage) for
  /// invalid layers or shapes that do not fit.
  Sequential(const std::string& part, const std::vector<std::string>& texts, const Shape& input, int64_t output_dim);

  const std::string& part() const { return part_; }
  const Shape& output_shape() const { return output_shape_; }
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<Stage>& stages() const { return stages_; }
  std::vector<Stage>& stages() { return stages_; }
  /// Largest output of a stage, in floats per row.
  int64_t max_width() const;

  /// Largest number of values that a layer sums over the workers at once.
  int64_t exchange_size() const;

  /// Reserves the buffers for `rows` rows. `keep`: outputs are kept from forward to backward, with gradients; otherwise
  /// two buffers are used in turn.
  ChainBuffers plan(Arena& arena, int64_t rows, bool keep) const;

  /// Runs the layers on x[pass.rows, in]. Returns the output, in the arena (x itself if the chain is empty).
  const float* forward(const Pass& pass, const float* params, const float* x, const Arena& arena,
                       const ChainBuffers& buffers) const;

  /// The output of forward().
  const float* output(const float* x, const Arena& arena, const ChainBuffers& buffers) const {
    return stages_.empty() ? x : arena.at(buffers.stages.back().output);
  }

  /// Buffer for the gradient of the output, the input of backward(); null for an empty chain.
  float* diff_output(const Arena& arena, const ChainBuffers& buffers) const {
    return stages_.empty() ? nullptr : arena.at(buffers.stages.back().diff);
  }

  /// Computes from the gradient in diff_output() the gradients of all parameters, into diff_params (flat), and of the
  /// input, into diff_x unless it is null. Does nothing for an empty chain.
  void backward(const Pass& pass, const float* params, const float* x, const Arena& arena, const ChainBuffers& buffers,
                float* diff_x, float* diff_params) const;

  /// A weight whose gradient is x^T diff, summed over the rows of all workers (see Layer::product_parameter).
  struct Product {
    const Parameter* parameter;
    int64_t in, out;
    const float* x;     // [rows, in]
    const float* diff;  // [rows, out]
  };
  /// Number of values of all these weights.
  int64_t num_product_values() const;
  /// Appends the products of this chain, for the input x and the buffers of one worker, to `products`.
  void append_products(const float* x, const Arena& arena, const ChainBuffers& buffers,
                       std::vector<Product>& products) const;

 private:
  std::string part_;
  Shape output_shape_;
  std::vector<Entry> entries_;
  std::vector<Stage> stages_;
};

}  // namespace hourglass
