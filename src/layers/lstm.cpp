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
  float* gates = saved + steps_ * rows * width();
  return {saved, gates, gates + steps_ * rows * 4 * hidden_};
}

// Runs step by step, so that the values of a step are still in the cache when they are read.
void Lstm::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                   const LayerBuffers& buffers) const {
  const int64_t rows = pass.rows, state = rows * hidden_;
  const Saved s = locate(rows, buffers.saved);
  // Both weights as one matrix [width, 4 hidden].
  float* weights = buffers.scratch;
  std::copy_n(params[kWeightX], features_ * 4 * hidden_, weights);
  std::copy_n(params[kWeightH], hidden_ * 4 * hidden_, weights + features_ * 4 * hidden_);
  for (int64_t row = 0; row < rows; ++row) std::fill_n(s.inputs + row * width() + features_, hidden_, 0.0f);
  for (int64_t t = 0; t < steps_; ++t) {
    const bool last = t == steps_ - 1;
    float* inputs = s.inputs + t * rows * width();
    float* gates = s.gates + t * 4 * state;
    copy_rows(rows, features_, x + t * features_, steps_ * features_, inputs, width());
    matmul(rows, 4 * hidden_, width(), inputs, weights, gates, {params[kBias]});
    const LstmRows next{last ? nullptr : inputs + rows * width() + features_, width()};
    const LstmRows output =
        whole_sequence_ ? LstmRows{y + t * hidden_, steps_ * hidden_} : LstmRows{last ? y : nullptr, hidden_};
    lstm_cell_forward(rows, hidden_, gates, t > 0 ? s.cells + (t - 1) * state : nullptr, s.cells + t * state, next,
                      output);
  }
}

void Lstm::backward(const Pass& pass, std::span<const float* const> params, const float*, const float* y,
                    const LayerBuffers& buffers, float* diff_y, float* diff_x,
                    std::span<float* const> diff_params) const {
  const int64_t rows = pass.rows, state = rows * hidden_, gates_of_row = 4 * hidden_;
  const Saved s = locate(rows, buffers.saved);
  // The gradient of the inputs of a step: of x_t, if it is needed, and of h_(t-1).
  const int64_t features = diff_x ? features_ : 0, columns = features + hidden_;
  float* weights = buffers.scratch;  // transposed, [4 hidden, columns]
  float* diff_inputs = weights + width() * gates_of_row;
  float* diff_cell = diff_inputs + rows * width();
  if (diff_x) transpose(features_, gates_of_row, params[kWeightX], weights, columns);
  transpose(hidden_, gates_of_row, params[kWeightH], weights + features, columns);

  // Steps per product of a weight gradient: few enough that their gates are still in the cache, enough for an efficient
  // product.
  const int64_t steps_per_product = std::max<int64_t>(1, kRowsPerProduct / std::max<int64_t>(1, rows));

  std::fill_n(diff_cell, state, 0.0f);
  std::fill_n(diff_params[kBias], gates_of_row, 0.0f);
  for (int64_t t = steps_ - 1; t >= 0; --t) {
    const bool last = t == steps_ - 1;
    float* inputs = s.inputs + t * rows * width();
    float* gates = s.gates + t * rows * gates_of_row;
    const ConstLstmRows output =
        whole_sequence_ ? ConstLstmRows{y + t * hidden_, steps_ * hidden_} : ConstLstmRows{y, hidden_};
    const ConstLstmRows diff_output = whole_sequence_ ? ConstLstmRows{diff_y + t * hidden_, steps_ * hidden_}
                                                      : ConstLstmRows{last ? diff_y : nullptr, hidden_};
    lstm_cell_backward(rows, hidden_, gates, t > 0 ? s.cells + (t - 1) * state : nullptr,
                       last ? output : ConstLstmRows{inputs + rows * width() + features_, width()},
                       {last ? nullptr : diff_inputs + features, columns}, diff_output, diff_cell, diff_params[kBias]);
    if (diff_x || t > 0) matmul(rows, columns, gates_of_row, gates, weights, diff_inputs);
    if (diff_x) copy_rows(rows, features_, diff_inputs, columns, diff_x + t * features_, steps_ * features_);
    if (t % steps_per_product == 0) {
      const int64_t end = std::min(t + steps_per_product, steps_), terms = (end - t) * rows;
      const ProductTerms x{terms, inputs, width(), gates, gates_of_row};
      const ProductTerms h{terms, inputs + features_, width(), gates, gates_of_row};
      matmul_tn(features_, gates_of_row, {&x, 1}, diff_params[kWeightX], gates_of_row, end < steps_);
      matmul_tn(hidden_, gates_of_row, {&h, 1}, diff_params[kWeightH], gates_of_row, end < steps_);
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
