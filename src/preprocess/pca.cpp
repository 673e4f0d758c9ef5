#include "hourglass/pca.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/linear_algebra.h"
#include "core/matrix.h"
#include "core/random.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 512;
constexpr int64_t kLargestExact = 1024;

/// Directions of the iteration for `num_components` components of x.
int64_t num_directions(const Tensor& x, int64_t num_components) {
  constexpr int64_t kMoreDirections = 8;
  return std::min({2 * num_components + kMoreDirections, x.rows(), x.row_size()});
}

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

// Variances along all components, largest first, and the first components, [num_components, d].
struct Spectrum {
  std::vector<double> variances;
  Tensor components;
};

// With fewer samples than values, the n x n matrix of products of samples has the same eigenvalues as the covariance,
// and takes far less time: (x x^T) u = v u gives the component x^T u / |x^T u|.
Spectrum spectrum_of_products(const Tensor& x, int64_t num_components) {
  const int64_t n = x.rows(), d = x.row_size();
  Tensor products({n, n});
  matmul_nt(n, n, d, x.data(), x.data(), products.data());
  std::vector<double> matrix(static_cast<size_t>(n * n));
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = static_cast<double>(products.data()[i]) / static_cast<double>(n - 1);
  const SymmetricEigen eigen = symmetric_eigen(matrix, n);
  Spectrum spectrum{eigen.values, Tensor({num_components, d})};
  for (int64_t c = 0; c < std::min(n, num_components); ++c) {
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
      spectrum.components.data()[c * d + j] = static_cast<float>(component[static_cast<size_t>(j)] * scale);
  }
  spectrum.variances.resize(static_cast<size_t>(d), 0.0);
  return spectrum;
}

Spectrum spectrum_of_covariance(const Tensor& x, int64_t num_components, const Context& context) {
  const int64_t d = x.row_size();
  SymmetricEigen eigen = symmetric_eigen(covariance(x, context), d);
  Spectrum spectrum{std::move(eigen.values), Tensor({num_components, d})};
  for (int64_t i = 0; i < num_components * d; ++i)
    spectrum.components.data()[i] = static_cast<float>(eigen.vectors[static_cast<size_t>(i)]);
  return spectrum;
}

// The exact spectrum of centered samples.
Spectrum spectrum(const Tensor& x, int64_t num_components, const Context& context) {
  Spectrum found = x.rows() < x.row_size() ? spectrum_of_products(x, num_components)
                                           : spectrum_of_covariance(x, num_components, context);
  for (double& variance : found.variances) variance = std::max(variance, 0.0);
  return found;
}

// combined[i] = sum over c of weights[i, c] rows[c], for the first `count` rows of `weights` [*, rows.rows()].
Tensor combined(std::span<const double> weights, int64_t count, const Tensor& rows) {
  const int64_t p = rows.rows(), d = rows.row_size();
  const std::vector<float> narrow(weights.begin(), weights.begin() + count * p);
  Tensor result({count, d});
  matmul(count, d, p, narrow.data(), rows.data(), result.data());
  return result;
}

// Orthonormal rows with the same span (Stathopoulos, Wu 2002, "A block orthogonalization procedure with constant
// synchronization requirements"). Rows that depend on others are dropped. The second pass removes what rounding left.
Tensor orthonormal(Tensor rows) {
  constexpr double kSmallest = 1e-5;
  for (int pass = 0; pass < 2; ++pass) {
    const int64_t p = rows.rows(), d = rows.row_size();
    const std::vector<double> squares = squared_lengths(rows);
    for (int64_t i = 0; i < p * d; ++i) {
      const double square = squares[static_cast<size_t>(i / d)];
      rows.data()[i] = square > 0 ? static_cast<float>(static_cast<double>(rows.data()[i]) / std::sqrt(square)) : 0.0f;
    }
    Tensor products({p, p});
    matmul_nt(p, p, d, rows.data(), rows.data(), products.data());
    SymmetricEigen eigen = symmetric_eigen({products.values().begin(), products.values().end()}, p);
    int64_t kept = 0;
    while (kept < p && eigen.values[static_cast<size_t>(kept)] > kSmallest * std::max(1.0, eigen.values[0])) ++kept;
    for (int64_t i = 0; i < kept * p; ++i)
      eigen.vectors[static_cast<size_t>(i)] /= std::sqrt(eigen.values[static_cast<size_t>(i / p)]);
    rows = combined(eigen.vectors, kept, rows);
  }
  return rows;
}

// Sums of the samples, weighted by each column of `weights` [n, p]: [p, d].
Tensor weighted_sums(const Tensor& x, const Tensor& weights, const Context& context) {
  const int64_t d = x.row_size(), p = weights.row_size();
  std::vector<Tensor> workers(static_cast<size_t>(num_threads(context)));
  for_each_block(x.rows(), kBlockRows, context, [&](int worker, int64_t begin, int64_t rows) {
    Tensor& sum = workers[static_cast<size_t>(worker)];
    const bool is_first = sum.size() == 0;
    if (is_first) sum = Tensor({p, d});
    matmul_tn(p, d, rows, weights.data() + begin * p, x.data() + begin * d, sum.data(), !is_first);
  });
  Tensor total = std::move(workers[0]);
  for (size_t w = 1; w < workers.size(); ++w)
    for (int64_t i = 0; i < workers[w].size(); ++i) total.data()[i] += workers[w].data()[i];
  return total;
}

// Coordinates of the samples along orthonormal directions [p, d]: [n, p].
Tensor coordinates(const Tensor& x, const Tensor& directions, const Context& context) {
  const int64_t d = x.row_size(), p = directions.rows();
  Tensor result({x.rows(), p});
  for_each_block(x.rows(), kBlockRows, context, [&](int, int64_t begin, int64_t rows) {
    matmul_nt(rows, p, d, x.data() + begin * d, directions.data(), result.data() + begin * p);
  });
  return result;
}

// Subspace iteration with Rayleigh-Ritz (Golub, Van Loan, "Matrix Computations", 8.2), from random directions, on more
// directions than are needed: the gap to the first one that is left out sets the rate of convergence (Halko,
// Martinsson, Tropp 2011). The covariance is never formed.
Spectrum leading_spectrum(const Tensor& x, int64_t num_components, double total_variance, const Context& context) {
  constexpr int kMostRounds = 60;
  constexpr double kTolerance = 1e-7;
  Tensor directions({num_directions(x, num_components), x.row_size()});
  RandomStream random(1, RandomPurpose::kInitialWeights, 0);
  for (float& value : directions.values()) value = random.normal();
  Spectrum found{std::vector<double>(static_cast<size_t>(num_components)), {}};
  for (int round = 0;; ++round) {
    directions = orthonormal(std::move(directions));
    const int64_t p = directions.rows(), known = std::min(num_components, p);
    const Tensor along = coordinates(x, directions, context);
    const SymmetricEigen ritz = symmetric_eigen(covariance(along, context), p);
    double change = 0;
    for (size_t c = 0; c < static_cast<size_t>(known); ++c) {
      change += std::abs(ritz.values[c] - found.variances[c]);
      found.variances[c] = std::max(0.0, ritz.values[c]);
    }
    directions = combined(ritz.vectors, p, directions);
    if (change <= kTolerance * total_variance || round == kMostRounds) {
      found.components = Tensor({num_components, x.row_size()});
      std::copy_n(directions.data(), known * x.row_size(), found.components.data());
      return found;
    }
    directions = weighted_sums(x, coordinates(x, directions, context), context);
  }
}

void make_largest_elements_positive(Tensor& components) {
  const auto d = static_cast<size_t>(components.row_size());
  for (size_t c = 0; c < static_cast<size_t>(components.rows()); ++c) {
    const std::span<float> row = components.values().subspan(c * d, d);
    const float extreme = *std::ranges::max_element(row, {}, [](float value) { return std::abs(value); });
    if (extreme < 0)
      for (float& value : row) value = -value;
  }
}

void check_samples(const Tensor& samples) {
  check_finite(samples, "samples");
  if (samples.rows() < 2) throw Error(ErrorKind::kData, "Principal components need at least 2 samples; there is one.");
}

void check_width(const char* what, int64_t found, int64_t expected) {
  if (found != expected)
    throw Error(ErrorKind::kUsage,
                fmt::format("These components expect {} of {} values; found {}.", what, expected, found));
}

}  // namespace

Pca fit_pca(const Tensor& samples, int64_t num_components, const Context& context) {
  const int64_t n = samples.rows(), d = samples.row_size();
  if (num_components < 1 || num_components > d)
    throw Error(ErrorKind::kUsage,
                fmt::format("Samples of {} values have 1 to {} principal components; {} were requested.", d, d,
                            num_components));
  check_samples(samples);
  Pca pca;
  pca.mean = column_means(samples, context);
  const Tensor x = centered(samples, pca.mean, context);
  for (const double squares : squared_lengths(x)) pca.total_variance += squares / static_cast<double>(n - 1);
  // The exact time is cubic in the smaller side.
  const bool is_large = std::min(n, d) > kLargestExact && 2 * num_directions(x, num_components) <= std::min(n, d);
  Spectrum found = is_large ? leading_spectrum(x, num_components, pca.total_variance, context)
                            : spectrum(x, num_components, context);
  pca.components = std::move(found.components);
  pca.variances = std::move(found.variances);
  pca.variances.resize(static_cast<size_t>(num_components));
  make_largest_elements_positive(pca.components);
  return pca;
}

std::vector<double> principal_variances(const Tensor& samples, const Context& context) {
  check_samples(samples);
  return spectrum(centered(samples, column_means(samples, context), context), 1, context).variances;
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
  return pairs > 0 ? std::min(1.0, sum / pairs) : 0;
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
