#pragma once
// Whether samples of a model look like the data, cover it, or were learned by heart.

#include <cstdint>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// The k nearest points of each query, nearest first.
struct Neighbours {
  int64_t k = 0;
  std::vector<int64_t> indices;           ///< [queries, k]
  std::vector<double> squared_distances;  ///< [queries, k], Euclidean
  /// Distance of each query to its k-th nearest point.
  std::vector<double> radii() const;
};

/// Exact search. With `skip_same_row`, query i does not find point i: for the neighbours of a set within itself.
/// Throws Error(kUsage) where widths differ or k is below 1, Error(kData) for fewer points than k or values not finite.
Neighbours nearest_neighbours(const Tensor& queries, const Tensor& points, int64_t k, bool skip_same_row = false,
                              const Context& context = {});

/// Whether generated samples lie within the data and data within the samples, by balls around each point that reach to
/// its k-th nearest neighbour in its own set.
struct PrecisionRecall {
  double precision = 0;  ///< part of the generated samples that lie in a ball of a real one
  double recall = 0;     ///< part of the real samples that lie in a ball of a generated one
  double coverage = 0;   ///< part of the real samples whose ball holds a generated one
};
/// Precision and recall: Kynkaanniemi, Karras, Laine, Lehtinen, Aila, "Improved precision and recall metric for
/// assessing generative models", NeurIPS 2019 (k = 3 there). Coverage: Naeem, Oh, Uh, Choi, Yoo, "Reliable fidelity and
/// diversity metrics for generative models", ICML 2020 (k = 5 there). Throws as nearest_neighbours does.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, int64_t k = 3,
                                 const Context& context = {});

}  // namespace hourglass
