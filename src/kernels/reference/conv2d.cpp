#include <algorithm>
#include <vector>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

// Calls visit(in, out, weight) for every product of a convolution: its indices in x[images, in_size], in
// y[images, out_size] and in the weights.
template <typename Visit>
void for_each_product(const Conv2dSizes& s, int64_t images, const Visit& visit) {
  const int64_t group_in = s.in_channels / s.groups, group_out = s.out_channels / s.groups;
  int64_t out = 0;
  for (int64_t image = 0; image < images; ++image)
    for (int64_t i = 0; i < s.out_height(); ++i)
      for (int64_t j = 0; j < s.out_width(); ++j)
        for (int64_t o = 0; o < s.out_channels; ++o, ++out)
          for (int64_t m = 0; m < s.kernel; ++m)
            for (int64_t n = 0; n < s.kernel; ++n) {
              const int64_t row = i * s.stride + m * s.dilation - s.padding;
              const int64_t column = j * s.stride + n * s.dilation - s.padding;
              if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
              const int64_t pixel = (image * s.height + row) * s.width + column;
              for (int64_t c = 0; c < group_in; ++c)
                visit(pixel * s.in_channels + o / group_out * group_in + c, out,
                      ((m * s.kernel + n) * group_in + c) * s.out_channels + o);
            }
}

std::vector<double> sums_from(int64_t count, const float* bias, int64_t channels) {
  std::vector<double> sums(static_cast<size_t>(count));
  for (int64_t i = 0; bias && i < count; ++i) sums[static_cast<size_t>(i)] = static_cast<double>(bias[i % channels]);
  return sums;
}

void store(const std::vector<double>& sums, bool relu, float* to) {
  std::ranges::transform(sums, to, [&](double sum) { return static_cast<float>(relu ? std::max(0.0, sum) : sum); });
}

double product(float a, float b) { return static_cast<double>(a) * static_cast<double>(b); }

}  // namespace

void conv2d_forward(const Conv2dSizes& sizes, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y) {
  std::vector<double> sums = sums_from(images * sizes.out_size(), bias, sizes.out_channels);
  for_each_product(sizes, images, [&](int64_t in, int64_t out, int64_t weight) {
    sums[static_cast<size_t>(out)] += product(x[in], weights[weight]);
  });
  store(sums, relu, y);
}

void conv2d_backward_data(const Conv2dSizes& sizes, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x) {
  std::vector<double> sums = sums_from(images * sizes.in_size(), bias, sizes.in_channels);
  for_each_product(sizes, images, [&](int64_t in, int64_t out, int64_t weight) {
    sums[static_cast<size_t>(in)] += product(diff_y[out], weights[weight]);
  });
  store(sums, relu, diff_x);
}

void conv2d_backward_weights(const Conv2dSizes& sizes, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights) {
  std::vector<double> sums = sums_from(sizes.num_weights(), nullptr, 1);
  for_each_product(sizes, images, [&](int64_t in, int64_t out, int64_t weight) {
    sums[static_cast<size_t>(weight)] += product(x[in], diff_y[out]);
  });
  store(sums, false, diff_weights);
}

}  // namespace hourglass::reference
