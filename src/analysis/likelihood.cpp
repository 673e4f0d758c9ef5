#include "hourglass/likelihood.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/matrix.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kSampleRows = 64;
constexpr int64_t kDrawTile = 64;
constexpr double kLogTwoPi = 1.8378770664093454836;

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double largest_logit(double clip) {
  return clip > 0 ? std::log((1 - clip) / clip) : std::numeric_limits<double>::infinity();
}

void check_sizes(const Tensor& samples, const Tensor& decoded, Likelihood likelihood) {
  const int64_t expected = samples.row_size() * (likelihood == Likelihood::kGaussian ? 2 : 1);
  if (decoded.row_size() != expected)
    throw Error(ErrorKind::kUsage, fmt::format("Samples of {} values need decoder outputs of {} values; found {}.",
                                               samples.row_size(), expected, decoded.row_size()));
}

double bernoulli_row(std::span<const float> x, std::span<const float> logits, double limit) {
  double sum = 0;
  for (size_t j = 0; j < x.size(); ++j) {
    const double logit = std::clamp(static_cast<double>(logits[j]), -limit, limit);
    sum += static_cast<double>(x[j]) * logit - softplus(logit);
  }
  return sum;
}

double gaussian_row(std::span<const float> x, std::span<const float> decoded) {
  double sum = 0;
  for (size_t j = 0; j < x.size(); ++j) {
    const double difference = static_cast<double>(x[j]) - static_cast<double>(decoded[j]);
    const double log_variance = static_cast<double>(decoded[x.size() + j]);
    sum -= (kLogTwoPi + log_variance + difference * difference * std::exp(-log_variance)) / 2;
  }
  return sum;
}

}  // namespace

std::vector<double> conditional_log_likelihood(const Tensor& samples, const Tensor& decoded, Likelihood likelihood,
                                               double clip, const Context& context) {
  check_sizes(samples, decoded, likelihood);
  if (samples.rows() != decoded.rows())
    throw Error(ErrorKind::kUsage,
                fmt::format("There are {} samples but {} decoder outputs.", samples.rows(), decoded.rows()));
  std::vector<double> result(static_cast<size_t>(samples.rows()));
  for_each_block(samples.rows(), kSampleRows, context, [&](int, int64_t begin, int64_t rows) {
    for (int64_t i = begin; i < begin + rows; ++i)
      result[static_cast<size_t>(i)] = likelihood == Likelihood::kGaussian
                                           ? gaussian_row(samples.row(i), decoded.row(i))
                                           : bernoulli_row(samples.row(i), decoded.row(i), largest_logit(clip));
  });
  return result;
}

MonteCarloLikelihood::MonteCarloLikelihood(const Tensor& samples, Likelihood likelihood, double clip)
    : samples_(samples),
      likelihood_(likelihood),
      clip_(clip),
      sums_(static_cast<size_t>(samples.rows()), {-std::numeric_limits<double>::infinity(), 0, 0}) {
  check_finite(samples, "samples");
}

void MonteCarloLikelihood::add(const Tensor& decoded, const Context& context) {
  check_sizes(samples_, decoded, likelihood_);
  if (decoded.rows() == 0) return;
  if (likelihood_ == Likelihood::kGaussian)
    add_gaussian(decoded, context);
  else
    add_bernoulli(decoded, context);
  draws_ += decoded.rows();
}

void MonteCarloLikelihood::add_block(int64_t sample, const double* log_weights, int64_t count) {
  Sums& sums = sums_[static_cast<size_t>(sample)];
  const double largest = std::max(sums.largest, *std::max_element(log_weights, log_weights + count));
  const double shrink = std::exp(sums.largest - largest);
  sums = {largest, sums.weight * shrink, sums.squared_weight * shrink * shrink};
  for (int64_t j = 0; j < count; ++j) {
    if (log_weights[j] < largest - 50) continue;  // too small to change the sum
    const double weight = std::exp(log_weights[j] - largest);
    sums.weight += weight;
    sums.squared_weight += weight * weight;
  }
}

// sum_j x_j ln p_j + (1 - x_j) ln (1 - p_j) = x . logit - sum_j softplus(logit_j): one matrix product for a block of
// samples and all draws, plus a constant per draw.
void MonteCarloLikelihood::add_bernoulli(const Tensor& decoded, const Context& context) {
  const int64_t draws = decoded.rows(), d = samples_.row_size();
  const auto limit = static_cast<float>(largest_logit(clip_));
  Tensor logits = decoded;
  for (float& logit : logits.values()) logit = std::clamp(logit, -limit, limit);
  std::vector<double> constants(static_cast<size_t>(draws));
  for_each_block(draws, 16, context, [&](int, int64_t begin, int64_t rows) {
    for (int64_t s = begin; s < begin + rows; ++s)
      for (const float logit : logits.row(s)) constants[static_cast<size_t>(s)] -= softplus(static_cast<double>(logit));
  });
  const Tensor columns = transposed(logits);
  for_each_block(samples_.rows(), kSampleRows, context, [&](int, int64_t begin, int64_t rows) {
    std::vector<float> products(static_cast<size_t>(rows * draws));
    std::vector<double> log_weights(static_cast<size_t>(draws));
    matmul(rows, draws, d, samples_.data() + begin * d, columns.data(), products.data());
    for (int64_t i = 0; i < rows; ++i) {
      for (size_t s = 0; s < log_weights.size(); ++s)
        log_weights[s] = static_cast<double>(products[static_cast<size_t>(i * draws) + s]) + constants[s];
      add_block(begin + i, log_weights.data(), draws);
    }
  });
}

// Computes squares of differences. The expanded form would lose all digits with small variances.
void MonteCarloLikelihood::add_gaussian(const Tensor& decoded, const Context& context) {
  const int64_t draws = decoded.rows(), d = samples_.row_size();
  std::vector<double> constants(static_cast<size_t>(draws));
  Tensor columns = transposed(decoded);  // [2 d, draws]
  for (int64_t i = d * draws; i < 2 * d * draws; ++i) {
    const float log_variance = columns.data()[i];
    constants[static_cast<size_t>(i % draws)] -= (kLogTwoPi + static_cast<double>(log_variance)) / 2;
    columns.data()[i] = std::exp(-log_variance) / 2;
  }
  for_each_block(samples_.rows(), kSampleRows, context, [&](int, int64_t begin, int64_t rows) {
    std::vector<double> log_weights(static_cast<size_t>(draws));
    for (int64_t sample = begin; sample < begin + rows; ++sample) {
      const float* x = samples_.row(sample).data();
      for (int64_t first = 0; first < draws; first += kDrawTile) {
        const int64_t count = std::min(kDrawTile, draws - first);
        float sums[kDrawTile] = {};
        for (int64_t j = 0; j < d; ++j) {
          const float value = x[j];
          const float *mean = columns.data() + j * draws + first, *precision = columns.data() + (d + j) * draws + first;
          for (int64_t s = 0; s < count; ++s) sums[s] += (value - mean[s]) * (value - mean[s]) * precision[s];
        }
        for (int64_t s = 0; s < count; ++s)
          log_weights[static_cast<size_t>(first + s)] =
              constants[static_cast<size_t>(first + s)] - static_cast<double>(sums[s]);
      }
      add_block(sample, log_weights.data(), draws);
    }
  });
}

std::vector<double> MonteCarloLikelihood::log_likelihood() const {
  if (draws_ == 0) throw Error(ErrorKind::kUsage, "The likelihood was requested before any draw was added.");
  std::vector<double> result;
  for (const Sums& sums : sums_)
    result.push_back(sums.largest + std::log(sums.weight) - std::log(static_cast<double>(draws_)));
  return result;
}

std::vector<double> MonteCarloLikelihood::effective_draws() const {
  std::vector<double> result;
  for (const Sums& sums : sums_) result.push_back(sums.weight * sums.weight / sums.squared_weight);
  return result;
}

MeanEstimate mean_estimate(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squared = 0;
  for (const double value : values) squared += (value - mean) * (value - mean);
  return {mean, values.size() > 1 ? std::sqrt(squared / (n - 1) / n) : 0};
}

LogMeanExp::LogMeanExp(int64_t samples)
    : largest_(static_cast<size_t>(samples), -std::numeric_limits<double>::infinity()),
      sum_(static_cast<size_t>(samples)) {}

void LogMeanExp::add(const std::vector<double>& log_weights) {
  for (size_t i = 0; i < sum_.size(); ++i) {
    const double largest = std::max(largest_[i], log_weights[i]);
    sum_[i] = sum_[i] * std::exp(largest_[i] - largest) + std::exp(log_weights[i] - largest);
    largest_[i] = largest;
  }
  ++draws_;
}

std::vector<double> LogMeanExp::values() const {
  if (draws_ == 0) throw Error(ErrorKind::kUsage, "The mean of no draws is not defined; add at least 1 draw.");
  std::vector<double> result;
  for (size_t i = 0; i < sum_.size(); ++i)
    result.push_back(largest_[i] + std::log(sum_[i]) - std::log(static_cast<double>(draws_)));
  return result;
}

}  // namespace hourglass
