#pragma once
// Quality of generated samples: whether they resemble the data, cover it, or are memorized.

#include <cstdint>
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

/// Exact search. `skip_same_row`: query i ignores point i, for the neighbors of a set within itself.
/// Throws Error(kUsage) if the widths differ or k is below 1, Error(kData) for fewer than k points or non-finite
/// values.
Neighbors nearest_neighbors(const Tensor& queries, const Tensor& points, int64_t k, bool skip_same_row = false,
                            const Context& context = {});

/// Overlap of generated and real samples. The ball of a sample reaches to its k-th nearest neighbor in its own set.
struct PrecisionRecall {
  double precision = 0;  ///< fraction of generated samples inside the ball of a real sample
  double recall = 0;     ///< fraction of real samples inside the ball of a generated sample
  double coverage = 0;   ///< fraction of real samples whose ball contains a generated sample
};
/// Precision and recall: Kynkaanniemi, Karras, Laine, Lehtinen, Aila, "Improved precision and recall metric for
/// assessing generative models", NeurIPS 2019 (k = 3 there). Coverage: Naeem, Oh, Uh, Choi, Yoo, "Reliable fidelity and
/// diversity metrics for generative models", ICML 2020 (k = 5 there). Throws the same errors as nearest_neighbors.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, int64_t k = 3,
                                 const Context& context = {});

}  // namespace hourglass
