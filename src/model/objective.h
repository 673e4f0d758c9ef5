#pragma once
// The objective: the reconstruction loss and the penalties, with each term available separately.

#include <algorithm>
#include <cmath>

#include "hourglass/loss.h"
#include "hourglass/preprocessing.h"
#include "kernels/gaussian.h"
#include "kernels/loss.h"
#include "kernels/optimizer.h"
#include "model/network.h"

namespace hourglass {

/// The objective of a config for one network. Means are over the samples of the batch.
///   reconstruction  reconstruction_weight times the mean of the loss summed (reduction "sum") or averaged ("mean")
///                   over the values of a sample. In training, the share `trim` of the samples of a batch with the
///                   largest loss does not count: least trimmed squares (Rousseeuw 1984)
///   categories      the same for the cross-entropy of the softmax of each category; without categories there is no
///   such
///                   term. A category counts as one value in the mean over values and in the loss of a sample
///   latent_l1       latent_l1 times the mean of sum |z|
///   kl              kl_weight times the mean of the sum over units of KL(q(z | x) || N(0, 1)), for a Gaussian latent
///   latent_kl       latent_kl_beta times the sum over units of KL(rho || the mean of z), activations z in (0, 1)
///   weight_l1       weight_l1 times sum |w| over the penalized weights
///   weight_l2       weight_l2 times sum w^2 over the penalized weights
class Objective {
 public:
  /// Throws Error(kUsage) if loss, penalties, latent and output activation cannot be combined, or the output cannot
  /// reach the range of the `data`.
  Objective(const ObjectiveConfig& config, const Network& network, ValueRange data = {});

  /// Unweighted sums over the rows of one worker.
  struct RowSums {
    double reconstruction = 0;
    double categories = 0;
    double latent_l1 = 0;
    double kl = 0;
    RowSums& operator+=(const RowSums& other);
    bool finite() const;
  };

  /// Runs the forward pass on the first pass.rows rows of the workspace and returns their sums. Adds their latents to
  /// unit_sums of the workspace.
  RowSums evaluate(const Network& network, const Pass& pass, const Workspace& workspace) const;

  /// The same for one worker's rows of a batch of pass.batch_rows. Also writes the gradients of all terms except the
  /// weight penalties to diff_params[flat_size]. Afterwards unit_sums has the sums over the whole batch. If
  /// pass.step_rows is set, the batch is a slice of pass.step_rows rows; if mean activations are penalized, unit_sums
  /// must then have the sums over all of these rows (add_activity()), and is not changed.
  RowSums differentiate(const Network& network, const Pass& pass, const Workspace& workspace, float* diff_params) const;

  /// Encodes the rows of the workspace and adds their latents to unit_sums.
  void add_activity(const Network& network, const Pass& pass, const Workspace& workspace) const;

  /// Weight of the KL term after `epochs` epochs, which can be a fraction. It grows linearly over kl_warmup_epochs
  /// (Sonderby et al. 2016).
  double kl_weight(double epochs) const;
  /// Number of epochs after which the weight is constant.
  int64_t kl_warmup_end() const { return static_cast<int64_t>(std::ceil(kl_warmup_epochs_)); }
  /// Pass::kl_scale for a mean over `rows` rows.
  float kl_scale(double epochs, int64_t rows) const;
  float free_nats() const { return static_cast<float>(free_nats_); }

  /// The terms of the objective from sums over `rows` rows, sums of the latents per unit, and sums over the weights.
  Loss loss(const RowSums& sums, int64_t rows, std::span<const double> unit_sums, const WeightSums& weights,
            double epochs) const;

  /// Sums over all penalized weights; zeros if there is no weight penalty.
  WeightSums weight_sums(const Network& network) const;
  bool penalizes_weights() const { return weight_l1_ > 0 || weight_l2_ > 0; }
  double weight_l1() const { return weight_l1_; }
  double weight_l2() const { return weight_l2_; }

  /// Whether mean activations are penalized.
  bool penalizes_activity() const { return beta_ > 0; }
  /// Whether samples with a large loss do not count. The workspace then needs losses of `batch_rows` rows.
  bool trims() const { return trim_ > 0; }
  /// Largest number of values that are summed over the workers at once, for batches of this size.
  int64_t exchange_size(int64_t batch_rows) const {
    return std::max(penalizes_activity() ? latent_dim_ : 0, trims() ? batch_rows : 0);
  }

 private:
  void check_output(const Network& network, ValueRange data) const;
  void check_latent(const Network& network) const;
  double reconstruction_factor(int64_t rows) const;
  /// Unweighted sums of the loss of numbers and of categories.
  struct ReconstructionSums {
    double numbers = 0, categories = 0;
  };
  ReconstructionSums loss_of_rows(const Network& network, int64_t rows, const float* logits, const float* target,
                                  double scale, float* diff_logits) const;
  ReconstructionSums reconstruct(const Network& network, const Pass& pass, const Workspace& workspace,
                                 const float* logits, float* diff_logits) const;
  ReconstructionSums reconstruct_trimmed(const Network& network, const Pass& pass, const Workspace& workspace,
                                         const float* logits, float* diff_logits) const;
  std::span<double> unit_sums(const Workspace& workspace) const;
  void add_activity(int64_t rows, const float* latents, std::span<double> sums) const;
  void sum_activity(const Pass& pass, const float* latents, std::span<double> sums) const;
  void penalize_activity(const Pass& pass, std::span<const double> sums, float* diff_latents) const;
  RowSums run(const Network& network, const Pass& pass, const Workspace& workspace, float* diff_params) const;

  ReconstructionLoss loss_;
  double reconstruction_scale_;  // factor of the loss summed over the values of a row
  double trim_;
  LogVarBounds value_log_var_;  // for the Gaussian likelihood
  int64_t latent_dim_;
  double weight_l1_, weight_l2_, latent_l1_, rho_, beta_, kl_weight_, kl_warmup_epochs_, free_nats_;
};

}  // namespace hourglass
