#pragma once
// Parameter updates on flat arrays: sums of gradients over workers, weight penalties, clipping and optimizer steps.

#include <cstdint>
#include <span>

namespace hourglass {

/// Sums over the penalized weights.
struct WeightSums {
  double l1 = 0;  ///< sum of |w|
  double l2 = 0;  ///< sum of w^2

  WeightSums& operator+=(const WeightSums& other) {
    l1 += other.l1;
    l2 += other.l2;
    return *this;
  }
};

/// diff[n] = sum of `parts`, each [n]. diff can be one of them.
void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff);

/// diff[n] += l1 sign(w) + 2 l2 w, the gradient of l1 sum |w| + l2 sum w^2. Returns the sums over w[n].
WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff);

/// Returns the sum of x^2 over x[n].
double sum_of_squares(int64_t n, const float* x);
/// x[n] *= factor.
void scale_values(int64_t n, float factor, float* x);
/// Clips x[n] to [-limit, limit].
void clip_values(int64_t n, float limit, float* x);

/// SGD with Polyak or Nesterov momentum (Sutskever et al. 2013, in PyTorch's form):
///   v = momentum v + g;  w -= learning_rate (nesterov ? g + momentum v : v).
/// With momentum 0, v is not used and can be null.
struct SgdStep {
  float learning_rate, momentum;
  bool nesterov;
};
void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w);

/// Adam (Kingma, Ba 2015) and AdamW (Loshchilov, Hutter 2019, decoupled decay):
///   w *= 1 - decay;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
///   w -= step_size m / (sqrt(v) / root_correction + epsilon).
struct AdamStep {
  double beta1, beta2;  ///< in float32, 1 - beta2 would have a relative error of 1e-5
  float epsilon;
  float step_size;        ///< learning_rate / (1 - beta1^t)
  float root_correction;  ///< sqrt(1 - beta2^t)
  float decay;            ///< learning_rate * weight_decay; 0 for Adam
};
void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w);

}  // namespace hourglass
