#pragma once
// Likelihood of samples under a decoder.

#include <cstdint>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Distribution of a sample given the decoder's output.
enum class Likelihood {
  kBernoulli,  ///< logits {n, d}: each value is 1 with probability sigmoid(logit)
  kGaussian    ///< {n, 2 d}: d means and d log variances per row
};

/// Returns ln p(x_i | decoded_i) of each row, in nats. `clip`: Bernoulli probabilities are clipped to [clip, 1 - clip];
/// 0: not clipped. Throws Error(kUsage) if the sizes do not match.
std::vector<double> conditional_log_likelihood(const Tensor& samples, const Tensor& decoded, Likelihood likelihood,
                                               double clip = 0, const Context& context = {});

/// Monte Carlo estimate ln p(x) = ln (1/S sum_s p(x | z_s)) with z_1 ... z_S drawn from a density of latents:
/// logsumexp over the draws minus ln S. Its exponential is unbiased. The estimate itself is too low on average, and
/// more so with fewer draws. Decoded draws are added in blocks; only sums are kept.
class MonteCarloLikelihood {
 public:
  /// `samples`: preprocessed, {n, ...} of d values each; must outlive this object. Bernoulli probabilities are clipped
  /// to [clip, 1 - clip].
  MonteCarloLikelihood(const Tensor& samples, Likelihood likelihood, double clip = 1e-6);
  /// Adds decoder outputs of more draws. Throws Error(kUsage) if the sizes do not match.
  void add(const Tensor& decoded, const Context& context = {});

  int64_t draws() const { return draws_; }
  /// Returns ln p of each sample, in nats. Throws Error(kUsage) if there are no draws.
  std::vector<double> log_likelihood() const;
  /// Returns the effective number of draws of each sample, (sum w)^2 / sum w^2. Near 1, a single draw dominates the
  /// estimate.
  std::vector<double> effective_draws() const;

 private:
  struct Sums {
    double largest, weight, squared_weight;  // relative to e^largest
  };
  void add_block(int64_t sample, const double* log_weights, int64_t count);
  void add_bernoulli(const Tensor& decoded, const Context& context);
  void add_gaussian(const Tensor& decoded, const Context& context);

  const Tensor& samples_;
  Likelihood likelihood_;
  double clip_;
  int64_t draws_ = 0;
  std::vector<Sums> sums_;
};

/// Mean over samples and its standard error.
struct MeanEstimate {
  double mean = 0;
  double standard_error = 0;  ///< standard deviation over samples / sqrt(n)
};
MeanEstimate mean_estimate(const std::vector<double>& values);

/// Computes ln (1/K sum_k w_k) per sample from log weights. One call to add() adds one draw for all samples.
class LogMeanExp {
 public:
  explicit LogMeanExp(int64_t samples);
  void add(const std::vector<double>& log_weights);
  std::vector<double> values() const;

 private:
  int64_t draws_ = 0;
  std::vector<double> largest_, sum_;
};

}  // namespace hourglass
