#pragma once
// k-means, and how well clusters agree with classes.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

struct KMeansOptions {
  int64_t clusters = 10;
  int64_t restarts = 10;         ///< of which the one of least inertia is kept
  int64_t max_iterations = 300;  ///< of each restart
  double tolerance = 1e-4;       ///< ends where the centroids' squared shift is below this times the mean variance
  uint64_t seed = 1;
};

struct KMeans {
  Tensor centroids;             ///< {clusters, d}
  std::vector<int32_t> labels;  ///< the nearest centroid of each sample
  double inertia = 0;           ///< sum over samples of the squared distance to it
  int64_t iterations = 0;
  bool converged = false;  ///< false: ended by max_iterations
};

/// Lloyd's algorithm from greedy k-means++ starts (Arthur and Vassilvitskii, "k-means++: the advantages of careful
/// seeding", SODA 2007; 2 + ln k candidates for each centroid, the best is kept). A cluster that loses all samples is
/// given the sample farthest from its centroid. `samples`: {n, d}.
/// Throws Error(kUsage) for options below 1, Error(kData) for fewer samples, or fewer distinct samples, than clusters,
/// and for values that are not finite.
KMeans fit_kmeans(const Tensor& samples, const KMeansOptions& options = {}, const Context& context = {});

/// Lloyd's algorithm from the given centroids {k, d}; of the options only max_iterations and tolerance count.
KMeans fit_kmeans(const Tensor& samples, const Tensor& centroids, const KMeansOptions& options,
                  const Context& context = {});

/// The nearest centroid of each sample. Throws Error(kUsage) where the widths differ.
std::vector<int32_t> nearest_centroids(const Tensor& samples, const Tensor& centroids, const Context& context = {});

/// How many samples of cluster i are of class j; [clusters, classes].
struct Contingency {
  Contingency(std::span<const int32_t> clusters, std::span<const int32_t> classes);
  int64_t clusters = 0, classes = 0, samples = 0;
  std::vector<int64_t> counts;
  int64_t at(int64_t cluster, int64_t label) const { return counts[static_cast<size_t>(cluster * classes + label)]; }
};

/// The class that most members of each cluster have; of several the smallest, -1 for a cluster without members.
std::vector<int32_t> majority_map(const Contingency& contingency);
/// Each cluster's class such that no two clusters share one and the most samples agree, -1 for clusters that are left
/// over (Kuhn 1955, "The Hungarian method for the assignment problem").
std::vector<int32_t> optimal_assignment(const Contingency& contingency);
/// The part of the samples whose cluster is mapped to their class.
double mapped_accuracy(const Contingency& contingency, std::span<const int32_t> map);

/// The part of the samples that are of the majority class of their cluster.
double purity(const Contingency& contingency);
/// Mutual information over the arithmetic mean of the two entropies, in [0, 1]; 1 where both have one group.
double normalized_mutual_information(const Contingency& contingency);
/// Rand index corrected for chance, at most 1 (Hubert and Arabie, "Comparing partitions", J. Classification 2, 1985).
double adjusted_rand_index(const Contingency& contingency);

/// The mean of a quantity over some rows, drawn without replacement, as an estimate of that over all.
struct SampledMean {
  double value = 0;
  double standard_error = 0;  ///< 0 where all rows were taken
  int64_t samples = 0;
};
/// Mean silhouette width (Rousseeuw 1987) of at most `max_samples` rows drawn by `seed`, each by its distances to all
/// rows. A row alone in its cluster counts 0. Throws Error(kData) where the rows lie in fewer than two clusters.
SampledMean silhouette(const Tensor& samples, std::span<const int32_t> clusters, int64_t max_samples = 2000,
                       uint64_t seed = 1, const Context& context = {});

}  // namespace hourglass
