// Direct convolutions on the register tiles of the matrix products, without im2col. A tile is a run of positions in one
// output row, or two runs of the same length in two rows. Its sums run over the rows of the kernel, and each row is
// contiguous in a padded image. With dilation or groups a row is not contiguous. Then a product covers one row of the
// kernel, its sums run over the taps of the row, and the products of all rows are accumulated. Images of one to four
// channels, the usual output of a decoder, are computed by a product of all taps, followed by col2im.
#include "kernels/conv2d.h"

#include <algorithm>
#include <numeric>

#include "kernels/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv2d.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/col2im-inl.h"
#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Sizes in the units of the tile kernel.
struct Window {
  explicit Window(const Conv2dSizes& s)
      : out_height(static_cast<size_t>(s.out_height())),
        out_width(static_cast<size_t>(s.out_width())),
        in(static_cast<size_t>(s.in_channels)),
        out(static_cast<size_t>(s.out_channels)),
        kernel(static_cast<size_t>(s.kernel)),
        stride(static_cast<size_t>(s.stride)),
        dilation(static_cast<size_t>(s.dilation)),
        groups(static_cast<size_t>(s.groups)),
        group_in(in / groups),
        group_out(out / groups),
        padded_row(static_cast<size_t>(s.width + 2 * s.padding) * in),
        padded_rows(static_cast<size_t>(s.height + 2 * s.padding)) {}

  size_t out_height, out_width, in, out, kernel, stride, dilation, groups;
  size_t group_in, group_out;  // channels per group
  size_t padded_row;           // floats per row of a padded image
  size_t padded_rows;

  size_t positions() const { return out_height * out_width; }
  size_t padded_size() const { return padded_rows * padded_row; }
  bool contiguous() const { return dilation == 1 && groups == 1; }
};

HWY_INLINE void clear(float* values, size_t size) { std::fill_n(values, size, 0.0f); }

// Copies an image into the middle of a padded image. The border of zeros is written once for all images.
HWY_INLINE void copy_inside(const float* image, size_t height, size_t row, size_t border, size_t padded_row,
                            float* padded) {
  for (size_t y = 0; y < height; ++y) std::copy_n(image + y * row, row, padded + y * padded_row + border);
}

// Computes all output rows of one padded image.
HWY_INLINE void convolve_image(const Window& w, const float* padded, const float* weights, const float* bias, bool relu,
                               float* y) {
  const Strips strips(w.group_out);
  const size_t products = w.contiguous() ? 1 : w.kernel;
  const size_t depth = w.contiguous() ? w.kernel * w.in : w.group_in;
  const size_t a_segment = w.contiguous() ? w.padded_row : w.dilation * w.in;
  const size_t taps = w.kernel * w.group_in * w.out;  // weights per row of the kernel
  for (size_t group = 0; group < w.groups; ++group) {
    const float* window = padded + group * w.group_in;
    for (size_t strip = 0; strip < strips.count(); ++strip) {
      const size_t j = strips.begin(strip), columns = strips.begin(strip + 1) - j;
      const size_t column = group * w.group_out + j;
      for (size_t ky = 0; ky < products; ++ky) {
        const bool last = ky + 1 == products;
        multiply_strip({w.kernel, depth, window + ky * w.dilation * w.padded_row, w.stride * w.in, 1, a_segment,
                        weights + ky * taps + column, w.out, depth * w.out, y + column, w.out, columns,
                        last && bias ? bias + column : nullptr, last && relu, ky > 0},
                       {w.out_height, w.out_width, w.stride * w.padded_row, w.out_width * w.out});
      }
    }
  }
}

constexpr size_t kFewChannels = std::min(static_cast<size_t>(Conv2dSizes::kFewChannels), kLanes / 4);

// Returns whether the convolution is computed as a transposed convolution with the flipped kernel, which requires
// stride 1.
HWY_INLINE bool uses_flipped_kernel(const Conv2dSizes& s) {
  return static_cast<size_t>(s.out_channels) <= kFewChannels && s.groups == 1 && s.stride == 1 && s.padding < s.reach();
}

HWY_INLINE void forward_flipped(const Conv2dSizes& s, const Window& w, int64_t images, const float* x,
                                const float* weights, const float* bias, bool relu, float* y, float* scratch) {
  const Col2imSizes sizes{static_cast<size_t>(s.height),
                          static_cast<size_t>(s.width),
                          w.in,
                          w.out_height,
                          w.out_width,
                          w.out,
                          w.kernel,
                          1,
                          w.dilation,
                          static_cast<size_t>(s.reach() - 1 - s.padding)};
  const size_t num_taps = w.kernel * w.kernel;
  for (size_t tap = 0; tap < num_taps; ++tap)
    for (size_t o = 0; o < w.out; ++o)
      for (size_t c = 0; c < w.in; ++c)
        scratch[((num_taps - 1 - tap) * w.out + o) * w.in + c] = weights[(tap * w.in + c) * w.out + o];
  col2im_images(sizes, static_cast<size_t>(images), x, scratch, bias, relu, y, scratch + s.num_weights());
}

void conv2d_forward(const Conv2dSizes& s, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y, float* scratch) {
  const Window w(s);
  if (uses_flipped_kernel(s)) return forward_flipped(s, w, images, x, weights, bias, relu, y, scratch);
  const size_t row = static_cast<size_t>(s.width) * w.in;
  const size_t border = static_cast<size_t>(s.padding) * w.in;
  float* inside = scratch + static_cast<size_t>(s.padding) * w.padded_row;
  clear(scratch, w.padded_size());
  for (int64_t i = 0; i < images; ++i) {
    copy_inside(x + i * s.in_size(), static_cast<size_t>(s.height), row, border, w.padded_row, inside);
    convolve_image(w, scratch, weights, bias, relu, y + i * s.out_size());
  }
}

// Adds the gradient of padded images to the transposed gradient of weights with few output channels. The rows of the
// transpose are the output channels and its columns are a row of the kernel, which fills vectors.
HWY_INLINE void add_transposed_weights(const Window& w, size_t images, const float* padded, const float* diff,
                                       float* transposed) {
  const size_t across = w.kernel * w.in;
  const Strips strips(across);
  for (size_t ky = 0; ky < w.kernel; ++ky) {
    for (size_t strip = 0; strip < strips.count(); ++strip) {
      const size_t j = strips.begin(strip);
      multiply_strip(
          {w.out_height, w.out_width, diff, 1, w.out, w.out_width * w.out, padded + ky * w.padded_row + j,
           w.stride * w.in, w.stride * w.padded_row, transposed + ky * across + j, w.kernel * across,
           strips.begin(strip + 1) - j, nullptr, false, true, images, w.positions() * w.out, w.padded_size()},
          {1, w.out});
    }
  }
}

// Adds the gradient of padded images.
HWY_INLINE void add_weights(const Window& w, size_t images, const float* padded, const float* diff,
                            float* diff_weights) {
  // The rows of a product are a row of the kernel, or with dilation or groups the channels of one tap.
  const size_t products = w.contiguous() ? 1 : w.kernel;
  const size_t rows = w.kernel * w.group_in / products;
  const Strips strips(w.group_out);
  for (size_t kx = 0; kx < products; ++kx) {
    const float* pixels = padded + kx * w.dilation * w.in;
    float* tap = diff_weights + kx * w.group_in * w.out;
    for (size_t group = 0; group < w.groups; ++group) {
      for (size_t strip = 0; strip < strips.count(); ++strip) {
        const size_t j = strips.begin(strip);
        const size_t column = group * w.group_out + j;
        multiply_strip(
            {w.out_height, w.out_width, pixels + group * w.group_in, 1, w.stride * w.in, w.stride * w.padded_row,
             diff + column, w.out, w.out_width * w.out, tap + column, w.out, strips.begin(strip + 1) - j, nullptr,
             false, true, images, w.padded_size(), w.positions() * w.out},
            {w.kernel, rows, w.dilation * w.padded_row, w.kernel * w.group_in * w.out});
      }
    }
  }
}

void conv2d_backward_weights(const Conv2dSizes& s, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights, float* scratch) {
  const Window w(s);
  const size_t row = static_cast<size_t>(s.width) * w.in;
  const size_t border = static_cast<size_t>(s.padding) * (w.padded_row + w.in);
  const int64_t together = s.images_together();
  const size_t num_weights = static_cast<size_t>(s.num_weights());
  const bool few = w.contiguous() && w.out <= kFewChannels;
  float* after = scratch + static_cast<size_t>(together) * w.padded_size();  // the transposed weights
  clear(scratch, static_cast<size_t>(together) * w.padded_size());
  clear(few ? after : diff_weights, num_weights);
  for (int64_t first = 0; first < images; first += together) {
    const size_t count = static_cast<size_t>(std::min(together, images - first));
    const float* diff = diff_y + first * s.out_size();
    for (size_t i = 0; i < count; ++i) {
      float* padded = scratch + i * w.padded_size();
      copy_inside(x + (first + static_cast<int64_t>(i)) * s.in_size(), static_cast<size_t>(s.height), row, 0,
                  w.padded_row, padded + border);
    }
    if (few)
      add_transposed_weights(w, count, scratch, diff, after);
    else
      add_weights(w, count, scratch, diff, diff_weights);
  }
  if (few) transpose(s.out_channels, s.num_weights() / s.out_channels, after, diff_weights);
}

// Along one axis, the taps of the kernel that connect input positions q * stride + phase to outputs: tap first + t *
// step connects to output q + offset - t * apart. Outputs before the first and after the last are 0.
struct Taps {
  Taps(int64_t phase, const Conv2dSizes& s) : step(s.stride / std::gcd(s.stride, s.dilation)) {
    apart = step * s.dilation / s.stride;
    while (first < step && (phase + s.padding - first * s.dilation) % s.stride != 0) ++first;
    if (first < step && first < s.kernel) count = (s.kernel - first + step - 1) / step;
    offset = (phase + s.padding - first * s.dilation) / s.stride;
  }

  // Output that the last tap connects to, relative to q.
  int64_t earliest() const { return count > 0 ? offset - (count - 1) * apart : 0; }

  int64_t step, first = 0, count = 0, apart = 0, offset = 0;
};

// packed[group, ky, kx, out, in] = weights[ky, kx, in, out] for the taps of one phase. The last tap comes first, so
// that the products run forward over the outputs. Returns the end of the packed weights.
HWY_INLINE float* pack_phase(const Window& w, const Taps& vertical, const Taps& horizontal, const float* weights,
                             float* packed) {
  for (size_t group = 0; group < w.groups; ++group) {
    for (int64_t ty = vertical.count; ty-- > 0;) {
      for (int64_t tx = horizontal.count; tx-- > 0;) {
        const size_t ky = static_cast<size_t>(vertical.first + ty * vertical.step);
        const size_t kx = static_cast<size_t>(horizontal.first + tx * horizontal.step);
        const float* tap = weights + (ky * w.kernel + kx) * w.group_in * w.out + group * w.group_out;
        for (size_t o = 0; o < w.group_out; ++o)
          for (size_t i = 0; i < w.group_in; ++i) *packed++ = tap[i * w.out + o];
      }
    }
  }
  return packed;
}

// Sizes of diff_y padded with zeros, as many as the taps need.
struct PaddedOutput {
  PaddedOutput(const Conv2dSizes& s, const Window& w) : before(static_cast<size_t>((s.reach() - 1) / s.stride)) {
    const auto after = [&](int64_t size, int64_t out_size) {
      return static_cast<size_t>(std::max<int64_t>(0, (size - 1 + s.padding) / s.stride - (out_size - 1)));
    };
    row = (before + w.out_width + after(s.width, s.out_width())) * w.out;
    rows = before + w.out_height + after(s.height, s.out_height());
  }

  size_t before;             // rows above, and columns to the left
  size_t row = 0, rows = 0;  // floats per row, number of rows
};

// Computes the positions of one phase of the input. `a` is the output of the last taps for the first position.
HWY_INLINE void reach_phase(const Window& w, const Taps& vertical, const Taps& horizontal, size_t padded_row,
                            const Runs& runs, const float* a, const float* packed, const float* bias, bool relu,
                            float* first) {
  const size_t down = static_cast<size_t>(vertical.count), across = static_cast<size_t>(horizontal.count);
  const bool contiguous = w.groups == 1 && horizontal.apart == 1 && vertical.apart == 1;
  const size_t products = contiguous ? 1 : std::max<size_t>(1, down);  // without taps, one product writes the bias
  const size_t segments = contiguous ? down : down > 0 ? across : 0;
  const size_t depth = contiguous ? across * w.out : w.group_out;
  const size_t a_segment = contiguous ? padded_row : static_cast<size_t>(horizontal.apart) * w.out;
  const size_t next_row = static_cast<size_t>(vertical.apart) * padded_row;
  const size_t taps = across * w.group_out * w.group_in;  // weights per row of the kernel
  const Strips strips(w.group_in);
  for (size_t group = 0; group < w.groups; ++group) {
    for (size_t strip = 0; strip < strips.count(); ++strip) {
      const size_t j = strips.begin(strip);
      const size_t column = group * w.group_in + j;
      for (size_t t = 0; t < products; ++t) {
        const bool last = t + 1 == products;
        multiply_strip(
            {segments, depth, a + t * next_row + group * w.group_out, w.out, 1, a_segment,
             packed + (group * down + t) * taps + j, w.group_in, depth * w.group_in, first + column, w.stride * w.in,
             strips.begin(strip + 1) - j, last && bias ? bias + column : nullptr, last && relu, t > 0},
            runs);
      }
    }
  }
}

HWY_INLINE void backward_data_col2im(const Conv2dSizes& s, const Window& w, int64_t images, const float* diff_y,
                                     const float* weights, const float* bias, bool relu, float* diff_x,
                                     float* scratch) {
  const Col2imSizes sizes{
      w.out_height, w.out_width, w.out,      static_cast<size_t>(s.height), static_cast<size_t>(s.width), w.in,
      w.kernel,     w.stride,    w.dilation, static_cast<size_t>(s.padding)};
  col2im_images(sizes, static_cast<size_t>(images), diff_y, weights, bias, relu, diff_x, scratch);
}

// The input positions of one phase are a small convolution of diff_y with the taps of that phase. So no tap is
// multiplied by a zero between the strides.
void conv2d_backward_data(const Conv2dSizes& s, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x, float* scratch) {
  const Window w(s);
  if (w.in <= kFewChannels && s.groups == 1)
    return backward_data_col2im(s, w, images, diff_y, weights, bias, relu, diff_x, scratch);
  const size_t height = static_cast<size_t>(s.height), width = static_cast<size_t>(s.width);
  const PaddedOutput padded(s, w);
  float* packed = scratch + padded.rows * padded.row;
  clear(scratch, padded.rows * padded.row);
  float* end = packed;
  for (int64_t py = 0; py < s.stride; ++py)
    for (int64_t px = 0; px < s.stride; ++px) end = pack_phase(w, {py, s}, {px, s}, weights, end);
  for (int64_t i = 0; i < images; ++i) {
    copy_inside(diff_y + i * s.out_size(), w.out_height, w.out_width * w.out, padded.before * w.out, padded.row,
                scratch + padded.before * padded.row);
    float* image = diff_x + i * s.in_size();
    const float* phase = packed;
    for (size_t py = 0; py < w.stride; ++py) {
      const Taps vertical(static_cast<int64_t>(py), s);
      const size_t top = static_cast<size_t>(static_cast<int64_t>(padded.before) + vertical.earliest());
      for (size_t px = 0; px < w.stride; ++px) {
        const Taps horizontal(static_cast<int64_t>(px), s);
        if (px < width && py < height) {
          const Runs runs{(height - py + w.stride - 1) / w.stride, (width - px + w.stride - 1) / w.stride, padded.row,
                          w.stride * width * w.in};
          const size_t left = static_cast<size_t>(static_cast<int64_t>(padded.before) + horizontal.earliest());
          reach_phase(w, vertical, horizontal, padded.row, runs, scratch + top * padded.row + left * w.out, phase, bias,
                      relu, image + (py * width + px) * w.in);
        }
        phase += static_cast<size_t>(vertical.count * horizontal.count) * w.group_in * w.out;
      }
    }
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
namespace {

// Terms of a sum that make loading and storing it cheap, and padded images that stay in the second-level cache.
constexpr int64_t kTermsTogether = 256, kFloatsTogether = 65536;

}  // namespace

int64_t Conv2dSizes::images_together() const {
  const int64_t positions = out_height() * out_width();
  return std::clamp<int64_t>(std::min(kTermsTogether / positions, kFloatsTogether / padded_size()), 1, kTermsTogether);
}

int64_t Conv2dSizes::scratch_size() const {
  const int64_t border = 2 * reach();
  const int64_t padded_output = (out_height() + border) * (out_width() + border) * out_channels;
  const int64_t transposed = out_channels <= kFewChannels ? num_weights() : 0;
  // Of col2im, from one kind of image to the other.
  const auto products = [&](int64_t from_height, int64_t from_width, int64_t to_height, int64_t to_width,
                            int64_t to_channels) {
    if (to_channels > kFewChannels) return int64_t{0};
    const int64_t rows = std::min(from_height, std::max<int64_t>(1, kPixelsPerProduct / from_width));
    return kernel * kernel * to_channels * rows * from_width + 2 * to_height * to_channels * to_width;
  };
  return std::max({images_together() * padded_size() + transposed, padded_output + num_weights(),
                   num_weights() + std::max(products(height, width, out_height(), out_width(), out_channels),
                                            products(out_height(), out_width(), height, width, in_channels))});
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
