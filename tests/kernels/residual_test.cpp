#include "kernels/residual.h"

#include <cmath>
#include <limits>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

class ResidualTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(ResidualTest);

TEST_P(ResidualTest, EqualsReferenceForEveryWidth) {
  constexpr int64_t kRows = 3;
  for (const int64_t dim : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100}) {
    const GuardedFloats output(random_floats(kRows * dim, 1, -3, 3)), target(random_floats(kRows * dim, 2, -3, 3));
    const GuardedFloats weight(random_floats(dim, 3, 0, 50));
    const std::vector<float> before = random_floats(kRows * dim, 4, 0, 5);
    GuardedFloats sums(before, 0), expected(before, 0);
    add_log_residuals(kRows, dim, output.data(), target.data(), weight.data(), sums.data());
    reference::add_log_residuals(kRows, dim, output.data(), target.data(), weight.data(), expected.data());
    ASSERT_TRUE(sums.intact());
    for (int64_t i = 0; i < sums.size(); ++i)
      ASSERT_NEAR(sums[i], expected[i], 1e-6f * std::max(1.0f, expected[i])) << "width " << dim << ", value " << i;
  }
}

TEST_P(ResidualTest, IsExactFromTheSmallestToTheLargestResidual) {
  for (const float residual : {0.0f, 1e-12f, 1e-8f, 1e-4f, 0.4f, 0.65f, 1.0f, 3.0f, 1e3f, 1e10f, 1e18f}) {
    const float zero = 0, one = 1;
    float sum = 0;
    add_log_residuals(1, 1, &residual, &zero, &one, &sum);
    const double expected = std::pow(std::log1p(static_cast<double>(residual) * static_cast<double>(residual)), 1.5);
    EXPECT_NEAR(sum, expected, 5e-7 * expected) << residual;
  }
  const float nan = std::numeric_limits<float>::quiet_NaN(), zero = 0, one = 1;
  float sum = 0;
  add_log_residuals(1, 1, &nan, &zero, &one, &sum);
  EXPECT_TRUE(std::isnan(sum)) << "divergence is visible";
}

}  // namespace
}  // namespace hourglass
