// Transposed convolutions into images of one to four channels, the usual output of a decoder. A tile of outputs would
// use only one to four lanes of a vector. So the weights of all taps are multiplied by many pixels at once, which fill
// vectors, and the products are added to the pixels they belong to (col2im). With a stride these pixels are not
// contiguous; they are, if the pixels of each phase (column modulo stride) are kept apart until the end.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_COL2IM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_COL2IM_INL_H_
#undef HOURGLASS_COL2IM_INL_H_
#else
#define HOURGLASS_COL2IM_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/conv2d.h"
#include "kernels/cpu/activation_functions-inl.h"
#include "kernels/matmul.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Sizes of a transposed convolution into an image of few channels.
struct Col2imSizes {
  size_t from_height, from_width, from_channels;
  size_t to_height, to_width, to_channels;
  size_t kernel, stride, dilation;
  size_t padding;  // rows and columns of the result that are cropped at each side
};

// An image with its phases apart: [row, channel, phase, columns of the phase].
struct Phases {
  explicit Phases(const Col2imSizes& sizes)
      : s(sizes), used(std::min(s.stride, s.to_width)), columns((s.to_width + s.stride - 1) / s.stride) {}
  size_t size() const { return s.to_height * s.to_channels * used * columns; }
  // Offset of a column of a phase.
  size_t at(size_t row, size_t channel, size_t phase) const {
    return ((row * s.to_channels + channel) * used + phase) * columns;
  }
  // Number of columns of a phase.
  size_t count(size_t phase) const { return (s.to_width - phase + s.stride - 1) / s.stride; }

  const Col2imSizes& s;
  size_t used;     // phases that have a column
  size_t columns;  // of the longest phase
};

// Adds products[tap, to_channels, columns] of one input row to the outputs. Rows of products are `stride` floats apart.
HWY_INLINE void add_taps(const Phases& phases, size_t y, const float* products, size_t stride,
                         float* HWY_RESTRICT sums) {
  const Col2imSizes& s = phases.s;
  for (size_t kx = 0; kx < s.kernel; ++kx) {
    // Input column x belongs to output column x * stride + kx * dilation - padding = (x + shift) * stride + phase.
    const size_t ahead = (s.padding + s.stride - 1) / s.stride * s.stride;  // keeps the difference positive
    const size_t tap = kx * s.dilation + ahead - s.padding;
    const size_t phase = tap % s.stride;
    if (phase >= phases.used) continue;
    const size_t begin = tap / s.stride, back = ahead / s.stride;  // shift = begin - back
    const size_t first = back > begin ? back - begin : 0;
    const size_t last = std::min(s.from_width, std::max(phases.count(phase) + back, begin) - begin);
    if (first >= last) continue;
    for (size_t ky = 0; ky < s.kernel; ++ky) {
      const size_t row = y * s.stride + ky * s.dilation;
      if (row < s.padding || row - s.padding >= s.to_height) continue;
      for (size_t c = 0; c < s.to_channels; ++c) {
        const float* from = products + ((ky * s.kernel + kx) * s.to_channels + c) * stride + first;
        float* to = sums + phases.at(row - s.padding, c, phase) + (first + begin - back);
        for_each_vector(last - first, [&](size_t i, size_t count) HWY_ATTR {
          store_some(hn::Add(load_some(to + i, count), load_some(from + i, count)), to + i, count);
        });
      }
    }
  }
}

// Adds the bias and puts the phases together.
HWY_INLINE void join_phases(const Phases& phases, const float* sums, const float* bias, bool relu,
                            float* HWY_RESTRICT to) {
  const Col2imSizes& s = phases.s;
  for (size_t row = 0; row < s.to_height; ++row) {
    for (size_t c = 0; c < s.to_channels; ++c) {
      const float shift = bias ? bias[c] : 0.0f;
      for (size_t phase = 0; phase < phases.used; ++phase) {
        const float* from = sums + phases.at(row, c, phase);
        float* pixel = to + (row * s.to_width + phase) * s.to_channels + c;
        for (size_t i = 0; i < phases.count(phase); ++i, pixel += s.stride * s.to_channels) {
          const float value = from[i] + shift;
          *pixel = relu ? std::max(value, 0.0f) : value;
        }
      }
    }
  }
}

// weights[taps, to_channels, from_channels]. The scratch holds the products of a few rows, then the sums.
HWY_INLINE void col2im_images(const Col2imSizes& s, size_t images, const float* from, const float* weights,
                              const float* bias, bool relu, float* to, float* scratch) {
  const Phases phases(s);
  const size_t taps = s.kernel * s.kernel * s.to_channels;
  const size_t most =
      std::min(s.from_height, std::max<size_t>(1, static_cast<size_t>(Conv2dSizes::kPixelsPerProduct) / s.from_width));
  float* sums = scratch + taps * most * s.from_width;
  for (size_t i = 0; i < images; ++i) {
    std::fill_n(sums, phases.size(), 0.0f);
    for (size_t y = 0; y < s.from_height; y += most) {
      const size_t rows = std::min(most, s.from_height - y), columns = rows * s.from_width;
      matmul_nt(static_cast<int64_t>(taps), static_cast<int64_t>(columns), static_cast<int64_t>(s.from_channels),
                weights, from + y * s.from_width * s.from_channels, scratch);
      for (size_t row = 0; row < rows; ++row) add_taps(phases, y + row, scratch + row * s.from_width, columns, sums);
    }
    join_phases(phases, sums, bias, relu, to);
    from += s.from_height * s.from_width * s.from_channels;
    to += s.to_height * s.to_width * s.to_channels;
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
