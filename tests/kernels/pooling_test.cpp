#include "kernels/pooling.h"

#include <limits>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/golden.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kImages = 2;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Windows that tile an image, overlap, leave gaps or leave out an edge; channels around the size of a vector.
std::vector<Pool2dSizes> pools() {
  std::vector<Pool2dSizes> list;
  for (const int64_t channels : {1, 3, 4, 7, 8, 16, 17, 35})
    for (const Pool2dSizes& sizes : {Pool2dSizes{6, 4, 0, 2, 2},
                                     {7, 5, 0, 2, 2},
                                     {6, 7, 0, 3, 1},
                                     {8, 9, 0, 3, 2},
                                     {7, 8, 0, 2, 3},
                                     {3, 3, 0, 3, 1},
                                     {3, 2, 0, 1, 1}})
      list.push_back({sizes.height, sizes.width, channels, sizes.kernel, sizes.stride});
  return list;
}

std::string text(const Pool2dSizes& s) {
  return to_string({s.height, s.width, s.channels}) + ", kernel " + std::to_string(s.kernel) + ", stride " +
         std::to_string(s.stride);
}

class PoolingTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(PoolingTest);

TEST_P(PoolingTest, MaximumEqualsReference) {
  for (const Pool2dSizes& s : pools()) {
    GuardedFloats x(random_floats(kImages * s.in_size(), 1)), diff_y(random_floats(kImages * s.out_size(), 2), 3);
    // Rounded to make many values equal.
    for (float& value : x.values()) value = std::round(value * 3);
    GuardedFloats y(kImages * s.out_size(), 3), winners(y.size(), 5), diff_x(x.size(), 7);
    GuardedFloats expected_y(y.size()), expected_winners(y.size()), expected_diff_x(x.size());
    max_pool2d_forward(s, kImages, x.data(), y.data(), winners.data());
    max_pool2d_backward(s, kImages, winners.data(), diff_y.data(), diff_x.data());
    reference::max_pool2d_forward(s, kImages, x.data(), expected_y.data(), expected_winners.data());
    reference::max_pool2d_backward(s, kImages, expected_winners.data(), diff_y.data(), expected_diff_x.data());
    EXPECT_TRUE(within(y, expected_y, 0)) << text(s);
    EXPECT_TRUE(within(winners, expected_winners, 0)) << text(s);
    EXPECT_TRUE(within(diff_x, expected_diff_x, 1e-6f)) << text(s);
  }
}

TEST_P(PoolingTest, MeanEqualsReference) {
  for (const Pool2dSizes& s : pools()) {
    const GuardedFloats x(random_floats(kImages * s.in_size(), 1)), diff_y(random_floats(kImages * s.out_size(), 2), 3);
    GuardedFloats y(kImages * s.out_size(), 3), diff_x(x.size(), 7), expected_y(y.size()), expected_diff_x(x.size());
    avg_pool2d_forward(s, kImages, x.data(), y.data());
    avg_pool2d_backward(s, kImages, diff_y.data(), diff_x.data());
    reference::avg_pool2d_forward(s, kImages, x.data(), expected_y.data());
    reference::avg_pool2d_backward(s, kImages, diff_y.data(), expected_diff_x.data());
    EXPECT_TRUE(within(y, expected_y, 5e-7f)) << text(s);
    EXPECT_TRUE(within(diff_x, expected_diff_x, 5e-7f)) << text(s);
  }
}

TEST_P(PoolingTest, UpsamplingEqualsReference) {
  for (const int64_t channels : {1, 3, 4, 8, 17, 35}) {
    for (const int64_t factor : {1, 2, 3}) {
      const Upsample2dSizes s = {3, 5, channels, factor};
      const GuardedFloats x(random_floats(kImages * s.in_size(), 1));
      const GuardedFloats diff_y(random_floats(kImages * s.out_size(), 2), 3);
      GuardedFloats y(diff_y.size(), 3), diff_x(x.size(), 7), expected_y(y.size()), expected_diff_x(x.size());
      upsample2d_forward(s, kImages, x.data(), y.data());
      upsample2d_backward(s, kImages, diff_y.data(), diff_x.data());
      reference::upsample2d_forward(s, kImages, x.data(), expected_y.data());
      reference::upsample2d_backward(s, kImages, diff_y.data(), expected_diff_x.data());
      EXPECT_TRUE(within(y, expected_y, 0)) << channels << " channels, factor " << factor;
      EXPECT_TRUE(within(diff_x, expected_diff_x, 1e-6f)) << channels << " channels, factor " << factor;
    }
  }
}

TEST_P(PoolingTest, MaximumKeepsNaN) {
  for (size_t place = 0; place < 4; ++place) {
    std::vector<float> x = {1, 2, 3, 4};
    x[place] = kNaN;
    float y = 0, winner = 0;
    max_pool2d_forward({2, 2, 1, 2, 2}, 1, x.data(), &y, &winner);
    EXPECT_TRUE(std::isnan(y)) << place;
    EXPECT_EQ(winner, static_cast<float>(place));
  }
}

TEST_P(PoolingTest, AgreesWithPyTorch) {
  const Golden golden("resampling");
  for (const char* name : {"even", "odd"}) {
    const auto tensor = [&](const std::string& layer, const char* role) -> const SafetensorsTensor& {
      return golden[layer + "." + name + "." + role];
    };
    const Shape shape = tensor("max_pool2d", "x").shape;
    const Pool2dSizes pool = {shape[1], shape[2], shape[3], 2, 2};
    const Upsample2dSizes upsample = {shape[1], shape[2], shape[3], 2};
    Tensor y({shape[0], pool.out_size()}), winners(y.shape()), upsampled({shape[0], upsample.out_size()}),
        diff_x(shape);
    const auto x_of = [&](const char* layer) { return tensor(layer, "x").values.data(); };
    const auto dy_of = [&](const char* layer) { return tensor(layer, "dy").values.data(); };

    max_pool2d_forward(pool, shape[0], x_of("max_pool2d"), y.data(), winners.data());
    max_pool2d_backward(pool, shape[0], winners.data(), dy_of("max_pool2d"), diff_x.data());
    EXPECT_TRUE(close_to(y.values(), tensor("max_pool2d", "y"), 0));
    EXPECT_TRUE(close_to(diff_x.values(), tensor("max_pool2d", "dx"), 0));
    avg_pool2d_forward(pool, shape[0], x_of("avg_pool2d"), y.data());
    avg_pool2d_backward(pool, shape[0], dy_of("avg_pool2d"), diff_x.data());
    EXPECT_TRUE(close_to(y.values(), tensor("avg_pool2d", "y"), 2e-7));
    EXPECT_TRUE(close_to(diff_x.values(), tensor("avg_pool2d", "dx"), 0));
    upsample2d_forward(upsample, shape[0], x_of("upsample2d"), upsampled.data());
    upsample2d_backward(upsample, shape[0], dy_of("upsample2d"), diff_x.data());
    EXPECT_TRUE(close_to(upsampled.values(), tensor("upsample2d", "y"), 0));
    EXPECT_TRUE(close_to(diff_x.values(), tensor("upsample2d", "dx"), 2e-7));
  }
}

}  // namespace
}  // namespace hourglass
