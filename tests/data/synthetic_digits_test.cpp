#include "data/synthetic_digits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "support/expect_error.h"

namespace hourglass {
namespace {

Dataset digits(int64_t count, uint64_t seed = 1, DigitPart part = DigitPart::kTrain, int threads = 2) {
  Context context;
  context.threads = threads;
  return synthetic_digits(count, seed, part, context);
}

bool same_sample(const Dataset& a, const Dataset& b, int64_t i) { return std::ranges::equal(a.sample(i), b.sample(i)); }

TEST(SyntheticDigits, DoNotDependOnTheNumberOfThreads) {
  const Dataset one = digits(500, 1, DigitPart::kTrain, 1);
  for (int threads : {2, 3, 7}) {
    const Dataset several = digits(500, 1, DigitPart::kTrain, threads);
    EXPECT_TRUE(std::ranges::equal(several.read().values(), one.read().values()));
    EXPECT_TRUE(std::ranges::equal(several.labels(), one.labels()));
  }
}

TEST(SyntheticDigits, DoNotDependOnTheCount) {
  const Dataset many = digits(205), few = digits(37);
  EXPECT_TRUE(std::ranges::equal(many.read(0, 37).values(), few.read().values()));
  EXPECT_TRUE(std::ranges::equal(many.slice(0, 37).labels(), few.labels()));
}

TEST(SyntheticDigits, DifferBySeedAndSet) {
  const Dataset train = digits(200), other_seed = digits(200, 2), test = digits(200, 1, DigitPart::kTest);
  for (int64_t i = 0; i < 200; ++i) {
    EXPECT_FALSE(same_sample(train, other_seed, i));
    EXPECT_FALSE(same_sample(train, test, i));
  }
  EXPECT_FALSE(std::ranges::equal(train.labels(), test.labels()));
}

TEST(SyntheticDigits, HaveEachClassOncePerTenInRandomOrder) {
  const Dataset data = digits(1000);
  std::set<std::vector<int32_t>> orders;
  for (int64_t ten = 0; ten < 100; ++ten) {
    std::vector<int32_t> order(data.labels().begin() + ten * 10, data.labels().begin() + ten * 10 + 10);
    orders.insert(order);
    std::ranges::sort(order);
    EXPECT_EQ(order, (std::vector<int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }
  EXPECT_EQ(orders.size(), 100u);
}

TEST(SyntheticDigits, AreBrightAndInsideTheImage) {
  const Dataset data = digits(1000);
  ASSERT_EQ(data.sample_shape(), (Shape{28, 28, 1}));
  for (int64_t i = 0; i < data.size(); ++i) {
    const auto image = data.sample(i);
    const auto num_bright = std::ranges::count_if(image, [](uint8_t value) { return value > 100; });
    EXPECT_GT(num_bright, 15) << "image " << i;
    EXPECT_LT(num_bright, 784 / 2) << "image " << i;
    for (size_t k = 0; k < 28; ++k)
      for (size_t edge : {k, 756 + k, 28 * k, 28 * k + 27})
        EXPECT_LT(image[edge], 100) << "image " << i << " touches the border";
  }
}

/// Classifies by the nearest class mean. The accuracy must be far above chance and far from perfect.
TEST(SyntheticDigits, OfOneClassAreSimilarButNotEqual) {
  const Dataset train = digits(4000), test = digits(1000, 1, DigitPart::kTest);
  std::array<std::array<double, 784>, 10> means{};
  for (int64_t i = 0; i < train.size(); ++i)
    for (size_t k = 0; k < 784; ++k) means[static_cast<size_t>(train.labels()[i])][k] += train.sample(i)[k] / 400.0;
  int num_right = 0;
  for (int64_t i = 0; i < test.size(); ++i) {
    std::array<double, 10> distances{};
    for (size_t c = 0; c < 10; ++c)
      for (size_t k = 0; k < 784; ++k)
        distances[c] += (test.sample(i)[k] - means[c][k]) * (test.sample(i)[k] - means[c][k]);
    num_right += std::ranges::min_element(distances) - distances.begin() == test.labels()[i];
  }
  EXPECT_GT(num_right, 500);
  EXPECT_LT(num_right, 950);
}

/// Published results depend on this dataset, so its values must not change by accident.
TEST(SyntheticDigits, KeepTheirMean) {
  const Dataset data = digits(2000);
  const Tensor values = data.read();
  const double sum = std::accumulate(values.values().begin(), values.values().end(), 0.0);
  EXPECT_NEAR(255 * sum / static_cast<double>(values.size()), 33.234, 0.01);
}

TEST(SyntheticDigits, RejectACountBelowOne) {
  expect_error(ErrorKind::kUsage, {"0 synthetic digits"}, [] { digits(0); });
  expect_error(ErrorKind::kUsage, {"-5"}, [] { digits(-5); });
}

}  // namespace
}  // namespace hourglass
