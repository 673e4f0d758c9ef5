#include "layers/lstm.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"
#include "kernels/lstm.h"
#include "kernels/matmul.h"
#include "layers/initializer.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeightX, kWeightH, kBias };

constexpr int64_t kRowsPerProduct = 256;

// Copies rows of `width` floats. `from` and `to` have their own strides.
void copy_rows(int64_t rows, int64_t width, const float* from, int64_t from_stride, float* to, int64_t to_stride) {
  for (int64_t row = 0; row < rows; ++row) std::copy_n(from + row * from_stride, width, to + row * to_stride);
}

}  // namespace

Lstm::Lstm(const Shape& input, int64_t hidden, bool whole_sequence)
    : steps_(input.empty() ? 0 : input[0]), features_(0), hidden_(hidden), whole_sequence_(whole_sequence) {
  if (input.size() < 2)
    throw Error(ErrorKind::kUsage,
                fmt::format("lstm needs a sequence of steps x values, but its input is {}. Put 'repeat "
                            "STEPS' or 'reshape STEPSxVALUES' before it.",
                            to_string(input)));
  features_ = num_elements(input) / steps_;
  output_shape_ = whole_sequence ? Shape{steps_, hidden} : Shape{hidden};
}

std::vector<ParameterSpec> Lstm::parameters() const {
  return {{"weight_x", {features_, 4 * hidden_}, ParameterKind::kWeight},
          {"weight_h", {hidden_, 4 * hidden_}, ParameterKind::kWeight},
          {"bias", {4 * hidden_}, ParameterKind::kOther}};
}

// By default all parameters are drawn from +-1 / sqrt(hidden), PyTorch's rule, as in the source of the recurrent
// models.
void Lstm::initialize(size_t index, const std::string& initializer, std::span<float> values,
                      RandomStream& random) const {
  const bool is_default = initializer == "auto";
  const Initializer rule = is_default ? Initializer::kTorchUniform : initializer_for(initializer, Activation::kTanh);
  if (index == kBias)
    initialize_biases(rule, hidden_, values, random);
  else
    initialize_weights(rule, is_default || index == kWeightH ? hidden_ : features_, hidden_, values, random);
}

Lstm::Saved Lstm::locate(int64_t rows, float* saved) const {
  float* gates = saved + steps_ * rows * features_;
  float* cells = gates + steps_ * rows * 4 * hidden_;
  return {saved, gates, cells, cells + steps_ * rows * hidden_};
}

// Runs step by step, so that the values of a step are still in the cache when they are read.
void Lstm::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                   const LayerBuffers& buffers) const {
  const int64_t rows = pass.rows, state = rows * hidden_;
  const Saved s = locate(rows, buffers.saved);
  for (int64_t t = 0; t < steps_; ++t) {
    float* x_t = s.x + t * rows * features_;
    float* gates = s.gates + t * 4 * state;
    float* state_t = s.states + t * state;
    copy_rows(rows, features_, x + t * features_, steps_ * features_, x_t, features_);
    matmul(rows, 4 * hidden_, features_, x_t, params[kWeightX], gates, {params[kBias]});
    if (t > 0) matmul(rows, 4 * hidden_, hidden_, state_t - state, params[kWeightH], gates, {.accumulate = true});
    lstm_cell_forward(rows, hidden_, gates, t > 0 ? s.cells + (t - 1) * state : nullptr, s.cells + t * state, state_t);
    if (whole_sequence_) copy_rows(rows, hidden_, state_t, hidden_, y + t * hidden_, steps_ * hidden_);
  }
  if (!whole_sequence_) std::copy_n(s.states + (steps_ - 1) * state, state, y);
}

void Lstm::backward(const Pass& pass, std::span<const float* const> params, const float*, const float*,
                    const LayerBuffers& buffers, float* diff_y, float* diff_x,
                    std::span<float* const> diff_params) const {
  const int64_t rows = pass.rows, state = rows * hidden_;
  const Saved s = locate(rows, buffers.saved);
  float* diff_state = buffers.scratch;
  float* diff_cell = diff_state + state;
  float* diff_x_t = diff_cell + state;
  float* weight_h_transposed = diff_x_t + rows * features_;
  float* weight_x_transposed = weight_h_transposed + hidden_ * 4 * hidden_;
  transpose(hidden_, 4 * hidden_, params[kWeightH], weight_h_transposed);
  if (diff_x) transpose(features_, 4 * hidden_, params[kWeightX], weight_x_transposed);

  // Steps per product of a weight gradient: few enough that their gates are still in the cache, enough for an efficient
  // product.
  const int64_t steps_per_product = std::max<int64_t>(1, kRowsPerProduct / std::max<int64_t>(1, rows));

  std::fill_n(diff_cell, state, 0.0f);
  std::fill_n(diff_params[kBias], 4 * hidden_, 0.0f);
  for (int64_t t = steps_ - 1; t >= 0; --t) {
    float* gates = s.gates + t * 4 * state;
    const bool last = t == steps_ - 1;
    // The gradient of the output plus the gradient from the next step.
    if (whole_sequence_)
      copy_rows(rows, hidden_, diff_y + t * hidden_, steps_ * hidden_, diff_state, hidden_);
    else if (last)
      std::copy_n(diff_y, state, diff_state);
    if (!last)
      matmul(rows, hidden_, 4 * hidden_, gates + 4 * state, weight_h_transposed, diff_state,
             {.accumulate = whole_sequence_});
    lstm_cell_backward(rows, hidden_, gates, t > 0 ? s.cells + (t - 1) * state : nullptr, s.states + t * state,
                       diff_state, diff_cell, diff_params[kBias]);
    if (diff_x) {
      matmul(rows, features_, 4 * hidden_, gates, weight_x_transposed, diff_x_t);
      copy_rows(rows, features_, diff_x_t, features_, diff_x + t * features_, steps_ * features_);
    }
    if (t % steps_per_product == 0) {
      const int64_t end = std::min(t + steps_per_product, steps_), from = std::max<int64_t>(t, 1);
      matmul_tn(features_, 4 * hidden_, (end - t) * rows, s.x + t * rows * features_, gates, diff_params[kWeightX],
                end < steps_);
      matmul_tn(hidden_, 4 * hidden_, (end - from) * rows, s.states + (from - 1) * state, s.gates + from * 4 * state,
                diff_params[kWeightH], end < steps_);
    }
  }
}

Repeat::Repeat(const Shape& input, int64_t steps) : steps_(steps), size_(num_elements(input)), output_shape_{steps} {
  output_shape_.insert(output_shape_.end(), input.begin(), input.end());
}

void Repeat::forward(const Pass& pass, std::span<const float* const>, const float* x, float* y,
                     const LayerBuffers&) const {
  for (int64_t row = 0; row < pass.rows; ++row)
    for (int64_t t = 0; t < steps_; ++t) std::copy_n(x + row * size_, size_, y + (row * steps_ + t) * size_);
}

void Repeat::backward(const Pass& pass, std::span<const float* const>, const float*, const float*, const LayerBuffers&,
                      float* diff_y, float* diff_x, std::span<float* const>) const {
  if (!diff_x) return;
  for (int64_t row = 0; row < pass.rows; ++row) {
    float* sum = diff_x + row * size_;
    std::copy_n(diff_y + row * steps_ * size_, size_, sum);
    for (int64_t t = 1; t < steps_; ++t)
      for (int64_t j = 0; j < size_; ++j) sum[j] += diff_y[(row * steps_ + t) * size_ + j];
  }
}

}  // namespace hourglass
