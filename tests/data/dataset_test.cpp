#include "hourglass/dataset.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(Dataset, HandsOutItsSamples) {
  const Dataset data("tiny", {1, 2, 1}, {1, 2, 3, 4, 5, 6}, {7, 8, 9});
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.sample_dim(), 2);
  EXPECT_EQ(data.sample(1)[0], 3);
  EXPECT_EQ(data.sample(2)[1], 6);
  EXPECT_EQ(data.labels()[2], 9);
  EXPECT_FALSE(Dataset("tiny", {2}, {1, 2}).has_labels());
}

TEST(Dataset, SlicesValuesAndLabels) {
  const Dataset data("tiny", {2}, {1, 2, 3, 4, 5, 6}, {7, 8, 9});
  const Dataset slice = data.slice(1, 3);
  EXPECT_EQ(slice.size(), 2);
  EXPECT_EQ(slice.sample(0)[0], 3);
  EXPECT_EQ(slice.labels()[1], 9);
  EXPECT_EQ(slice.name(), "tiny");
  EXPECT_FALSE(Dataset("tiny", {1}, {1, 2}).slice(0, 1).has_labels());
}

TEST(Dataset, RefusesASliceThatIsNotInside) {
  const Dataset data("tiny", {2}, {1, 2, 3, 4});
  for (const auto& [begin, end] : {std::pair{-1, 1}, {0, 3}, {1, 1}, {2, 1}})
    expect_error(ErrorKind::kUsage, {"'tiny'", "2 samples"}, [&, b = begin, e = end] { data.slice(b, e); });
}

TEST(Dataset, RefusesCountsThatDoNotFit) {
  expect_error(ErrorKind::kData, {"'tiny'", "no sample"}, [] { Dataset("tiny", {2}, {}); });
  expect_error(ErrorKind::kData, {"'tiny'", "3 values", "2"}, [] { Dataset("tiny", {2}, {1, 2, 3}); });
  expect_error(ErrorKind::kData, {"'tiny'", "28x0"}, [] { Dataset("tiny", {28, 0}, {1}); });
  expect_error(ErrorKind::kData, {"2 samples", "1 labels"}, [] { Dataset("tiny", {1}, {1, 2}, {0}); });
  expect_error(ErrorKind::kData, {"label -1 of sample 1"}, [] { Dataset("tiny", {1}, {1, 2}, {0, -1}); });
}

}  // namespace
}  // namespace hourglass
