#include <cmath>
#include <limits>

#include "analysis/golden_numbers.h"
#include "hourglass/metrics.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

Shape sample_shape(const Tensor& images) { return {images.shape().begin() + 1, images.shape().end()}; }

TEST(ReconstructionMeter, AgreesWithScikitImageAndScikitLearn) {
  const Golden golden("reconstruction");
  for (const std::string name : {"gray", "color", "wide"}) {
    const Tensor x = golden.tensor(name + ".x"), y = golden.tensor(name + ".y");
    ReconstructionMeter meter(sample_shape(x), {0, number(golden, name + ".range")});
    meter.add(x, y, {2, {}});
    const ReconstructionMetrics found = meter.metrics();
    EXPECT_EQ(found.num_samples, x.rows());
    expect_equals(found.mse, golden, name + ".mse");
    expect_equals(found.mae, golden, name + ".mae");
    expect_equals(found.psnr_mean, golden, name + ".psnr_mean");
    expect_equals(found.psnr_pooled, golden, name + ".psnr_pooled");
    EXPECT_TRUE(close_to(floats(found.sample_ssim), golden[name + ".ssim"], 1e-6));
    EXPECT_TRUE(close_to(floats(found.feature_mse), golden[name + ".feature_mse"], 1e-6));
    double mean = 0;
    for (const float value : golden[name + ".ssim"].values)
      mean += static_cast<double>(value) / static_cast<double>(x.rows());
    EXPECT_NEAR(found.ssim, mean, 1e-6);
  }
}

TEST(ReconstructionMeter, CrossEntropyAgreesWithScikitLearn) {
  const Golden golden("reconstruction");
  ReconstructionMeter meter({50});
  Tensor x({1, 50}), y({1, 50});
  std::ranges::copy(golden["binary.x"].values, x.data());
  std::ranges::copy(golden["binary.y"].values, y.data());
  meter.add(x, y);
  expect_equals(meter.metrics().bce, golden, "binary.bce");
  EXPECT_TRUE(std::isnan(meter.metrics().ssim)) << "50 values are not an image";
}

TEST(ReconstructionMeter, BlocksAddUp) {
  const Golden golden("reconstruction");
  const Tensor x = golden.tensor("gray.x"), y = golden.tensor("gray.y");
  ReconstructionMeter whole(sample_shape(x)), parts(sample_shape(x));
  whole.add(x, y);
  for (int64_t i = 0; i < x.rows(); ++i) {
    Tensor a({1, 17, 14, 1}), b({1, 17, 14, 1});
    std::ranges::copy(x.row(i), a.data());
    std::ranges::copy(y.row(i), b.data());
    parts.add(a, b);
  }
  EXPECT_EQ(whole.metrics().sample_mse, parts.metrics().sample_mse);
  EXPECT_NEAR(whole.metrics().psnr_mean, parts.metrics().psnr_mean, 1e-12);
}

TEST(ReconstructionMeter, CrossEntropyOfValuesOutsideTheUnitIntervalIsNotANumber) {
  ReconstructionMeter meter({2});
  meter.add(matrix(1, {0.5f, 2.0f}), matrix(1, {0.5f, 0.5f}));
  EXPECT_TRUE(std::isnan(meter.metrics().bce));
  EXPECT_NEAR(meter.metrics().mse, 1.125, 1e-6);
}

TEST(ReconstructionMeter, RejectsOtherSizesAndNoSamples) {
  ReconstructionMeter meter({4});
  expect_error(ErrorKind::kUsage, {"3x4", "2x4"}, [&] { meter.add(Tensor({3, 4}), Tensor({2, 4})); });
  expect_error(ErrorKind::kUsage, {"3x5"}, [&] { meter.add(Tensor({3, 5}), Tensor({3, 5})); });
  expect_error(ErrorKind::kData, {"no sample"}, [&] { meter.metrics(); });
}

TEST(Ssim, RejectsSmallImages) {
  const std::vector<float> image(100);
  expect_error(ErrorKind::kUsage, {"11x11", "10x10x1"}, [&] { ssim(image, image, {10, 10, 1}); });
}

TEST(ClassMeans, AreMeansWithinClasses) {
  const std::vector<double> values = {1, 2, 3, 10};
  const std::vector<int32_t> labels = {0, 2, 2, 0};
  const std::vector<double> means = class_means(values, labels);
  ASSERT_EQ(means.size(), 3u);
  EXPECT_EQ(means[0], 5.5);
  EXPECT_TRUE(std::isnan(means[1])) << "a class without samples";
  EXPECT_EQ(means[2], 2.5);
  expect_error(ErrorKind::kUsage, {"4 rows", "1 labels"}, [&] { class_means(values, std::vector<int32_t>{0}); });
}

TEST(ExtremeIndices, AreSortedAndSkipNaN) {
  const std::vector<double> values = {3, std::nan(""), 7, 7, -1};
  EXPECT_EQ(extreme_indices(values, 3), (std::vector<int64_t>{2, 3, 0}));
  EXPECT_EQ(extreme_indices(values, 2, true), (std::vector<int64_t>{4, 0}));
  EXPECT_EQ(extreme_indices(values, 9).size(), 4u);
}

}  // namespace
}  // namespace hourglass
