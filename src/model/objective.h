#pragma once
// What is minimised: the reconstruction loss and the penalties, every term by itself.

#include "kernels/loss.h"
#include "kernels/optimizer.h"
#include "model/network.h"

namespace hourglass {

/// The objective of a config for one network:
///   reconstruction  the mean over samples of the loss summed (reduction "sum") or averaged ("mean") over values
///   latent_l1       latent_l1 times the mean over samples of sum |z|
///   weight_l1       weight_l1 times sum |w| over all weights
///   weight_l2       weight_l2 times sum w^2 over all weights
class Objective {
 public:
  /// Throws Error(kUsage) where loss and output activation do not go together or the output cannot reach [0, 1].
  Objective(const ObjectiveConfig& config, const Network& network);

  /// Unweighted sums over the rows of one worker.
  struct RowSums {
    double reconstruction = 0;
    double latent_l1 = 0;
  };

  /// Runs the workspace's first `rows` rows forward and returns their sums.
  RowSums evaluate(const Network& network, int64_t rows, const Workspace& workspace) const;

  /// The same, and the gradients of reconstruction and latent terms (without weight penalties) into
  /// diff_params[flat_size], for a batch of `batch_rows` rows of which these are a part.
  RowSums differentiate(const Network& network, int64_t rows, int64_t batch_rows, const Workspace& workspace,
                        float* diff_params) const;

  /// Factors that turn sums over `rows` rows into terms of the objective.
  double reconstruction_factor(int64_t rows) const;
  double latent_l1_factor(int64_t rows) const;

  /// Sums over all weights that penalties see; zeros where there is no penalty.
  WeightSums weight_sums(const Network& network) const;
  bool penalizes_weights() const { return weight_l1_ > 0 || weight_l2_ > 0; }
  double weight_l1() const { return weight_l1_; }
  double weight_l2() const { return weight_l2_; }

 private:
  RowSums run(const Network& network, int64_t rows, int64_t batch_rows, const Workspace& workspace,
              float* diff_params) const;

  ReconstructionLoss loss_;
  double values_per_row_;  ///< what the sum over a row's values is divided by
  double weight_l1_, weight_l2_, latent_l1_;
};

}  // namespace hourglass
