#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

// Calls visit(out, in, index) for every pixel of every window: the indices of the window in [images, out_size], of the
// pixel in [images, in_size] and of the pixel in the window.
template <typename Visit>
void for_each_pair(const Pool2dSizes& s, int64_t images, const Visit& visit) {
  int64_t out = 0;
  for (int64_t image = 0; image < images; ++image)
    for (int64_t i = 0; i < s.out_height(); ++i)
      for (int64_t j = 0; j < s.out_width(); ++j)
        for (int64_t c = 0; c < s.channels; ++c, ++out)
          for (int64_t m = 0; m < s.kernel; ++m)
            for (int64_t n = 0; n < s.kernel; ++n) {
              const int64_t row = image * s.height + i * s.stride + m;
              visit(out, (row * s.width + j * s.stride + n) * s.channels + c, m * s.kernel + n);
            }
}

Pool2dSizes copies(const Upsample2dSizes& s) {
  return {s.height * s.factor, s.width * s.factor, s.channels, s.factor, s.factor};
}

void store(const std::vector<double>& values, float* to) {
  std::ranges::transform(values, to, [](double value) { return static_cast<float>(value); });
}

std::vector<double> zeros(int64_t count) { return std::vector<double>(static_cast<size_t>(count)); }

}  // namespace

void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners) {
  for_each_pair(sizes, images, [&](int64_t out, int64_t in, int64_t index) {
    if (index > 0 && !(x[in] > y[out]) && !std::isnan(x[in])) return;
    y[out] = x[in];
    winners[out] = static_cast<float>(index);
  });
}

void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x) {
  std::vector<double> sums = zeros(images * sizes.in_size());
  for_each_pair(sizes, images, [&](int64_t out, int64_t in, int64_t index) {
    if (winners[out] == static_cast<float>(index)) sums[static_cast<size_t>(in)] += static_cast<double>(diff_y[out]);
  });
  store(sums, diff_x);
}

void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y) {
  std::vector<double> means = zeros(images * sizes.out_size());
  for_each_pair(sizes, images, [&](int64_t out, int64_t in, int64_t) {
    means[static_cast<size_t>(out)] += static_cast<double>(x[in]) / static_cast<double>(sizes.kernel * sizes.kernel);
  });
  store(means, y);
}

void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  std::vector<double> sums = zeros(images * sizes.in_size());
  for_each_pair(sizes, images, [&](int64_t out, int64_t in, int64_t) {
    sums[static_cast<size_t>(in)] +=
        static_cast<double>(diff_y[out]) / static_cast<double>(sizes.kernel * sizes.kernel);
  });
  store(sums, diff_x);
}

void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y) {
  for_each_pair(copies(sizes), images, [&](int64_t pixel, int64_t copy, int64_t) { y[copy] = x[pixel]; });
}

void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x) {
  std::vector<double> sums = zeros(images * sizes.in_size());
  for_each_pair(copies(sizes), images, [&](int64_t pixel, int64_t copy, int64_t) {
    sums[static_cast<size_t>(pixel)] += static_cast<double>(diff_y[copy]);
  });
  store(sums, diff_x);
}

}  // namespace hourglass::reference
