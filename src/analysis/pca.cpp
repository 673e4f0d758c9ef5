#include "hourglass/pca.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/matrix.h"
#include "core/linear_algebra.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 512;

// The product within a block is in float32; blocks are summed in double.
std::vector<double> covariance(const Tensor& centered_samples, const Context& context) {
  const int64_t n = centered_samples.rows(), d = centered_samples.row_size();
  struct Sums {
    Tensor block;
    std::vector<double> total;
  };
  std::vector<Sums> workers(static_cast<size_t>(num_threads(context)));
  for_each_block(n, kBlockRows, context, [&](int worker, int64_t begin, int64_t rows) {
    Sums& sums = workers[static_cast<size_t>(worker)];
    if (sums.total.empty()) {
      sums.block = Tensor({d, d});
      sums.total.resize(static_cast<size_t>(d * d));
    }
    const float* x = centered_samples.data() + begin * d;
    matmul_tn(d, d, rows, x, x, sums.block.data());
    for (int64_t i = 0; i < d * d; ++i) sums.total[static_cast<size_t>(i)] += static_cast<double>(sums.block.data()[i]);
  });
  std::vector<double> result(static_cast<size_t>(d * d));
  for (const Sums& sums : workers)
    for (size_t i = 0; i < sums.total.size(); ++i) result[i] += sums.total[i] / static_cast<double>(n - 1);
  return result;
}

// With fewer samples than values, the n x n matrix of products of samples has the same eigenvalues as the covariance,
// and takes far less time: (x x^T) u = v u gives the component x^T u / |x^T u|.
Pca fit_by_products(const Tensor& x, int64_t num_components) {
  const int64_t n = x.rows(), d = x.row_size();
  Tensor products({n, n});
  matmul_nt(n, n, d, x.data(), x.data(), products.data());
  std::vector<double> matrix(static_cast<size_t>(n * n));
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = static_cast<double>(products.data()[i]) / static_cast<double>(n - 1);
  const SymmetricEigen eigen = symmetric_eigen(matrix, n);
  Pca pca;
  pca.components = Tensor({num_components, d});
  for (int64_t c = 0; c < num_components; ++c) {
    std::vector<double> component(static_cast<size_t>(d));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < d; ++j)
        component[static_cast<size_t>(j)] +=
            eigen.vectors[static_cast<size_t>(c * n + i)] * static_cast<double>(x.data()[i * d + j]);
    double squares = 0;
    for (const double value : component) squares += value * value;
    // n samples have n - 1 components; what is left of another one is rounding error.
    const bool is_component = eigen.values[static_cast<size_t>(c)] > 1e-7 * eigen.values[0];
    const double scale = is_component && squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (int64_t j = 0; j < d; ++j)
      pca.components.data()[c * d + j] = static_cast<float>(component[static_cast<size_t>(j)] * scale);
  }
  pca.variances = eigen.values;
  pca.variances.resize(static_cast<size_t>(d), 0.0);
  for (double& variance : pca.variances) variance = std::max(variance, 0.0);
  return pca;
}

void check_width(const char* what, int64_t found, int64_t expected) {
  if (found != expected)
    throw Error(ErrorKind::kUsage,
                fmt::format("These components expect {} of {} values; found {}.", what, expected, found));
}

}  // namespace

Pca fit_pca(const Tensor& samples, int64_t num_components, const Context& context) {
  check_finite(samples, "samples");
  const int64_t d = samples.row_size();
  if (num_components < 1 || num_components > d)
    throw Error(ErrorKind::kUsage,
                fmt::format("Samples of {} values have 1 to {} principal components; {} were requested.", d, d,
                            num_components));
  if (samples.rows() < 2) throw Error(ErrorKind::kData, "Principal components need at least 2 samples; there is one.");
  Pca pca;
  pca.mean = column_means(samples, context);
  if (samples.rows() < d && num_components <= samples.rows()) {
    Pca fitted = fit_by_products(centered(samples, pca.mean, context), num_components);
    fitted.mean = std::move(pca.mean);
    return fitted;
  }
  SymmetricEigen eigen = symmetric_eigen(covariance(centered(samples, pca.mean, context), context), d);
  pca.components = Tensor({num_components, d});
  for (int64_t i = 0; i < num_components * d; ++i)
    pca.components.data()[i] = static_cast<float>(eigen.vectors[static_cast<size_t>(i)]);
  pca.variances = std::move(eigen.values);
  for (double& variance : pca.variances) variance = std::max(variance, 0.0);
  return pca;
}

double effective_dimension(std::span<const double> variances) {
  double sum = 0, squared = 0;
  for (const double variance : variances) {
    sum += variance;
    squared += variance * variance;
  }
  return squared > 0 ? sum * sum / squared : 0;
}

double mean_absolute_correlation(const Tensor& samples, const Context& context) {
  check_finite(samples, "samples");
  if (samples.rows() < 2) throw Error(ErrorKind::kData, "A correlation needs at least 2 samples; there is one.");
  const auto d = static_cast<size_t>(samples.row_size());
  const std::vector<double> shared = covariance(centered(samples, column_means(samples, context), context), context);
  double sum = 0, pairs = 0;
  for (size_t i = 0; i < d; ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double product = shared[i * d + i] * shared[j * d + j];
      if (product <= 0) continue;
      sum += std::abs(shared[i * d + j]) / std::sqrt(product);
      pairs += 1;
    }
  }
  return pairs > 0 ? sum / pairs : 0;
}

Tensor Pca::encode(const Tensor& samples, const Context& context) const {
  const int64_t k = components.rows(), d = components.row_size();
  check_width("samples", samples.row_size(), d);
  const Tensor x = centered(samples, mean, context);
  Tensor latents({samples.rows(), k});
  for_each_block(samples.rows(), kBlockRows, context, [&](int, int64_t begin, int64_t rows) {
    matmul_nt(rows, k, d, x.data() + begin * d, components.data(), latents.data() + begin * k);
  });
  return latents;
}

Tensor Pca::decode(const Tensor& latents, const Context& context) const {
  const int64_t k = components.rows(), d = components.row_size();
  check_width("latents", latents.row_size(), k);
  const std::vector<float> bias(mean.begin(), mean.end());
  Tensor samples({latents.rows(), d});
  for_each_block(latents.rows(), kBlockRows, context, [&](int, int64_t begin, int64_t rows) {
    matmul(rows, d, k, latents.data() + begin * k, components.data(), samples.data() + begin * d, {bias.data()});
  });
  return samples;
}

}  // namespace hourglass
