#include "results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/brightness.h"
#include "hourglass/image.h"
#include "text.h"

namespace hourglass::cli {
namespace {

Json to_json(const Loss& loss) {
  Json json = {{"total", loss.total()}};
  for (int i = 0; i < kNumLossTerms; ++i) json[name(static_cast<LossTerm>(i))] = loss[static_cast<LossTerm>(i)];
  return json;
}

}  // namespace

std::string metrics_table(const PartMetrics& parts) {
  // Cross-entropy has no meaning outside [0, 1], and PSNR little where values are no brightness.
  const bool in_unit_range = std::ranges::none_of(parts, [](const auto& part) { return std::isnan(part.second.bce); });
  std::vector<std::vector<std::string>> rows = {{"part", "samples", "mse"}};
  if (in_unit_range) rows[0].insert(rows[0].end(), {"bce", "psnr mean", "psnr pooled"});
  for (const auto& [part, metrics] : parts) {
    rows.push_back({part, count(metrics.num_samples), fmt::format("{:.5f}", metrics.mse)});
    if (in_unit_range)
      rows.back().insert(rows.back().end(),
                         {fmt::format("{:.5f}", metrics.bce), fmt::format("{:.2f} dB", metrics.psnr_mean),
                          fmt::format("{:.2f} dB", metrics.psnr_pooled)});
  }
  return table(in_unit_range ? "<>>>>>" : "<>>", rows);
}

Json to_json(const ReconstructionMetrics& metrics) {
  return {{"num_samples", metrics.num_samples},
          {"mse", metrics.mse},
          {"bce", metrics.bce},
          {"psnr_mean", metrics.psnr_mean},
          {"psnr_pooled", metrics.psnr_pooled}};
}

Json to_json(const EpochRecord& record) {
  return {{"epoch", record.epoch},
          {"train", to_json(record.train)},
          {"validation", to_json(record.validation)},
          {"test", to_json(record.test)},
          {"seconds", record.seconds},
          {"images_per_second", record.images_per_second}};
}

std::vector<ImageRow> reconstruction_rows(const Autoencoder& model, const Dataset& data, int64_t num_images,
                                          const Context& context) {
  const Tensor shown = model.prepare(data, context).read(0, std::min(num_images, data.size()));
  std::vector<ImageRow> rows = {{"original", model.preprocessing().invert(shown)},
                                {"reconstruction", model.preprocessing().invert(model.reconstruct(shown, context))}};
  const auto [low, high] = std::ranges::minmax(rows.front().images.values());
  for (ImageRow& row : rows) to_brightness(row.images.values(), {low, high});
  return rows;
}

}  // namespace hourglass::cli
