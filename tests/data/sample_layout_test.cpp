#include "data/sample_layout.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

SampleLayout infer(const Shape& shape, bool is_matlab = false, const DataConfig& config = {},
                   std::optional<int64_t> num_labels = std::nullopt) {
  return infer_layout(shape, is_matlab, num_labels, config, "x");
}

DataConfig with(std::string DataConfig::*option, const std::string& value) {
  DataConfig config;
  config.*option = value;
  return config;
}

/// Returns an array of 0, 1, 2 ... in row-major order.
NumberArray counting_array(const Shape& shape) {
  auto [array, bytes] = allocate_numbers(shape, NumberType::kInt32);
  auto* values = reinterpret_cast<int32_t*>(bytes.data());
  for (size_t i = 0; i < bytes.size() / 4; ++i) values[i] = static_cast<int32_t>(i);
  return array;
}

TEST(SampleLayout, TreatsRowsAsSamples) {
  EXPECT_EQ(infer({100, 30}).sample_shape, Shape{30});
  EXPECT_EQ(infer({5, 30}).sample_shape, Shape{30});
  EXPECT_EQ(infer({100, 28, 20}).sample_shape, (Shape{28, 20, 1}));
  EXPECT_EQ(infer({100, 32, 32, 3}).sample_shape, (Shape{32, 32, 3}));
}

TEST(SampleLayout, FindsTheChannels) {
  EXPECT_EQ(infer({100, 3, 32, 31}).sample_shape, (Shape{32, 31, 3}));
  EXPECT_TRUE(infer({100, 1, 28, 28}).channels_first);
  EXPECT_FALSE(infer({100, 28, 28, 1}).channels_first);
  EXPECT_FALSE(infer({100, 3, 3, 3}).channels_first);
  EXPECT_EQ(infer({100, 8, 32, 31}, false, with(&DataConfig::layout, "nchw")).sample_shape, (Shape{32, 31, 8}));
}

TEST(SampleLayout, UsesTheLongerSideOfAMatlabArray) {
  EXPECT_TRUE(infer({560, 1965}, true).samples_last);
  EXPECT_FALSE(infer({1965, 560}, true).samples_last);
  EXPECT_EQ(infer({32, 31, 3, 700}, true).sample_shape, (Shape{32, 31, 3}));
  EXPECT_FALSE(infer({560, 1965}, true, with(&DataConfig::orientation, "rows")).samples_last);
  EXPECT_TRUE(infer({1965, 560}, false, with(&DataConfig::orientation, "columns")).samples_last);
}

TEST(SampleLayout, UsesTheNumberOfLabels) {
  EXPECT_TRUE(infer({500, 20}, false, {}, 20).samples_last);
  EXPECT_FALSE(infer({20, 500}, true, {}, 20).samples_last);
}

TEST(SampleLayout, ReshapesRowsToTheGivenShape) {
  EXPECT_EQ(infer({100, 560}, false, with(&DataConfig::shape, "28x20")).sample_shape, (Shape{28, 20, 1}));
  EXPECT_EQ(infer({100, 28, 28}, false, with(&DataConfig::shape, "784")).sample_shape, Shape{784});
  for (const char* shape : {"28x", "x", "0x5", "-3", "1x2x3x4", "28 x 28", "big"})
    expect_error(ErrorKind::kUsage, {std::string("data.shape is '") + shape + "'"}, [&] {
      infer({100, 560}, false, with(&DataConfig::shape, shape));
    });
  expect_error(ErrorKind::kUsage, {"560 values per sample, which does not match 28x28x1"}, [&] {
    infer({100, 560}, false, with(&DataConfig::shape, "28x28"));
  });
  expect_error(ErrorKind::kUsage, {"data.orientation"}, [&] {
    infer({784, 100}, false, with(&DataConfig::shape, "28x28"));
  });
}

TEST(SampleLayout, RejectsTooFewOrTooManyDimensions) {
  expect_error(ErrorKind::kData, {"'x' has shape 5, which is one-dimensional"}, [] { infer({5}); });
  expect_error(ErrorKind::kData, {"'x' has shape 2x2x2x2x2, with 5 dimensions"}, [] { infer({2, 2, 2, 2, 2}); });
}

TEST(Arranged, DoesNotCopyIfTheLayoutMatches) {
  const NumberArray array = counting_array({4, 6});
  const NumberArray same = arranged(array, false, infer({4, 6}, false, with(&DataConfig::shape, "2x3")));
  EXPECT_EQ(same.bytes.data(), array.bytes.data());
  EXPECT_EQ(same.shape, (Shape{4, 2, 3, 1}));
  // The columns of a MATLAB array are contiguous samples.
  const NumberArray reversed = counting_array({9, 4});
  EXPECT_EQ(arranged(reversed, true, infer({4, 9}, true)).bytes.data(), reversed.bytes.data());
}

TEST(Arranged, MovesChannelsLast) {
  const NumberArray array = arranged(counting_array({1, 3, 2, 2}), false, infer({1, 3, 2, 2}));
  EXPECT_EQ(array.shape, (Shape{1, 2, 2, 3}));
  EXPECT_EQ(as_doubles(array), (std::vector<double>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  DataConfig flat = with(&DataConfig::layout, "nchw");
  flat.shape = "2x2x3";
  EXPECT_EQ(as_doubles(arranged(counting_array({1, 12}), false, infer({1, 12}, false, flat))), as_doubles(array));
}

TEST(Arranged, ReordersMatlabImages) {
  // Height 2, width 3, 4 images, column-major as in MATLAB.
  const NumberArray matlab = counting_array({4, 3, 2});
  const NumberArray images = arranged(matlab, true, infer({2, 3, 4}, true));
  ASSERT_EQ(images.shape, (Shape{4, 2, 3, 1}));
  const std::span<const int32_t> values = images.values<int32_t>();
  for (int image = 0; image < 4; ++image)
    for (int row = 0; row < 2; ++row)
      for (int column = 0; column < 3; ++column)
        EXPECT_EQ(values[static_cast<size_t>(image * 6 + row * 3 + column)], row + 2 * column + 6 * image);
}

}  // namespace
}  // namespace hourglass
