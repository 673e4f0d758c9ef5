#include <cmath>

#include "analysis/golden_numbers.h"
#include "hourglass/metrics.h"
#include "support/expect_error.h"
#include "support/golden.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using Floats = std::vector<float>;

// Golden file: tests/golden/make_metrics_golden.py.
TEST(ReconstructionMetrics, AgreeWithNumPy) {
  const Golden golden("metrics"), weights("model_mse_mean");
  std::vector<uint8_t> bytes;
  for (float value : golden["bytes"].values) bytes.push_back(static_cast<uint8_t>(value));
  const Dataset data("golden", {20}, bytes);
  for (const std::string which : {"scaled", "binarized"}) {
    Config config = weights.config();
    if (which == "binarized") config.data.preprocess = {"binarize 0.5"};
    Autoencoder model(config, data);
    for (const ParameterView& view : model.parameters())
      std::ranges::copy(weights[view.name].values, view.values.begin());
    for (const int threads : {1, 2}) {
      const ReconstructionMetrics found = reconstruction_metrics(model, data, {threads, {}});
      const auto expect = [&](const char* metric, double value) {
        const double expected = std::stod(golden.metadata(which + "." + metric));
        EXPECT_NEAR(value, expected, 1e-6 * expected) << which << " " << metric;
      };
      EXPECT_EQ(found.num_samples, data.size());
      expect("mse", found.mse);
      expect("bce", found.bce);
      expect("psnr_mean", found.psnr_mean);
      expect("psnr_pooled", found.psnr_pooled);
    }
  }
}

// Values of scikit-learn's r2_score, multioutput variance_weighted and raw_values.
TEST(ReconstructionMetrics, ExplainTheVarianceLikeScikitLearn) {
  ReconstructionMeter meter({2});
  meter.add(Tensor({1, 2}, Floats{1, 2}), Tensor({1, 2}, Floats{1.5f, 2}));
  meter.add(Tensor({2, 2}, Floats{3, 2, 5, 8}), Tensor({2, 2}, Floats{2, 3, 5, 7}));
  const ReconstructionMetrics metrics = meter.metrics();
  EXPECT_NEAR(metrics.r2, 0.8984375, 1e-12);
  EXPECT_NEAR(metrics.feature_r2[0], 0.84375, 1e-12);
  EXPECT_NEAR(metrics.feature_r2[1], 0.91666667, 1e-8);
  ReconstructionMeter constant({1});
  constant.add(Tensor({2, 1}, Floats{3, 3}), Tensor({2, 1}, Floats{3, 4}));
  EXPECT_TRUE(std::isnan(constant.metrics().r2));
}

TEST(ReconstructionMetrics, CountEverySampleOfEveryBlockOnce) {
  // All samples are equal, so the mean over 2500 equals the value of one.
  const Autoencoder model(tiny_config(), {8});
  const Dataset one = tiny_dataset(1);
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 2500; ++i) bytes.insert(bytes.end(), one.sample(0).begin(), one.sample(0).end());
  const Dataset many("many", {8}, bytes);
  const ReconstructionMetrics expected = reconstruction_metrics(model, one),
                              found = reconstruction_metrics(model, many);
  EXPECT_NEAR(found.mse, expected.mse, 1e-9);
  EXPECT_NEAR(found.bce, expected.bce, 1e-9);
  EXPECT_NEAR(found.psnr_mean, expected.psnr_mean, 1e-6);
  EXPECT_NEAR(found.psnr_pooled, found.psnr_mean, 1e-6);
}

TEST(ReconstructionMetrics, PerfectReconstructionStaysFinitePerSample) {
  const Autoencoder model(tiny_config({"identity"}, {"identity"}), {8});
  const ReconstructionMetrics found =
      reconstruction_metrics(model, Dataset("black and white", {8}, {0, 255, 0, 255, 0, 0, 255, 0}));
  EXPECT_EQ(found.mse, 0);
  EXPECT_EQ(found.psnr_mean, 100);
  EXPECT_NEAR(found.bce, 1e-7, 1e-8);
}

TEST(ReconstructionMetrics, RejectSamplesOfAnotherSize) {
  const Autoencoder model(tiny_config(), {8});
  expect_error(ErrorKind::kUsage, {"samples of 8", "have 9"},
               [&] { reconstruction_metrics(model, tiny_dataset(3, 9)); });
}

TEST(MaskedSquaredError, SumsOverTheHiddenValuesOfEachSample) {
  const Tensor x = matrix(2, {1, 0, 0.5f, 1, 1, 1}), y = matrix(2, {0, 0, 0, 1, 0.5f, 0}),
               mask = matrix(2, {1, 1, 0, 0, 1, 1});
  const std::vector<double> sums = masked_squared_error(x, y, mask);
  EXPECT_NEAR(sums[0], 1, 1e-12);
  EXPECT_NEAR(sums[1], 1.25, 1e-12);
  expect_error(ErrorKind::kUsage, {"1x3"}, [&] { masked_squared_error(x, y, Tensor({1, 3})); });
}

}  // namespace
}  // namespace hourglass
