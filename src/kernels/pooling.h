#pragma once
// Pooling and enlarging of NHWC images, on the calling thread. Nothing is allocated.

#include <cstdint>

namespace hourglass {

/// Square windows, every `stride` pixels, that lie inside images of height x width x channels: what is left at the
/// right and at the bottom belongs to none.
struct Pool2dSizes {
  int64_t height, width, channels;
  int64_t kernel, stride;

  int64_t out_height() const { return (height - kernel) / stride + 1; }
  int64_t out_width() const { return (width - kernel) / stride + 1; }
  int64_t in_size() const { return height * width * channels; }
  int64_t out_size() const { return out_height() * out_width() * channels; }
};

/// y[images, out_size] = the largest value of each window of x[images, in_size]; NaN where it holds one.
/// winners[images, out_size] = the place of that value in its window, row * kernel + column, the first of equals.
void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners);

/// diff_x[images, in_size] = the gradient: each diff_y[images, out_size] goes to the winner of its window.
void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x);

/// y[images, out_size] = the mean of each window of x[images, in_size].
void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y);

/// diff_x[images, in_size] = the gradient: each diff_y[images, out_size] is spread evenly over its window.
void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);

/// Images of height x width x channels, and the same with every pixel repeated `factor` times both ways.
struct Upsample2dSizes {
  int64_t height, width, channels;
  int64_t factor;

  int64_t in_size() const { return height * width * channels; }
  int64_t out_size() const { return in_size() * factor * factor; }
};

/// y[images, out_size] = the enlarged x[images, in_size]: y[i, j] = x[i / factor, j / factor].
void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y);

/// diff_x[images, in_size] = the gradient: the sum over the copies of each pixel.
void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);

}  // namespace hourglass
