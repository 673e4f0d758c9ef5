#include "layers/batch_norm.h"

#include <gtest/gtest.h>

#include <thread>

#include "support/check_layer.h"
#include "support/golden.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

// Results of one training step, of one worker or of all workers.
struct Result {
  Result(int64_t rows, int64_t size, int64_t features) : y({rows * size}), dx({rows * size}) {
    for (Tensor& diff : diff_params) diff = Tensor({features});
  }
  Tensor y, dx, diff_params[4];
};

Result run(const BatchNorm& layer, const Pass& pass, std::span<const float* const> params, const float* x,
           const float* diff_y) {
  const int64_t size = num_elements(layer.output_shape());
  Result result(pass.rows, size, layer.output_shape().back());
  std::vector<float> dy(diff_y, diff_y + pass.rows * size);
  GuardedFloats scratch(layer.scratch_size(pass.rows));
  layer.forward(pass, params, x, result.y.data(), {nullptr, scratch.data()});
  float* diff_params[4];
  for (size_t i = 0; i < 4; ++i) diff_params[i] = result.diff_params[i].data();
  layer.backward(pass, params, x, result.y.data(), {nullptr, scratch.data()}, dy.data(), result.dx.data(), diff_params);
  EXPECT_TRUE(scratch.intact());
  return result;
}

constexpr const char* kParameters[] = {"weight", "bias", "running_mean", "running_variance"};
constexpr const char* kGradients[] = {"dweight", "dbias", "batch_mean", "batch_variance"};

class BatchNormGolden : public testing::TestWithParam<const char*> {
 protected:
  const SafetensorsTensor& tensor(const char* name) const { return golden_[std::string(GetParam()) + "." + name]; }
  const float* data(const char* name) const { return tensor(name).values.data(); }
  int64_t rows() const { return tensor("x").shape[0]; }
  BatchNorm layer() const { return BatchNorm({tensor("x").shape.begin() + 1, tensor("x").shape.end()}); }
  std::vector<const float*> params() const {
    std::vector<const float*> all;
    for (const char* name : kParameters) all.push_back(data(name));
    return all;
  }

 private:
  Golden golden_{"batch_norm"};
};
INSTANTIATE_TEST_SUITE_P(Of, BatchNormGolden, testing::Values("dense", "image"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(BatchNormGolden, AgreesWithPyTorchInTraining) {
  const Pass pass = {.rows = rows(), .training = true, .batch_rows = rows()};
  const Result found = run(layer(), pass, params(), data("x"), data("dy"));
  EXPECT_TRUE(close_to(found.y.values(), tensor("y"), 1e-6));
  EXPECT_TRUE(close_to(found.dx.values(), tensor("dx"), 1e-6));
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(close_to(found.diff_params[i].values(), tensor(kGradients[i]), 5e-7));
}

TEST_P(BatchNormGolden, AgreesWithPyTorchInInference) {
  const BatchNorm tested = layer();
  Tensor y(tensor("x").shape), scratch({tested.scratch_size(rows())});
  tested.forward({.rows = rows()}, params(), data("x"), y.data(), {nullptr, scratch.data()});
  EXPECT_TRUE(close_to(y.values(), tensor("inference_y"), 1e-6));
}

// Two workers: first both have rows, then one has no rows.
TEST_P(BatchNormGolden, NormalizesOverTheWholeBatchForAnySplit) {
  const BatchNorm tested = layer();
  const int64_t size = num_elements(tested.output_shape());
  for (const int64_t first : {rows() / 3, rows()}) {
    Exchange exchange(2, tested.exchange_size());
    const auto work = [&](int worker, int64_t begin, int64_t count) {
      const Pass pass = {.rows = count,
                         .training = true,
                         .first_row = begin,
                         .batch_rows = rows(),
                         .worker = worker,
                         .exchange = &exchange};
      return run(tested, pass, params(), data("x") + begin * size, data("dy") + begin * size);
    };
    Result lower(0, size, 0), upper(0, size, 0);
    std::thread other([&] { upper = work(1, first, rows() - first); });
    lower = work(0, 0, first);
    other.join();

    const auto joined = [](const Tensor& a, const Tensor& b) {
      std::vector<float> all(a.values().begin(), a.values().end());
      all.insert(all.end(), b.values().begin(), b.values().end());
      return all;
    };
    EXPECT_TRUE(close_to(joined(lower.y, upper.y), tensor("y"), 1e-6));
    EXPECT_TRUE(close_to(joined(lower.dx, upper.dx), tensor("dx"), 1e-6));
    for (size_t i : {0, 1}) {
      Tensor sum = lower.diff_params[i];
      for (size_t j = 0; j < sum.values().size(); ++j) sum.data()[j] += upper.diff_params[i].data()[j];
      EXPECT_TRUE(close_to(sum.values(), tensor(kGradients[i]), 1e-6)) << first;
    }
    for (size_t i : {2, 3}) {
      EXPECT_TRUE(close_to(lower.diff_params[i].values(), tensor(kGradients[i]), 5e-7)) << first;
      EXPECT_TRUE(close_to(upper.diff_params[i].values(), tensor(kGradients[i]), 5e-7)) << first;
    }
  }
}

TEST(BatchNorm, IsCorrect) {
  EXPECT_TRUE(check_layer(BatchNorm({5}), 5, 7, 3));
  EXPECT_TRUE(check_layer(BatchNorm({5}), 5, 1, 3));
  EXPECT_TRUE(check_layer(BatchNorm({3, 2, 3}), 18, 3, 3));
}

TEST(BatchNorm, OfOneSampleUsesAndKeepsTheRunningStatistics) {
  const std::vector<float> weight = {2, 1}, bias = {0.5f, 0}, mean = {1, -1}, variance = {4, 9};
  const std::vector<const float*> params = {weight.data(), bias.data(), mean.data(), variance.data()};
  const std::vector<float> x = {5, 5}, dy = {1, 1};
  const Pass training = {.rows = 1, .training = true, .batch_rows = 1}, inference = {.rows = 1, .batch_rows = 1};
  const Result result = run(BatchNorm({2}), training, params, x.data(), dy.data());
  EXPECT_NEAR(result.y.data()[0], 2 * (5 - 1) / 2.0 + 0.5, 1e-4);
  EXPECT_TRUE(
      std::ranges::equal(result.y.values(), run(BatchNorm({2}), inference, params, x.data(), dy.data()).y.values()));
  EXPECT_TRUE(std::ranges::equal(result.diff_params[2].values(), mean));
  EXPECT_TRUE(std::ranges::equal(result.diff_params[3].values(), variance));
}

TEST(BatchNorm, DeclaresOneValuePerFeature) {
  const auto specs = BatchNorm({4, 3, 2}).parameters();
  ASSERT_EQ(specs.size(), 4u);
  for (const ParameterSpec& spec : specs) EXPECT_EQ(spec.shape, Shape{2}) << spec.role;
  EXPECT_EQ(specs[0].kind, ParameterKind::kOther);
  EXPECT_EQ(specs[1].kind, ParameterKind::kOther);
  EXPECT_EQ(specs[2].kind, ParameterKind::kState);
  EXPECT_EQ(specs[3].kind, ParameterKind::kState);
}

}  // namespace
}  // namespace hourglass
