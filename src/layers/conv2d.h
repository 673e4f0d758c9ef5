#pragma once
// Two-dimensional convolution and transposed convolution.

#include "kernels/activation.h"
#include "kernels/conv2d.h"
#include "layers/layer.h"

namespace hourglass {

/// Options of the layers below.
struct ConvolutionShape {
  int64_t channels;  ///< number of output channels
  int64_t kernel = 3, stride = 1, padding = 0;
  int64_t output_padding = 0;  ///< transposed convolution only: rows and columns added at the bottom and right
  int64_t dilation = 1;        ///< distance in pixels between neighboring taps of the kernel
  int64_t groups = 1;          ///< number of channel groups; divides the numbers of input and output channels
};

/// Convolution of an image {h, w, c} with a kernel[kernel, kernel, c / groups, channels] and a bias[channels]:
///   z[i, j, o] = b[o] + sum over m, n, c of
///                x[stride i + dilation m - padding, stride j + dilation n - padding, c] W[m, n, c, o],
///   y = f(z), with x = 0 outside the image.
/// With groups (Krizhevsky et al. 2012), inputs and outputs are split into `groups` equal groups of consecutive
/// channels. c runs over the inputs in the group of o, and W counts c from the start of the group. Dilation: Yu, Koltun
/// 2016. Output sizes: (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down.
class Conv2d : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not an image, the kernel does not fit into it, or groups does not divide the
  /// numbers of channels.
  Conv2d(const Shape& input, const ConvolutionShape& shape);

  const Shape& output_shape() const override { return output_shape_; }
  std::vector<ParameterSpec> parameters() const override;
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  bool fuse(Activation activation) override;
  Activation fused() const override { return activation_; }
  int64_t saved_size() const override;
  int64_t scratch_size(int64_t) const override { return sizes_.scratch_size(); }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Conv2dSizes sizes_;
  Shape output_shape_;
  Activation activation_ = Activation::kIdentity;
};

/// Transposed convolution (Dumoulin, Visin 2016, chapter 4): maps the outputs of a convolution back to the size of its
/// inputs. The kernel is stored as the kernel of that convolution, [kernel, kernel, channels / groups, c].
///   Output sizes: (size - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output_padding.
class ConvTranspose2d : public Layer {
 public:
  /// Throws Error(kUsage) if the input is not an image, the output would be empty, or groups does not divide the
  /// numbers of channels.
  ConvTranspose2d(const Shape& input, const ConvolutionShape& shape);

  const Shape& output_shape() const override { return output_shape_; }
  std::vector<ParameterSpec> parameters() const override;
  void initialize(size_t index, const std::string& initializer, std::span<float> values,
                  RandomStream& random) const override;
  bool fuse(Activation activation) override;
  Activation fused() const override { return activation_; }
  int64_t saved_size() const override;
  int64_t scratch_size(int64_t) const override { return sizes_.scratch_size(); }
  void forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
               const LayerBuffers& buffers) const override;
  void backward(const Pass& pass, std::span<const float* const> params, const float* x, const float* y,
                const LayerBuffers& buffers, float* diff_y, float* diff_x,
                std::span<float* const> diff_params) const override;

 private:
  Conv2dSizes sizes_;  // of the convolution from the output of this layer to its input
  Shape output_shape_;
  Activation activation_ = Activation::kIdentity;
};

}  // namespace hourglass
