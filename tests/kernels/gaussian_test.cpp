#include "kernels/gaussian.h"

#include <gtest/gtest.h>

#include "support/each_instruction_set.h"
#include "support/golden.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

/// Concatenates two tensors {rows, n} of a golden file to {rows, 2 n}.
GuardedFloats concatenate_columns(const SafetensorsTensor& left, const SafetensorsTensor& right) {
  const int64_t rows = left.shape[0], n = left.shape[1];
  GuardedFloats joined(2 * rows * n);
  for (int64_t i = 0; i < rows; ++i) {
    std::copy_n(left.values.data() + i * n, n, joined.data() + 2 * i * n);
    std::copy_n(right.values.data() + i * n, n, joined.data() + (2 * i + 1) * n);
  }
  return joined;
}

void expect_near(const GuardedFloats& found, const GuardedFloats& expected) {
  ASSERT_EQ(found.size(), expected.size());
  ASSERT_TRUE(found.intact());
  for (int64_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i], 2e-6f * std::max(1.0f, std::abs(expected[i]))) << i;
}

class GaussianTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(GaussianTest);

TEST_P(GaussianTest, LatentEqualsPyTorch) {
  const Golden golden("gaussian_latent");
  const int64_t rows = golden["mu"].shape[0], n = golden["mu"].shape[1];
  const GuardedFloats statistics = concatenate_columns(golden["mu"], golden["log_var"]);
  GuardedFloats z(rows * n), diff(2 * rows * n);
  const float* noise = golden["eps"].values.data();
  gaussian_sample(rows, n, statistics.data(), noise, z.data());
  ASSERT_TRUE(z.intact());
  EXPECT_TRUE(close_to({z.data(), static_cast<size_t>(rows * n)}, golden["z"], 1e-6));
  gaussian_backward(rows, n, statistics.data(), noise, golden["dz"].values.data(), 0, 0, diff.data());
  expect_near(diff, concatenate_columns(golden["dmu"], golden["dlog_var"]));

  const auto num_rows = static_cast<double>(rows);
  const double expected_kl = static_cast<double>(golden["kl.loss"].values[0]);
  EXPECT_NEAR(gaussian_kl(rows, n, statistics.data(), 0) / num_rows, expected_kl, 1e-6 * expected_kl);
  const std::vector<float> none(static_cast<size_t>(rows * n));
  gaussian_backward(rows, n, statistics.data(), nullptr, none.data(), 1 / static_cast<float>(rows), 0, diff.data());
  expect_near(diff, concatenate_columns(golden["kl.dmu"], golden["kl.dlog_var"]));
}

TEST_P(GaussianTest, DivergencePullsALogVarianceBackFromOutsideTheBounds) {
  const std::vector<float> statistics = {0, 0, 30, -30}, noise = {1, 1}, diff_z = {1, 1};
  float diff[4] = {};
  gaussian_backward(1, 2, statistics.data(), noise.data(), diff_z.data(), 2, 0, diff);
  EXPECT_FLOAT_EQ(diff[2], std::exp(20.0f) - 1);
  EXPECT_FLOAT_EQ(diff[3], -1);
  gaussian_backward(1, 2, statistics.data(), noise.data(), diff_z.data(), 0, 0, diff);
  EXPECT_EQ(diff[2], 0) << "the sample has no gradient";
}

TEST_P(GaussianTest, LikelihoodEqualsPyTorchInsideAndOutsideTheBounds) {
  const Golden golden("gaussian_likelihood");
  const int64_t rows = golden["mean"].shape[0], n = golden["mean"].shape[1];
  const LogVarBounds bounds{std::stof(golden.metadata("min_log_var")), std::stof(golden.metadata("max_log_var"))};
  const GuardedFloats outputs = concatenate_columns(golden["mean"], golden["log_var"]);
  GuardedFloats diff(2 * rows * n);
  const double expected = static_cast<double>(golden["loss"].values[0]);
  EXPECT_NEAR(gaussian_likelihood(Activation::kIdentity, bounds, rows, n, outputs.data(),
                                  golden["target"].values.data(), 1, diff.data()),
              expected, 1e-6 * std::abs(expected));
  expect_near(diff, concatenate_columns(golden["dmean"], golden["dlog_var"]));
}

TEST_P(GaussianTest, LikelihoodHasAGradientAtTheStartOfTraining) {
  const std::vector<float> outputs = {0.5f, 0.2f}, target = {0.4f};
  float diff[2] = {};
  gaussian_likelihood(Activation::kIdentity, {-8}, 1, 1, outputs.data(), target.data(), 1, diff);
  EXPECT_GT(diff[1], 0.4f);
}

}  // namespace
}  // namespace hourglass
