#include "loss_text.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "core/text.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct Part {
  const char* name;
  const Loss* loss;
};

std::vector<Part> measured_parts(const EpochRecord& record) {
  std::vector<Part> parts;
  for (const Part& part :
       {Part{"train", &record.train}, Part{"validation", &record.validation}, Part{"test", &record.test}})
    if (!std::isnan(part.loss->total())) parts.push_back(part);
  return parts;
}

/// Those that are not 0 everywhere; the reconstruction is always on.
std::vector<LossTerm> terms_on(const std::vector<Part>& parts) {
  std::vector<LossTerm> terms;
  for (int i = 0; i < kNumLossTerms; ++i) {
    const LossTerm term = static_cast<LossTerm>(i);
    bool on = term == LossTerm::kReconstruction;
    for (const Part& part : parts) on |= (*part.loss)[term] != 0;
    if (on) terms.push_back(term);
  }
  return terms;
}

}  // namespace

std::string loss_table(const EpochRecord& record, const LossScales& scales) {
  const std::vector<Part> parts = measured_parts(record);
  std::vector<std::vector<std::string>> rows = {{"term of the loss"}};
  std::string alignment = "<";
  for (const Part& part : parts) {
    rows[0].push_back(std::string(part.name) + " px");
    rows[0].push_back(std::string(part.name) + " img");
    alignment += ">>";
  }
  const auto add_row = [&](const std::string& label, const auto& value) {
    rows.push_back({label});
    for (const Part& part : parts) {
      rows.back().push_back(fmt::format("{:.4g}", scales.per_pixel * value(*part.loss)));
      rows.back().push_back(fmt::format("{:.4g}", scales.per_image * value(*part.loss)));
    }
  };
  const std::vector<LossTerm> terms = terms_on(parts);
  for (const LossTerm term : terms) add_row(name(term), [term](const Loss& loss) { return loss[term]; });
  if (terms.size() > 1) add_row("total", [](const Loss& loss) { return loss.total(); });
  return table(alignment, rows);
}

std::string loss_legend(const ObjectiveConfig& objective) {
  return fmt::format(
      "  Reconstruction is the {} over the values of an image (px: their mean, img: their sum), all terms are means "
      "over\n"
      "  images, times their weights{}.\n",
      objective.reduction,
      objective.reduction == "sum" ? "; minimised is the total per img" : "; minimised is the total per px");
}

std::string loss_lines(const EpochRecord& record, const LossScales& scales) {
  const std::vector<Part> parts = measured_parts(record);
  std::string lines;
  for (const Part& part : parts) {
    std::vector<std::string> words;
    const auto add = [&](const char* label, double value) {
      words.push_back(
          fmt::format("{} {:.4g} px {:.4g} img", label, scales.per_pixel * value, scales.per_image * value));
    };
    for (const LossTerm term : terms_on(parts)) add(name(term), (*part.loss)[term]);
    add("total", part.loss->total());
    lines += fmt::format("{}    {:<10}  {}", lines.empty() ? "" : "\n", part.name, join(words));
  }
  return lines;
}

std::string latent_text(const LatentStatistics& statistics, bool is_gaussian) {
  const std::string units = count(statistics.num_units());
  if (is_gaussian)
    return fmt::format("  latent: {} of {} units are active (variance of the mean over {} images above 0.01){}\n",
                       statistics.active_units(), units, count(statistics.num_samples),
                       posterior_collapsed(statistics)
                           ? ".\n  Warning: the posterior has collapsed, the decoder learns next to nothing from the "
                             "latent. Lower\n  objective.kl_weight, let it grow with objective.kl_warmup_epochs, or "
                             "set objective.kl_free_nats"
                           : "");
  return fmt::format(
      "  latent: mean activation {:.4g}; on an average image {:.1f} of {} units are not 0 (L0), sum of |z| {:.4g} "
      "(L1);\n"
      "  {} are 0 on all {} images (dead)\n",
      statistics.mean_activation(), statistics.l0(), units, statistics.l1(), statistics.dead_units(),
      count(statistics.num_samples));
}

std::map<std::string, double> latent_results(const LatentStatistics& statistics, bool is_gaussian) {
  std::map<std::string, double> results = {{"latent_mean_activation", statistics.mean_activation()},
                                           {"latent_l0", statistics.l0()},
                                           {"latent_l1", statistics.l1()},
                                           {"dead_units", static_cast<double>(statistics.dead_units())},
                                           {"active_units", static_cast<double>(statistics.active_units())}};
  if (is_gaussian) results["posterior_collapsed"] = posterior_collapsed(statistics) ? 1 : 0;
  return results;
}

}  // namespace hourglass::cli
