#include "kernels/conv2d.h"

#include <fmt/format.h>

#include <array>

#include "kernels/reference/reference.h"
#include "support/each_instruction_set.h"
#include "support/guarded_floats.h"

namespace hourglass {
namespace {

constexpr int64_t kImages = 2;
// Images of few channels with more pixels than are multiplied at once.
const std::vector<Conv2dSizes> kLargeImages = {
    {41, 37, 1, 17, 3, 2, 1}, {41, 37, 3, 5, 3, 1, 1}, {30, 29, 5, 2, 3, 1, 1}, {26, 25, 4, 3, 5, 1, 0, 2}};

// Kernels that fit exactly, that leave out an edge, and that extend over the border; strides that skip taps; dilations
// with and without a common factor with the stride; channels around one and two vectors, in one or several groups.
std::vector<Conv2dSizes> convolutions() {
  std::vector<Conv2dSizes> list;
  const std::array<int64_t, 3> channels[] = {{1, 3, 1},   {3, 1, 1}, {4, 5, 1}, {17, 19, 1}, {16, 35, 1},
                                             {33, 16, 1}, {4, 6, 2}, {6, 6, 6}, {6, 12, 3},  {34, 38, 2}};
  for (const auto& [in, out, groups] : channels)
    for (const Conv2dSizes& sizes : {Conv2dSizes{7, 5, 0, 0, 3, 1, 1},
                                     {8, 6, 0, 0, 3, 2, 0},
                                     {5, 9, 0, 0, 2, 3, 0},
                                     {4, 4, 0, 0, 1, 2, 0},
                                     {6, 17, 0, 0, 5, 2, 2},
                                     {3, 3, 0, 0, 3, 1, 0},
                                     {7, 8, 0, 0, 3, 1, 2, 2},
                                     {9, 7, 0, 0, 3, 2, 1, 2},
                                     {8, 9, 0, 0, 2, 2, 1, 3},
                                     {11, 10, 0, 0, 3, 3, 3, 2},
                                     {9, 9, 0, 0, 3, 4, 4, 2},
                                     {7, 7, 0, 0, 3, 1, 0, 3}})
      list.push_back(
          {sizes.height, sizes.width, in, out, sizes.kernel, sizes.stride, sizes.padding, sizes.dilation, groups});
  list.insert(list.end(), kLargeImages.begin(), kLargeImages.end());
  return list;
}

std::string text(const Conv2dSizes& s) {
  return fmt::format("{}x{}x{} to {} channels, kernel {}, stride {}, padding {}, dilation {}, groups {}", s.height,
                     s.width, s.in_channels, s.out_channels, s.kernel, s.stride, s.padding, s.dilation, s.groups);
}

class Conv2dTest : public EachInstructionSet {};
RUN_ON_EACH_INSTRUCTION_SET(Conv2dTest);

TEST_P(Conv2dTest, ForwardEqualsReference) {
  for (const Conv2dSizes& s : convolutions()) {
    const GuardedFloats x(random_floats(kImages * s.in_size(), 1)), weights(random_floats(s.num_weights(), 2));
    const GuardedFloats bias(random_floats(s.out_channels, 3));
    GuardedFloats y(kImages * s.out_size(), 3), expected(y.size()), scratch(s.scratch_size());
    for (const float* optional_bias : {bias.data(), static_cast<const float*>(nullptr)}) {
      const bool relu = optional_bias != nullptr;
      conv2d_forward(s, kImages, x.data(), weights.data(), optional_bias, relu, y.data(), scratch.data());
      reference::conv2d_forward(s, kImages, x.data(), weights.data(), optional_bias, relu, expected.data());
      EXPECT_TRUE(within(y, expected, 1e-4f, 1e-4f)) << text(s);
      EXPECT_TRUE(scratch.intact()) << text(s);
    }
  }
}

TEST_P(Conv2dTest, DataGradientEqualsReference) {
  for (const Conv2dSizes& s : convolutions()) {
    const GuardedFloats diff_y(random_floats(kImages * s.out_size(), 4)), weights(random_floats(s.num_weights(), 5));
    const GuardedFloats bias(random_floats(s.in_channels, 6));
    GuardedFloats diff_x(kImages * s.in_size(), 3), expected(diff_x.size()), scratch(s.scratch_size());
    for (const float* optional_bias : {bias.data(), static_cast<const float*>(nullptr)}) {
      const bool relu = optional_bias != nullptr;
      conv2d_backward_data(s, kImages, diff_y.data(), weights.data(), optional_bias, relu, diff_x.data(),
                           scratch.data());
      reference::conv2d_backward_data(s, kImages, diff_y.data(), weights.data(), optional_bias, relu, expected.data());
      EXPECT_TRUE(within(diff_x, expected, 1e-4f, 1e-4f)) << text(s);
      EXPECT_TRUE(scratch.intact()) << text(s);
    }
  }
}

void expect_weight_gradient(const Conv2dSizes& s, int64_t images) {
  const GuardedFloats x(random_floats(images * s.in_size(), 7)), diff_y(random_floats(images * s.out_size(), 8));
  GuardedFloats diff_weights(s.num_weights(), 3), expected(diff_weights.size()), scratch(s.scratch_size());
  conv2d_backward_weights(s, images, x.data(), diff_y.data(), diff_weights.data(), scratch.data());
  reference::conv2d_backward_weights(s, images, x.data(), diff_y.data(), expected.data());
  EXPECT_TRUE(within(diff_weights, expected, 1e-4f, 1e-4f)) << text(s);
  EXPECT_TRUE(scratch.intact()) << text(s);
}

TEST_P(Conv2dTest, WeightGradientEqualsReference) {
  for (const Conv2dSizes& s : convolutions()) expect_weight_gradient(s, kImages);
}

TEST(Conv2dSizes, ScratchDoesNotGrowWithTheStride) {
  const auto scratch = [](int64_t stride) { return Conv2dSizes{28, 28, 1, 16, 3, stride, 1}.scratch_size(); };
  EXPECT_LE(scratch(1'000'000'000), scratch(28));
}

// The gradients of several small images are one sum; the last sum has fewer images.
TEST_P(Conv2dTest, WeightGradientOfManyImagesEqualsReference) {
  for (const Conv2dSizes& s : {Conv2dSizes{8, 8, 5, 20, 3, 2, 1},
                               {10, 12, 3, 4, 3, 1, 0},
                               {9, 11, 4, 6, 3, 2, 1, 2, 2},
                               {7, 7, 40, 1, 3, 1, 1}}) {
    EXPECT_GT(s.images_together(), 1) << text(s);
    expect_weight_gradient(s, 2 * s.images_together() + 1);
  }
}

}  // namespace
}  // namespace hourglass
