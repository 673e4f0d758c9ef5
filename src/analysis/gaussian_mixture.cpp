#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/linear_algebra.h"
#include "core/matrix.h"
#include "core/random.h"
#include "core/text.h"
#include "hourglass/clustering.h"
#include "hourglass/density.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 256;
// Rows with a smaller share in a component are ignored in its mean and covariance.
constexpr double kMinShare = 1e-10;

// Precomputed terms of a component's density.
struct Component {
  double log_scale = 0;         // ln weight - (d ln 2 pi + ln det) / 2
  std::vector<double> mean;     // [d]
  std::vector<float> whitener;  // [d, d]: (x - mean) whitener is standard normal
};

std::vector<Component> components_of(const GaussianMixture& mixture) {
  const int64_t d = mixture.dim;
  std::vector<Component> components;
  for (int64_t k = 0; k < mixture.components; ++k) {
    const auto begin = mixture.covariances.begin() + k * d * d;
    const auto factor = cholesky({begin, begin + d * d}, d);
    if (!factor)
      throw Error(ErrorKind::kData, fmt::format("Component {} of the mixture collapsed: its covariance is not positive "
                                                "definite. Fit fewer components or raise the regularization.",
                                                k));
    Component component;
    component.log_scale = std::log(mixture.weights[static_cast<size_t>(k)]) -
                          (static_cast<double>(d) * std::log(2 * std::numbers::pi) + factor->log_determinant) / 2;
    component.mean.assign(mixture.means.begin() + k * d, mixture.means.begin() + (k + 1) * d);
    component.whitener.resize(static_cast<size_t>(d * d));
    for (int64_t i = 0; i < d; ++i)
      for (int64_t j = 0; j < d; ++j)
        component.whitener[static_cast<size_t>(j * d + i)] =
            static_cast<float>(factor->inverse[static_cast<size_t>(i * d + j)]);
    components.push_back(std::move(component));
  }
  return components;
}

// joint[components, rows of the block] = ln weight_k + ln N(x; k).
struct BlockDensities {
  std::vector<float> differences, whitened;
  std::vector<double> joint;

  void compute(const std::vector<Component>& components, const Tensor& x, int64_t begin, int64_t rows) {
    const int64_t d = x.row_size();
    differences.resize(static_cast<size_t>(kBlockRows * d));
    whitened.resize(differences.size());
    joint.resize(components.size() * static_cast<size_t>(kBlockRows));
    for (size_t k = 0; k < components.size(); ++k) {
      const Component& component = components[k];
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < d; ++j)
          differences[static_cast<size_t>(i * d + j)] = static_cast<float>(
              static_cast<double>(x.data()[(begin + i) * d + j]) - component.mean[static_cast<size_t>(j)]);
      matmul(rows, d, d, differences.data(), component.whitener.data(), whitened.data());
      for (int64_t i = 0; i < rows; ++i) {
        double squared = 0;
        for (int64_t j = 0; j < d; ++j) {
          const double value = static_cast<double>(whitened[static_cast<size_t>(i * d + j)]);
          squared += value * value;
        }
        joint[k * static_cast<size_t>(kBlockRows) + static_cast<size_t>(i)] = component.log_scale - squared / 2;
      }
    }
  }

  double log_sum(size_t components, int64_t row) const {
    const auto at = [&](size_t k) { return joint[k * static_cast<size_t>(kBlockRows) + static_cast<size_t>(row)]; };
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (size_t k = 0; k < components; ++k) largest = std::max(largest, at(k));
    for (size_t k = 0; k < components; ++k) sum += std::exp(at(k) - largest);
    return largest + std::log(sum);
  }
};

// Calls use(begin, rows, densities) for blocks of rows, in parallel.
template <typename Use>
void for_each_density(const GaussianMixture& mixture, const Tensor& x, const Context& context, const Use& use) {
  if (x.row_size() != mixture.dim)
    throw Error(ErrorKind::kUsage,
                fmt::format("The mixture expects rows of {} values; found {}.", mixture.dim, x.row_size()));
  const std::vector<Component> components = components_of(mixture);
  std::vector<BlockDensities> blocks(static_cast<size_t>(num_threads(context)));
  for_each_block(x.rows(), kBlockRows, context, [&](int worker, int64_t begin, int64_t rows) {
    BlockDensities& block = blocks[static_cast<size_t>(worker)];
    block.compute(components, x, begin, rows);
    use(begin, rows, block);
  });
}

// E step: fills shares[components, n] with the posterior probabilities and returns the mean log density.
double expect(const GaussianMixture& mixture, const Tensor& x, const Context& context, std::vector<double>& shares) {
  const auto n = static_cast<size_t>(x.rows()), k = static_cast<size_t>(mixture.components);
  std::vector<double> log_densities(n);
  for_each_density(mixture, x, context, [&](int64_t begin, int64_t rows, const BlockDensities& block) {
    for (int64_t i = 0; i < rows; ++i) {
      const auto row = static_cast<size_t>(begin + i);
      log_densities[row] = block.log_sum(k, i);
      for (size_t c = 0; c < k; ++c)
        shares[c * n + row] =
            std::exp(block.joint[c * static_cast<size_t>(kBlockRows) + static_cast<size_t>(i)] - log_densities[row]);
    }
  });
  return std::accumulate(log_densities.begin(), log_densities.end(), 0.0) / static_cast<double>(n);
}

// Covariance of the rows around `mean`, weighted by their shares. Products are in float32; blocks are summed in double.
void fit_covariance(const Tensor& x, const double* shares, double total_share, const double* mean,
                    double regularization, double* covariance) {
  const int64_t d = x.row_size();
  std::vector<float> block(static_cast<size_t>(kBlockRows * d)), product(static_cast<size_t>(d * d));
  std::fill_n(covariance, d * d, 0.0);
  int64_t rows = 0;
  const auto flush = [&] {
    matmul_tn(d, d, rows, block.data(), block.data(), product.data());
    for (int64_t i = 0; i < d * d; ++i) covariance[i] += static_cast<double>(product[static_cast<size_t>(i)]);
    rows = 0;
  };
  for (int64_t i = 0; i < x.rows(); ++i) {
    if (shares[i] < kMinShare) continue;
    const double root = std::sqrt(shares[i]);
    for (int64_t j = 0; j < d; ++j)
      block[static_cast<size_t>(rows * d + j)] =
          static_cast<float>(root * (static_cast<double>(x.data()[i * d + j]) - mean[j]));
    if (++rows == kBlockRows) flush();
  }
  if (rows > 0) flush();
  for (int64_t i = 0; i < d * d; ++i) covariance[i] /= total_share;
  for (int64_t i = 0; i < d; ++i) covariance[i * d + i] += regularization;
}

// M step: computes weights, means and covariances from the shares. Each worker thread computes whole components.
void maximize(const Tensor& x, const std::vector<double>& shares, double regularization, const Context& context,
              GaussianMixture& mixture) {
  const int64_t n = x.rows(), d = x.row_size();
  std::vector<double> totals(static_cast<size_t>(mixture.components));
  for_each_block(mixture.components, 1, context, [&](int, int64_t k, int64_t) {
    const double* share = shares.data() + k * n;
    double& total = totals[static_cast<size_t>(k)];
    total = 10 * std::numeric_limits<double>::epsilon();
    double* mean = mixture.means.data() + k * d;
    std::fill_n(mean, d, 0.0);
    for (int64_t i = 0; i < n; ++i) {
      total += share[i];
      if (share[i] < kMinShare) continue;
      for (int64_t j = 0; j < d; ++j) mean[j] += share[i] * static_cast<double>(x.data()[i * d + j]);
    }
    for (int64_t j = 0; j < d; ++j) mean[j] /= total;
    fit_covariance(x, share, total, mean, regularization, mixture.covariances.data() + k * d * d);
  });
  const double sum = std::accumulate(totals.begin(), totals.end(), 0.0);
  for (size_t k = 0; k < totals.size(); ++k) mixture.weights[k] = totals[k] / sum;
}

void check(const Tensor& samples, int64_t components, const MixtureOptions& options) {
  if (components < 1 || options.max_iterations < 1 || !(options.regularization >= 0))
    throw Error(ErrorKind::kUsage, fmt::format("Invalid mixture options: {} components, {} iterations, "
                                               "regularization {}; the minimum is 1, 1 and 0.",
                                               components, options.max_iterations, options.regularization));
  check_finite(samples, "samples of the mixture");
  if (samples.rows() < components)
    throw Error(ErrorKind::kData, fmt::format("A mixture of {} components cannot be fitted on {} samples. Use fewer "
                                              "components.",
                                              components, samples.rows()));
  const std::vector<int64_t> constant = constant_columns(samples);
  if (constant.empty()) return;
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min<size_t>(constant.size(), 8); ++i) names.push_back(std::to_string(constant[i]));
  throw Error(ErrorKind::kData,
              fmt::format("{} of {} columns have zero variance ({}{}) and no density. Leave them out.", constant.size(),
                          samples.row_size(), join(names), constant.size() > 8 ? ", ..." : ""));
}

GaussianMixture run(const Tensor& samples, GaussianMixture mixture, const MixtureOptions& options,
                    const Context& context) {
  std::vector<double> shares(static_cast<size_t>(mixture.components * samples.rows()));
  double before = -std::numeric_limits<double>::infinity();
  mixture.iterations = 0;
  mixture.converged = false;
  while (mixture.iterations < options.max_iterations && !mixture.converged) {
    mixture.mean_log_density = expect(mixture, samples, context, shares);
    maximize(samples, shares, options.regularization, context, mixture);
    ++mixture.iterations;
    mixture.converged = std::abs(mixture.mean_log_density - before) < options.tolerance;
    before = mixture.mean_log_density;
  }
  return mixture;
}

GaussianMixture empty_mixture(int64_t components, int64_t dim) {
  GaussianMixture mixture;
  mixture.components = components;
  mixture.dim = dim;
  mixture.weights.resize(static_cast<size_t>(components));
  mixture.means.resize(static_cast<size_t>(components * dim));
  mixture.covariances.resize(static_cast<size_t>(components * dim * dim));
  return mixture;
}

}  // namespace

std::vector<int64_t> constant_columns(const Tensor& samples) {
  std::vector<int64_t> constant;
  for (int64_t j = 0; j < samples.row_size(); ++j) {
    const float first = samples.data()[j];
    int64_t i = 1;
    while (i < samples.rows() && samples.data()[i * samples.row_size() + j] == first) ++i;
    if (i == samples.rows()) constant.push_back(j);
  }
  return constant;
}

GaussianMixture fit_gaussian_mixture(const Tensor& samples, const MixtureOptions& options, const Context& context) {
  check(samples, options.components, options);
  KMeansOptions start;
  start.clusters = options.components;
  start.restarts = 1;
  start.seed = options.seed;
  const KMeans clusters = fit_kmeans(samples, start, context);
  const auto n = static_cast<size_t>(samples.rows());
  std::vector<double> shares(static_cast<size_t>(options.components) * n);
  for (size_t i = 0; i < n; ++i) shares[static_cast<size_t>(clusters.labels[i]) * n + i] = 1;
  GaussianMixture mixture = empty_mixture(options.components, samples.row_size());
  maximize(samples, shares, options.regularization, context, mixture);
  return run(samples, std::move(mixture), options, context);
}

GaussianMixture fit_gaussian_mixture(const Tensor& samples, const GaussianMixture& start, const MixtureOptions& options,
                                     const Context& context) {
  check(samples, start.components, options);
  if (samples.row_size() != start.dim)
    throw Error(ErrorKind::kUsage,
                fmt::format("The mixture expects rows of {} values; found {}.", start.dim, samples.row_size()));
  return run(samples, start, options, context);
}

std::vector<double> GaussianMixture::log_density(const Tensor& rows, const Context& context) const {
  check_finite(rows, "samples of the mixture");
  std::vector<double> result(static_cast<size_t>(rows.rows()));
  for_each_density(*this, rows, context, [&](int64_t begin, int64_t count, const BlockDensities& block) {
    for (int64_t i = 0; i < count; ++i)
      result[static_cast<size_t>(begin + i)] = block.log_sum(static_cast<size_t>(components), i);
  });
  return result;
}

std::vector<int32_t> GaussianMixture::assign(const Tensor& rows, const Context& context) const {
  check_finite(rows, "samples of the mixture");
  std::vector<int32_t> result(static_cast<size_t>(rows.rows()));
  for_each_density(*this, rows, context, [&](int64_t begin, int64_t count, const BlockDensities& block) {
    for (int64_t i = 0; i < count; ++i) {
      const auto joint = [&](int32_t k) { return block.joint[static_cast<size_t>(k * kBlockRows + i)]; };
      int32_t best = 0;
      for (int32_t k = 1; k < components; ++k)
        if (joint(k) > joint(best)) best = k;
      result[static_cast<size_t>(begin + i)] = best;
    }
  });
  return result;
}

Tensor GaussianMixture::sample(int64_t count, uint64_t seed) const {
  if (count < 1) throw Error(ErrorKind::kUsage, fmt::format("Cannot draw {} samples; at least 1 is needed.", count));
  std::vector<std::vector<double>> lowers;
  for (int64_t k = 0; k < components; ++k) {
    const auto begin = covariances.begin() + k * dim * dim;
    const auto factor = cholesky({begin, begin + dim * dim}, dim);
    if (!factor) throw Error(ErrorKind::kData, "A covariance of the mixture is not positive definite.");
    lowers.push_back(factor->lower);
  }
  std::vector<double> cumulative(weights.size()), noise(static_cast<size_t>(dim));
  std::partial_sum(weights.begin(), weights.end(), cumulative.begin());
  Tensor drawn({count, dim});
  for (int64_t i = 0; i < count; ++i) {
    RandomStream random(seed, RandomPurpose::kLatentSamples, static_cast<uint64_t>(i));
    const auto found = std::ranges::upper_bound(cumulative, static_cast<double>(random.uniform()) * cumulative.back());
    const int64_t k = std::min<int64_t>(components - 1, found - cumulative.begin());
    for (double& value : noise) value = static_cast<double>(random.normal());
    for (int64_t row = 0; row < dim; ++row) {
      double value = means[static_cast<size_t>(k * dim + row)];
      for (int64_t j = 0; j <= row; ++j)
        value += lowers[static_cast<size_t>(k)][static_cast<size_t>(row * dim + j)] * noise[static_cast<size_t>(j)];
      drawn.data()[i * dim + row] = static_cast<float>(value);
    }
  }
  return drawn;
}

}  // namespace hourglass
