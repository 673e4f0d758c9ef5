#include "hourglass/likelihood.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analysis/evaluation/decoder_outputs.h"
#include "analysis/evaluation/evaluator.h"
#include "core/matrix.h"
#include "core/random.h"
#include "hourglass/error.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "likelihood";
constexpr int64_t kDrawBlock = 500;
constexpr int64_t kSampleBlock = 1000;

std::string binary_note(const Tensor& samples, Likelihood likelihood) {
  const bool is_binary = std::ranges::all_of(samples.values(), [](float value) { return value == 0 || value == 1; });
  return likelihood == Likelihood::kGaussian || is_binary
             ? ""
             : "; the samples are not binary, so this is a cross-entropy, not a probability";
}

Tensor rows_of(const Tensor& matrix, int64_t begin, int64_t count) {
  Tensor block({count, matrix.row_size()});
  std::copy_n(matrix.data() + begin * matrix.row_size(), block.size(), block.data());
  return block;
}

DecoderLikelihood decoder_of(Evaluator& evaluator) {
  if (!evaluator.model.network().categories().empty())
    throw Error(ErrorKind::kUsage,
                "The likelihood is not available for samples with categories: their decoder has no density.");
  if (evaluator.model.config().objective.reconstruction != "mse") return decoder_likelihood(evaluator.model, 0);
  const EncodedSamples& train = evaluator.train();
  const Tensor& x = train.samples;
  const Tensor y = evaluator.model.decode_preprocessed(train.latents, evaluator.context);
  double sum = 0;
  for (int64_t i = 0; i < x.rows(); ++i) sum += squared_distance(x.row(i), y.row(i));
  return decoder_likelihood(evaluator.model, sum / static_cast<double>(x.size()));
}

// A variational model has a prior: with a mixture in its place, it is another model than the one of the bounds.
void measure_log_likelihood(Evaluator& evaluator, const DecoderLikelihood& decoder) {
  const Tensor& samples = evaluator.measured().samples;
  const int64_t draws = evaluator.options.likelihood_draws;
  const Tensor latents = evaluator.density().sample(draws, evaluator.options.seed);
  MonteCarloLikelihood estimate(samples, decoder.likelihood);
  for (int64_t begin = 0; begin < draws; begin += kDrawBlock) {
    evaluator.report("log_likelihood", static_cast<double>(begin) / static_cast<double>(draws));
    estimate.add(decoder_outputs(evaluator.model, decoder, rows_of(latents, begin, std::min(kDrawBlock, draws - begin)),
                                 evaluator.context),
                 evaluator.context);
  }
  const MeanEstimate mean = mean_estimate(estimate.log_likelihood());
  const double effective = median(estimate.effective_draws());
  constexpr double kFewDraws = 2;
  const bool has_prior = evaluator.model.network().is_gaussian();
  evaluator.add(
      {kFamily, has_prior ? "mixture_log_likelihood" : "log_likelihood", "model", mean.mean, "nats per sample",
       "ln p(x) = logsumexp over draws z of ln p(x | z) - ln (number of draws), mean over samples" +
           std::string(has_prior
                           ? "; z from a mixture fitted to the latents in place of the prior N(0, 1): another model "
                             "than that of elbo and iw_bound, not comparable with them"
                           : "") +
           binary_note(samples, decoder.likelihood),
       fmt::format(
           "{}Monte Carlo, {} draws from a {}; {}, probabilities clipped to [1e-6, 1 - 1e-6] if Bernoulli; too low "
           "on average, because few draws dominate the estimate of a sample (median effective draws {:.2g})",
           effective < kFewDraws ? "unreliable, about one draw carries a sample: " : "", draws,
           evaluator.density_text(), decoder.text, effective),
       samples.rows(), mean.standard_error});
}

void measure_latent_density(Evaluator& evaluator) {
  const Tensor& latents = evaluator.measured().latents;
  const MeanEstimate mean = mean_estimate(evaluator.density().log_density(latents, evaluator.context));
  evaluator.add(
      {kFamily, "latent_density", "model", mean.mean, "nats per sample",
       "ln of the density of the mixture at the latents of a sample, mean over samples; not a likelihood of samples",
       evaluator.density_text(), latents.rows(), mean.standard_error});
}

// One draw z = mu + sigma eps per row, and ln q(z | x) - ln p(z).
struct Draw {
  Tensor latents;
  std::vector<double> log_ratio;
};

Draw draw_latents(const Tensor& statistics, uint64_t seed, int64_t first_sample, int64_t draw, int64_t draws) {
  const int64_t dim = statistics.row_size() / 2;
  Draw drawn{Tensor({statistics.rows(), dim}), {}};
  for (int64_t i = 0; i < statistics.rows(); ++i) {
    RandomStream random(seed, RandomPurpose::kLatentSamples, static_cast<uint64_t>((first_sample + i) * draws + draw));
    const float *mu = statistics.row(i).data(), *log_variance = mu + dim;
    double ratio = 0;
    for (int64_t j = 0; j < dim; ++j) {
      const double noise = static_cast<double>(random.normal()), spread = static_cast<double>(log_variance[j]);
      const double z = static_cast<double>(mu[j]) + std::exp(spread / 2) * noise;
      drawn.latents.data()[i * dim + j] = static_cast<float>(z);
      ratio += (z * z - noise * noise - spread) / 2;
    }
    drawn.log_ratio.push_back(ratio);
  }
  return drawn;
}

double kl_divergence(std::span<const float> statistics) {
  const size_t dim = statistics.size() / 2;
  double sum = 0;
  for (size_t j = 0; j < dim; ++j) {
    const double mu = static_cast<double>(statistics[j]), log_variance = static_cast<double>(statistics[dim + j]);
    sum += (mu * mu + std::exp(log_variance) - 1 - log_variance) / 2;
  }
  return sum;
}

struct Bounds {
  std::vector<double> elbo, weighted;
};

void bound_block(Evaluator& evaluator, const DecoderLikelihood& decoder, const Tensor& samples, int64_t first_sample,
                 Bounds& bounds) {
  const int64_t draws = evaluator.options.importance_draws;
  const Tensor statistics = latent_distribution(evaluator.model, samples, evaluator.context);
  LogMeanExp weighted(samples.rows());
  std::vector<double> expected(static_cast<size_t>(samples.rows()));
  for (int64_t draw = 0; draw < draws; ++draw) {
    const Draw drawn = draw_latents(statistics, evaluator.options.seed, first_sample, draw, draws);
    std::vector<double> log_weights =
        conditional_log_likelihood(samples, decoder_outputs(evaluator.model, decoder, drawn.latents, evaluator.context),
                                   decoder.likelihood, 0, evaluator.context);
    for (size_t i = 0; i < log_weights.size(); ++i) {
      expected[i] += log_weights[i] / static_cast<double>(draws);
      log_weights[i] -= drawn.log_ratio[i];
    }
    weighted.add(log_weights);
  }
  for (size_t i = 0; i < expected.size(); ++i)
    bounds.elbo.push_back(expected[i] - kl_divergence(statistics.row(static_cast<int64_t>(i))));
  const std::vector<double> values = weighted.values();
  bounds.weighted.insert(bounds.weighted.end(), values.begin(), values.end());
}

Bounds bounds_of(Evaluator& evaluator, const DecoderLikelihood& decoder, const Tensor& samples, const char* what) {
  Bounds bounds;
  for (int64_t begin = 0; begin < samples.rows(); begin += kSampleBlock) {
    evaluator.report(what, static_cast<double>(begin) / static_cast<double>(samples.rows()));
    bound_block(evaluator, decoder, rows_of(samples, begin, std::min(kSampleBlock, samples.rows() - begin)), begin,
                bounds);
  }
  return bounds;
}

void add_bound(Evaluator& evaluator, const DecoderLikelihood& decoder, const char* metric, const char* scale,
               const std::vector<double>& values, const std::string& definition) {
  const MeanEstimate mean = mean_estimate(values);
  evaluator.add({kFamily, metric, "model", mean.mean, scale, definition,
                 fmt::format("{} draws per sample from q(z | x); {}", evaluator.options.importance_draws, decoder.text),
                 static_cast<int64_t>(values.size()), mean.standard_error});
}

void measure_bounds(Evaluator& evaluator, const DecoderLikelihood& decoder) {
  const Tensor& samples = evaluator.measured().samples;
  const Bounds bounds = bounds_of(evaluator, decoder, samples, "bounds");
  const std::string note = binary_note(samples, decoder.likelihood);
  add_bound(evaluator, decoder, "elbo", "nats per sample", bounds.elbo,
            "E_q ln p(x | z) - KL(q(z | x) || N(0, 1)), mean over samples; at most ln p(x)" + note);
  add_bound(evaluator, decoder, "iw_bound", "nats per sample", bounds.weighted,
            "ln of the mean of p(x | z) p(z) / q(z | x) over draws (Burda et al. 2016), mean over samples; on average "
            "at most ln p(x)" +
                note);
}

bool is_density_of_bytes(const Evaluator& evaluator, const DecoderLikelihood& decoder) {
  return evaluator.dataset().storage().type() == ElementType::kUint8 &&
         evaluator.model.config().data.preprocess.empty() && decoder.likelihood == Likelihood::kGaussian;
}

// A density of values is turned into a probability of bytes by noise that spreads each byte over its interval: the
// bound of ln p at byte + noise is one of ln P(byte) + (number of values) ln 255, since values are bytes / 255 (Theis,
// van den Oord, Bethge 2016, "A note on the evaluation of generative models", 3.1).
void measure_bits(Evaluator& evaluator, const DecoderLikelihood& decoder) {
  if (!is_density_of_bytes(evaluator, decoder))
    throw Error(ErrorKind::kUsage,
                "Bits per dimension need a density of bytes: samples stored as bytes, no data.preprocess, and the "
                "reconstruction mse or gaussian.");
  constexpr double kStep = 255;
  Tensor samples = evaluator.measured().samples;
  const auto dim = static_cast<size_t>(samples.row_size());
  for (int64_t i = 0; i < samples.rows(); ++i) {
    RandomStream random(evaluator.options.seed, RandomPurpose::kDequantization, static_cast<uint64_t>(i));
    for (float& value : samples.values().subspan(static_cast<size_t>(i) * dim, dim))
      value += random.uniform(-0.5f, 0.5f) / static_cast<float>(kStep);
  }
  std::vector<double> bits = bounds_of(evaluator, decoder, samples, "bits per dimension").elbo;
  for (double& value : bits) value = std::log2(kStep) - value / static_cast<double>(dim) / std::numbers::ln2;
  add_bound(
      evaluator, decoder, "bits_per_dim", "bits per value", bits,
      "log2 255 - elbo / (values of a sample ln 2) of bytes with uniform noise of one step, mean over samples; at "
      "least the bits of the model per byte");
}

}  // namespace

void evaluate_likelihood(Evaluator& evaluator) {
  const DecoderLikelihood decoder = decoder_of(evaluator);
  const bool has_prior = evaluator.model.network().is_gaussian();
  const char* likelihood = has_prior ? "mixture_log_likelihood" : "log_likelihood";
  if (evaluator.wants(kFamily, likelihood))
    evaluator.attempt(likelihood, [&] { measure_log_likelihood(evaluator, decoder); });
  if (has_prior && evaluator.is_named("log_likelihood"))
    evaluator.attempt("log_likelihood", [] {
      throw Error(ErrorKind::kUsage, "The model has a prior: measure elbo and iw_bound, or mixture_log_likelihood.");
    });
  if (evaluator.wants(kFamily, "latent_density"))
    evaluator.attempt("latent_density", [&] { measure_latent_density(evaluator); });
  const auto attempt_bound = [&](const char* metric, const auto& measure) {
    evaluator.attempt(metric, [&] {
      if (!has_prior)
        throw Error(ErrorKind::kUsage, "Evidence lower bounds need a Gaussian latent; the model's latent is plain.");
      measure(evaluator, decoder);
    });
  };
  if (evaluator.wants(kFamily, "elbo") || evaluator.wants(kFamily, "iw_bound")) attempt_bound("elbo", measure_bounds);
  const bool has_bits = has_prior && is_density_of_bytes(evaluator, decoder);
  if (evaluator.is_named("bits_per_dim") || (has_bits && evaluator.wants(kFamily, "bits_per_dim")))
    attempt_bound("bits_per_dim", measure_bits);
}

}  // namespace hourglass
