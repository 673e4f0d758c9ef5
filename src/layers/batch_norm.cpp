#include "layers/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "kernels/normalization.h"

namespace hourglass {
namespace {

enum Parameter : size_t { kWeight, kBias, kRunningMean, kRunningVar };

constexpr double kEpsilon = 1e-5;
// Scratch arrays with one value per feature: float64 sums (over the whole batch, then over the rows of this worker) and
// float32 coefficients.
constexpr int64_t kBatchSums = 4, kOwnSums = 2, kSums = kBatchSums + kOwnSums, kCoefficients = 3;
constexpr int64_t kFloatsOfDouble = sizeof(double) / sizeof(float);

struct Scratch {
  double* sums;         // [kSums, features]
  float* coefficients;  // [kCoefficients, features]
};

Scratch locate(float* scratch, int64_t features) {
  void* begin = scratch;
  size_t space = static_cast<size_t>((kSums * features + 1) * kFloatsOfDouble) * sizeof(float);
  double* sums = static_cast<double*>(std::align(alignof(double), sizeof(double), begin, space));
  return {sums, reinterpret_cast<float*>(sums + kSums * features)};
}

void sum_over_workers(const Pass& pass, double* values, int64_t count) {
  if (pass.exchange) pass.exchange->sum(pass.worker, {values, static_cast<size_t>(count)});
}

// Statistics of one feature, computed from the sums of its values and of their squares.
struct Moments {
  double mean, variance, inverse_deviation;
};

Moments moments(double sum, double squares, double count) {
  const double mean = sum / count;
  const double variance = std::max(0.0, squares / count - mean * mean);
  return {mean, variance, 1 / std::sqrt(variance + kEpsilon)};
}

// The running statistics. They also normalize a batch with one value per feature, which has no variance.
Moments running(std::span<const float* const> params, int64_t j) {
  const auto variance = static_cast<double>(params[kRunningVar][j]);
  return {static_cast<double>(params[kRunningMean][j]), variance, 1 / std::sqrt(variance + kEpsilon)};
}

}  // namespace

BatchNorm::BatchNorm(Shape shape)
    : shape_(std::move(shape)), features_(shape_.back()), positions_(num_elements(shape_) / features_) {}

std::vector<ParameterSpec> BatchNorm::parameters() const {
  return {{"weight", {features_}, ParameterKind::kOther},
          {"bias", {features_}, ParameterKind::kOther},
          {"running_mean", {features_}, ParameterKind::kState},
          {"running_var", {features_}, ParameterKind::kState}};
}

void BatchNorm::initialize(size_t index, const std::string&, std::span<float> values, RandomStream&) const {
  std::ranges::fill(values, index == kWeight || index == kRunningVar ? 1.0f : 0.0f);
}

int64_t BatchNorm::scratch_size(int64_t) const {
  return (kSums * features_ + 1) * kFloatsOfDouble + kCoefficients * features_;
}

int64_t BatchNorm::exchange_size() const { return kBatchSums * features_; }

void BatchNorm::forward(const Pass& pass, std::span<const float* const> params, const float* x, float* y,
                        const LayerBuffers& buffers) const {
  const auto [sums, scale] = locate(buffers.scratch, features_);
  float* shift = scale + features_;
  if (pass.training) {
    column_sums(pass.rows * positions_, features_, x, nullptr, sums, sums + features_);
    sum_over_workers(pass, sums, 2 * features_);
  }
  const double count = static_cast<double>(pass.batch_rows * positions_);
  for (int64_t j = 0; j < features_; ++j) {
    const Moments m = pass.training && count > 1 ? moments(sums[j], sums[features_ + j], count) : running(params, j);
    const double factor = static_cast<double>(params[kWeight][j]) * m.inverse_deviation;
    scale[j] = static_cast<float>(factor);
    shift[j] = static_cast<float>(static_cast<double>(params[kBias][j]) - m.mean * factor);
  }
  affine_columns(pass.rows * positions_, features_, x, scale, shift, y);
}

// With n = (x - mean) r, where r is the inverse standard deviation, over the `count` values of a feature in the batch:
//   dweight = sum of dy n, dbias = sum of dy, dx = weight r (dy - dbias / count - n dweight / count).
// With the running statistics (count = 1), dx = weight r dy, and the statistics of the batch are the running ones.
// The sums over x are computed again instead of saved in forward: they are exchanged together with the sums over dy,
// and a worker without rows has no buffer to save them in.
void BatchNorm::backward(const Pass& pass, std::span<const float* const> params, const float* x, const float*,
                         const LayerBuffers& buffers, float* diff_y, float* diff_x,
                         std::span<float* const> diff_params) const {
  const auto [sums, a] = locate(buffers.scratch, features_);
  double* squares = sums + features_;
  double* diff_sums = squares + features_;
  double* diff_products = diff_sums + features_;
  double* own_diff_sums = diff_products + features_;
  double* own_diff_products = own_diff_sums + features_;
  float* b = a + features_;
  float* c = b + features_;
  const int64_t rows = pass.rows * positions_;
  column_sums(rows, features_, x, nullptr, sums, squares);
  column_sums(rows, features_, diff_y, x, diff_sums, diff_products);
  // The gradients of a worker cover its own rows. They are summed over the workers later.
  std::copy_n(diff_sums, kOwnSums * features_, own_diff_sums);
  sum_over_workers(pass, sums, kBatchSums * features_);
  const double count = static_cast<double>(pass.batch_rows * positions_);
  for (int64_t j = 0; j < features_; ++j) {
    const bool has_variance = count > 1;
    const Moments m = has_variance ? moments(sums[j], squares[j], count) : running(params, j);
    const double r = m.inverse_deviation;
    diff_params[kWeight][j] = static_cast<float>((own_diff_products[j] - m.mean * own_diff_sums[j]) * r);
    diff_params[kBias][j] = static_cast<float>(own_diff_sums[j]);
    diff_params[kRunningMean][j] = static_cast<float>(m.mean);
    diff_params[kRunningVar][j] = static_cast<float>(has_variance ? m.variance * count / (count - 1) : m.variance);

    const double factor = static_cast<double>(params[kWeight][j]) * r;
    const double diff_weight = (diff_products[j] - m.mean * diff_sums[j]) * r;
    const double of_x = has_variance ? -factor * r * diff_weight / count : 0;
    a[j] = static_cast<float>(factor);
    b[j] = static_cast<float>(of_x);
    c[j] = static_cast<float>(has_variance ? -factor * diff_sums[j] / count - of_x * m.mean : 0);
  }
  if (diff_x) affine_columns_2(rows, features_, diff_y, x, a, b, c, diff_x);
}

}  // namespace hourglass
