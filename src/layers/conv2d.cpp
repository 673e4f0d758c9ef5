#include "layers/conv2d.h"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/error.h"
#include "layers/initializer.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeight, kBias };

void check_image(const Shape& input, const char* layer) {
  if (input.size() != 3)
    throw Error(ErrorKind::kUsage,
                fmt::format("{} needs an image of height x width x channels, but its input is {}. Put "
                            "'reshape HxWxC' before it.",
                            layer, to_string(input)));
}

void check_groups(const char* layer, int64_t in, int64_t out, int64_t groups) {
  if (in % groups != 0 || out % groups != 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("{}: groups={} must divide the {} input channels and the {} output channels.", layer,
                            groups, in, out));
}

// The kernels compute these sizes with integers. The limit is far above any memory.
void check_memory(const char* layer, const Conv2dSizes& s) {
  constexpr double kMostFloats = 1LL << 48;
  const auto floats = [](int64_t height, int64_t width, int64_t border, int64_t channels) {
    return static_cast<double>(height + 2 * border) * static_cast<double>(width + 2 * border) *
           static_cast<double>(channels);
  };
  if (std::max(floats(s.height, s.width, s.padding, s.in_channels),
               floats(s.out_height(), s.out_width(), s.reach(), s.out_channels)) > kMostFloats)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("{}: kernel {}, dilation {} and padding {} need more memory than can be addressed. Make them "
                    "smaller.",
                    layer, s.kernel, s.dilation, s.padding));
}

Shape weight_shape(const Conv2dSizes& sizes) {
  return {sizes.kernel, sizes.kernel, sizes.in_channels / sizes.groups, sizes.out_channels};
}

bool fuse_into(Activation& fused, Activation activation) {
  if (fused != Activation::kIdentity) return false;
  fused = activation;
  return true;
}

// Applies the activation after a product that has added the bias and applied ReLU.
void activate(Activation activation, int64_t n, const float* z, float* y) {
  if (activation != Activation::kRelu && activation != Activation::kIdentity) activation_forward(activation, n, z, y);
}

}  // namespace

Conv2d::Conv2d(const Shape& input, const ConvolutionShape& shape) : sizes_{} {
  check_image(input, "conv2d");
  check_groups("conv2d", input[2], shape.channels, shape.groups);
  sizes_ = {input[0],     input[1],      input[2],       shape.channels, shape.kernel,
            shape.stride, shape.padding, shape.dilation, shape.groups};
  if (std::min(input[0], input[1]) + 2 * shape.padding < sizes_.reach())
    throw Error(ErrorKind::kUsage,
                fmt::format("conv2d: kernel {}{} does not fit into {} with padding {}.", shape.kernel,
                            shape.dilation > 1
                                ? fmt::format(" with dilation {} covers {} pixels and", shape.dilation, sizes_.reach())
                                : "",
                            to_string(input), shape.padding));
  check_memory("conv2d", sizes_);
  output_shape_ = {sizes_.out_height(), sizes_.out_width(), shape.channels};
}

std::vector<ParameterSpec> Conv2d::parameters() const {
  return {{"weight", weight_shape(sizes_), ParameterKind::kWeight},
          {"bias", {sizes_.out_channels}, ParameterKind::kOther}};
}

void Conv2d::initialize(size_t index, const std::string& initializer, std::span<float> values,
                        RandomStream& random) const {
  const Initializer rule = initializer_for(initializer, activation_);
  const int64_t window = sizes_.kernel * sizes_.kernel;
  const int64_t fan_in = window * sizes_.in_channels / sizes_.groups;
  if (index == kWeight)
    initialize_weights(rule, fan_in, window * sizes_.out_channels / sizes_.groups, values, random);
  else
    initialize_biases(rule, fan_in, values, random);
}

bool Conv2d::fuse(Activation activation) { return fuse_into(activation_, activation); }

int64_t Conv2d::saved_size() const { return needs_input(activation_) ? sizes_.out_size() : 0; }

void Conv2d::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                     const LayerBuffers& buffers) const {
  float* z = saved_size() > 0 ? buffers.saved : y;
  conv2d_forward(sizes_, pass.rows, x, params[kWeight], params[kBias], activation_ == Activation::kRelu, z,
                 buffers.scratch);
  activate(activation_, pass.rows * sizes_.out_size(), z, y);
}

void Conv2d::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                      const LayerBuffers& buffers, float* diff_y, float* diff_x,
                      std::span<float* const> diff_params) const {
  activation_backward(activation_, pass.rows * sizes_.out_height() * sizes_.out_width(), sizes_.out_channels,
                      saved_size() > 0 ? buffers.saved : y, diff_y, diff_params[kBias]);
  conv2d_backward_weights(sizes_, pass.rows, x, diff_y, diff_params[kWeight], buffers.scratch);
  if (diff_x) conv2d_backward_data(sizes_, pass.rows, diff_y, params[kWeight], nullptr, false, diff_x, buffers.scratch);
}

ConvTranspose2d::ConvTranspose2d(const Shape& input, const ConvolutionShape& shape) : sizes_{} {
  check_image(input, "conv_transpose2d");
  check_groups("conv_transpose2d", input[2], shape.channels, shape.groups);
  const auto output = [&](int64_t size) {
    return (size - 1) * shape.stride - 2 * shape.padding + shape.dilation * (shape.kernel - 1) + 1 +
           shape.output_padding;
  };
  output_shape_ = {output(input[0]), output(input[1]), shape.channels};
  sizes_ = {output_shape_[0], output_shape_[1], shape.channels, input[2],    shape.kernel,
            shape.stride,     shape.padding,    shape.dilation, shape.groups};
  // The convolution from output to input must give the input size. Otherwise output_padding adds rows without any taps.
  if (output_shape_[0] < 1 || output_shape_[1] < 1 || sizes_.out_height() != input[0] || sizes_.out_width() != input[1])
    throw Error(
        ErrorKind::kUsage,
        fmt::format("conv_transpose2d: kernel {}, stride {}, padding {}, output_padding {} and dilation {} do "
                    "not fit input {}. output_padding must be less than stride, and 2 * padding less than the output "
                    "size.",
                    shape.kernel, shape.stride, shape.padding, shape.output_padding, shape.dilation, to_string(input)));
  check_memory("conv_transpose2d", sizes_);
}

std::vector<ParameterSpec> ConvTranspose2d::parameters() const {
  return {{"weight", weight_shape(sizes_), ParameterKind::kWeight},
          {"bias", {sizes_.in_channels}, ParameterKind::kOther}};
}

void ConvTranspose2d::initialize(size_t index, const std::string& initializer, std::span<float> values,
                                 RandomStream& random) const {
  const Initializer rule = initializer_for(initializer, activation_);
  // Each output depends on one in stride^2 taps of the kernel.
  const int64_t window = std::max<int64_t>(1, sizes_.kernel * sizes_.kernel / (sizes_.stride * sizes_.stride));
  const int64_t fan_in = window * sizes_.out_channels / sizes_.groups;
  if (index == kWeight)
    initialize_weights(rule, fan_in, window * sizes_.in_channels / sizes_.groups, values, random);
  else
    initialize_biases(rule, fan_in, values, random);
}

bool ConvTranspose2d::fuse(Activation activation) { return fuse_into(activation_, activation); }

int64_t ConvTranspose2d::saved_size() const { return needs_input(activation_) ? sizes_.in_size() : 0; }

void ConvTranspose2d::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                              const LayerBuffers& buffers) const {
  float* z = saved_size() > 0 ? buffers.saved : y;
  conv2d_backward_data(sizes_, pass.rows, x, params[kWeight], params[kBias], activation_ == Activation::kRelu, z,
                       buffers.scratch);
  activate(activation_, pass.rows * sizes_.in_size(), z, y);
}

void ConvTranspose2d::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                               const LayerBuffers& buffers, float* diff_y, float* diff_x,
                               std::span<float* const> diff_params) const {
  activation_backward(activation_, pass.rows * sizes_.height * sizes_.width, sizes_.in_channels,
                      saved_size() > 0 ? buffers.saved : y, diff_y, diff_params[kBias]);
  conv2d_backward_weights(sizes_, pass.rows, diff_y, x, diff_params[kWeight], buffers.scratch);
  if (diff_x) conv2d_forward(sizes_, pass.rows, diff_y, params[kWeight], nullptr, false, diff_x, buffers.scratch);
}

}  // namespace hourglass
