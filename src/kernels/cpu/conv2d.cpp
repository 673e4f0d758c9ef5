// Direct convolutions on the register tiles of the matrix products: a tile is a run of positions of one output row, its
// sums run through the kernel's rows, each of which is contiguous in a padded image. No patches are copied out.
#include "kernels/conv2d.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// The sizes as the tile kernel counts.
struct Window {
  explicit Window(const Conv2dSizes& s)
      : out_height(static_cast<size_t>(s.out_height())),
        out_width(static_cast<size_t>(s.out_width())),
        in(static_cast<size_t>(s.in_channels)),
        out(static_cast<size_t>(s.out_channels)),
        kernel(static_cast<size_t>(s.kernel)),
        stride(static_cast<size_t>(s.stride)),
        padded_row(static_cast<size_t>(s.width + 2 * s.padding) * in) {}

  size_t out_height, out_width, in, out, kernel, stride;
  size_t padded_row;  // floats in a row of a padded image
};

HWY_INLINE void clear(float* values, size_t size) { std::fill_n(values, size, 0.0f); }

// Copies the rows of an image into the middle of a padded one, whose border of zeros is written once for all images.
HWY_INLINE void copy_inside(const float* image, size_t height, size_t row, size_t border, size_t padded_row,
                            float* padded) {
  for (size_t y = 0; y < height; ++y) std::copy_n(image + y * row, row, padded + y * padded_row + border);
}

// All output rows of one padded image.
HWY_INLINE void convolve_image(const Window& w, const float* padded, const float* weights, const float* bias, bool relu,
                               float* y) {
  const RowTiles tiles{w.out_width};
  for (size_t row = 0; row < w.out_height; ++row) {
    for (size_t j = 0; j < w.out; j += kTileColumns) {
      multiply_strip({w.kernel, w.kernel * w.in, padded + row * w.stride * w.padded_row, w.stride * w.in, 1,
                      w.padded_row, weights + j, w.out, w.kernel * w.in * w.out, y + row * w.out_width * w.out + j,
                      w.out, std::min(kTileColumns, w.out - j), bias ? bias + j : nullptr, relu, false},
                     tiles);
    }
  }
}

void conv2d_forward(const Conv2dSizes& s, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y, float* scratch) {
  const Window w(s);
  const size_t row = static_cast<size_t>(s.width) * w.in;
  const size_t border = static_cast<size_t>(s.padding) * w.in;
  float* inside = scratch + static_cast<size_t>(s.padding) * w.padded_row;
  clear(scratch, static_cast<size_t>(s.height + 2 * s.padding) * w.padded_row);
  for (int64_t i = 0; i < images; ++i) {
    copy_inside(x + i * s.in_size(), static_cast<size_t>(s.height), row, border, w.padded_row, inside);
    convolve_image(w, scratch, weights, bias, relu, y + i * s.out_size());
  }
}

void conv2d_backward_weights(const Conv2dSizes& s, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights, float* scratch) {
  const Window w(s);
  const size_t row = static_cast<size_t>(s.width) * w.in;
  const size_t border = static_cast<size_t>(s.padding) * w.in;
  float* inside = scratch + static_cast<size_t>(s.padding) * w.padded_row;
  clear(scratch, static_cast<size_t>(s.height + 2 * s.padding) * w.padded_row);
  clear(diff_weights, static_cast<size_t>(s.num_weights()));
  const RowTiles tiles{w.kernel * w.in};
  for (int64_t i = 0; i < images; ++i) {
    copy_inside(x + i * s.in_size(), static_cast<size_t>(s.height), row, border, w.padded_row, inside);
    const float* diff = diff_y + i * s.out_size();
    for (size_t ky = 0; ky < w.kernel; ++ky) {
      for (size_t j = 0; j < w.out; j += kTileColumns) {
        multiply_strip(
            {w.out_height, w.out_width, scratch + ky * w.padded_row, 1, w.stride * w.in, w.stride * w.padded_row,
             diff + j, w.out, w.out_width * w.out, diff_weights + ky * w.kernel * w.in * w.out + j, w.out,
             std::min(kTileColumns, w.out - j), nullptr, false, true},
            tiles);
      }
    }
  }
}

// The taps of a kernel that reach positions q * stride + phase of the input along one axis, and where they come from:
// tap first + t * stride comes from output q + offset - t.
struct Taps {
  Taps(size_t phase, const Conv2dSizes& s)
      : first((phase + static_cast<size_t>(s.padding)) % static_cast<size_t>(s.stride)),
        count(first < static_cast<size_t>(s.kernel)
                  ? (static_cast<size_t>(s.kernel) - first + static_cast<size_t>(s.stride) - 1) /
                        static_cast<size_t>(s.stride)
                  : 0),
        offset((phase + static_cast<size_t>(s.padding)) / static_cast<size_t>(s.stride)) {}
  size_t first, count, offset;
};

// packed[ky, kx, out, in] = weights[ky, kx, in, out] for the taps of one phase, last tap first, so that the products
// run forward over the outputs.
HWY_INLINE void pack_phase(const Window& w, const Taps& vertical, const Taps& horizontal, const float* weights,
                           float* packed) {
  for (size_t ty = vertical.count; ty-- > 0;) {
    for (size_t tx = horizontal.count; tx-- > 0;) {
      const size_t ky = vertical.first + ty * w.stride, kx = horizontal.first + tx * w.stride;
      const float* tap = weights + (ky * w.kernel + kx) * w.in * w.out;
      for (size_t o = 0; o < w.out; ++o)
        for (size_t i = 0; i < w.in; ++i) *packed++ = tap[i * w.out + o];
    }
  }
}

// Input positions of one phase form a small convolution of diff_y with the taps that reach them: none is multiplied by
// a zero between the strides.
void conv2d_backward_data(const Conv2dSizes& s, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x, float* scratch) {
  const Window w(s);
  const size_t height = static_cast<size_t>(s.height), width = static_cast<size_t>(s.width);
  const size_t before = (w.kernel - 1) / w.stride;
  const auto after = [&](int64_t size, int64_t out_size) {
    return static_cast<size_t>(std::max<int64_t>(0, (size - 1 + s.padding) / s.stride - (out_size - 1)));
  };
  const size_t padded_row = (before + w.out_width + after(s.width, s.out_width())) * w.out;
  const size_t padded_rows = before + w.out_height + after(s.height, s.out_height());
  float* padded = scratch;
  float* packed = scratch + padded_rows * padded_row;
  clear(padded, padded_rows * padded_row);
  float* phase_weights = packed;
  for (size_t py = 0; py < w.stride; ++py) {
    for (size_t px = 0; px < w.stride; ++px) {
      const Taps vertical(py, s), horizontal(px, s);
      pack_phase(w, vertical, horizontal, weights, phase_weights);
      phase_weights += vertical.count * horizontal.count * w.in * w.out;
    }
  }
  for (int64_t i = 0; i < images; ++i) {
    copy_inside(diff_y + i * s.out_size(), w.out_height, w.out_width * w.out, before * w.out, padded_row,
                padded + before * padded_row);
    float* image = diff_x + i * s.in_size();
    const float* phase_b = packed;
    for (size_t py = 0; py < w.stride; ++py) {
      for (size_t px = 0; px < w.stride; ++px) {
        const Taps vertical(py, s), horizontal(px, s);
        if (px < width) {
          const RowTiles tiles{(width - px + w.stride - 1) / w.stride};
          for (size_t row = py, q = 0; row < height; row += w.stride, ++q) {
            const float* a = padded + (before + q + vertical.offset - (vertical.count - 1)) * padded_row +
                             (before + horizontal.offset - (horizontal.count - 1)) * w.out;
            for (size_t j = 0; j < w.in; j += kTileColumns) {
              multiply_strip({vertical.count, horizontal.count * w.out, a, w.out, 1, padded_row, phase_b + j, w.in,
                              horizontal.count * w.out * w.in, image + (row * width + px) * w.in + j, w.stride * w.in,
                              std::min(kTileColumns, w.in - j), bias ? bias + j : nullptr, relu, false},
                             tiles);
            }
          }
        }
        phase_b += vertical.count * horizontal.count * w.in * w.out;
      }
    }
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {

int64_t Conv2dSizes::scratch_size() const {
  const int64_t padded_image = (height + 2 * padding) * (width + 2 * padding) * in_channels;
  const int64_t border = 2 * kernel;
  const int64_t padded_output = (out_height() + border) * (out_width() + border) * out_channels;
  return std::max(padded_image, padded_output + num_weights());
}

HWY_EXPORT(conv2d_forward);
HWY_EXPORT(conv2d_backward_data);
HWY_EXPORT(conv2d_backward_weights);

void conv2d_forward(const Conv2dSizes& sizes, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y, float* scratch) {
  HWY_DYNAMIC_DISPATCH(conv2d_forward)(sizes, images, x, weights, bias, relu, y, scratch);
}
void conv2d_backward_data(const Conv2dSizes& sizes, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x, float* scratch) {
  HWY_DYNAMIC_DISPATCH(conv2d_backward_data)(sizes, images, diff_y, weights, bias, relu, diff_x, scratch);
}
void conv2d_backward_weights(const Conv2dSizes& sizes, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights, float* scratch) {
  HWY_DYNAMIC_DISPATCH(conv2d_backward_weights)(sizes, images, x, diff_y, diff_weights, scratch);
}
}  // namespace hourglass
#endif
