#pragma once
// How likely a model finds images.

#include <cstdint>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// What a decoder's output says of a sample.
enum class Likelihood {
  kBernoulli,  ///< {n, d} logits: each value is 1 with probability sigmoid(logit)
  kGaussian    ///< {n, 2 d}, each row d means and d log variances
};

/// ln p(x_i | decoded_i) of each row, in nats. `clip`: Bernoulli probabilities are cut to [clip, 1 - clip]; 0: not.
/// Throws Error(kUsage) where the sizes do not fit.
std::vector<double> conditional_log_likelihood(const Tensor& images, const Tensor& decoded, Likelihood likelihood,
                                               double clip = 0, const Context& context = {});

/// The Monte Carlo estimate ln p(x) = ln (1/S sum_s p(x | z_s)) with z_1 ... z_S drawn from a density of latents:
/// logsumexp over the draws minus ln S. Its exponential is unbiased; itself it is too low on average, the more so the
/// fewer draws. Decoded draws are added a block at a time, and only sums are kept.
class MonteCarloLikelihood {
 public:
  /// `images`: {n, ...} of d values as the model sees them; must outlive this. Bernoulli probabilities are cut to
  /// [clip, 1 - clip].
  MonteCarloLikelihood(const Tensor& images, Likelihood likelihood, double clip = 1e-6);
  /// The decoder's outputs on further draws. Throws Error(kUsage) where the sizes do not fit.
  void add(const Tensor& decoded, const Context& context = {});

  int64_t draws() const { return draws_; }
  /// ln p of each image, in nats. Throws Error(kUsage) where nothing was drawn.
  std::vector<double> log_likelihood() const;
  /// Of each image, how many equally important draws would weigh as much, (sum w)^2 / sum w^2: near 1, one draw alone
  /// makes the estimate.
  std::vector<double> effective_draws() const;

 private:
  struct Sums {
    double largest, weight, squared_weight;  // relative to e^largest
  };
  void add_block(int64_t image, const double* log_weights, int64_t count);
  void add_bernoulli(const Tensor& decoded, const Context& context);
  void add_gaussian(const Tensor& decoded, const Context& context);

  const Tensor& images_;
  Likelihood likelihood_;
  double clip_;
  int64_t draws_ = 0;
  std::vector<Sums> sums_;
};

/// Mean and standard error over images.
struct MeanEstimate {
  double mean = 0;
  double standard_error = 0;  ///< deviation over images / sqrt(n)
};
MeanEstimate mean_estimate(const std::vector<double>& values);

/// ln (1/K sum_k w_k) per image, from log weights added one draw for all images at a time.
class LogMeanExp {
 public:
  explicit LogMeanExp(int64_t images);
  void add(const std::vector<double>& log_weights);
  std::vector<double> values() const;

 private:
  int64_t draws_ = 0;
  std::vector<double> largest_, sum_;
};

}  // namespace hourglass
