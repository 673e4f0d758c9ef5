#include "layers/lstm.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"
#include "kernels/activation.h"
#include "kernels/lstm.h"
#include "kernels/matmul.h"
#include "layers/initializer.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeightX, kWeightH, kBias };

// to[b, a, width] = from[a, b, width].
void swap_outer(int64_t a, int64_t b, int64_t width, const float* from, float* to) {
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j) std::copy_n(from + (i * b + j) * width, width, to + (j * a + i) * width);
}

}  // namespace

Lstm::Lstm(const Shape& input, int64_t hidden, bool whole_sequence)
    : steps_(input.empty() ? 0 : input[0]), features_(0), hidden_(hidden), whole_sequence_(whole_sequence) {
  if (input.size() < 2)
    throw Error(ErrorKind::kUsage,
                fmt::format("lstm takes a sequence of steps x values, but its input is {}. Put 'repeat "
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

// The source of the recurrent models draws all of them from +-1 / sqrt(hidden), PyTorch's rule.
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

void Lstm::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                   const LayerBuffers& buffers) const {
  const int64_t rows = pass.rows, state = rows * hidden_;
  const Saved s = locate(rows, buffers.saved);
  swap_outer(rows, steps_, features_, x, s.x);
  matmul(steps_ * rows, 4 * hidden_, features_, s.x, params[kWeightX], s.gates, {params[kBias]});
  for (int64_t t = 0; t < steps_; ++t) {
    float* gates = s.gates + t * 4 * state;
    const float* previous_cell = t > 0 ? s.cells + (t - 1) * state : nullptr;
    if (t > 0)
      matmul(rows, 4 * hidden_, hidden_, s.states + (t - 1) * state, params[kWeightH], gates, {.accumulate = true});
    lstm_cell_forward(rows, hidden_, gates, previous_cell, s.cells + t * state, s.states + t * state);
  }
  if (whole_sequence_)
    swap_outer(steps_, rows, hidden_, s.states, y);
  else
    std::copy_n(s.states + (steps_ - 1) * state, state, y);
}

void Lstm::backward(const Pass& pass, std::span<const float* const> params, const float*, const float*,
                    const LayerBuffers& buffers, float* diff_y, float* diff_x,
                    std::span<float* const> diff_params) const {
  const int64_t rows = pass.rows, state = rows * hidden_;
  const Saved s = locate(rows, buffers.saved);
  float* diff_state = buffers.scratch;
  float* diff_cell = diff_state + state;
  float* diff_x_by_step = diff_cell + state;
  std::fill_n(diff_cell, state, 0.0f);
  for (int64_t t = steps_ - 1; t >= 0; --t) {
    float* gates = s.gates + t * 4 * state;
    const float* previous_cell = t > 0 ? s.cells + (t - 1) * state : nullptr;
    // What the next step sends back, then what the output sends.
    if (t == steps_ - 1)
      std::fill_n(diff_state, state, 0.0f);
    else
      matmul_nt(rows, hidden_, 4 * hidden_, gates + 4 * state, params[kWeightH], diff_state);
    if (whole_sequence_ || t == steps_ - 1) {
      const int64_t row_stride = whole_sequence_ ? steps_ * hidden_ : hidden_;
      const float* diff_step = whole_sequence_ ? diff_y + t * hidden_ : diff_y;
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t j = 0; j < hidden_; ++j) diff_state[row * hidden_ + j] += diff_step[row * row_stride + j];
    }
    lstm_cell_backward(rows, hidden_, gates, previous_cell, s.cells + t * state, diff_state, diff_cell);
  }
  activation_backward(Activation::kIdentity, steps_ * rows, 4 * hidden_, nullptr, s.gates, diff_params[kBias]);
  matmul_tn(features_, 4 * hidden_, steps_ * rows, s.x, s.gates, diff_params[kWeightX]);
  matmul_tn(hidden_, 4 * hidden_, (steps_ - 1) * rows, s.states, s.gates + 4 * state, diff_params[kWeightH]);
  if (diff_x) {
    matmul_nt(steps_ * rows, features_, 4 * hidden_, s.gates, params[kWeightX], diff_x_by_step);
    swap_outer(steps_, rows, features_, diff_x_by_step, diff_x);
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
