#pragma once
// What is minimised: the reconstruction loss and the penalties, every term by itself.

#include <cmath>

#include "hourglass/loss.h"
#include "hourglass/preprocessing.h"
#include "kernels/gaussian.h"
#include "kernels/loss.h"
#include "kernels/optimizer.h"
#include "model/network.h"

namespace hourglass {

/// The objective of a config for one network. The mean is over the samples of the batch.
///   reconstruction  reconstruction_weight times the mean of the loss summed (reduction "sum") or averaged ("mean")
///                   over the values of a sample
///   latent_l1       latent_l1 times the mean of sum |z|
///   kl              kl_weight times the mean of the sum over units of KL(q(z | x) || N(0, 1)), for a Gaussian latent
///   latent_kl       latent_kl_beta times the sum over units of KL(rho || the mean of z), activations z in (0, 1)
///   weight_l1       weight_l1 times sum |w| over the penalised weights
///   weight_l2       weight_l2 times sum w^2 over the penalised weights
class Objective {
 public:
  /// Throws Error(kUsage) where loss, penalties, latent and output activation do not go together or the output cannot
  /// reach the range of the `data`.
  Objective(const ObjectiveConfig& config, const Network& network, ValueRange data = {});

  /// Unweighted sums over the rows of one worker.
  struct RowSums {
    double reconstruction = 0;
    double latent_l1 = 0;
    double kl = 0;
    RowSums& operator+=(const RowSums& other);
    bool finite() const;
  };

  /// Runs the workspace's first pass.rows rows forward and returns their sums; their latents are added to the
  /// workspace's unit_sums.
  RowSums evaluate(const Network& network, const Pass& pass, const Workspace& workspace) const;

  /// The same for the rows of a batch of pass.batch_rows that one worker holds, and the gradients of all terms but the
  /// weight penalties into diff_params[flat_size]. unit_sums hold those of the whole batch after it. Where
  /// pass.step_rows is set, the rows are a slice of that many and, where activity is penalised, unit_sums hold the sums
  /// over them all before and after it (add_activity()).
  RowSums differentiate(const Network& network, const Pass& pass, const Workspace& workspace, float* diff_params) const;

  /// Encodes the workspace's rows and adds their latents to unit_sums.
  void add_activity(const Network& network, const Pass& pass, const Workspace& workspace) const;

  /// The weight of the KL term after `epochs` epochs (a fraction of one included): it grows linearly over
  /// kl_warmup_epochs (Sonderby et al. 2016).
  double kl_weight(double epochs) const;
  /// Epochs after which it no longer grows.
  int64_t kl_warmup_end() const { return static_cast<int64_t>(std::ceil(kl_warmup_epochs_)); }
  /// What Pass takes for a mean over so many rows.
  float kl_scale(double epochs, int64_t rows) const;
  float free_nats() const { return static_cast<float>(free_nats_); }

  /// The terms of the objective from sums over `rows` rows, latents summed by unit, and sums over the weights.
  Loss loss(const RowSums& sums, int64_t rows, std::span<const double> unit_sums, const WeightSums& weights,
            double epochs) const;

  /// Sums over all weights that penalties see; zeros where there is no penalty.
  WeightSums weight_sums(const Network& network) const;
  bool penalizes_weights() const { return weight_l1_ > 0 || weight_l2_ > 0; }
  double weight_l1() const { return weight_l1_; }
  double weight_l2() const { return weight_l2_; }

  /// Whether the mean activation of units is penalised, and the values that are then summed over the workers.
  bool penalizes_activity() const { return beta_ > 0; }
  int64_t exchange_size() const { return penalizes_activity() ? latent_dim_ : 0; }

 private:
  void check_output(const Network& network, ValueRange data) const;
  void check_latent(const Network& network) const;
  double reconstruction_factor(int64_t rows) const;
  double reconstruct(const Network& network, const Pass& pass, const Workspace& workspace, const float* logits,
                     float* diff_logits) const;
  std::span<double> unit_sums(const Workspace& workspace) const;
  void add_activity(int64_t rows, const float* latents, std::span<double> sums) const;
  void sum_activity(const Pass& pass, const float* latents, std::span<double> sums) const;
  void penalize_activity(const Pass& pass, std::span<const double> sums, float* diff_latents) const;
  RowSums run(const Network& network, const Pass& pass, const Workspace& workspace, float* diff_params) const;

  ReconstructionLoss loss_;
  double reconstruction_scale_;  // of the sum over a row's values
  LogVarBounds value_log_var_;   // by the Gaussian likelihood
  int64_t latent_dim_;
  double weight_l1_, weight_l2_, latent_l1_, rho_, beta_, kl_weight_, kl_warmup_epochs_, free_nats_;
};

}  // namespace hourglass
