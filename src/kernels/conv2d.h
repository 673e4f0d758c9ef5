#pragma once
// Convolutions of NHWC images. They run on the calling thread and allocate no memory.

#include <cstdint>

namespace hourglass {

/// Sizes of a convolution with a square kernel. Images are height x width x in_channels, outputs are
/// out_height() x out_width() x out_channels, weights are [kernel, kernel, in_channels / groups, out_channels].
/// Neighboring taps of the kernel are `dilation` pixels apart. Input and output channels are split into `groups` equal
/// groups of consecutive channels; the outputs of a group depend only on the inputs of the same group.
struct Conv2dSizes {
  int64_t height, width, in_channels, out_channels;
  int64_t kernel, stride, padding;
  int64_t dilation = 1, groups = 1;

  /// With at most this many channels a tile would fill few lanes of a vector, so another algorithm is used.
  static constexpr int64_t kFewChannels = 4;

  int64_t reach() const { return (kernel - 1) * dilation + 1; }  ///< size of the dilated kernel in pixels
  int64_t out_height() const { return (height + 2 * padding - reach()) / stride + 1; }
  int64_t out_width() const { return (width + 2 * padding - reach()) / stride + 1; }
  int64_t in_size() const { return height * width * in_channels; }
  int64_t out_size() const { return out_height() * out_width() * out_channels; }
  int64_t padded_size() const { return (height + 2 * padding) * (width + 2 * padding) * in_channels; }
  int64_t num_weights() const { return kernel * kernel * (in_channels / groups) * out_channels; }
  /// Pixels that are multiplied at once if the result is an image of few channels.
  static constexpr int64_t kPixelsPerProduct = 512;
  /// Number of images whose weight gradients are one sum, so that small images have enough terms.
  int64_t images_together() const;
  /// Number of scratch floats that the functions below need.
  int64_t scratch_size() const;
};

/// y[o] = sum over the kernel window of x times weights, plus bias, then ReLU if `relu`.
/// x[images, in_size], y[images, out_size]; bias[out_channels] or null.
void conv2d_forward(const Conv2dSizes& sizes, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y, float* scratch);

/// diff_x = gradient of x, computed from diff_y. This is the transposed convolution of diff_y, so it is also the
/// forward pass of a conv_transpose2d layer. For that layer a bias[in_channels] (or null) and ReLU can be added.
void conv2d_backward_data(const Conv2dSizes& sizes, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x, float* scratch);

/// diff_weights = gradient of the weights, summed over the images.
void conv2d_backward_weights(const Conv2dSizes& sizes, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights, float* scratch);

}  // namespace hourglass
