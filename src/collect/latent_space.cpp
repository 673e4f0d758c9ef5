#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collect/collect.h"
#include "collect/latent_precision.h"
#include "hourglass/pca.h"

namespace hourglass {
namespace {

constexpr int64_t kNumBins = 24, kNumComponents = 10;
// Limits on the points of the page, and on the latents kept in memory to compute them.
constexpr int64_t kMostPoints = 10'000, kMostEncodedValues = int64_t{1} << 25;
// Limits on the pictures, and on the values of all pictures and of all latents on the page.
constexpr int64_t kMostPictures = 2000, kMostPictureValues = 1'300'000, kMostLatentValues = 600'000;
constexpr size_t kBlockRows = 1024;

/// The value below which a fraction `part` of the sorted values lies.
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

/// Coordinates of the latents in the plane of the space's origin and axes, {n, 2}.
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

void choose_plane(const Tensor& latents, LatentSpace& space, const Context& context) {
  if (space.dim <= 2 || latents.rows() < 2) {
    space.x_name = "latent 1";
    space.y_name = space.dim >= 2 ? "latent 2" : "";
    space.origin = Tensor({1, space.dim});
    space.axes = Tensor({2, space.dim});
    for (int64_t j = 0; j < std::min<int64_t>(space.dim, 2); ++j) space.axes.data()[j * space.dim + j] = 1;
    return;
  }
  Pca found = fit_pca(latents, std::min(kNumComponents, space.dim), context);
  for (double& variance : found.variances) variance /= found.total_variance > 0 ? found.total_variance : 1;
  const auto name = [&](size_t number) {
    return fmt::format("principal component {}, {:.0f} % of the variance", number + 1, 100 * found.variances[number]);
  };
  space.x_name = name(0);
  space.y_name = name(1);
  space.origin = Tensor({1, space.dim});
  std::ranges::transform(found.mean, space.origin.data(), [](double mean) { return static_cast<float>(mean); });
  space.axes = std::move(found.components);
  space.variance_parts = std::move(found.variances);
}

/// `count` evenly spaced test samples, ordered so that the first `pictured` are evenly spaced, too.
std::vector<int64_t> point_indices(int64_t num_test, int64_t count, int64_t pictured) {
  const std::vector<int64_t> all = evenly_spaced(num_test, count);
  const std::vector<int64_t> first = evenly_spaced(std::ssize(all), pictured);
  std::vector<int64_t> indices, others;
  for (size_t i = 0, next = 0; i < all.size(); ++i) {
    const bool is_pictured = next < first.size() && first[next] == static_cast<int64_t>(i);
    next += is_pictured;
    (is_pictured ? indices : others).push_back(all[i]);
  }
  indices.insert(indices.end(), others.begin(), others.end());
  return indices;
}

/// Latents of test samples, {n, latent_dim}, encoded a block at a time.
Tensor encode_points(const Subject& subject, std::span<const int64_t> indices) {
  Tensor latents({std::ssize(indices), subject.model.latent_dim()});
  float* to = latents.data();
  for (size_t begin = 0; begin < indices.size(); begin += kBlockRows) {
    const auto block = indices.subspan(begin, std::min(kBlockRows, indices.size() - begin));
    const Tensor samples = model_values(subject.model, subject.data.test, block);
    to = std::ranges::copy(subject.model.encode_preprocessed(samples, subject.context).values(), to).out;
  }
  return latents;
}

Tensor first_rows(const Tensor& tensor, int64_t n) { return rows_of(tensor, evenly_spaced(n, n)); }

}  // namespace

LatentSpace collect_latent_space(const Subject& subject) {
  const Dataset& test = subject.data.test;
  LatentSpace space;
  space.dim = subject.model.latent_dim();
  space.num_test = test.size();
  const int64_t count =
      std::min({test.size(), kMostPoints, std::max(subject.test.latents.rows(), kMostEncodedValues / space.dim)});
  const int64_t pictured = std::min({count, kMostPictures, kMostPictureValues / subject.model.sample_dim() + 1});
  space.indices = point_indices(test.size(), count, pictured);
  const Tensor latents = encode_points(subject, space.indices);
  choose_plane(latents, space, subject.context);
  space.points = project(latents, space);
  if (test.has_labels())
    for (const int64_t index : space.indices) space.labels.push_back(test.labels()[static_cast<size_t>(index)]);
  space.class_names = class_names(test);
  for (Tensor* statistic : {&space.mean, &space.deviation, &space.low, &space.high})
    *statistic = Tensor({1, space.dim});
  space.histograms = Tensor({space.dim, kNumBins});
  for (int64_t j = 0; j < space.dim; ++j) measure_latent(latents, j, space);

  const std::span<const int64_t> first = std::span(space.indices).first(static_cast<size_t>(pictured));
  space.pictures = picture_sheet(model_values(subject.model, test, first), subject.range);
  space.latents = first_rows(latents, std::min(pictured, kMostLatentValues / space.dim + 1));
  space.half_latents = is_precise(rounded_to_float16(space.latents), space.latents, space.deviation);
  return space;
}

}  // namespace hourglass
