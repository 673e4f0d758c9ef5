#include "hourglass/clustering.h"

#include <gmock/gmock.h>

#include <limits>

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

using testing::ElementsAre;

TEST(KMeans, FromGivenCentroidsAgreesWithScikitLearn) {
  const Golden golden("clustering");
  KMeansOptions options;
  options.tolerance = 0;
  for (const int threads : {1, 2}) {
    const KMeans found = fit_kmeans(golden.tensor("x"), golden.tensor("start"), options, {threads, {}});
    EXPECT_TRUE(found.converged);
    EXPECT_EQ(found.labels, integers(golden, "assigned"));
    EXPECT_TRUE(close_to(found.centroids.values(), golden["centroids"], 1e-6));
    expect_equals(found.inertia, golden, "inertia");
    EXPECT_EQ(nearest_centroids(golden.tensor("x"), found.centroids), found.labels);
  }
}

TEST(KMeans, WithRestartsFindsTheInertiaOfScikitLearn) {
  const Golden golden("clustering");
  KMeansOptions options;
  options.clusters = 4;
  options.restarts = 50;
  options.tolerance = 0;
  const KMeans found = fit_kmeans(golden.tensor("x"), options, {1, {}});
  expect_equals(found.inertia, golden, "best_inertia");
  EXPECT_EQ(fit_kmeans(golden.tensor("x"), options, {1, {}}).labels, found.labels) << "repeatable";
}

TEST(KMeans, FillsClustersThatLoseAllSamples) {
  // Two distant groups and three centroids; no sample is nearest to the third.
  const Tensor x = matrix(6, {0, 0.1f, 0.2f, 10, 10.1f, 13});
  const KMeans found = fit_kmeans(x, matrix(3, {0, 10, -500}), {});
  EXPECT_THAT(found.labels, ElementsAre(0, 0, 0, 1, 1, 2));
}

TEST(KMeans, RejectsInvalidInput) {
  const Tensor x = matrix(4, {1, 1, 2, 2});
  const auto fit = [&](int64_t clusters) {
    KMeansOptions options;
    options.clusters = clusters;
    return fit_kmeans(x, options);
  };
  EXPECT_EQ(fit(2).inertia, 0);
  expect_error(ErrorKind::kData, {"only 2 distinct points", "3 clusters"}, [&] { fit(3); });
  expect_error(ErrorKind::kData, {"4 samples", "5 clusters"}, [&] { fit(5); });
  expect_error(ErrorKind::kUsage, {"0 clusters"}, [&] { fit(0); });
  Tensor damaged = x;
  damaged.data()[2] = std::numeric_limits<float>::infinity();
  expect_error(ErrorKind::kData, {"not finite", "row 2"}, [&] { fit_kmeans(damaged, {}); });
  expect_error(ErrorKind::kUsage, {"1", "2 values"}, [&] { nearest_centroids(x, Tensor({2, 2})); });
}

TEST(ClusteringScores, AgreeWithScikitLearn) {
  const Golden golden("clustering");
  const Contingency table(integers(golden, "clusters"), integers(golden, "labels"));
  expect_equals(normalized_mutual_information(table), golden, "nmi");
  expect_equals(adjusted_rand_index(table), golden, "ari");
  expect_equals(purity(table), golden, "purity");
  expect_equals(mapped_accuracy(table, optimal_assignment(table)), golden, "optimal");
  const SampledMean width = silhouette(golden.tensor("x"), integers(golden, "assigned"), 1000);
  expect_equals(width.value, golden, "silhouette");
  EXPECT_EQ(width.samples, 400);
  EXPECT_EQ(width.standard_error, 0);
}

TEST(ClusteringScores, SampledSilhouetteIsUsuallyWithinTwoStandardErrors) {
  const Golden golden("clustering");
  int within = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const SampledMean width = silhouette(golden.tensor("x"), integers(golden, "assigned"), 150, seed, {1, {}});
    EXPECT_EQ(width.samples, 150);
    within += std::abs(width.value - number(golden, "silhouette")) < 2 * width.standard_error ? 1 : 0;
  }
  EXPECT_GE(within, 88) << "95 of 100 expected";
  EXPECT_LT(within, 100);
}

TEST(ClusteringScores, OfEqualPartitions) {
  const std::vector<int32_t> classes = {0, 0, 1, 1, 2}, clusters = {2, 2, 0, 0, 1}, one = {0, 0, 0, 0, 0};
  const Contingency table(clusters, classes);
  EXPECT_NEAR(normalized_mutual_information(table), 1, 1e-12);
  EXPECT_NEAR(adjusted_rand_index(table), 1, 1e-12);
  EXPECT_EQ(mapped_accuracy(table, optimal_assignment(table)), 1);
  EXPECT_NEAR(normalized_mutual_information(Contingency(one, classes)), 0, 1e-12);
  EXPECT_NEAR(normalized_mutual_information(Contingency(one, one)), 1, 1e-12);
}

TEST(MajorityMap, CanRepeatAClassUnlikeAnAssignment) {
  // Clusters 0 and 1 are mostly of class 0, cluster 3 is empty.
  const std::vector<int32_t> clusters = {0, 0, 0, 1, 1, 1, 2, 4}, classes = {0, 0, 1, 0, 0, 1, 2, 2};
  const Contingency table(clusters, classes);
  EXPECT_THAT(majority_map(table), ElementsAre(0, 0, 2, -1, 2));
  EXPECT_EQ(mapped_accuracy(table, majority_map(table)), 6.0 / 8);
  const std::vector<int32_t> assignment = optimal_assignment(table);
  EXPECT_EQ(mapped_accuracy(table, assignment), 4.0 / 8);
  EXPECT_EQ(std::ranges::count(assignment, 0), 1);
}

TEST(MajorityMap, ScoresAnotherContingency) {
  const std::vector<int32_t> map = {1, 0};
  const std::vector<int32_t> clusters = {0, 0, 1, 1}, classes = {1, 0, 0, 0};
  EXPECT_EQ(mapped_accuracy(Contingency(clusters, classes), map), 0.75);
}

TEST(Silhouette, NeedsTwoClusters) {
  const Tensor x = matrix(3, {1, 2, 3});
  expect_error(ErrorKind::kData, {"at least two clusters"}, [&] { silhouette(x, std::vector<int32_t>{1, 1, 1}); });
  expect_error(ErrorKind::kUsage, {"3 rows", "2 labels"}, [&] { silhouette(x, std::vector<int32_t>{1, 1}); });
  expect_error(ErrorKind::kUsage, {"0 samples"}, [&] { silhouette(x, std::vector<int32_t>{1, 1, 0}, 0); });
}

}  // namespace
}  // namespace hourglass
