#include "analysis/evaluation/decoder_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/matrix.h"
#include "kernels/activation.h"
#include "kernels/gaussian.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 256;
// Keeps the density of a decoder finite if it reconstructs the training set exactly.
constexpr double kMinVariance = 1e-6;

// Calls use(workspace, begin, rows) for blocks of rows. Each worker thread has its own workspace.
template <typename Use>
void with_workspaces(const Network& network, int64_t rows, const Context& context, const Use& use) {
  std::vector<Workspace> workspaces;
  for (int worker = 0; worker < num_threads(context); ++worker)
    workspaces.push_back(network.make_workspace(std::min(kBlockRows, rows), false));
  for_each_block(rows, kBlockRows, context, [&](int worker, int64_t begin, int64_t count) {
    use(workspaces[static_cast<size_t>(worker)], begin, count);
  });
}

}  // namespace

DecoderLikelihood decoder_likelihood(const Autoencoder& model, double train_mse) {
  const std::string& loss = model.config().objective.reconstruction;
  if (loss == "bce") return {Likelihood::kBernoulli, 0, "Bernoulli decoder"};
  if (loss == "gaussian") return {Likelihood::kGaussian, 0, "Gaussian decoder with predicted variances"};
  const double variance = std::max(train_mse, kMinVariance);
  return {Likelihood::kGaussian, variance,
          fmt::format("Gaussian decoder with constant variance, the training mse {:.4g}", variance)};
}

Tensor decoder_outputs(const Autoencoder& model, const DecoderLikelihood& decoder, const Tensor& latents,
                       const Context& context) {
  const Network& network = model.network();
  const int64_t d = model.sample_dim(), width = decoder.likelihood == Likelihood::kGaussian ? 2 * d : d;
  const LogVarBounds bounds{static_cast<float>(model.config().objective.min_log_variance)};
  Tensor outputs({latents.rows(), width});
  with_workspaces(network, latents.rows(), context, [&](const Workspace& workspace, int64_t begin, int64_t rows) {
    const float* raw = network.decode({rows}, latents.data() + begin * latents.row_size(), workspace);
    float* to = outputs.data() + begin * width;
    if (decoder.likelihood == Likelihood::kBernoulli) {
      std::copy_n(raw, rows * d, to);
      return;
    }
    for (int64_t i = 0; i < rows; ++i, to += width, raw += network.output_dim()) {
      activation_forward(network.output_activation(), d, raw, to);
      if (decoder.variance > 0)
        std::fill_n(to + d, d, static_cast<float>(std::log(decoder.variance)));
      else
        std::transform(raw + d, raw + 2 * d, to + d,
                       [&](float value) { return std::clamp(value, bounds.low, bounds.high); });
    }
  });
  return outputs;
}

Tensor latent_distribution(const Autoencoder& model, const Tensor& samples, const Context& context) {
  const Network& network = model.network();
  const int64_t width = 2 * model.latent_dim();
  Tensor statistics({samples.rows(), width});
  with_workspaces(network, samples.rows(), context, [&](const Workspace& workspace, int64_t begin, int64_t rows) {
    std::copy_n(samples.data() + begin * samples.row_size(), rows * samples.row_size(),
                workspace.arena.at(workspace.input));
    network.encode({rows}, workspace);
    std::copy_n(network.latent_statistics(workspace), rows * width, statistics.data() + begin * width);
  });
  for (int64_t i = 0; i < statistics.rows(); ++i)
    for (int64_t j = width / 2; j < width; ++j) {
      float& log_variance = statistics.data()[i * width + j];
      log_variance = std::clamp(log_variance, kMinLatentLogVar, kMaxLatentLogVar);
    }
  return statistics;
}

}  // namespace hourglass
