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

/// Where the outputs of a chain lie in an arena.
struct ChainBuffers {
  struct Stage {
    size_t output, saved;
    size_t diff;  // the gradient of the output; only where training
  };
  std::vector<Stage> stages;
  size_t scratch = 0;  ///< shared by all stages, one at a time
};

/// What a text list builds. The functions run on one worker's rows.
class Sequential {
 public:
  /// A layer as it was written.
  struct Entry {
    std::string text;
    Shape output_shape;
    int64_t num_parameters;
  };
  /// A layer as it is run: an activation behind a linear layer is part of it.
  struct Stage {
    std::unique_ptr<Layer> layer;
    size_t entry;  ///< index of its (first) Entry
    std::vector<Parameter> parameters;
  };

  /// `part` is "encoder", "latent" or "decoder"; output_dim is what 'linear output' means. Throws Error(kUsage) for a
  /// list that makes no chain.
  Sequential(const std::string& part, const std::vector<std::string>& texts, const Shape& input, int64_t output_dim);

  const std::string& part() const { return part_; }
  const Shape& output_shape() const { return output_shape_; }
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<Stage>& stages() const { return stages_; }
  std::vector<Stage>& stages() { return stages_; }
  /// The widest output of a stage, in floats a row.
  int64_t max_width() const;

  /// The most values a layer sums over the workers at once.
  int64_t exchange_size() const;

  /// Reserves what `rows` rows keep from forward to backward, with the gradients; or, where nothing is to be kept, two
  /// buffers in turn.
  ChainBuffers plan(Arena& arena, int64_t rows, bool keep) const;

  /// Runs x[pass.rows, in] through; the output lies in the arena (x itself where the chain is empty).
  const float* forward(const Pass& pass, const float* params, const float* x, const Arena& arena,
                       const ChainBuffers& buffers) const;

  /// Where forward() left its output.
  const float* output(const float* x, const Arena& arena, const ChainBuffers& buffers) const {
    return stages_.empty() ? x : arena.at(buffers.stages.back().output);
  }

  /// Where backward() expects the gradient of the output; null for an empty chain.
  float* diff_output(const Arena& arena, const ChainBuffers& buffers) const {
    return stages_.empty() ? nullptr : arena.at(buffers.stages.back().diff);
  }

  /// From the gradient in diff_output(), the gradients of all parameters into diff_params (flat) and, unless null, that
  /// of the input into diff_x. An empty chain does nothing.
  void backward(const Pass& pass, const float* params, const float* x, const Arena& arena, const ChainBuffers& buffers,
                float* diff_x, float* diff_params) const;

  /// A weight whose gradient is x^T diff, summed over the rows of all workers (see Layer::product_parameter).
  struct Product {
    const Parameter* parameter;
    int64_t in, out;
    const float* x;     // [rows, in]
    const float* diff;  // [rows, out]
  };
  /// Values of all weights that are such.
  int64_t num_product_values() const;
  /// Those of this chain, for the input x and buffers of one worker, appended to `products`.
  void append_products(const float* x, const Arena& arena, const ChainBuffers& buffers,
                       std::vector<Product>& products) const;

 private:
  std::string part_;
  Shape output_shape_;
  std::vector<Entry> entries_;
  std::vector<Stage> stages_;
};

}  // namespace hourglass
