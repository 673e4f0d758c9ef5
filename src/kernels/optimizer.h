#pragma once
// What happens to each parameter in a step, on flat arrays: gradients summed over workers with the weight penalties
// added, then the optimizer's rule.

#include <cstdint>
#include <span>

namespace hourglass {

/// Sums over the values a penalty sees.
struct WeightSums {
  double l1 = 0;  ///< sum of |w|
  double l2 = 0;  ///< sum of w^2
};

/// diff[n] = the sum of the parts, each [n]. diff may be one of the parts.
void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff);

/// diff[n] += l1 sign(w) + 2 l2 w, the gradient of l1 sum |w| + l2 sum w^2. Returns the sums over w[n].
WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff);

/// The sum of x^2.
double sum_of_squares(int64_t n, const float* x);
/// x[n] *= factor.
void scale_values(int64_t n, float factor, float* x);
/// x[n] moved into [-limit, limit].
void clip_values(int64_t n, float limit, float* x);

/// SGD (with Polyak's momentum and, optionally, Nesterov's; the form of Sutskever et al. 2013 as PyTorch writes it):
///   v = momentum v + g;  w -= learning_rate (nesterov ? g + momentum v : v).
/// With momentum 0, v is not touched and may be null.
struct SgdStep {
  float learning_rate, momentum;
  bool nesterov;
};
void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w);

/// Adam (Kingma, Ba 2015) and AdamW (Loshchilov, Hutter 2019, decoupled decay):
///   w *= 1 - decay;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
///   w -= step_size m / (sqrt(v) / root_correction + epsilon).
struct AdamStep {
  double beta1, beta2;  ///< in float32, 1 - beta2 would be off by 1e-5 of itself
  float epsilon;
  float step_size;        ///< learning_rate / (1 - beta1^t)
  float root_correction;  ///< sqrt(1 - beta2^t)
  float decay;            ///< learning_rate * weight_decay; 0 for Adam
};
void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w);

}  // namespace hourglass
