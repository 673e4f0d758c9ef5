#pragma once
// Pooling and upsampling of NHWC images. The functions run on the calling thread and allocate no memory.

#include <cstdint>

namespace hourglass {

/// Sizes of a pooling of height x width x channels images, with a square window every `stride` pixels. All windows are
/// inside the image; pixels left over at the right and at the bottom are in no window.
struct Pool2dSizes {
  int64_t height, width, channels;
  int64_t kernel, stride;

  int64_t out_height() const { return (height - kernel) / stride + 1; }
  int64_t out_width() const { return (width - kernel) / stride + 1; }
  int64_t in_size() const { return height * width * channels; }
  int64_t out_size() const { return out_height() * out_width() * channels; }
};

/// y[images, out_size] = maximum of each window of x[images, in_size]; NaN if the window contains NaN.
/// winners[images, out_size] = index of the maximum in its window, row * kernel + column; the first of equal values.
void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners);

/// diff_x[images, in_size] = the gradient: each diff_y[images, out_size] is added to the winner of its window.
void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x);

/// y[images, out_size] = mean of each window of x[images, in_size].
void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y);

/// diff_x[images, in_size] = the gradient: each diff_y[images, out_size] is distributed evenly over its window.
void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);

/// Sizes of an upsampling of height x width x channels images: each pixel is repeated `factor` times in both
/// directions.
struct Upsample2dSizes {
  int64_t height, width, channels;
  int64_t factor;

  int64_t in_size() const { return height * width * channels; }
  int64_t out_size() const { return in_size() * factor * factor; }
};

/// y[images, out_size] = the upsampled x[images, in_size]: y[i, j] = x[i / factor, j / factor].
void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y);

/// diff_x[images, in_size] = the gradient: the sum over all copies of a pixel.
void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);

}  // namespace hourglass
