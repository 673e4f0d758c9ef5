#include "analysis/ssim.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "hourglass/error.h"
#include "hourglass/metrics.h"

namespace hourglass {
namespace {

constexpr double kSigma = 1.5, kK1 = 0.01, kK2 = 0.03;
constexpr size_t kMoments = 5;  // x, y, x^2, y^2, x y
using Moments = std::array<double, kMoments>;

const std::array<double, kSsimWindow>& window() {
  static const auto kWindow = [] {
    std::array<double, kSsimWindow> weights{};
    double sum = 0;
    constexpr int64_t kCenter = kSsimWindow / 2;
    for (int64_t i = 0; i < kSsimWindow; ++i) {
      const double offset = static_cast<double>(i - kCenter);
      weights[static_cast<size_t>(i)] = std::exp(-offset * offset / (2 * kSigma * kSigma));
      sum += weights[static_cast<size_t>(i)];
    }
    for (double& weight : weights) weight /= sum;
    return weights;
  }();
  return kWindow;
}

void add_scaled(double weight, const Moments& from, Moments& to) {
  for (size_t m = 0; m < kMoments; ++m) to[m] += weight * from[m];
}

double similarity(const Moments& mean, double c1, double c2) {
  const auto [x, y, xx, yy, xy] = mean;
  const double var_x = xx - x * x, var_y = yy - y * y, covariance = xy - x * y;
  return (2 * x * y + c1) * (2 * covariance + c2) / ((x * x + y * y + c1) * (var_x + var_y + c2));
}

}  // namespace

double ssim(std::span<const float> x, std::span<const float> y, const Shape& image_shape, double data_range) {
  if (!ssim_fits(image_shape))
    throw Error(ErrorKind::kUsage,
                fmt::format("Structural similarity needs images of at least {0}x{0}; these samples are {1}.",
                            kSsimWindow, to_string(image_shape)));
  const int64_t height = image_shape[0], width = image_shape[1], channels = image_shape[2];
  const int64_t inner_height = height - kSsimWindow + 1, inner_width = width - kSsimWindow + 1;
  const double c1 = std::pow(kK1 * data_range, 2), c2 = std::pow(kK2 * data_range, 2);
  std::vector<Moments> across(static_cast<size_t>(height * inner_width));
  double sum = 0;
  for (int64_t channel = 0; channel < channels; ++channel) {
    // The window is separable: first along the rows, then along the columns.
    for (int64_t row = 0; row < height; ++row) {
      for (int64_t column = 0; column < inner_width; ++column) {
        Moments mean{};
        for (int64_t k = 0; k < kSsimWindow; ++k) {
          const auto at = static_cast<size_t>((row * width + column + k) * channels + channel);
          const double a = static_cast<double>(x[at]), b = static_cast<double>(y[at]);
          add_scaled(window()[static_cast<size_t>(k)], {a, b, a * a, b * b, a * b}, mean);
        }
        across[static_cast<size_t>(row * inner_width + column)] = mean;
      }
    }
    for (int64_t row = 0; row < inner_height; ++row) {
      for (int64_t column = 0; column < inner_width; ++column) {
        Moments mean{};
        for (int64_t k = 0; k < kSsimWindow; ++k)
          add_scaled(window()[static_cast<size_t>(k)], across[static_cast<size_t>((row + k) * inner_width + column)],
                     mean);
        sum += similarity(mean, c1, c2);
      }
    }
  }
  return sum / static_cast<double>(channels * inner_height * inner_width);
}

}  // namespace hourglass
