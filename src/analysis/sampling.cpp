#include "hourglass/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/matrix.h"
#include "core/random.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

Tensor take_columns(const Tensor& matrix, const std::vector<int64_t>& columns) {
  Tensor taken({matrix.rows(), static_cast<int64_t>(columns.size())});
  float* to = taken.data();
  for (int64_t i = 0; i < matrix.rows(); ++i)
    for (const int64_t column : columns) *to++ = matrix.row(i)[static_cast<size_t>(column)];
  return taken;
}

double length(std::span<const float> vector) {
  double sum = 0;
  for (const float value : vector) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

// Angle between two vectors; 0 if one of them is 0.
double angle(std::span<const float> a, std::span<const float> b) {
  const double lengths = length(a) * length(b);
  if (lengths == 0) return 0;
  double product = 0;
  for (size_t i = 0; i < a.size(); ++i) product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return std::acos(std::clamp(product / lengths, -1.0, 1.0));
}

}  // namespace

Tensor sample_prior(int64_t count, int64_t dim, uint64_t seed) {
  if (count < 1 || dim < 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("Cannot draw {} samples of {} latents; both must be at least 1.", count, dim));
  Tensor drawn({count, dim});
  for (int64_t i = 0; i < count; ++i) {
    RandomStream random(seed, RandomPurpose::kLatentSamples, static_cast<uint64_t>(i));
    for (int64_t j = 0; j < dim; ++j) drawn.data()[i * dim + j] = random.normal();
  }
  return drawn;
}

Tensor LatentDensity::sample(int64_t count, uint64_t seed) const {
  const Tensor drawn = mixture.sample(count, seed);
  const auto dim = static_cast<int64_t>(values.size());
  Tensor latents({count, dim});
  for (int64_t i = 0; i < count; ++i) {
    float* row = latents.data() + i * dim;
    std::ranges::copy(values, row);
    for (size_t j = 0; j < varying.size(); ++j) row[varying[j]] = drawn.row(i)[j];
  }
  return latents;
}

std::vector<double> LatentDensity::log_density(const Tensor& latents, const Context& context) const {
  return mixture.log_density(take_columns(latents, varying), context);
}

LatentDensity fit_latent_density(const Tensor& latents, const MixtureOptions& options, const Context& context) {
  check_finite(latents, "latents");
  LatentDensity density;
  const std::vector<int64_t> constant = constant_columns(latents);
  for (int64_t j = 0; j < latents.row_size(); ++j)
    if (!std::ranges::binary_search(constant, j)) density.varying.push_back(j);
  if (density.varying.empty())
    throw Error(ErrorKind::kData,
                fmt::format("All {} latents have zero variance: the model encodes every sample to the "
                            "same latents, which have no density.",
                            latents.row_size()));
  density.values.assign(latents.row(0).begin(), latents.row(0).end());
  density.mixture = fit_gaussian_mixture(take_columns(latents, density.varying), options, context);
  return density;
}

std::vector<int64_t> balanced_rows(int64_t rows, std::span<const int32_t> labels, int64_t count, uint64_t seed) {
  if (labels.empty() || count >= rows) return sampled_rows(rows, count, seed);
  const int64_t classes = check_labels(rows, labels);
  std::vector<std::vector<int64_t>> members(static_cast<size_t>(classes));
  for (int64_t i = 0; i < rows; ++i) members[static_cast<size_t>(labels[static_cast<size_t>(i)])].push_back(i);
  std::erase_if(members, [](const auto& of_class) { return of_class.empty(); });
  const auto num = static_cast<int64_t>(members.size());
  std::vector<int64_t> chosen;
  for (int64_t c = 0; c < num; ++c) {
    const std::vector<int64_t>& of_class = members[static_cast<size_t>(c)];
    const int64_t share = count / num + (c < count % num ? 1 : 0);
    for (const int64_t i : sampled_rows(static_cast<int64_t>(of_class.size()), share, seed + static_cast<uint64_t>(c)))
      chosen.push_back(of_class[static_cast<size_t>(i)]);
  }
  std::ranges::sort(chosen);
  return chosen;
}

Tensor interpolate(std::span<const float> a, std::span<const float> b, int64_t steps, Interpolation interpolation) {
  if (a.size() != b.size())
    throw Error(ErrorKind::kUsage,
                fmt::format("Cannot interpolate between latents of {} and {} values; expected the same number.",
                            a.size(), b.size()));
  if (steps < 2)
    throw Error(ErrorKind::kUsage, fmt::format("Cannot interpolate in {} steps; at least 2 are needed.", steps));
  const double omega = interpolation == Interpolation::kSpherical ? angle(a, b) : 0;
  const bool on_circle = std::sin(omega) > 1e-6;
  Tensor path({steps, static_cast<int64_t>(a.size())});
  for (int64_t step = 0; step < steps; ++step) {
    const double t = static_cast<double>(step) / static_cast<double>(steps - 1);
    const double from = on_circle ? std::sin((1 - t) * omega) / std::sin(omega) : 1 - t;
    const double to = on_circle ? std::sin(t * omega) / std::sin(omega) : t;
    float* row = path.data() + step * path.row_size();
    for (size_t j = 0; j < a.size(); ++j)
      row[j] = static_cast<float>(from * static_cast<double>(a[j]) + to * static_cast<double>(b[j]));
  }
  return path;
}

Tensor column_quantiles(const Tensor& matrix, std::span<const double> probabilities) {
  check_finite(matrix, "latents");
  for (const double p : probabilities)
    if (!(p >= 0 && p <= 1))
      throw Error(ErrorKind::kUsage, fmt::format("{} is not a probability; expected 0 to 1.", p));
  Tensor quantiles({matrix.row_size(), static_cast<int64_t>(probabilities.size())});
  std::vector<float> column(static_cast<size_t>(matrix.rows()));
  float* to = quantiles.data();
  for (int64_t j = 0; j < matrix.row_size(); ++j) {
    for (int64_t i = 0; i < matrix.rows(); ++i) column[static_cast<size_t>(i)] = matrix.row(i)[static_cast<size_t>(j)];
    std::ranges::sort(column);
    for (const double p : probabilities) {
      const double position = p * static_cast<double>(column.size() - 1);
      const auto below = static_cast<size_t>(position);
      const size_t above = std::min(below + 1, column.size() - 1);
      const double fraction = position - static_cast<double>(below);
      *to++ = static_cast<float>((1 - fraction) * static_cast<double>(column[below]) +
                                 fraction * static_cast<double>(column[above]));
    }
  }
  return quantiles;
}

Tensor traverse(std::span<const float> anchor, int64_t column, std::span<const float> values) {
  if (column < 0 || column >= static_cast<int64_t>(anchor.size()))
    throw Error(ErrorKind::kUsage,
                fmt::format("There is no latent {}; the model has latents 0 to {}.", column, anchor.size() - 1));
  Tensor latents({static_cast<int64_t>(values.size()), static_cast<int64_t>(anchor.size())});
  for (size_t i = 0; i < values.size(); ++i) {
    float* row = latents.data() + i * anchor.size();
    std::ranges::copy(anchor, row);
    row[column] = values[i];
  }
  return latents;
}

}  // namespace hourglass
