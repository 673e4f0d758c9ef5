#include "hourglass/latent_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/text.h"
#include "hourglass/error.h"
#include "model/network.h"

namespace hourglass {
namespace {

constexpr double kActiveVariance = 0.01;
constexpr double kCollapsedFraction = 0.1;
constexpr int64_t kBlockSamples = 1024;  // encoded at once

// Accumulates statistics of latents, block by block.
class Collector {
 public:
  explicit Collector(int64_t units) : statistics_{0, zeros(units), zeros(units), zeros(units), zeros(units)} {}

  void add(const Tensor& latents) {
    for (int64_t i = 0; i < latents.rows(); ++i) add(latents.row(i));
  }

  LatentStatistics result() const {
    LatentStatistics result = statistics_;
    for (auto* values : {&result.variance, &result.nonzero, &result.magnitude})
      for (double& value : *values) value /= static_cast<double>(result.num_samples);
    return result;
  }

 private:
  static std::vector<double> zeros(int64_t units) { return std::vector<double>(static_cast<size_t>(units)); }

  // Until result(), `variance` is the sum of squared distances from the mean (Welford 1962); `nonzero` and `magnitude`
  // are sums.
  void add(std::span<const float> latent) {
    const double count = static_cast<double>(++statistics_.num_samples);
    for (size_t unit = 0; unit < latent.size(); ++unit) {
      const double z = static_cast<double>(latent[unit]);
      if (!std::isfinite(z))
        throw Error(ErrorKind::kUsage,
                    fmt::format("Unit {} of latent {} is not finite. The model diverged, or its input is invalid.",
                                unit, statistics_.num_samples - 1));
      const double distance = z - statistics_.mean[unit];
      statistics_.mean[unit] += distance / count;
      statistics_.variance[unit] += distance * (z - statistics_.mean[unit]);
      statistics_.nonzero[unit] += z != 0 ? 1 : 0;
      statistics_.magnitude[unit] += std::abs(z);
    }
  }

  LatentStatistics statistics_;
};

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

int64_t LatentStatistics::active_units() const {
  return std::ranges::count_if(variance, [](double value) { return value > kActiveVariance; });
}
int64_t LatentStatistics::dead_units() const { return std::ranges::count(nonzero, 0.0); }
double LatentStatistics::l0() const { return sum(nonzero); }
double LatentStatistics::l1() const { return sum(magnitude); }
double LatentStatistics::mean_activation() const { return sum(mean) / static_cast<double>(num_units()); }

LatentStatistics latent_statistics(const Tensor& latents) {
  if (latents.rows() == 0) throw Error(ErrorKind::kUsage, "There are no latents; statistics need at least one.");
  Collector collector(latents.row_size());
  collector.add(latents);
  return collector.result();
}

LatentStatistics latent_statistics(const Autoencoder& model, const Dataset& data, const Context& context) {
  if (data.size() == 0) throw Error(ErrorKind::kUsage, "There are no samples; statistics need at least one.");
  Collector collector(model.latent_dim());
  for (int64_t begin = 0; begin < data.size(); begin += kBlockSamples)
    collector.add(model.encode(data.slice(begin, std::min(data.size(), begin + kBlockSamples)), context));
  return collector.result();
}

bool posterior_collapsed(const LatentStatistics& statistics) {
  return static_cast<double>(statistics.active_units()) <=
         kCollapsedFraction * static_cast<double>(statistics.num_units());
}

std::vector<std::string> latent_warnings(const LatentStatistics& statistics, bool is_gaussian,
                                         const std::string& noun) {
  const std::string units = count(statistics.num_units());
  if (!is_gaussian && statistics.dead_units() > 0)
    return {
        fmt::format("{} of {} latents are 0 for all {} {} (dead). They carry no information: do not end the encoder "
                    "in relu, or lower the learning rate.",
                    count(statistics.dead_units()), units, count(statistics.num_samples), noun)};
  if (is_gaussian && posterior_collapsed(statistics))
    return {
        fmt::format("The posterior has collapsed: only {} of {} latents are active (variance of the mean over {} {} "
                    "above 0.01), and the decoder gets almost no information from the latent. Set "
                    "objective.reduction to sum, lower objective.kl_weight, or set objective.kl_warmup_epochs or "
                    "objective.kl_free_nats.",
                    count(statistics.active_units()), units, count(statistics.num_samples), noun)};
  return {};
}

std::map<std::string, double> latent_results(const Autoencoder& model, const DataSplit& data, const Context& context) {
  const LatentStatistics statistics = latent_statistics(model, data.test.size() > 0 ? data.test : data.train, context);
  std::map<std::string, double> results = {{"latent_mean_activation", statistics.mean_activation()},
                                           {"latent_l0", statistics.l0()},
                                           {"latent_l1", statistics.l1()},
                                           {"dead_units", static_cast<double>(statistics.dead_units())},
                                           {"active_units", static_cast<double>(statistics.active_units())}};
  if (model.network().is_gaussian()) results["posterior_collapsed"] = posterior_collapsed(statistics) ? 1 : 0;
  return results;
}

}  // namespace hourglass
