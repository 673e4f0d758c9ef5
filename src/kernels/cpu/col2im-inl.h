// Transposed convolutions into images of one to four channels, the usual output of a decoder: a matrix product per row,
// followed by col2im. A tile of outputs would use only one to four lanes of a vector. A product that is as wide as all
// taps uses most lanes. Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_COL2IM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_COL2IM_INL_H_
#undef HOURGLASS_COL2IM_INL_H_
#else
#define HOURGLASS_COL2IM_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Sizes of a transposed convolution into an image of few channels.
struct Col2imSizes {
  size_t from_height, from_width, from_channels;
  size_t to_height, to_width, to_channels;
  size_t kernel, stride, dilation;
  size_t padding;  // rows and columns of the result that are cropped at each side
};

// Adds the products of one tap and `count` consecutive input pixels to every `stride`-th pixel of an output row.
template <size_t kChannels>
HWY_INLINE void add_tap(size_t count, const float* product, size_t taps, size_t stride, float* HWY_RESTRICT pixel) {
  for (size_t x = 0; x < count; ++x, product += taps, pixel += stride * kChannels)
    for (size_t c = 0; c < kChannels; ++c) pixel[c] += product[c];
}

// Multiplies each row of `from` by packed[from_channels, taps], then scatters the products of all taps: each one is
// added to its pixel of `to`.
template <size_t kChannels>
HWY_INLINE void col2im_image(const Col2imSizes& s, const float* from, const float* packed, const float* bias, bool relu,
                             float* to, float* products) {
  const size_t pixels = s.to_height * s.to_width, taps = s.kernel * s.kernel * kChannels;
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < kChannels; ++c) to[i * kChannels + c] = bias ? bias[c] : 0.0f;
  const Strips strips(taps);
  for (size_t y = 0; y < s.from_height; ++y) {
    for (size_t strip = 0; strip < strips.count(); ++strip) {
      const size_t j = strips.begin(strip);
      multiply_strip({1, s.from_channels, from + y * s.from_width * s.from_channels, s.from_channels, 1, 0, packed + j,
                      taps, 0, products + j, taps, strips.begin(strip + 1) - j, nullptr, false, false},
                     s.from_width);
    }
    for (size_t kx = 0; kx < s.kernel; ++kx) {
      // Pixels x with 0 <= x * stride + tap - padding < to_width.
      const size_t tap = kx * s.dilation, end = s.to_width + s.padding;
      const size_t first = tap < s.padding ? (s.padding - tap + s.stride - 1) / s.stride : 0;
      const size_t last = tap < end ? std::min(s.from_width, (end - tap + s.stride - 1) / s.stride) : 0;
      if (first >= last) continue;
      const size_t column = first * s.stride + tap - s.padding;
      for (size_t ky = 0; ky < s.kernel; ++ky) {
        const size_t row = y * s.stride + ky * s.dilation;
        if (row < s.padding || row - s.padding >= s.to_height) continue;
        add_tap<kChannels>(last - first, products + first * taps + (ky * s.kernel + kx) * kChannels, taps, s.stride,
                           to + ((row - s.padding) * s.to_width + column) * kChannels);
      }
    }
  }
  for (size_t i = 0; relu && i < pixels * kChannels; ++i) to[i] = std::max(to[i], 0.0f);
}

template <size_t kChannels>
HWY_INLINE void col2im_each(const Col2imSizes& s, size_t images, const float* from, const float* packed,
                            const float* bias, bool relu, float* to, float* products) {
  for (size_t i = 0; i < images; ++i) {
    col2im_image<kChannels>(s, from, packed, bias, relu, to, products);
    from += s.from_height * s.from_width * s.from_channels;
    to += s.to_height * s.to_width * kChannels;
  }
}

HWY_INLINE void col2im_images(const Col2imSizes& s, size_t images, const float* from, const float* packed,
                              const float* bias, bool relu, float* to, float* products) {
  if (s.to_channels == 1) return col2im_each<1>(s, images, from, packed, bias, relu, to, products);
  if (s.to_channels == 2) return col2im_each<2>(s, images, from, packed, bias, relu, to, products);
  if (s.to_channels == 3) return col2im_each<3>(s, images, from, packed, bias, relu, to, products);
  col2im_each<4>(s, images, from, packed, bias, relu, to, products);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
