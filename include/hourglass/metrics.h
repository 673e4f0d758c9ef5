#pragma once
// Metrics of reconstruction.

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

/// Reconstruction errors of n samples of d values: x is the preprocessed sample, y its reconstruction.
struct ReconstructionMetrics {
  int64_t num_samples = 0;
  double mse = 0;  ///< mean over samples and values of (x - y)^2
  double mae = 0;  ///< mean over samples and values of |x - y|
  double bce = 0;  ///< mean over samples and values of -x ln y - (1 - x) ln(1 - y), y clipped to [1e-7, 1 - 1e-7];
                   ///< NaN if a value of x is not in [0, 1]
  /// Explained variance: 1 - sum of (x - y)^2 / sum of (x - mean of the feature in x)^2; NaN if x is constant.
  double r2 = 0;
  double psnr_mean = 0;    ///< dB; mean over samples of 10 log10(peak^2 / mse of the sample), each at most 100 dB
  double psnr_pooled = 0;  ///< dB; 10 log10(peak^2 / mse)
  double ssim = 0;  ///< structural similarity, mean over samples; NaN if the samples are not images of at least 11x11

  std::vector<double> sample_mse;   ///< [n]
  std::vector<double> sample_ssim;  ///< [n]; empty without SSIM
  std::vector<double> feature_mse;  ///< [d], mean over samples
  std::vector<double> feature_r2;   ///< [d], r2 of each feature; NaN if it is constant
};

/// Accumulates the errors of samples, block by block.
class ReconstructionMeter {
 public:
  /// `sample_shape`: any; SSIM is measured for {height, width, channels} of at least 11x11. `range`: range of the
  /// values of samples; its width is the peak of PSNR and the dynamic range of SSIM.
  explicit ReconstructionMeter(Shape sample_shape, ValueRange range = {});
  /// Adds samples x and reconstructions y, both {rows, ...}. Throws Error(kUsage) if the sizes do not match.
  void add(const Tensor& x, const Tensor& y, const Context& context = {});
  /// Returns the metrics of all samples so far. Throws Error(kData) if there are none.
  ReconstructionMetrics metrics() const;

 private:
  Shape sample_shape_;
  ValueRange range_;
  std::vector<double> mse_, mae_, bce_, ssim_, feature_squared_;
  // Of the features of x: the first sample, and sums of differences from it.
  std::vector<double> shift_, sum_, squares_;
};

/// Measures `model` on all of `data`, block by block. Throws Error(kUsage) if the samples do not fit the model.
ReconstructionMetrics reconstruction_metrics(const Autoencoder& model, const Dataset& data,
                                             const Context& context = {});

/// Structural similarity of two images, mean over channels and all positions where the window is inside the image.
/// Gaussian window of 11x11, sigma 1.5, K1 = 0.01, K2 = 0.03, biased covariances (Wang, Bovik, Sheikh, Simoncelli:
/// "Image quality assessment: from error visibility to structural similarity", IEEE TIP 13(4), 2004). `x`, `y`: height
/// x width x channels. Throws Error(kUsage) for images smaller than the window.
double ssim(std::span<const float> x, std::span<const float> y, const Shape& image_shape, double data_range = 1);

/// Returns the mean of `values` (one per sample) of each class; NaN for a class without samples.
std::vector<double> class_means(std::span<const double> values, std::span<const int32_t> labels);

/// Returns the indices of the `count` largest values, largest first, or of the smallest if `smallest`. Skips NaN.
std::vector<int64_t> extreme_indices(std::span<const double> values, int64_t count, bool smallest = false);

/// Reconstructions of preprocessed samples, {n, ...}, without those of categories that are missing or unknown in `x`:
/// they are 0 as in `x`, so that they have no error.
Tensor reconstruct_known(const Autoencoder& model, const Tensor& x, const Context& context = {});

/// Returns the mean of (x - y)^2 over the values of each sample. Throws Error(kUsage) if x and y, both {n, ...}, differ
/// in size.
std::vector<double> squared_errors(const Tensor& x, const Tensor& y);

/// Returns the sum of (x - y)^2 over the values of each sample where `mask` is 1. Throws Error(kUsage) if the three,
/// all {n, ...}, differ in size.
std::vector<double> masked_squared_error(const Tensor& x, const Tensor& y, const Tensor& mask);

}  // namespace hourglass
