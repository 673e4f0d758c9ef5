#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collect/collect.h"
#include "collect/principal_components.h"

namespace hourglass {
namespace {

constexpr int64_t kNumBins = 24, kNumComponents = 10;
// Values of all pictures and of all latents on the page.
constexpr int64_t kMostPictureValues = 1'300'000, kMostLatentValues = 600'000;

/// The value below which `part` of the sorted values lie.
float quantile(const std::vector<float>& sorted, double part) {
  return sorted[static_cast<size_t>(std::lround(part * static_cast<double>(sorted.size() - 1)))];
}

void measure_latent(const Tensor& latents, int64_t j, LatentSpace& space) {
  std::vector<float> values;
  for (int64_t i = 0; i < latents.rows(); ++i) values.push_back(latents.row(i)[static_cast<size_t>(j)]);
  std::ranges::sort(values);
  double sum = 0, squares = 0;
  for (const float value : values) sum += static_cast<double>(value);
  const double mean = sum / static_cast<double>(values.size());
  for (const float value : values) squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
  space.mean.data()[j] = static_cast<float>(mean);
  space.deviation.data()[j] = static_cast<float>(std::sqrt(squares / static_cast<double>(values.size())));
  const float low = quantile(values, 0.02), high = quantile(values, 0.98);
  space.low.data()[j] = low;
  space.high.data()[j] = high;
  float* bins = space.histograms.data() + j * kNumBins;
  for (const float value : values) {
    if (value < low || value > high) continue;
    const float place = high > low ? (value - low) / (high - low) * static_cast<float>(kNumBins) : 0.0f;
    ++bins[std::min<int64_t>(kNumBins - 1, static_cast<int64_t>(place))];
  }
}

/// Where the latents lie in the plane of the space's origin and axes.
Tensor project(const Tensor& latents, const LatentSpace& space) {
  Tensor points({latents.rows(), 2});
  for (int64_t i = 0; i < latents.rows(); ++i) {
    for (int64_t axis = 0; axis < 2; ++axis) {
      double sum = 0;
      for (size_t j = 0; j < static_cast<size_t>(space.dim); ++j)
        sum += static_cast<double>(latents.row(i)[j] - space.origin.values()[j]) *
               static_cast<double>(space.axes.row(axis)[j]);
      points.data()[2 * i + axis] = static_cast<float>(sum);
    }
  }
  return points;
}

void choose_plane(const Tensor& latents, LatentSpace& space) {
  if (space.dim <= 2) {
    space.x_name = "latent 1";
    space.y_name = space.dim == 2 ? "latent 2" : "";
    space.origin = Tensor({1, space.dim});
    space.axes = Tensor({2, space.dim});
    for (int64_t j = 0; j < space.dim; ++j) space.axes.data()[j * space.dim + j] = 1;
    return;
  }
  PrincipalComponents found = principal_components(latents, kNumComponents);
  const auto name = [&](size_t number) {
    return fmt::format("principal component {}, {:.0f} % of the variance", number + 1,
                       100 * found.variance_parts[number]);
  };
  space.x_name = name(0);
  space.y_name = name(1);
  space.origin = std::move(found.mean);
  space.axes = std::move(found.axes);
  space.variance_parts = std::move(found.variance_parts);
}

Tensor first_rows(const Tensor& tensor, int64_t n) { return rows_of(tensor, spread(n, n)); }

}  // namespace

LatentSpace collect_latent_space(const Subject& subject) {
  const Picked& test = subject.test;
  LatentSpace space;
  space.dim = subject.model.latent_dim();
  choose_plane(test.latents, space);
  space.points = project(test.latents, space);
  space.indices = test.indices;
  space.labels = test.labels;
  space.class_names = class_names(subject.data.test);
  for (Tensor* statistic : {&space.mean, &space.deviation, &space.low, &space.high})
    *statistic = Tensor({1, space.dim});
  space.histograms = Tensor({space.dim, kNumBins});
  for (int64_t j = 0; j < space.dim; ++j) measure_latent(test.latents, j, space);

  const int64_t pictured = std::min(test.latents.rows(), kMostPictureValues / subject.model.sample_dim() + 1);
  space.pictures = picture_sheet(first_rows(test.samples, pictured), subject.range);
  space.latents = first_rows(test.latents, std::min(pictured, kMostLatentValues / space.dim + 1));
  return space;
}

}  // namespace hourglass
