#pragma once
// Numbers that say how well a model reconstructs.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// Reconstruction errors of n samples of d values; x is what the model saw, y its reconstruction.
struct ReconstructionMetrics {
  int64_t num_samples = 0;
  double mse = 0;  ///< mean over samples and values of (x - y)^2
  double mae = 0;  ///< mean over samples and values of |x - y|
  double bce = 0;  ///< mean over samples and values of -x ln y - (1 - x) ln(1 - y), y clipped to [1e-7, 1 - 1e-7];
                   ///< NaN where a value of x is not in [0, 1]
  double psnr_mean = 0;    ///< dB; mean over samples of 10 log10(peak^2 / mse of the sample), each at most 100 dB
  double psnr_pooled = 0;  ///< dB; 10 log10(peak^2 / mse)
  double ssim = 0;         ///< mean over samples of the structural similarity; NaN where it is not defined

  std::vector<double> sample_mse;   ///< [n]
  std::vector<double> sample_ssim;  ///< [n], or empty
  std::vector<double> feature_mse;  ///< [d]: the mean over samples
};

/// Gathers the errors of samples a block at a time.
class ReconstructionMeter {
 public:
  /// `sample_shape`: {height, width, channels} of at least 11x11 for SSIM to be measured, otherwise any. The width of
  /// `range`, the values that samples may take, is the peak of PSNR and the dynamic range of SSIM.
  explicit ReconstructionMeter(Shape sample_shape, ValueRange range = {});
  /// x, y: {rows, ...} of the sample's values each. Throws Error(kUsage) where the sizes do not fit.
  void add(const Tensor& x, const Tensor& y, const Context& context = {});
  /// Of all samples so far. Throws Error(kData) where there was none.
  ReconstructionMetrics metrics() const;

 private:
  Shape sample_shape_;
  ValueRange range_;
  std::vector<double> mse_, mae_, bce_, ssim_, feature_squared_;
};

/// Measures `model` on all of `data`, a block at a time. Throws Error(kUsage) where the samples do not fit the model.
ReconstructionMetrics reconstruction_metrics(const Autoencoder& model, const Dataset& data,
                                             const Context& context = {});

/// Structural similarity of two images, the mean over channels and over all places where the window lies inside.
/// Gaussian window of 11x11, sigma 1.5, K1 = 0.01, K2 = 0.03, biased covariances (Wang, Bovik, Sheikh, Simoncelli:
/// "Image quality assessment: from error visibility to structural similarity", IEEE TIP 13(4), 2004). `x`, `y`: height
/// x width x channels. Throws Error(kUsage) for images smaller than the window.
double ssim(std::span<const float> x, std::span<const float> y, const Shape& image_shape, double data_range = 1);

/// The mean of `values`, one a sample, within each class; NaN for a class without samples.
std::vector<double> class_means(std::span<const double> values, std::span<const int32_t> labels);

/// Indices of the `count` largest values, largest first; of the smallest where `smallest`. NaN is left out.
std::vector<int64_t> extreme_indices(std::span<const double> values, int64_t count, bool smallest = false);

/// Per sample, the mean of (x - y)^2 over its values. Both {n, ...} of the same size; throws Error(kUsage) else.
std::vector<double> squared_errors(const Tensor& x, const Tensor& y);

/// Per sample, the sum of (x - y)^2 where `mask` is 1. All three {n, ...} of the same size.
std::vector<double> masked_squared_error(const Tensor& x, const Tensor& y, const Tensor& mask);

}  // namespace hourglass
