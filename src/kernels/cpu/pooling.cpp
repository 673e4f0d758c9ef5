#include "kernels/pooling.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pooling.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Calls visit(corner, out, count) for each window of an image and each vector of `count` channels. `corner` is the
// index of the first channel in the first pixel of the window, `out` is its index in the output.
template <class Visit>
HWY_INLINE void for_each_window(const Pool2dSizes& sizes, const Visit& visit) {
  const size_t channels = static_cast<size_t>(sizes.channels);
  size_t out = 0;
  for (int64_t row = 0; row < sizes.out_height(); ++row) {
    for (int64_t column = 0; column < sizes.out_width(); ++column, out += channels) {
      const size_t corner = static_cast<size_t>((row * sizes.width + column) * sizes.stride) * channels;
      for_each_vector(channels, [&](size_t c, size_t count) HWY_ATTR { visit(corner + c, out + c, count); });
    }
  }
}

// Calls visit(offset, index) for each pixel of a window: its offset from the corner and its index in the window.
template <class Visit>
HWY_INLINE void for_each_pixel(const Pool2dSizes& sizes, const Visit& visit) {
  const size_t kernel = static_cast<size_t>(sizes.kernel), channels = static_cast<size_t>(sizes.channels);
  const size_t line = static_cast<size_t>(sizes.width) * channels;
  if (kernel == 2) {  // the usual size, without loops
    visit(0, 0.0f);
    visit(channels, 1.0f);
    visit(line, 2.0f);
    visit(line + channels, 3.0f);
    return;
  }
  size_t index = 0;
  for (size_t m = 0; m < kernel; ++m)
    for (size_t n = 0; n < kernel; ++n, ++index) visit(m * line + n * channels, static_cast<float>(index));
}

void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners) {
  const Tag d;
  for (int64_t image = 0; image < images; ++image) {
    for_each_window(sizes, [&](size_t corner, size_t out, size_t count) HWY_ATTR {
      Vec best = load_some(x + corner, count);
      Vec winner = hn::Zero(d);
      for_each_pixel(sizes, [&](size_t offset, float index) HWY_ATTR {
        const Vec value = load_some(x + corner + offset, count);
        const auto wins = hn::Or(hn::Gt(value, best), hn::IsNaN(value));
        best = hn::IfThenElse(wins, value, best);
        winner = hn::IfThenElse(wins, hn::Set(d, index), winner);
      });
      store_some(best, y + out, count);
      store_some(winner, winners + out, count);
    });
    x += sizes.in_size();
    y += sizes.out_size();
    winners += sizes.out_size();
  }
}

// Gives each pixel of an image its shares: share(out, count) returns a function from the index of a pixel in a window
// to its share of that output. The image is read only where windows overlap.
template <class Share>
HWY_INLINE void spread(const Pool2dSizes& sizes, float* diff_x, const Share& share) {
  const bool add = sizes.stride < sizes.kernel;
  const bool covered =
      sizes.stride == sizes.kernel && sizes.height % sizes.stride == 0 && sizes.width % sizes.stride == 0;
  if (!covered) std::fill_n(diff_x, sizes.in_size(), 0.0f);
  for_each_window(sizes, [&](size_t corner, size_t out, size_t count) HWY_ATTR {
    const auto of_pixel = share(out, count);
    for_each_pixel(sizes, [&](size_t offset, float index) HWY_ATTR {
      float* at = diff_x + corner + offset;
      const Vec value = of_pixel(index);
      store_some(add ? hn::Add(load_some(at, count), value) : value, at, count);
    });
  });
}

void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x) {
  const Tag d;
  for (int64_t image = 0; image < images; ++image) {
    spread(sizes, diff_x, [&](size_t out, size_t count) HWY_ATTR {
      const Vec diff = load_some(diff_y + out, count), winner = load_some(winners + out, count);
      return [=](float index) HWY_ATTR { return hn::IfThenElseZero(hn::Eq(winner, hn::Set(d, index)), diff); };
    });
    diff_x += sizes.in_size();
    diff_y += sizes.out_size();
    winners += sizes.out_size();
  }
}

void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y) {
  const Tag d;
  const Vec part = hn::Set(d, 1 / static_cast<float>(sizes.kernel * sizes.kernel));
  for (int64_t image = 0; image < images; ++image) {
    for_each_window(sizes, [&](size_t corner, size_t out, size_t count) HWY_ATTR {
      Vec sum = hn::Zero(d);
      for_each_pixel(sizes,
                     [&](size_t offset, float) HWY_ATTR { sum = hn::Add(sum, load_some(x + corner + offset, count)); });
      store_some(hn::Mul(sum, part), y + out, count);
    });
    x += sizes.in_size();
    y += sizes.out_size();
  }
}

void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  const Vec part = hn::Set(Tag(), 1 / static_cast<float>(sizes.kernel * sizes.kernel));
  for (int64_t image = 0; image < images; ++image) {
    spread(sizes, diff_x, [&](size_t out, size_t count) HWY_ATTR {
      const Vec share = hn::Mul(load_some(diff_y + out, count), part);
      return [=](float) HWY_ATTR { return share; };
    });
    diff_x += sizes.in_size();
    diff_y += sizes.out_size();
  }
}

// Sizes that pool the upsampled image: each window is the copies of one pixel.
HWY_INLINE Pool2dSizes copies(const Upsample2dSizes& sizes) {
  return {sizes.height * sizes.factor, sizes.width * sizes.factor, sizes.channels, sizes.factor, sizes.factor};
}

void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y) {
  const Pool2dSizes windows = copies(sizes);
  for (int64_t image = 0; image < images; ++image) {
    for_each_window(windows, [&](size_t corner, size_t pixel, size_t count) HWY_ATTR {
      const Vec value = load_some(x + pixel, count);
      for_each_pixel(windows, [&](size_t offset, float) HWY_ATTR { store_some(value, y + corner + offset, count); });
    });
    x += sizes.in_size();
    y += sizes.out_size();
  }
}

void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  const Pool2dSizes windows = copies(sizes);
  for (int64_t image = 0; image < images; ++image) {
    for_each_window(windows, [&](size_t corner, size_t pixel, size_t count) HWY_ATTR {
      Vec sum = hn::Zero(Tag());
      for_each_pixel(windows, [&](size_t offset, float)
                                  HWY_ATTR { sum = hn::Add(sum, load_some(diff_y + corner + offset, count)); });
      store_some(sum, diff_x + pixel, count);
    });
    diff_x += sizes.in_size();
    diff_y += sizes.out_size();
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(max_pool2d_forward);
HWY_EXPORT(max_pool2d_backward);
HWY_EXPORT(avg_pool2d_forward);
HWY_EXPORT(avg_pool2d_backward);
HWY_EXPORT(upsample2d_forward);
HWY_EXPORT(upsample2d_backward);

void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners) {
  HWY_DYNAMIC_DISPATCH(max_pool2d_forward)(sizes, images, x, y, winners);
}
void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x) {
  HWY_DYNAMIC_DISPATCH(max_pool2d_backward)(sizes, images, winners, diff_y, diff_x);
}
void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(avg_pool2d_forward)(sizes, images, x, y);
}
void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  HWY_DYNAMIC_DISPATCH(avg_pool2d_backward)(sizes, images, diff_y, diff_x);
}
void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(upsample2d_forward)(sizes, images, x, y);
}
void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  HWY_DYNAMIC_DISPATCH(upsample2d_backward)(sizes, images, diff_y, diff_x);
}
}  // namespace hourglass
#endif
