#include "results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/brightness.h"
#include "hourglass/image.h"
#include "text.h"

namespace hourglass::cli {
namespace {

Json to_json(const Loss& loss, const std::vector<LossTerm>& terms) {
  if (std::isnan(loss.total())) return nullptr;
  Json json = {{"loss", loss.total()}};
  if (terms.size() > 1)
    for (const LossTerm term : terms) json[name(term)] = loss[term];
  return json;
}

}  // namespace

std::string metrics_table(const std::string& set, const ReconstructionMetrics& metrics, bool are_images) {
  std::vector<std::vector<std::string>> rows = {{"set", "samples", "mse"},
                                                {set, count(metrics.num_samples), fmt::format("{:.5f}", metrics.mse)}};
  const auto add = [&](const char* name, const std::string& value) {
    rows[0].emplace_back(name);
    rows[1].push_back(value);
  };
  // Cross-entropy is only defined for values in [0, 1].
  if (!std::isnan(metrics.bce)) add("bce", fmt::format("{:.5f}", metrics.bce));
  if (are_images) {
    add("psnr mean", fmt::format("{:.2f} dB", metrics.psnr_mean));
    add("psnr pooled", fmt::format("{:.2f} dB", metrics.psnr_pooled));
  } else {
    add("mae", fmt::format("{:.5f}", metrics.mae));
  }
  return table("<" + std::string(rows[0].size() - 1, '>'), rows);
}

Json to_json(const ReconstructionMetrics& metrics, bool are_images) {
  Json json = {{"num_samples", metrics.num_samples}, {"mse", metrics.mse}, {"mae", metrics.mae}};
  if (!std::isnan(metrics.bce)) json["bce"] = metrics.bce;
  if (are_images) {
    json["psnr_mean"] = metrics.psnr_mean;
    json["psnr_pooled"] = metrics.psnr_pooled;
  }
  return json;
}

Json to_json(const EpochRecord& record, const std::vector<LossTerm>& terms) {
  return {{"epoch", record.epoch},
          {"train", to_json(record.train, terms)},
          {"validation", to_json(record.validation, terms)},
          {"test", to_json(record.test, terms)},
          {"learning_rate", record.learning_rate},
          {"seconds", record.seconds},
          {"samples_per_second", record.samples_per_second}};
}

std::vector<ImageRow> reconstruction_rows(const Autoencoder& model, const Dataset& data, int64_t num_images,
                                          const Context& context) {
  const Tensor shown = model.preprocess(data, context).read(0, std::min(num_images, data.size()));
  std::vector<ImageRow> rows = {
      {"original", model.preprocessing().invert(shown)},
      {"reconstruction", model.preprocessing().invert(model.reconstruct_preprocessed(shown, context))}};
  const auto [low, high] = std::ranges::minmax(rows.front().images.values());
  for (ImageRow& row : rows) to_brightness(row.images.values(), {low, high});
  return rows;
}

}  // namespace hourglass::cli
