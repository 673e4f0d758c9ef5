#pragma once
// Quality of generated samples: whether they resemble the data, cover it, or are memorized.

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// The k nearest points of each query, in ascending distance.
struct Neighbors {
  int64_t k = 0;
  std::vector<int64_t> indices;           ///< [queries, k]
  std::vector<double> squared_distances;  ///< [queries, k], Euclidean
  /// Distance of each query to its k-th nearest point.
  std::vector<double> radii() const;
};

/// Exact search; of points at the same distance, the first are found. `ignored`: one point per query that is not its
/// neighbor, such as the query itself; -1: none. Empty: no point is ignored. Throws Error(kUsage) if the widths differ,
/// k is below 1 or there is not one ignored point per query, Error(kData) for fewer than k points or non-finite values.
Neighbors nearest_neighbors(const Tensor& queries, const Tensor& points, int64_t k,
                            std::span<const int64_t> ignored = {}, const Context& context = {});
/// 0 ... count - 1: the ignored points of a set within itself.
std::vector<int64_t> same_rows(int64_t count);

/// Overlap of generated and real samples. The ball of a sample reaches to its k-th nearest neighbor in its own set: k
/// is 3 for precision and recall and 5 for coverage, as in their papers.
struct PrecisionRecall {
  double precision = 0;  ///< fraction of generated samples inside the ball of a real sample
  double recall = 0;     ///< fraction of real samples inside the ball of a generated sample
  double coverage = 0;   ///< fraction of real samples whose ball contains a generated sample
};
/// Precision and recall: Kynkaanniemi, Karras, Laine, Lehtinen, Aila, "Improved precision and recall metric for
/// assessing generative models", NeurIPS 2019. Coverage: Naeem, Oh, Uh, Choi, Yoo, "Reliable fidelity and
/// diversity metrics for generative models", ICML 2020. Throws the same errors as nearest_neighbors.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, const Context& context = {});

}  // namespace hourglass
