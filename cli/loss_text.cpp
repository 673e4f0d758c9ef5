#include "loss_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/text.h"
#include "text.h"

namespace hourglass::cli {
namespace {

/// A set that was measured.
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

}  // namespace

std::string loss_table(const EpochRecord& record, const std::vector<LossTerm>& terms) {
  const std::vector<Part> parts = measured_parts(record);
  std::vector<std::vector<std::string>> rows = {{"loss"}};
  for (const Part& part : parts) rows[0].emplace_back(part.name);
  const auto add_row = [&](const std::string& label, const auto& value) {
    rows.push_back({label});
    for (const Part& part : parts) rows.back().push_back(fmt::format("{:.4g}", value(*part.loss)));
  };
  for (const LossTerm term : terms) add_row(name(term), [term](const Loss& loss) { return loss[term]; });
  if (terms.size() > 1) add_row("total", [](const Loss& loss) { return loss.total(); });
  return table("<" + std::string(parts.size(), '>'), rows);
}

std::string loss_legend(const ObjectiveConfig& objective, const std::vector<LossTerm>& terms) {
  const bool has_categories = std::ranges::find(terms, LossTerm::kCategories) != terms.end();
  return wrapped(fmt::format("Losses are means over samples; the reconstruction is the {} over the values of a "
                             "sample.{}",
                             objective.reduction,
                             has_categories ? " A category counts as one value; categories is their cross-entropy, "
                                              "-ln of the probability of the right one."
                                            : ""),
                 2, 118)
      .insert(0, "  ");
}

std::string loss_lines(const EpochRecord& record, const std::vector<LossTerm>& terms) {
  std::string lines;
  for (const Part& part : measured_parts(record)) {
    std::vector<std::string> words;
    for (const LossTerm term : terms) words.push_back(fmt::format("{} {:.4g}", name(term), (*part.loss)[term]));
    words.push_back(fmt::format("total {:.4g}", part.loss->total()));
    lines += fmt::format("{}    {:<10}  {}", lines.empty() ? "" : "\n", part.name, join(words));
  }
  return lines;
}

std::string latent_text(const LatentStatistics& statistics, bool is_gaussian, const std::string& noun) {
  const std::string units = count(statistics.num_units());
  std::string text =
      is_gaussian ? fmt::format("  latent: {} of {} units are active (variance of the mean over {} {} above 0.01)\n",
                                statistics.active_units(), units, count(statistics.num_samples), noun)
                  : fmt::format(
                        "  latent: mean activation {:.4g}; per sample {:.1f} of {} units are not 0 (L0), sum of |z| "
                        "{:.4g} (L1)\n",
                        statistics.mean_activation(), statistics.l0(), units, statistics.l1());
  for (const std::string& warning : latent_warnings(statistics, is_gaussian, noun))
    text += "  Warning: " + wrapped(warning, 2, 118);
  return text;
}

}  // namespace hourglass::cli
