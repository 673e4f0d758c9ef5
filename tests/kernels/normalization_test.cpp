#include "kernels/normalization.h"

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/golden.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kRows = 9;
constexpr int64_t kWidths[] = {1, 3, 4, 7, 8, 15, 16, 17, 33, 64, 2100};

class NormalizationTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(NormalizationTest);

TEST_P(NormalizationTest, ColumnSumsEqualReference) {
  for (const int64_t columns : kWidths) {
    const GuardedFloats x(random_floats(kRows * columns, 1), 1), other(random_floats(kRows * columns, 2), 3);
    for (const float* factor : {static_cast<const float*>(nullptr), other.data()}) {
      const size_t count = static_cast<size_t>(columns);
      // One extra value, which must not change.
      std::vector<double> sums(count + 1, 77), products(count + 1, 77), expected_sums(sums), expected_products(sums);
      column_sums(kRows, columns, x.data(), factor, sums.data(), products.data());
      reference::column_sums(kRows, columns, x.data(), factor, expected_sums.data(), expected_products.data());
      for (size_t j = 0; j <= count; ++j) {
        EXPECT_NEAR(sums[j], expected_sums[j], 1e-14) << columns;
        EXPECT_NEAR(products[j], expected_products[j], 1e-14) << columns;
      }
    }
  }
}

TEST_P(NormalizationTest, ColumnSumsOfNoRowsAreZero) {
  double sums[3] = {1, 1, 1}, products[3] = {1, 1, 1};
  column_sums(0, 3, nullptr, nullptr, sums, products);
  for (int j = 0; j < 3; ++j) EXPECT_EQ(std::max(std::abs(sums[j]), std::abs(products[j])), 0);
}

// A standard deviation of 1 with a mean of 1000, which float32 sums would lose.
TEST_P(NormalizationTest, ColumnSumsKeepASmallVariance) {
  std::vector<float> x(20'000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 2 == 0 ? 999.0f : 1001.0f;
  double sum = 0, squares = 0;
  column_sums(static_cast<int64_t>(x.size()), 1, x.data(), nullptr, &sum, &squares);
  const double count = static_cast<double>(x.size());
  EXPECT_NEAR(squares / count - sum / count * sum / count, 1, 1e-9);
}

TEST_P(NormalizationTest, AffineColumnsEqualReference) {
  for (const int64_t columns : kWidths) {
    const GuardedFloats x(random_floats(kRows * columns, 1)), diff_y(random_floats(kRows * columns, 2), 3);
    const GuardedFloats a(random_floats(columns, 3)), b(random_floats(columns, 4)), c(random_floats(columns, 5));
    GuardedFloats y(x.size(), 3), in_place(x.values()), expected(x.size());
    affine_columns(kRows, columns, x.data(), a.data(), b.data(), y.data());
    affine_columns(kRows, columns, in_place.data(), a.data(), b.data(), in_place.data());
    reference::affine_columns(kRows, columns, x.data(), a.data(), b.data(), expected.data());
    EXPECT_TRUE(within(y, expected, 3e-7f)) << columns;
    EXPECT_TRUE(within(in_place, expected, 3e-7f)) << columns;
    GuardedFloats diff_in_place(diff_y.values());
    affine_columns_2(kRows, columns, diff_y.data(), x.data(), a.data(), b.data(), c.data(), y.data());
    affine_columns_2(kRows, columns, diff_in_place.data(), x.data(), a.data(), b.data(), c.data(),
                     diff_in_place.data());
    reference::affine_columns_2(kRows, columns, diff_y.data(), x.data(), a.data(), b.data(), c.data(), expected.data());
    EXPECT_TRUE(within(y, expected, 5e-7f)) << columns;
    EXPECT_TRUE(within(diff_in_place, expected, 5e-7f)) << columns;
  }
}

TEST_P(NormalizationTest, LayerNormEqualsReference) {
  for (const int64_t width : kWidths) {
    const GuardedFloats x(random_floats(kRows * width, 1, -1, 3)), diff_y(random_floats(kRows * width, 2), 3);
    const GuardedFloats gain(random_floats(width, 3)), shift(random_floats(width, 4));
    GuardedFloats y(x.size(), 3), statistics(2 * kRows), diff_x(x.size(), 3), diff_gain(width), diff_shift(width);
    GuardedFloats expected_y(x.size()), expected_statistics(2 * kRows), expected_diff_x(x.size());
    GuardedFloats expected_gain(width), expected_shift(width);
    layer_norm_forward(kRows, width, 1e-2f, x.data(), gain.data(), shift.data(), y.data(), statistics.data());
    layer_norm_backward(kRows, width, x.data(), statistics.data(), gain.data(), diff_y.data(), diff_x.data(),
                        diff_gain.data(), diff_shift.data());
    reference::layer_norm_forward(kRows, width, 1e-2f, x.data(), gain.data(), shift.data(), expected_y.data(),
                                  expected_statistics.data());
    reference::layer_norm_backward(kRows, width, x.data(), expected_statistics.data(), gain.data(), diff_y.data(),
                                   expected_diff_x.data(), expected_gain.data(), expected_shift.data());
    EXPECT_TRUE(within(y, expected_y, 2e-6f)) << width;
    EXPECT_TRUE(within(statistics, expected_statistics, 2e-6f)) << width;
    EXPECT_TRUE(within(diff_x, expected_diff_x, 5e-6f)) << width;
    EXPECT_TRUE(within(diff_gain, expected_gain, 5e-6f)) << width;
    EXPECT_TRUE(within(diff_shift, expected_shift, 2e-6f)) << width;
    GuardedFloats in_place(diff_y.values()), diff_gain_2(width), diff_shift_2(width);
    layer_norm_backward(kRows, width, x.data(), statistics.data(), gain.data(), in_place.data(), in_place.data(),
                        diff_gain_2.data(), diff_shift_2.data());
    EXPECT_TRUE(within(in_place, diff_x, 0)) << width;
    layer_norm_backward(kRows, width, x.data(), statistics.data(), gain.data(), diff_y.data(), nullptr,
                        diff_gain_2.data(), diff_shift_2.data());
    EXPECT_TRUE(within(diff_gain_2, diff_gain, 0)) << width;
    EXPECT_TRUE(within(diff_shift_2, diff_shift, 0)) << width;
  }
}

TEST_P(NormalizationTest, LayerNormAgreesWithPyTorch) {
  const Golden golden("layer_norm");
  const int64_t rows = golden["x"].shape[0], width = golden["x"].shape[1];
  const auto data = [&](const char* name) { return golden[name].values.data(); };
  Tensor y({rows, width}), statistics({rows, 2}), diff_x({rows, width}), diff_gain({width}), diff_shift({width});
  layer_norm_forward(rows, width, std::stof(golden.metadata("epsilon")), data("x"), data("weight"), data("bias"),
                     y.data(), statistics.data());
  layer_norm_backward(rows, width, data("x"), statistics.data(), data("weight"), data("dy"), diff_x.data(),
                      diff_gain.data(), diff_shift.data());
  EXPECT_TRUE(close_to(y.values(), golden["y"], 5e-7));
  EXPECT_TRUE(close_to(diff_x.values(), golden["dx"], 1e-6));
  EXPECT_TRUE(close_to(diff_gain.values(), golden["dweight"], 5e-7));
  EXPECT_TRUE(close_to(diff_shift.values(), golden["dbias"], 5e-7));
}

}  // namespace
}  // namespace hourglass
