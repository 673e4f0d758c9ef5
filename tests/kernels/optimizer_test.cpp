#include "kernels/optimizer.h"

#include <cmath>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kSizes[] = {1, 3, 4, 7, 8, 15, 16, 17, 33, 100, 2048};

void expect_near(const GuardedFloats& found, const GuardedFloats& expected, float tolerance) {
  ASSERT_TRUE(found.intact());
  for (int64_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i], tolerance) << "value " << i << " of " << found.size();
}

class OptimizerKernelTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(OptimizerKernelTest);

TEST_P(OptimizerKernelTest, GradientsOfAllWorkersAreSummed) {
  for (const int64_t n : kSizes) {
    const GuardedFloats a(random_floats(n, 1)), b(random_floats(n, 2), 3), c(random_floats(n, 3), 5);
    const float* all[] = {a.data(), b.data(), c.data()};
    for (size_t count = 1; count <= 3; ++count) {
      GuardedFloats diff(n), expected(n);
      sum_gradients(std::span(all).first(count), n, diff.data());
      reference::sum_gradients(std::span(all).first(count), n, expected.data());
      expect_near(diff, expected, 3e-7f);
    }
  }
}

TEST_P(OptimizerKernelTest, GradientsCanBeSummedInPlace) {
  GuardedFloats a(random_floats(37, 1));
  const GuardedFloats first(a.values()), b(random_floats(37, 2));
  const float* parts[] = {a.data(), b.data()};
  sum_gradients(parts, 37, a.data());
  for (int64_t i = 0; i < 37; ++i) EXPECT_EQ(a[i], first[i] + b[i]);
}

TEST_P(OptimizerKernelTest, WeightPenaltyEqualsReference) {
  for (const int64_t n : kSizes) {
    std::vector<float> weights = random_floats(n, 1);
    weights[0] = 0;
    const GuardedFloats w(weights);
    GuardedFloats diff(random_floats(n, 2), 3), expected(diff.values());
    const WeightSums sums = weight_penalty(n, w.data(), 0.1f, 0.2f, diff.data());
    const WeightSums expected_sums = reference::weight_penalty(n, w.data(), 0.1f, 0.2f, expected.data());
    EXPECT_NEAR(sums.l1, expected_sums.l1, 1e-6 * expected_sums.l1);
    EXPECT_NEAR(sums.l2, expected_sums.l2, 1e-6 * expected_sums.l2);
    expect_near(diff, expected, 2e-7f);
  }
}

TEST_P(OptimizerKernelTest, SgdEqualsReference) {
  for (const SgdStep& step : {SgdStep{0.1f, 0, false}, {0.1f, 0.9f, false}, {0.1f, 0.9f, true}}) {
    for (const int64_t n : kSizes) {
      const GuardedFloats diff(random_floats(n, 1));
      GuardedFloats v(random_floats(n, 2), 3), w(random_floats(n, 3), 5);
      GuardedFloats expected_v(v.values()), expected_w(w.values());
      sgd_update(step, n, diff.data(), step.momentum != 0 ? v.data() : nullptr, w.data());
      reference::sgd_update(step, n, diff.data(), expected_v.data(), expected_w.data());
      expect_near(v, expected_v, 3e-7f);
      expect_near(w, expected_w, 3e-7f);
    }
  }
}

TEST_P(OptimizerKernelTest, AdamEqualsReference) {
  for (const float decay : {0.0f, 0.01f}) {
    const AdamStep step{0.9, 0.999, 1e-8f, 0.01f / (1 - 0.81f), std::sqrt(1 - 0.998f), decay};
    for (const int64_t n : kSizes) {
      const GuardedFloats diff(random_floats(n, 1));
      GuardedFloats m(random_floats(n, 2)), v(random_floats(n, 3, 0, 1), 3), w(random_floats(n, 4), 5);
      GuardedFloats expected_m(m.values()), expected_v(v.values()), expected_w(w.values());
      adam_update(step, n, diff.data(), m.data(), v.data(), w.data());
      reference::adam_update(step, n, diff.data(), expected_m.data(), expected_v.data(), expected_w.data());
      expect_near(m, expected_m, 2e-7f);
      expect_near(v, expected_v, 2e-7f);
      expect_near(w, expected_w, 3e-7f);
    }
  }
}

// A zero without a gradient, such as padding in the flat buffers, stays 0.
TEST_P(OptimizerKernelTest, AdamKeepsZeros) {
  const std::vector<float> zeros(20, 0.0f);
  std::vector<float> m = zeros, v = zeros, w = zeros;
  adam_update({0.9, 0.999, 1e-8f, 0.01f, 0.03f, 0.01f}, 20, zeros.data(), m.data(), v.data(), w.data());
  EXPECT_EQ(w, zeros);
}

}  // namespace
}  // namespace hourglass
