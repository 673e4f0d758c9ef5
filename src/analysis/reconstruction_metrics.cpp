#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "analysis/ssim.h"
#include "core/matrix.h"
#include "hourglass/error.h"
#include "hourglass/metrics.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 1024;
constexpr double kClip = 1e-7;
constexpr double kMaxPsnr = 100;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double psnr(double mse, double peak) { return -10 * std::log10(mse / (peak * peak)); }

double explained(double error, double around_mean) {
  return around_mean > 0 ? 1 - error / around_mean : std::numeric_limits<double>::quiet_NaN();
}

struct SampleErrors {
  double mse = 0, mae = 0, bce = 0;
};

SampleErrors sample_errors(std::span<const float> x, std::span<const float> y, double* feature_squared) {
  SampleErrors sums;
  for (size_t i = 0; i < x.size(); ++i) {
    const double target = static_cast<double>(x[i]), value = static_cast<double>(y[i]);
    const double difference = target - value, p = std::clamp(value, kClip, 1 - kClip);
    sums.mse += difference * difference;
    sums.mae += std::abs(difference);
    feature_squared[i] += difference * difference;
    // Many values are exactly 0 or 1 and need only one of the two logarithms.
    if (target > 0) sums.bce -= target * std::log(p);
    if (target < 1) sums.bce -= (1 - target) * std::log1p(-p);
    if (!(target >= 0 && target <= 1)) sums.bce = std::numeric_limits<double>::quiet_NaN();
  }
  const double values = static_cast<double>(x.size());
  return {sums.mse / values, sums.mae / values, sums.bce / values};
}

}  // namespace

ReconstructionMeter::ReconstructionMeter(Shape sample_shape, ValueRange range)
    : sample_shape_(std::move(sample_shape)),
      range_(range),
      feature_squared_(static_cast<size_t>(num_elements(sample_shape_))) {}

void ReconstructionMeter::add(const Tensor& x, const Tensor& y, const Context& context) {
  const size_t width = feature_squared_.size(), before = mse_.size();
  if (x.size() != y.size() || x.row_size() != static_cast<int64_t>(width) || y.rows() != x.rows())
    throw Error(ErrorKind::kUsage, fmt::format("Cannot compare samples {} and reconstructions {}; expected two arrays "
                                               "of samples of {}.",
                                               to_string(x.shape()), to_string(y.shape()), to_string(sample_shape_)));
  if (shift_.empty()) {
    shift_.assign(x.row(0).begin(), x.row(0).end());
    sum_.assign(width, 0);
    squares_.assign(width, 0);
  }
  for (int64_t i = 0; i < x.rows(); ++i) {
    const std::span<const float> row = x.row(i);
    for (size_t j = 0; j < width; ++j) {
      const double difference = static_cast<double>(row[j]) - shift_[j];
      sum_[j] += difference;
      squares_[j] += difference * difference;
    }
  }
  const size_t after = before + static_cast<size_t>(x.rows());
  for (std::vector<double>* each : {&mse_, &mae_, &bce_}) each->resize(after);
  const bool has_ssim = ssim_fits(sample_shape_);
  if (has_ssim) ssim_.resize(after);
  std::vector<std::vector<double>> squared(static_cast<size_t>(num_threads(context)), std::vector<double>(width));
  for_each_block(x.rows(), 64, context, [&](int worker, int64_t begin, int64_t rows) {
    for (int64_t i = begin; i < begin + rows; ++i) {
      const SampleErrors errors = sample_errors(x.row(i), y.row(i), squared[static_cast<size_t>(worker)].data());
      const size_t at = before + static_cast<size_t>(i);
      mse_[at] = errors.mse;
      mae_[at] = errors.mae;
      bce_[at] = errors.bce;
      if (has_ssim) ssim_[at] = ssim(x.row(i), y.row(i), sample_shape_, range_.width());
    }
  });
  for (const auto& sums : squared)
    for (size_t j = 0; j < width; ++j) feature_squared_[j] += sums[j];
}

ReconstructionMetrics ReconstructionMeter::metrics() const {
  if (mse_.empty()) throw Error(ErrorKind::kData, "There are no samples to measure; expected at least one.");
  ReconstructionMetrics metrics;
  const double peak = range_.width();
  metrics.num_samples = static_cast<int64_t>(mse_.size());
  metrics.mse = mean(mse_);
  metrics.mae = mean(mae_);
  metrics.bce = mean(bce_);
  for (const double mse : mse_) metrics.psnr_mean += std::min(kMaxPsnr, psnr(mse, peak));
  metrics.psnr_mean /= static_cast<double>(mse_.size());
  metrics.psnr_pooled = psnr(metrics.mse, peak);
  metrics.ssim = ssim_.empty() ? std::numeric_limits<double>::quiet_NaN() : mean(ssim_);
  metrics.sample_mse = mse_;
  metrics.sample_ssim = ssim_;
  double total = 0;
  const double count = static_cast<double>(mse_.size());
  for (size_t j = 0; j < sum_.size(); ++j) {
    const double around_mean = std::max(0.0, squares_[j] - sum_[j] * sum_[j] / count);
    metrics.feature_r2.push_back(explained(feature_squared_[j], around_mean));
    total += around_mean;
  }
  metrics.r2 = explained(std::accumulate(feature_squared_.begin(), feature_squared_.end(), 0.0), total);
  metrics.feature_mse = feature_squared_;
  for (double& value : metrics.feature_mse) value /= static_cast<double>(mse_.size());
  return metrics;
}

ReconstructionMetrics reconstruction_metrics(const Autoencoder& model, const Dataset& data, const Context& context) {
  const Dataset seen = model.preprocess(data);
  ReconstructionMeter meter(model.sample_shape(), model.value_scale());
  for (int64_t begin = 0; begin < data.size(); begin += kBlockRows) {
    const Tensor x = seen.read(begin, std::min(begin + kBlockRows, data.size()));
    meter.add(x, reconstruct_known(model, x, context), context);
  }
  return meter.metrics();
}

Tensor reconstruct_known(const Autoencoder& model, const Tensor& x, const Context& context) {
  Tensor y = model.reconstruct_preprocessed(x, context);
  for (const ValueGroup& group : model.network().categories())
    for (int64_t i = 0; i < x.rows(); ++i) {
      const float* target = x.data() + i * x.row_size();
      if (std::all_of(target + group.begin, target + group.end, [](float value) { return value == 0; }))
        std::fill_n(y.data() + i * y.row_size() + group.begin, group.end - group.begin, 0.0f);
    }
  return y;
}

std::vector<double> masked_squared_error(const Tensor& x, const Tensor& y, const Tensor& mask) {
  if (x.size() != y.size() || x.size() != mask.size() || x.rows() != y.rows() || x.rows() != mask.rows())
    throw Error(ErrorKind::kUsage, fmt::format("Samples {}, reconstructions {} and mask {} differ in size.",
                                               to_string(x.shape()), to_string(y.shape()), to_string(mask.shape())));
  std::vector<double> sums(static_cast<size_t>(x.rows()));
  for (int64_t i = 0; i < x.rows(); ++i) {
    const float *a = x.row(i).data(), *b = y.row(i).data(), *hidden = mask.row(i).data();
    for (int64_t j = 0; j < x.row_size(); ++j) {
      const double difference = static_cast<double>(a[j]) - static_cast<double>(b[j]);
      sums[static_cast<size_t>(i)] += static_cast<double>(hidden[j]) * difference * difference;
    }
  }
  return sums;
}

std::vector<double> class_means(std::span<const double> values, std::span<const int32_t> labels) {
  const int64_t classes = check_labels(static_cast<int64_t>(values.size()), labels);
  std::vector<double> sums(static_cast<size_t>(classes)), counts(static_cast<size_t>(classes));
  for (size_t i = 0; i < values.size(); ++i) {
    sums[static_cast<size_t>(labels[i])] += values[i];
    counts[static_cast<size_t>(labels[i])] += 1;
  }
  for (size_t c = 0; c < sums.size(); ++c) sums[c] /= counts[c];
  return sums;
}

std::vector<int64_t> extreme_indices(std::span<const double> values, int64_t count, bool smallest) {
  std::vector<int64_t> indices;
  for (size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) indices.push_back(static_cast<int64_t>(i));
  const auto kept = std::min(indices.size(), static_cast<size_t>(std::max<int64_t>(0, count)));
  const auto before = [&](int64_t a, int64_t b) {
    const double x = values[static_cast<size_t>(a)], y = values[static_cast<size_t>(b)];
    return x == y ? a < b : (x < y) == smallest;
  };
  std::partial_sort(indices.begin(), indices.begin() + static_cast<int64_t>(kept), indices.end(), before);
  indices.resize(kept);
  return indices;
}

std::vector<double> squared_errors(const Tensor& x, const Tensor& y) {
  if (x.rows() != y.rows() || x.size() != y.size())
    throw Error(ErrorKind::kUsage, fmt::format("Samples {} and reconstructions {} differ in size.",
                                               to_string(x.shape()), to_string(y.shape())));
  std::vector<double> errors;
  for (int64_t i = 0; i < x.rows(); ++i) {
    const std::span<const float> a = x.row(i), b = y.row(i);
    const double sum = std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus(), [](float u, float v) {
      const double difference = static_cast<double>(u) - static_cast<double>(v);
      return difference * difference;
    });
    errors.push_back(sum / static_cast<double>(a.size()));
  }
  return errors;
}

}  // namespace hourglass
