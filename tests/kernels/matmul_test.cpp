#include "kernels/matmul.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "core/random.h"
#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

struct Sizes {
  int64_t m, n, k;
};

// Random combinations of sizes around tiles and vectors, more rows, columns and terms than a block has, rows that are a
// multiple of 256 floats apart, and factors that are copied or read where they lie.
std::vector<Sizes> cases() {
  constexpr std::array<int64_t, 17> kSizes = {1, 2, 3, 5, 7, 13, 14, 15, 16, 17, 31, 32, 33, 64, 100, 129, 784};
  constexpr int64_t kMaxProducts = 1'000'000;
  std::vector<Sizes> list = {
      {2, 3, 0},     {20, 100, 0},    {1, 1, 1},      {1, 784, 1},    {784, 1, 1},    {1, 1, 784},     {3, 5, 256},
      {3, 5, 257},   {17, 33, 513},   {2, 31, 1023},  {2, 31, 1024},  {5, 17, 1025},  {15, 33, 2100},  {300, 40, 90},
      {257, 50, 10}, {20, 256, 1024}, {9, 2048, 257}, {37, 2100, 16}, {530, 130, 18}, {1030, 30, 260}, {24, 300, 40}};
  RandomStream random(1, RandomPurpose::kShuffle, 0);
  const auto draw = [&] { return kSizes[random.below(kSizes.size())]; };
  while (list.size() < 90) {
    const Sizes sizes{draw(), draw(), draw()};
    if (sizes.m * sizes.n * sizes.k <= kMaxProducts) list.push_back(sizes);
  }
  return list;
}

using Product = std::function<void(const Sizes&, const float* a, const float* b, float* c)>;

// Compares all cases. Factors are in [-1, 1), so the error of a sum grows with the square root of its length.
void compare(const Product& fast, const Product& slow) {
  for (const Sizes& s : cases()) {
    const GuardedFloats a(random_floats(s.m * s.k, 2), 1), b(random_floats(s.k * s.n, 3), 3);
    GuardedFloats c(s.m * s.n, 5), expected(s.m * s.n);
    fast(s, a.data(), b.data(), c.data());
    slow(s, a.data(), b.data(), expected.data());
    ASSERT_TRUE(c.intact()) << s.m << " x " << s.n << " x " << s.k;
    const float tolerance = 2e-6f * std::sqrt(static_cast<float>(s.k));
    for (int64_t i = 0; i < c.size(); ++i)
      ASSERT_NEAR(c[i], expected[i], tolerance)
          << s.m << " x " << s.n << " x " << s.k << ", element " << i / s.n << ", " << i % s.n;
  }
}

class MatmulTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(MatmulTest);

TEST_P(MatmulTest, ProductEqualsReference) {
  compare([](const Sizes& s, auto a, auto b, auto c) { matmul(s.m, s.n, s.k, a, b, c); },
          [](const Sizes& s, auto a, auto b, auto c) { reference::matmul(s.m, s.n, s.k, a, b, c); });
}

TEST_P(MatmulTest, ProductOfTransposedFirstFactorEqualsReference) {
  compare([](const Sizes& s, auto a, auto b, auto c) { matmul_tn(s.m, s.n, s.k, a, b, c); },
          [](const Sizes& s, auto a, auto b, auto c) { reference::matmul_tn(s.m, s.n, s.k, a, b, c); });
}

TEST_P(MatmulTest, ProductOfTransposedSecondFactorEqualsReference) {
  compare([](const Sizes& s, auto a, auto b, auto c) { matmul_nt(s.m, s.n, s.k, a, b, c); },
          [](const Sizes& s, auto a, auto b, auto c) { reference::matmul_nt(s.m, s.n, s.k, a, b, c); });
}

// A block of the gradient of a wide layer: parts of the columns of both factors, and the samples of several workers.
TEST_P(MatmulTest, ProductOfTransposedFirstFactorReadsPartsAndWritesBlocks) {
  for (const Sizes& s : {Sizes{30, 50, 70}, {130, 100, 300}, {7, 20, 3}, {1, 1, 1}, {20, 256, 64}, {9, 97, 513}}) {
    const int64_t a_stride = s.m + 5, b_stride = s.n + 768, c_stride = s.n + 3;
    const GuardedFloats a(random_floats(s.k * a_stride, 2)), b(random_floats(s.k * b_stride, 3));
    const GuardedFloats before(random_floats(s.m * c_stride, 4));
    for (const int64_t first : {s.k, int64_t{0}, s.k / 3, s.k / 2}) {
      const auto terms_from = [&](int64_t begin, int64_t end) {
        return ProductTerms{end - begin, a.data() + begin * a_stride, a_stride, b.data() + begin * b_stride, b_stride};
      };
      const std::array parts = {terms_from(0, first), terms_from(first, (first + s.k) / 2),
                                terms_from((first + s.k) / 2, s.k)};
      for (const bool accumulate : {false, true}) {
        GuardedFloats c(before.values(), 5);
        matmul_tn(s.m, s.n, parts, c.data(), c_stride, accumulate);
        ASSERT_TRUE(c.intact());
        for (int64_t i = 0; i < s.m; ++i) {
          for (int64_t j = 0; j < c_stride; ++j) {
            const double old = before[i * c_stride + j];
            double expected = j < s.n && !accumulate ? 0 : old;
            for (int64_t p = 0; j < s.n && p < s.k; ++p)
              expected += static_cast<double>(a[p * a_stride + i]) * static_cast<double>(b[p * b_stride + j]);
            ASSERT_NEAR(c[i * c_stride + j], expected, 1e-4)
                << s.m << " x " << s.n << " x " << s.k << ", " << i << ", " << j << ", parts from " << first;
          }
        }
      }
    }
  }
}

TEST_P(MatmulTest, BitsOfARowDoNotDependOnOtherRows) {
  for (const Sizes& s : {Sizes{300, 100, 520}, {37, 49, 33}, {9, 257, 300}}) {
    std::vector<float> values = random_floats(s.m * s.k, 2);
    for (int64_t i = 0; i < s.m * s.k; ++i)  // a dark border, which is left out of some tiles
      if (i % s.k % 28 < 9) values[static_cast<size_t>(i)] = 0;
    const GuardedFloats a(values), b(random_floats(s.n * s.k, 3));
    GuardedFloats c(s.m * s.n), row(s.n);
    for (const bool transposed : {false, true}) {
      const auto multiply = [&](int64_t first, int64_t rows, float* to) {
        if (transposed)
          matmul_nt(rows, s.n, s.k, a.data() + first * s.k, b.data(), to);
        else
          matmul(rows, s.n, s.k, a.data() + first * s.k, b.data(), to);
      };
      multiply(0, s.m, c.data());
      for (int64_t i = 0; i < s.m; i += 7) {
        multiply(i, 1, row.data());
        for (int64_t j = 0; j < s.n; ++j)
          ASSERT_EQ(c[i * s.n + j], row[j]) << "row " << i << " of " << s.m << ", column " << j;
      }
    }
  }
}

TEST_P(MatmulTest, TransposeMovesEveryElement) {
  for (const Sizes& s : cases()) {
    const GuardedFloats a(random_floats(s.m * s.k, 2), 1);
    GuardedFloats to(s.m * s.k, 5);
    transpose(s.m, s.k, a.data(), to.data());
    ASSERT_TRUE(to.intact()) << s.m << " x " << s.k;
    for (int64_t i = 0; i < s.m; ++i)
      for (int64_t j = 0; j < s.k; ++j) ASSERT_EQ(to[j * s.m + i], a[i * s.k + j]) << s.m << " x " << s.k;
  }
}

// Blocks of zeros (of either sign), like dark borders of images. They fill whole tiles, which the products skip.
std::vector<float> with_zero_blocks(int64_t rows, int64_t columns) {
  std::vector<float> values = random_floats(rows * columns, 5);
  for (float& value : values) value *= 4;  // the OR of numbers below and above 2 has the bits of a NaN
  RandomStream random(6, RandomPurpose::kShuffle, 0);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      if (row % 40 < 23 || column % 37 < 19 || random.below(3) > 0)
        values[static_cast<size_t>(row * columns + column)] = random.below(2) > 0 ? 0.0f : -0.0f;
  return values;
}

TEST_P(MatmulTest, OnlyTermsWithZeroFactorsAreSkipped) {
  for (const auto& [m, n, k] : {Sizes{64, 128, 784}, {7, 70, 50}, {100, 65, 1100}, {300, 64, 90}, {33, 63, 200}}) {
    for (const bool transposed : {false, true}) {
      const GuardedFloats a(transposed ? with_zero_blocks(k, m) : with_zero_blocks(m, k), 1);
      const GuardedFloats b(random_floats(k * n, 3), 3);
      GuardedFloats c(m * n, 5), expected(m * n);
      if (transposed) {
        matmul_tn(m, n, k, a.data(), b.data(), c.data());
        reference::matmul_tn(m, n, k, a.data(), b.data(), expected.data());
      } else {
        matmul(m, n, k, a.data(), b.data(), c.data());
        reference::matmul(m, n, k, a.data(), b.data(), expected.data());
      }
      ASSERT_TRUE(c.intact());
      for (int64_t i = 0; i < c.size(); ++i)
        ASSERT_NEAR(c[i], expected[i], 4e-4f) << m << " x " << n << " x " << k << ", element " << i;
    }
  }
}

TEST_P(MatmulTest, EpilogueIsAppliedOnceToTheWholeSum) {
  int64_t most_columns = 0;
  for (const Sizes& s : cases()) most_columns = std::max(most_columns, s.n);
  const GuardedFloats bias(random_floats(most_columns, 4));
  for (const bool relu : {false, true}) {
    for (const float* optional_bias : {static_cast<const float*>(nullptr), bias.data()}) {
      const ProductEpilogue epilogue{optional_bias, relu};
      compare([&](const Sizes& s, auto a, auto b, auto c) { matmul(s.m, s.n, s.k, a, b, c, epilogue); },
              [&](const Sizes& s, auto a, auto b, auto c) { reference::matmul(s.m, s.n, s.k, a, b, c, epilogue); });
    }
  }
}

TEST_P(MatmulTest, AProductIsAddedBeforeTheBias) {
  for (const Sizes& s : {Sizes{17, 33, 513}, {40, 130, 300}, {5, 100, 0}, {9, 129, 40}}) {
    const GuardedFloats a(random_floats(s.m * s.k, 2)), b(random_floats(s.k * s.n, 3));
    const GuardedFloats before(random_floats(s.m * s.n, 4)), bias(random_floats(s.n, 5));
    GuardedFloats c(before.values(), 5), product(s.m * s.n);
    matmul(s.m, s.n, s.k, a.data(), b.data(), c.data(), {bias.data(), true, true});
    reference::matmul(s.m, s.n, s.k, a.data(), b.data(), product.data());
    ASSERT_TRUE(c.intact());
    for (int64_t i = 0; i < c.size(); ++i)
      ASSERT_NEAR(c[i], std::max(0.0f, before[i] + product[i] + bias[i % s.n]), 1e-4)
          << s.m << " x " << s.n << " x " << s.k << ", " << i;
  }
}

TEST_P(MatmulTest, ReluKeepsNaN) {
  const float a[] = {std::numeric_limits<float>::quiet_NaN()}, b[] = {1, 2, 3};
  float c[3];
  matmul(1, 3, 1, a, b, c, {nullptr, true});
  for (float value : c) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace hourglass
