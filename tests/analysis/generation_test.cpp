#include "hourglass/generation.h"

#include <gmock/gmock.h>

#include "analysis/golden_numbers.h"
#include "core/matrix.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

TEST(NearestNeighbors, AgreeWithScikitLearn) {
  const Golden golden("generation");
  for (const int threads : {1, 2}) {
    const Neighbors found = nearest_neighbors(golden.tensor("generated"), golden.tensor("real"), 3, {}, {threads, {}});
    const std::vector<int32_t> expected = integers(golden, "indices");
    EXPECT_EQ(found.indices, std::vector<int64_t>(expected.begin(), expected.end()));
    std::vector<float> distances;
    for (const double squared : found.squared_distances) distances.push_back(static_cast<float>(std::sqrt(squared)));
    EXPECT_TRUE(close_to(distances, golden["distances"], 1e-6));
  }
}

TEST(NearestNeighbors, SkipTheSameRow) {
  const Tensor x = matrix(4, {0, 1, 3, 7});
  EXPECT_THAT(nearest_neighbors(x, x, 1).indices, testing::ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(nearest_neighbors(x, x, 1, same_rows(4)).indices, testing::ElementsAre(1, 0, 1, 2));
  EXPECT_THAT(nearest_neighbors(x, x, 2, same_rows(4)).radii(), testing::ElementsAre(3, 2, 3, 6));
  EXPECT_THAT(nearest_neighbors(x, x, 1, std::vector<int64_t>{-1, 1, -1, 0}).indices, testing::ElementsAre(0, 0, 2, 3));
}

TEST(NearestNeighbors, SearchMoreThanOneBlock) {
  Tensor points({1500, 2}), queries({300, 2});
  for (int64_t i = 0; i < points.rows(); ++i) points.data()[2 * i] = static_cast<float>(i);
  for (int64_t i = 0; i < queries.rows(); ++i) queries.data()[2 * i] = static_cast<float>(5 * i) + 0.25f;
  const Neighbors found = nearest_neighbors(queries, points, 2);
  for (int64_t i = 0; i < queries.rows(); ++i) {
    EXPECT_EQ(found.indices[static_cast<size_t>(2 * i)], 5 * i);
    EXPECT_EQ(found.indices[static_cast<size_t>(2 * i + 1)], std::min<int64_t>(5 * i + 1, 1499));
  }
}

// The rounding of |a|^2 + |b|^2 - 2 ab in float32 is larger than these distances.
TEST(NearestNeighbors, AreExactFarFromTheMean) {
  Tensor points({600, 3});
  for (int64_t i = 0; i < points.rows(); ++i) {
    const bool is_second = i % 2 == 1;
    points.data()[3 * i] = is_second ? 1000.0f : -1000.0f;
    points.data()[3 * i + 1] = 0.01f * static_cast<float>(i * 7 % 600);
  }
  const Neighbors found = nearest_neighbors(points, points, 2, same_rows(points.rows()));
  for (int64_t i = 0; i < points.rows(); ++i) {
    std::vector<std::pair<double, int64_t>> all;
    for (int64_t j = 0; j < points.rows(); ++j)
      if (j != i) all.emplace_back(squared_distance(points.row(i), points.row(j)), j);
    std::ranges::partial_sort(all, all.begin() + 2);
    for (size_t k = 0; k < 2; ++k) ASSERT_EQ(found.indices[static_cast<size_t>(2 * i) + k], all[k].second) << i;
  }
}

TEST(NearestNeighbors, OfEqualDistancesAreTheFirst) {
  const Tensor points = matrix(5, {1, -1, 1, -1, 3});
  EXPECT_THAT(nearest_neighbors(matrix(1, {0}), points, 3).indices, testing::ElementsAre(0, 1, 2));
}

TEST(NearestNeighbors, RejectInvalidInput) {
  const Tensor x = matrix(3, {0, 1, 3});
  expect_error(ErrorKind::kUsage, {"0 nearest"}, [&] { nearest_neighbors(x, x, 0); });
  expect_error(ErrorKind::kData, {"4 nearest", "3 rows"}, [&] { nearest_neighbors(x, x, 4); });
  expect_error(ErrorKind::kData, {"3 nearest"}, [&] { nearest_neighbors(x, x, 3, same_rows(3)); });
  expect_error(ErrorKind::kUsage, {"1", "2 values"}, [&] { nearest_neighbors(x, Tensor({3, 2}), 1); });
}

TEST(PrecisionRecall, AgreesWithScikitLearn) {
  const Golden golden("generation");
  const PrecisionRecall found = precision_recall(golden.tensor("real"), golden.tensor("generated"));
  expect_equals(found.precision, golden, "precision");
  expect_equals(found.recall, golden, "recall");
  expect_equals(found.coverage, golden, "coverage");
}

TEST(PrecisionRecall, OfOneModeHasHighPrecisionAndLowCoverage) {
  Tensor real({200, 1}), one_mode({100, 1}), far({100, 1});
  for (int64_t i = 0; i < 200; ++i) real.data()[i] = static_cast<float>(i);
  for (int64_t i = 0; i < 100; ++i) one_mode.data()[i] = 50 + 0.01f * static_cast<float>(i);
  for (int64_t i = 0; i < 100; ++i) far.data()[i] = 5000 + static_cast<float>(i);
  const PrecisionRecall mode = precision_recall(real, one_mode);
  EXPECT_EQ(mode.precision, 1);
  EXPECT_LT(mode.recall, 0.02);
  EXPECT_LT(mode.coverage, 0.05);
  EXPECT_EQ(precision_recall(real, far).precision, 0);
  EXPECT_EQ(precision_recall(real, far).coverage, 0);
}

}  // namespace
}  // namespace hourglass
