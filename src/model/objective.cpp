#include "model/objective.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/error.h"
#include "kernels/gaussian.h"
#include "kernels/softmax.h"
#include "layers/activation.h"

namespace hourglass {
namespace {

// Mean activations are clamped to this distance from 0 and 1, so that their divergence is finite.
constexpr double kActivityMargin = 1e-6;
constexpr double kRangeMargin = 1e-5;  // fraction of the range

ReconstructionLoss loss_named(const std::string& name) {
  if (name == "bce") return ReconstructionLoss::kBce;
  return name == "gaussian" ? ReconstructionLoss::kGaussian : ReconstructionLoss::kMse;
}

double mean_activity(double sum, int64_t rows) {
  return std::clamp(sum / static_cast<double>(rows), kActivityMargin, 1 - kActivityMargin);
}

}  // namespace

Objective::RowSums& Objective::RowSums::operator+=(const RowSums& other) {
  reconstruction += other.reconstruction;
  categories += other.categories;
  latent_l1 += other.latent_l1;
  kl += other.kl;
  return *this;
}

bool Objective::RowSums::finite() const { return std::isfinite(reconstruction + categories + latent_l1 + kl); }

Objective::Objective(const ObjectiveConfig& config, const Network& network, ValueRange data)
    : loss_(loss_named(config.reconstruction)),
      reconstruction_scale_(config.reconstruction_weight /
                            (config.reduction == "sum" ? 1.0 : static_cast<double>(network.num_features()))),
      trim_(config.trim),
      value_log_var_{static_cast<float>(config.min_log_variance)},
      latent_dim_(network.latent_dim()),
      weight_l1_(config.weight_l1),
      weight_l2_(config.weight_l2),
      latent_l1_(config.latent_l1),
      rho_(config.latent_kl_rho),
      beta_(config.latent_kl_beta),
      kl_weight_(config.kl_weight),
      kl_warmup_epochs_(config.kl_warmup_epochs),
      free_nats_(config.kl_free_nats) {
  check_output(network, data);
  check_latent(network);
}

void Objective::check_output(const Network& network, ValueRange data) const {
  const Activation output = network.output_activation();
  if (loss_ == ReconstructionLoss::kGaussian && !network.categories().empty())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("objective.reconstruction is gaussian, a likelihood of numbers, but the data have categories "
                    "({} of {} features). Set objective.reconstruction=mse, or leave these columns out with "
                    "data.columns.",
                    network.categories().size(), network.num_features()));
  if (loss_ == ReconstructionLoss::kBce && output != Activation::kSigmoid)
    throw Error(ErrorKind::kUsage,
                fmt::format("objective.reconstruction is bce and needs probabilities, but the decoder ends in {}. End "
                            "model.decoder with 'sigmoid', or set objective.reconstruction=mse.",
                            output == Activation::kIdentity ? "a layer without activation" : "'" + name(output) + "'"));
  if (loss_ == ReconstructionLoss::kGaussian && output != Activation::kIdentity && output != Activation::kSigmoid)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("objective.reconstruction is gaussian and needs a decoder that ends in 'linear output' or in "
                    "'linear output', 'sigmoid', but model.decoder ends in '{}'.",
                    name(output)));
  // Rounding can move a value slightly outside the range that it was scaled to.
  const double margin = kRangeMargin * data.width();
  if (loss_ == ReconstructionLoss::kBce && !data.is_unit())
    throw Error(ErrorKind::kUsage,
                fmt::format("objective.reconstruction is bce and needs values from 0 to 1, but the data are from "
                            "{:.4g} to {:.4g}. Add 'scale 0 1' or 'minmax' to data.preprocess, or set "
                            "objective.reconstruction=mse.",
                            data.low, data.high));
  const OutputRange range = output_range(output);
  if (static_cast<double>(range.low) > data.low + margin || static_cast<double>(range.high) < data.high - margin)
    throw Error(ErrorKind::kUsage,
                fmt::format("The decoder ends in '{}' and cannot reach all values from {:.4g} to {:.4g}, the range of "
                            "the data. {}",
                            name(output), data.low, data.high,
                            data.is_unit() ? "End model.decoder with 'sigmoid'."
                                           : "End model.decoder with 'linear output' without an activation, or add "
                                             "'scale 0 1' to data.preprocess and end it with 'sigmoid'."));
}

void Objective::check_latent(const Network& network) const {
  if (!penalizes_activity()) return;
  const auto& stages = network.encoder().stages();
  if (network.is_gaussian() || stages.empty() || stages.back().layer->fused() != Activation::kSigmoid)
    throw Error(ErrorKind::kUsage,
                "objective.latent_kl_beta penalizes mean activations, which must be between 0 and 1. "
                "Set model.latent=plain and end model.encoder with 'sigmoid'.");
}

double Objective::reconstruction_factor(int64_t rows) const {
  return reconstruction_scale_ / static_cast<double>(rows);
}

double Objective::kl_weight(double epochs) const {
  return kl_warmup_epochs_ > 0 ? kl_weight_ * std::min(1.0, epochs / kl_warmup_epochs_) : kl_weight_;
}

float Objective::kl_scale(double epochs, int64_t rows) const {
  return static_cast<float>(kl_weight(epochs) / static_cast<double>(rows));
}

WeightSums Objective::weight_sums(const Network& network) const {
  WeightSums sums;
  if (!penalizes_weights()) return sums;
  for (const float* w = network.flat(); w < network.flat() + network.num_penalized(); ++w) {
    sums.l1 += std::abs(static_cast<double>(*w));
    sums.l2 += static_cast<double>(*w) * static_cast<double>(*w);
  }
  return sums;
}

Loss Objective::loss(const RowSums& sums, int64_t rows, std::span<const double> unit_sums, const WeightSums& weights,
                     double epochs) const {
  Loss loss;
  const double samples = static_cast<double>(rows);
  loss[LossTerm::kReconstruction] = reconstruction_factor(rows) * sums.reconstruction;
  loss[LossTerm::kCategories] = reconstruction_factor(rows) * sums.categories;
  loss[LossTerm::kWeightL1] = weight_l1_ * weights.l1;
  loss[LossTerm::kWeightL2] = weight_l2_ * weights.l2;
  loss[LossTerm::kLatentL1] = latent_l1_ * sums.latent_l1 / samples;
  loss[LossTerm::kKl] = kl_weight(epochs) * sums.kl / samples;
  if (penalizes_activity()) {
    double divergence = 0;
    for (const double sum : unit_sums) {
      const double activity = mean_activity(sum, rows);
      divergence += rho_ * std::log(rho_ / activity) + (1 - rho_) * std::log((1 - rho_) / (1 - activity));
    }
    loss[LossTerm::kLatentKl] = beta_ * divergence;
  }
  return loss;
}

Objective::RowSums Objective::evaluate(const Network& network, const Pass& pass, const Workspace& workspace) const {
  return run(network, pass, workspace, nullptr);
}

Objective::RowSums Objective::differentiate(const Network& network, const Pass& pass, const Workspace& workspace,
                                            float* diff_params) const {
  return run(network, pass, workspace, diff_params);
}

// The sums of the loss over rows, and its gradient times `scale`.
Objective::ReconstructionSums Objective::loss_of_rows(const Network& network, int64_t rows, const float* logits,
                                                      const float* target, double scale, float* diff_logits) const {
  const auto factor = static_cast<float>(scale);
  const Activation output = network.output_activation();
  const int64_t dim = network.sample_dim();
  if (loss_ == ReconstructionLoss::kGaussian)
    return {gaussian_likelihood(output, value_log_var_, rows, dim, logits, target, factor, diff_logits)};
  if (network.categories().empty())
    return {reconstruction_loss(loss_, output, rows * dim, logits, target, factor, diff_logits)};
  ReconstructionSums sums;
  for (int64_t row = 0; row < rows; ++row)
    for (const auto& [begin, end] : network.numbers()) {
      const int64_t at = row * dim + begin;
      sums.numbers += reconstruction_loss(loss_, output, end - begin, logits + at, target + at, factor,
                                          diff_logits ? diff_logits + at : nullptr);
    }
  sums.categories = softmax_cross_entropy(rows, dim, network.categories(), logits, target, factor, diff_logits);
  return sums;
}

Objective::ReconstructionSums Objective::reconstruct(const Network& network, const Pass& pass,
                                                     const Workspace& workspace, const float* logits,
                                                     float* diff_logits) const {
  return loss_of_rows(network, pass.rows, logits, workspace.arena.at(workspace.target),
                      diff_logits ? reconstruction_factor(pass.mean_rows()) : 0, diff_logits);
}

// The result is scaled so that it stands for all rows of the batch, as without trimming. Of rows with equal losses, the
// first ones count.
Objective::ReconstructionSums Objective::reconstruct_trimmed(const Network& network, const Pass& pass,
                                                             const Workspace& workspace, const float* logits,
                                                             float* diff_logits) const {
  const int64_t rows = pass.batch_rows, kept = rows - static_cast<int64_t>(trim_ * static_cast<double>(rows));
  const std::span<double> losses(workspace.losses.get(), static_cast<size_t>(rows));
  const std::span<double> own = losses.subspan(static_cast<size_t>(pass.first_row), static_cast<size_t>(pass.rows));
  const float* target = workspace.arena.at(workspace.target);
  std::ranges::fill(losses, 0.0);
  for (int64_t row = 0; row < pass.rows; ++row) {
    const ReconstructionSums loss =
        loss_of_rows(network, 1, logits + row * network.output_dim(), target + row * network.sample_dim(),
                     reconstruction_factor(kept), diff_logits + row * network.output_dim());
    own[static_cast<size_t>(row)] = loss.numbers + loss.categories;
    workspace.category_losses[static_cast<size_t>(row)] = loss.categories;
  }
  if (pass.exchange) pass.exchange->sum(pass.worker, losses);
  // Losses that are not finite have no order.
  if (!std::ranges::all_of(losses, [](double loss) { return std::isfinite(loss); }))
    return {std::numeric_limits<double>::quiet_NaN()};

  const std::span<double> ranked(workspace.ranked_losses.get(), losses.size());
  std::ranges::copy(losses, ranked.begin());
  std::ranges::nth_element(ranked, ranked.begin() + kept - 1);
  const double largest = ranked[static_cast<size_t>(kept - 1)];
  int64_t left = kept - std::ranges::count_if(losses, [&](double loss) { return loss < largest; });
  const auto counts = [&](double loss) { return loss < largest || (loss == largest && left-- > 0); };
  for (const double loss : losses.first(static_cast<size_t>(pass.first_row))) counts(loss);
  ReconstructionSums sums;
  for (int64_t row = 0; row < pass.rows; ++row) {
    if (const double loss = own[static_cast<size_t>(row)]; counts(loss)) {
      const double of_categories = workspace.category_losses[static_cast<size_t>(row)];
      sums.numbers += loss - of_categories;
      sums.categories += of_categories;
    } else {
      std::fill_n(diff_logits + row * network.output_dim(), network.output_dim(), 0.0f);
    }
  }
  const double scale = static_cast<double>(rows) / static_cast<double>(kept);
  return {sums.numbers * scale, sums.categories * scale};
}

std::span<double> Objective::unit_sums(const Workspace& workspace) const {
  return {workspace.unit_sums.get(), static_cast<size_t>(latent_dim_)};
}

void Objective::add_activity(int64_t rows, const float* latents, std::span<double> sums) const {
  for (int64_t row = 0; row < rows; ++row)
    for (size_t unit = 0; unit < sums.size(); ++unit)
      sums[unit] += static_cast<double>(latents[row * latent_dim_ + static_cast<int64_t>(unit)]);
}

void Objective::add_activity(const Network& network, const Pass& pass, const Workspace& workspace) const {
  add_activity(pass.rows, network.encode(pass, workspace), unit_sums(workspace));
}

// Sums over the rows of all workers.
void Objective::sum_activity(const Pass& pass, const float* latents, std::span<double> sums) const {
  std::ranges::fill(sums, 0.0);
  add_activity(pass.rows, latents, sums);
  if (pass.exchange) pass.exchange->sum(pass.worker, sums);
}

// Adds the gradient of the KL divergence between rho and the mean activation over the whole batch.
void Objective::penalize_activity(const Pass& pass, std::span<const double> sums, float* diff_latents) const {
  const int64_t rows = pass.mean_rows();
  for (size_t unit = 0; unit < sums.size(); ++unit) {
    const double activity = mean_activity(sums[unit], rows);
    const double slope = beta_ * ((1 - rho_) / (1 - activity) - rho_ / activity) / static_cast<double>(rows);
    for (int64_t row = 0; row < pass.rows; ++row)
      diff_latents[row * latent_dim_ + static_cast<int64_t>(unit)] += static_cast<float>(slope);
  }
}

Objective::RowSums Objective::run(const Network& network, const Pass& pass, const Workspace& workspace,
                                  float* diff_params) const {
  const bool training = diff_params != nullptr;
  const float* latents = network.encode(pass, workspace);
  const float* logits = network.decode(pass, latents, workspace);
  RowSums sums;
  float* diff_logits = training ? network.diff_logits(workspace) : nullptr;
  const ReconstructionSums loss = training && trims()
                                      ? reconstruct_trimmed(network, pass, workspace, logits, diff_logits)
                                      : reconstruct(network, pass, workspace, logits, diff_logits);
  sums.reconstruction = loss.numbers;
  sums.categories = loss.categories;
  if (network.is_gaussian())
    sums.kl = gaussian_kl(pass.rows, latent_dim_, network.latent_statistics(workspace), free_nats());
  float* diff_latents = training ? network.backward_decoder(pass, latents, workspace, diff_params) : nullptr;
  if (latent_l1_ > 0)
    sums.latent_l1 = l1_penalty(
        pass.rows * latent_dim_, latents,
        training ? static_cast<float>(latent_l1_ / static_cast<double>(pass.mean_rows())) : 0.0f, diff_latents);
  if (penalizes_activity() && training) {
    if (pass.step_rows == 0) sum_activity(pass, latents, unit_sums(workspace));
    penalize_activity(pass, unit_sums(workspace), diff_latents);
  } else if (penalizes_activity()) {
    add_activity(pass.rows, latents, unit_sums(workspace));
  }
  if (training) network.backward_encoder(pass, workspace, diff_params);
  return sums;
}

}  // namespace hourglass
