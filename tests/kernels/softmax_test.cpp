#include "kernels/softmax.h"

#include <cmath>
#include <limits>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

class SoftmaxTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(SoftmaxTest);

// Rows of a number, two groups of a width, and a number.
struct Case {
  explicit Case(int64_t width)
      : dim(2 * width + 2),
        groups{{1, width + 1}, {width + 1, 2 * width + 1}},
        logits(random_floats(kRows * dim, 1, -9, 9)) {
    std::vector<float> values(static_cast<size_t>(kRows * dim), 0.0f);
    for (int64_t row = 0; row < kRows; ++row)  // the second group of the last row is missing
      for (size_t g = 0; g < (row + 1 < kRows ? 2u : 1u); ++g)
        values[static_cast<size_t>(row * dim + groups[g].begin + (row * 5 + static_cast<int64_t>(g)) % width)] = 1;
    target = values;
  }
  static constexpr int64_t kRows = 4;
  int64_t dim;
  std::vector<ValueGroup> groups;
  GuardedFloats logits;
  std::vector<float> target;
};

TEST_P(SoftmaxTest, EqualsReferenceForEveryWidth) {
  for (const int64_t width : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100}) {
    const Case data(width);
    const std::vector<float> before = random_floats(Case::kRows * data.dim, 2, -1, 1);
    GuardedFloats y(before, 0), expected(before, 0);
    softmax(Case::kRows, data.dim, data.groups, data.logits.data(), y.data());
    reference::softmax(Case::kRows, data.dim, data.groups, data.logits.data(), expected.data());
    ASSERT_TRUE(y.intact());
    for (int64_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], expected[i], 2e-7f) << "width " << width << ", value " << i;
  }
}

TEST_P(SoftmaxTest, CrossEntropyAndItsGradientEqualReferenceForEveryWidth) {
  for (const int64_t width : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100}) {
    const Case data(width);
    const std::vector<float> before = random_floats(Case::kRows * data.dim, 2, -1, 1);
    GuardedFloats diff(before, 0), expected(before, 0);
    const double loss = softmax_cross_entropy(Case::kRows, data.dim, data.groups, data.logits.data(),
                                              data.target.data(), 0.5f, diff.data());
    const double expected_loss = reference::softmax_cross_entropy(
        Case::kRows, data.dim, data.groups, data.logits.data(), data.target.data(), 0.5f, expected.data());
    ASSERT_TRUE(diff.intact());
    EXPECT_NEAR(loss, expected_loss, 1e-6 * std::max(1.0, expected_loss)) << "width " << width;
    EXPECT_EQ(loss, softmax_cross_entropy(Case::kRows, data.dim, data.groups, data.logits.data(), data.target.data(), 1,
                                          nullptr));
    for (int64_t i = 0; i < diff.size(); ++i)
      ASSERT_NEAR(diff[i], expected[i], 2e-7f) << "width " << width << ", value " << i;
    std::vector<float> in_place(data.logits.data(), data.logits.data() + data.logits.size());
    softmax_cross_entropy(Case::kRows, data.dim, data.groups, in_place.data(), data.target.data(), 0.5f,
                          in_place.data());
    EXPECT_EQ(in_place[static_cast<size_t>(data.groups[0].begin)], diff[data.groups[0].begin]);
  }
}

TEST_P(SoftmaxTest, LargeLogitsStayFiniteAndNanIsVisible) {
  const std::vector<ValueGroup> group = {{0, 3}};
  const float logits[3] = {1e5f, -1e5f, 0}, target[3] = {0, 1, 0};
  float diff[3];
  EXPECT_NEAR(softmax_cross_entropy(1, 3, group, logits, target, 1, diff), 2e5, 1e-2);
  EXPECT_NEAR(diff[0], 1, 1e-6);
  EXPECT_NEAR(diff[1], -1, 1e-6);
  for (int position = 0; position < 3; ++position) {
    float broken[3] = {1, 2, 3}, y[3];
    broken[position] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(softmax_cross_entropy(1, 3, group, broken, target, 1, nullptr))) << position;
    softmax(1, 3, group, broken, y);
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[2])) << position;
  }
}

}  // namespace
}  // namespace hourglass
