#pragma once
// k-means, and scores of the agreement between clusters and classes.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct KMeansOptions {
  int64_t clusters = 10;
  int64_t restarts = 10;         ///< number of runs; the one with the lowest inertia is kept
  int64_t max_iterations = 300;  ///< per restart
  double tolerance = 1e-4;  ///< stops when the squared shift of the centroids is below this times the mean variance
  uint64_t seed = 1;
};

struct KMeans {
  Tensor centroids;             ///< {clusters, d}
  std::vector<int32_t> labels;  ///< index of the nearest centroid of each sample
  double inertia = 0;           ///< sum over samples of the squared distance to that centroid
  int64_t iterations = 0;
  bool converged = false;  ///< false: stopped by max_iterations
};

/// Lloyd's algorithm from greedy k-means++ starts (Arthur and Vassilvitskii, "k-means++: the advantages of careful
/// seeding", SODA 2007): the best of 2 + ln k candidates becomes the next centroid. A cluster that loses all its
/// samples gets the sample that is farthest from its own centroid. `samples`: {n, d}.
/// Throws Error(kUsage) for options below 1, and Error(kData) for fewer samples or distinct samples than clusters or
/// for non-finite values.
KMeans fit_kmeans(const Tensor& samples, const KMeansOptions& options = {}, const Context& context = {});

/// Lloyd's algorithm from the given centroids {k, d}. Uses only max_iterations and tolerance of the options.
KMeans fit_kmeans(const Tensor& samples, const Tensor& centroids, const KMeansOptions& options,
                  const Context& context = {});

/// Returns the index of the nearest centroid of each sample. Throws Error(kUsage) if the widths differ.
std::vector<int32_t> nearest_centroids(const Tensor& samples, const Tensor& centroids, const Context& context = {});

/// Counts of samples of class j in cluster i; [clusters, classes].
struct Contingency {
  Contingency(std::span<const int32_t> clusters, std::span<const int32_t> classes);
  int64_t clusters = 0, classes = 0, samples = 0;
  std::vector<int64_t> counts;
  int64_t at(int64_t cluster, int64_t label) const { return counts[static_cast<size_t>(cluster * classes + label)]; }
};

/// Returns the most frequent class of each cluster. Ties go to the smallest class; an empty cluster gets -1.
std::vector<int32_t> majority_map(const Contingency& contingency);
/// Returns the one-to-one assignment of clusters to classes that maximizes the number of samples in agreement; -1 for
/// clusters without a class (Kuhn 1955, "The Hungarian method for the assignment problem").
std::vector<int32_t> optimal_assignment(const Contingency& contingency);
/// Fraction of samples whose cluster is mapped to their class.
double mapped_accuracy(const Contingency& contingency, std::span<const int32_t> map);

/// Fraction of samples that belong to the majority class of their cluster.
double purity(const Contingency& contingency);
/// Mutual information divided by the mean of the two entropies, in [0, 1]; 1 if both have a single group.
double normalized_mutual_information(const Contingency& contingency);
/// Rand index corrected for chance, at most 1 (Hubert and Arabie, "Comparing partitions", J. Classification 2, 1985).
double adjusted_rand_index(const Contingency& contingency);

/// Estimate of the mean over all rows from rows drawn without replacement.
struct SampledMean {
  double value = 0;
  double standard_error = 0;  ///< 0 if all rows were used
  int64_t samples = 0;
};
/// Mean silhouette width (Rousseeuw 1987) of at most `max_samples` rows drawn with `seed`, from their distances to all
/// rows. A row that is alone in its cluster counts as 0. Throws Error(kData) if all rows are in one cluster.
SampledMean silhouette(const Tensor& samples, std::span<const int32_t> clusters, int64_t max_samples = 2000,
                       uint64_t seed = 1, const Context& context = {});

}  // namespace hourglass
