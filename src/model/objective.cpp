#include "model/objective.h"

#include <fmt/format.h>

#include <cmath>

#include "hourglass/error.h"
#include "layers/activation.h"

namespace hourglass {

Objective::Objective(const ObjectiveConfig& config, const Network& network)
    : loss_(config.reconstruction == "bce" ? ReconstructionLoss::kBce : ReconstructionLoss::kMse),
      values_per_row_(config.reduction == "sum" ? 1.0 : static_cast<double>(network.sample_dim())),
      weight_l1_(config.weight_l1),
      weight_l2_(config.weight_l2),
      latent_l1_(config.latent_l1) {
  const Activation output = network.output_activation();
  if (loss_ == ReconstructionLoss::kBce && output != Activation::kSigmoid)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("objective.reconstruction is bce, which needs probabilities, but the decoder ends in {}. End "
                    "model.decoder with 'sigmoid', or set objective.reconstruction=mse.",
                    output == Activation::kIdentity ? "a layer without activation" : "'" + name(output) + "'"));
  const OutputRange range = output_range(output);
  if (range.low > 0 || range.high < 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("The decoder ends in '{}', which cannot give all values from 0 to 1, the "
                            "range of the data. End model.decoder with 'sigmoid'.",
                            name(output)));
}

double Objective::reconstruction_factor(int64_t rows) const {
  return 1 / (values_per_row_ * static_cast<double>(rows));
}

double Objective::latent_l1_factor(int64_t rows) const { return latent_l1_ / static_cast<double>(rows); }

WeightSums Objective::weight_sums(const Network& network) const {
  WeightSums sums;
  if (!penalizes_weights()) return sums;
  for (const float* w = network.flat(); w < network.flat() + network.num_penalized(); ++w) {
    sums.l1 += std::abs(static_cast<double>(*w));
    sums.l2 += static_cast<double>(*w) * static_cast<double>(*w);
  }
  return sums;
}

Objective::RowSums Objective::evaluate(const Network& network, int64_t rows, const Workspace& workspace) const {
  return run(network, rows, rows, workspace, nullptr);
}

Objective::RowSums Objective::differentiate(const Network& network, int64_t rows, int64_t batch_rows,
                                            const Workspace& workspace, float* diff_params) const {
  return run(network, rows, batch_rows, workspace, diff_params);
}

Objective::RowSums Objective::run(const Network& network, int64_t rows, int64_t batch_rows, const Workspace& workspace,
                                  float* diff_params) const {
  const bool training = diff_params != nullptr;
  const float* target = workspace.arena.at(workspace.input);
  const float* latents = network.encode(rows, workspace);
  const float* logits = network.decode(rows, latents, workspace);
  float* diff_logits = training ? workspace.arena.at(workspace.diff[0]) : nullptr;
  RowSums sums;
  sums.reconstruction = reconstruction_loss(loss_, network.output_activation(), rows * network.sample_dim(), logits,
                                            target, static_cast<float>(reconstruction_factor(batch_rows)), diff_logits);
  float* diff_latents = training ? network.backward_decoder(rows, latents, workspace, diff_params) : nullptr;
  if (latent_l1_ > 0)
    sums.latent_l1 = l1_penalty(rows * network.latent_dim(), latents, static_cast<float>(latent_l1_factor(batch_rows)),
                                diff_latents);
  if (training) network.backward_encoder(rows, diff_latents, workspace, diff_params);
  return sums;
}

}  // namespace hourglass
