#pragma once
// The two-dimensional convolution and its transpose.

#include "kernels/activation.h"
#include "kernels/conv2d.h"
#include "layers/layer.h"

namespace hourglass {

/// What the layers below are made from.
struct ConvolutionShape {
  int64_t channels;  ///< of the output
  int64_t kernel = 3, stride = 1, padding = 0;
  int64_t output_padding = 0;  ///< of the transposed convolution: rows and columns added below and to the right
  int64_t dilation = 1;        ///< pixels from one tap of the kernel to the next
  int64_t groups = 1;          ///< runs of channels that see each other alone; divides both numbers of channels
};

/// The convolution of an image {h, w, c} with a kernel[kernel, kernel, c / groups, channels] and a bias[channels]:
///   z[i, j, o] = b[o] + sum over m, n, c of
///                x[stride i + dilation m - padding, stride j + dilation n - padding, c] W[m, n, c, o],
///   y = f(z), x outside the image being 0. With groups, c runs over the channels of o's group: o of the g-th of
///   `groups` equal runs of outputs sees the g-th of as many runs of inputs (Krizhevsky et al. 2012), and W counts c
///   from there. Output sizes: (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down. Dilation: Yu,
///   Koltun 2016.
class Conv2d : public Layer {
 public:
  /// Throws Error(kUsage) where the input is no image, the kernel does not fit into it, or groups do not divide the
  /// channels.
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

/// The transposed convolution (Dumoulin, Visin 2016, chapter 4): what maps the outputs of a convolution back to the
/// size of its inputs. The kernel is stored as that convolution's, [kernel, kernel, channels / groups, c].
///   Output sizes: (size - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output_padding.
class ConvTranspose2d : public Layer {
 public:
  /// Throws Error(kUsage) where the input is no image, the sizes leave no output, or groups do not divide the channels.
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
  Conv2dSizes sizes_;  // of the convolution that this is the transpose of: from this layer's output to its input
  Shape output_shape_;
  Activation activation_ = Activation::kIdentity;
};

}  // namespace hourglass
