#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/evaluation/decoder_outputs.h"
#include "analysis/evaluation/evaluator.h"
#include "hourglass/error.h"
#include "hourglass/latent_statistics.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "latents";
// The time of the spectrum is cubic in the number of latents.
constexpr int64_t kMaxLatents = 1024;

void add(Evaluator& evaluator, const char* metric, double value, const char* unit, const char* definition) {
  evaluator.add({kFamily, metric, "model", value, unit, definition, "", evaluator.measured().latents.rows()});
}

void measure_units(Evaluator& evaluator, EvaluationTable& units) {
  const LatentStatistics statistics = latent_statistics(evaluator.measured().latents);
  add(evaluator, "active_units", static_cast<double>(statistics.active_units()), "",
      "latents whose variance over samples is above 0.01 (Burda et al. 2016)");
  add(evaluator, "dead_units", static_cast<double>(statistics.dead_units()), "", "latents that are 0 for every sample");
  add(evaluator, "latent_l0", statistics.l0(), "per sample",
      "number of latents of a sample that are not 0, mean over samples");
  add(evaluator, "latent_l1", statistics.l1(), "per sample", "sum of |z| of a sample, mean over samples");
  add(evaluator, "mean_activation", statistics.mean_activation(), "", "mean of z over samples and latents");
  units.columns = {"mean", "variance", "part not 0"};
  for (size_t j = 0; j < statistics.mean.size(); ++j)
    units.rows.push_back({statistics.mean[j], statistics.variance[j], statistics.nonzero[j]});
}

void measure_spectrum(Evaluator& evaluator) {
  const Tensor& latents = evaluator.measured().latents;
  if (latents.row_size() > kMaxLatents)
    throw Error(ErrorKind::kUsage, fmt::format("The spectrum is measured for up to {} latents; the model has {}.",
                                               kMaxLatents, latents.row_size()));
  const std::vector<double> variances = principal_variances(latents, evaluator.context);
  add(evaluator, "effective_dimension", effective_dimension(variances), "",
      "(sum of the variances of the latents' principal components)^2 / sum of their squares");
  EvaluationTable table{"latent_explained_variance", {"part", "cumulative"}, {}};
  double total = 0, cumulative = 0;
  for (const double variance : variances) total += variance;
  for (const double variance : variances) {
    cumulative += variance;
    table.rows.push_back({variance / total, cumulative / total});
  }
  const auto enough = std::ranges::find_if(table.rows, [](const auto& row) { return row[1] >= 0.95; });
  add(evaluator, "components_for_95", static_cast<double>(enough - table.rows.begin() + 1), "",
      "number of principal components of the latents that explain 95 % of their variance");
  evaluator.add_table(std::move(table));
  add(evaluator, "mean_correlation", mean_absolute_correlation(latents, evaluator.context), "",
      "mean of |correlation| over all pairs of latents that vary");
}

void measure_divergence(Evaluator& evaluator, EvaluationTable& units) {
  const Tensor statistics = latent_distribution(evaluator.model, evaluator.measured().samples, evaluator.context);
  const size_t dim = units.rows.size();
  std::vector<double> divergence(dim);
  for (int64_t i = 0; i < statistics.rows(); ++i) {
    const float* row = statistics.row(i).data();
    for (size_t j = 0; j < dim; ++j) {
      const double mu = static_cast<double>(row[j]), log_variance = static_cast<double>(row[dim + j]);
      divergence[j] +=
          (mu * mu + std::exp(log_variance) - 1 - log_variance) / 2 / static_cast<double>(statistics.rows());
    }
  }
  double total = 0;
  units.columns.emplace_back("kl");
  for (size_t j = 0; j < dim; ++j) {
    units.rows[j].push_back(divergence[j]);
    total += divergence[j];
  }
  add(evaluator, "kl", total, "nats per sample", "KL(q(z | x) || N(0, 1)) summed over latents, mean over samples");
}

}  // namespace

void evaluate_latents(Evaluator& evaluator) {
  EvaluationTable units{"latent_units", {}, {}};
  measure_units(evaluator, units);
  if (evaluator.model.network().is_gaussian()) measure_divergence(evaluator, units);
  evaluator.add_table(std::move(units));
  evaluator.attempt("latents spectrum", [&] { measure_spectrum(evaluator); });
}

}  // namespace hourglass
