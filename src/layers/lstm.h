#pragma once
// Long short-term memory (LSTM).

#include "layers/layer.h"

namespace hourglass {

/// An LSTM (Hochreiter, Schmidhuber 1997; forget gate of Gers, Schmidhuber, Cummins 2000) over a sequence {steps, ...},
/// with a zero initial state. For step t:
///   i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of the four parts of x_t Wx + h_(t-1) Wh + b,
///   c_t = f c_(t-1) + i g,  h_t = o tanh(c_t).
/// The output is the whole sequence {steps, hidden} or the last state {hidden}.
class Lstm : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not a sequence.
  Lstm(const Shape& input, int64_t hidden, bool whole_sequence);

  const Shape& output_shape() const override { return output_shape_; }
  std::vector<ParameterSpec> parameters() const override;
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  int64_t saved_size() const override { return steps_ * (width() + 5 * hidden_); }
  int64_t scratch_size(int64_t rows) const override { return width() * 4 * hidden_ + rows * (width() + hidden_); }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  // In these buffers time is the outer index, so each step and the whole sequence are matrices of consecutive rows.
  struct Saved {
    float* inputs;  // [steps, rows, width]: x_t and h_(t-1), so that a step is one product
    float* gates;   // [steps, rows, 4 hidden]
    float* cells;   // [steps, rows, hidden]
  };
  Saved locate(int64_t rows, float* saved) const;
  int64_t width() const { return features_ + hidden_; }

  int64_t steps_, features_, hidden_;
  bool whole_sequence_;
  Shape output_shape_;
};

/// y[t] = x for each step t. The output shape is {steps} + the input shape. Feeds one state to a sequence decoder.
class Repeat : public Layer {
 public:
  Repeat(const Shape& input, int64_t steps);

  const Shape& output_shape() const override { return output_shape_; }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  int64_t steps_, size_;
  Shape output_shape_;
};

}  // namespace hourglass
