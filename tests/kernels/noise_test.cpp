#include "kernels/noise.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr NoiseStream kStream = {0x123456789abcdef0, RandomPurpose::kDropout, 3, 0x500000007};

class NoiseTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(NoiseTest);

using Fill = std::function<void(int64_t first_row, int64_t rows, int64_t width, float* out)>;

// Widths around vectors and groups of 64 values.
void compare(const Fill& fast, const Fill& slow, float tolerance) {
  for (const int64_t width : {1, 3, 7, 15, 16, 17, 31, 33, 48, 63, 64, 65, 100, 129, 784}) {
    GuardedFloats found(3 * width, 3), expected(3 * width);
    fast(5, 3, width, found.data());
    slow(5, 3, width, expected.data());
    ASSERT_TRUE(found.intact()) << width;
    for (int64_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], tolerance) << width << " at " << i;
  }
}

TEST_P(NoiseTest, UniformValuesEqualReferenceBitForBit) {
  compare([](auto... arguments) { fill_uniform(kStream, arguments...); },
          [](auto... arguments) { reference::fill_uniform(kStream, arguments...); }, 0);
}

TEST_P(NoiseTest, NormalValuesEqualReference) {
  compare([](auto... arguments) { fill_normal(kStream, arguments...); },
          [](auto... arguments) { reference::fill_normal(kStream, arguments...); }, 3e-6f);
}

// So many values cover the logarithm near 0 and 1 and every quadrant of the circle.
TEST_P(NoiseTest, ManyNormalValuesAreExact) {
  constexpr int64_t kCount = 100'000;
  std::vector<float> found(kCount), expected(kCount);
  fill_normal(kStream, 0, 100, kCount / 100, found.data());
  reference::fill_normal(kStream, 0, 100, kCount / 100, expected.data());
  float error = 0;
  for (size_t i = 0; i < found.size(); ++i) error = std::max(error, std::abs(found[i] - expected[i]));
  EXPECT_LT(error, 2e-6f);
}

TEST_P(NoiseTest, FunctionsOfXEqualReference) {
  const GuardedFloats x(random_floats(3 * 784, 1, 0, 1));
  compare([&](auto first, auto rows, auto width, float* y) { dropout(kStream, first, rows, width, 0.3f, x.data(), y); },
          [&](auto first, auto rows, auto width, float* y) {
            reference::dropout(kStream, first, rows, width, 0.3f, x.data(), y);
          },
          3e-7f);
  for (const ValueRange& bounds : {kUnbounded, ValueRange{}, ValueRange{-0.5, 2}})
    compare([&](auto first, auto rows, auto width,
                float* y) { add_gaussian(kStream, first, rows, width, 0.5f, bounds, x.data(), y); },
            [&](auto first, auto rows, auto width, float* y) {
              reference::add_gaussian(kStream, first, rows, width, 0.5f, bounds, x.data(), y);
            },
            2e-6f);
  compare(
      [&](auto first, auto rows, auto width, float* y) { mask_values(kStream, first, rows, width, 0.3f, x.data(), y); },
      [&](auto first, auto rows, auto width, float* y) {
        reference::mask_values(kStream, first, rows, width, 0.3f, x.data(), y);
      },
      0);
  compare(
      [&](auto first, auto rows, auto width, float* y) {
        salt_and_pepper(kStream, first, rows, width, 0.3f, {-1, 2}, x.data(), y);
      },
      [&](auto first, auto rows, auto width, float* y) {
        reference::salt_and_pepper(kStream, first, rows, width, 0.3f, {-1, 2}, x.data(), y);
      },
      0);
  compare([&](auto first, auto rows, auto width, float* y) { bernoulli(kStream, first, rows, width, x.data(), y); },
          [&](auto first, auto rows, auto width, float* y) {
            reference::bernoulli(kStream, first, rows, width, x.data(), y);
          },
          0);
}

TEST_P(NoiseTest, ValuesDependOnlyOnTheirPositionInTheBatch) {
  constexpr int64_t kWidth = 70;
  std::vector<float> whole(10 * kWidth), parts(10 * kWidth), narrow(10);
  fill_normal(kStream, 0, 10, kWidth, whole.data());
  fill_normal(kStream, 0, 3, kWidth, parts.data());
  fill_normal(kStream, 3, 7, kWidth, parts.data() + 3 * kWidth);
  EXPECT_EQ(whole, parts);
  fill_normal(kStream, 0, 10, 1, narrow.data());
  for (size_t row = 0; row < 10; ++row) EXPECT_EQ(narrow[row], whole[row * kWidth]);
}

TEST_P(NoiseTest, DropoutRunsInPlaceAndTheSameCallGivesTheGradient) {
  GuardedFloats x(random_floats(5 * 37, 1, 0.5f, 1)), y(x.size());
  dropout(kStream, 2, 5, 37, 0.4f, x.data(), y.data());
  GuardedFloats diff(std::vector<float>(5 * 37, 1.0f));
  dropout(kStream, 2, 5, 37, 0.4f, diff.data(), diff.data());
  EXPECT_TRUE(diff.intact());
  for (int64_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], x[i] * diff[i]);
}

TEST_P(NoiseTest, ProbabilitiesOfZeroAndOneAreExact) {
  const std::vector<float> x = random_floats(1000, 1, 0.25f, 0.75f);
  std::vector<float> y(x.size());
  dropout(kStream, 0, 10, 100, 0, x.data(), y.data());
  EXPECT_EQ(x, y);
  mask_values(kStream, 0, 10, 100, 0, x.data(), y.data());
  EXPECT_EQ(x, y);
  salt_and_pepper(kStream, 0, 10, 100, 0, {}, x.data(), y.data());
  EXPECT_EQ(x, y);
  mask_values(kStream, 0, 10, 100, 1, x.data(), y.data());
  EXPECT_EQ(y, std::vector<float>(x.size(), 0));
  salt_and_pepper(kStream, 0, 10, 100, 1, {}, x.data(), y.data());
  const auto ones = std::ranges::count(y, 1.0f);
  EXPECT_EQ(ones + std::ranges::count(y, 0.0f), 1000);
  EXPECT_NEAR(static_cast<double>(ones), 500, 80);
}

TEST_P(NoiseTest, ClippingKeepsNaN) {
  const std::vector<float> x(20, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> y(20);
  add_gaussian(kStream, 0, 1, 20, 0.5f, {}, x.data(), y.data());
  for (float value : y) EXPECT_TRUE(std::isnan(value));
}

std::vector<float> uniform(const NoiseStream& stream, int64_t row = 0) {
  std::vector<float> values(64);
  fill_uniform(stream, row, 1, 64, values.data());
  return values;
}

TEST(NoiseStreams, DifferInEveryField) {
  std::set<std::vector<float>> streams = {uniform(kStream), uniform(kStream, 1)};
  const auto insert_changed = [&](auto change) {
    NoiseStream stream = kStream;
    change(stream);
    streams.insert(uniform(stream));
  };
  insert_changed([](NoiseStream& s) { s.seed ^= 1; });
  insert_changed([](NoiseStream& s) { s.seed ^= uint64_t{1} << 63; });
  insert_changed([](NoiseStream& s) { s.purpose = RandomPurpose::kCorruption; });
  insert_changed([](NoiseStream& s) { s.layer = 4; });
  insert_changed([](NoiseStream& s) { s.layer = 4095; });
  insert_changed([](NoiseStream& s) { s.step += 1; });
  insert_changed([](NoiseStream& s) { s.step += uint64_t{1} << 43; });
  EXPECT_EQ(streams.size(), 9u);
}

// Checks mean, variance, skewness and kurtosis, and that neighbors in a row, in rows and in steps are uncorrelated.
// Tolerances are four standard deviations.
TEST(NoiseStreams, NormalValuesHaveCorrectMomentsAndNoCorrelation) {
  constexpr int64_t kRows = 300, kWidth = 300;
  constexpr double kCount = kRows * kWidth;
  std::vector<float> z(kRows * kWidth), next_step(kRows * kWidth);
  fill_normal({1, RandomPurpose::kLatentNoise, 0, 0}, 0, kRows, kWidth, z.data());
  fill_normal({1, RandomPurpose::kLatentNoise, 0, 1}, 0, kRows, kWidth, next_step.data());
  double moments[5] = {};
  for (float value : z)
    for (int p = 1; p <= 4; ++p) moments[p] += std::pow(static_cast<double>(value), p) / kCount;
  EXPECT_NEAR(moments[1], 0, 4 / std::sqrt(kCount));
  EXPECT_NEAR(moments[2], 1, 4 * std::sqrt(2 / kCount));
  EXPECT_NEAR(moments[3], 0, 4 * std::sqrt(15 / kCount));
  EXPECT_NEAR(moments[4], 3, 4 * std::sqrt(96 / kCount));
  const auto correlation = [&](const std::vector<float>& other, size_t shift) {
    double sum = 0;
    for (size_t i = 0; i + shift < z.size(); ++i) sum += static_cast<double>(z[i] * other[i + shift]) / kCount;
    return sum;
  };
  for (const size_t shift : {size_t{1}, size_t{16}, size_t{32}, size_t{64}, size_t{kWidth}})
    EXPECT_NEAR(correlation(z, shift), 0, 4 / std::sqrt(kCount)) << shift;
  EXPECT_NEAR(correlation(next_step, 0), 0, 4 / std::sqrt(kCount));
}

// The first block of a row has the counter of the docstring.
TEST(NoiseStreams, UsePhiloxWithTheDocumentedCounter) {
  const auto block = philox({0, 4 | 3 << 8 | 5 << 20, 7, 9}, {0x9abcdef0, 0x12345678});
  const std::vector<float> values = uniform(kStream, 9);
  for (size_t k = 0; k < 4; ++k) EXPECT_EQ(values[16 * k], static_cast<float>(block[k] >> 8) * 0x1p-24f);
}

}  // namespace
}  // namespace hourglass
