#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "command.h"
#include "core/text.h"
#include "hourglass/denoising.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct DenoiseArguments {
  explicit DenoiseArguments(Arguments& arguments)
      : run(arguments), outputs(arguments, "denoised", "the denoised samples of every noise level") {
    arguments.add("--noise", noise, "variances of the Gaussian noise").value("V,V,...").separated().shows_default();
    arguments.add("--count", count, "number of samples in the picture and in --values")
        .value("N")
        .range(1, 1000)
        .shows_default();
    arguments.add("--seed", seed, "seed of the noise").value("N").shows_default();
  }
  RunArguments run;
  Outputs outputs;
  std::vector<double> noise = {0.1, 0.25, 0.5, 0.75, 1};
  int64_t count = 12;
  uint64_t seed = 1;
};

/// PSNR and SSIM for images; for rows of a table the squared error, since they have no peak.
std::string scores_table(const std::vector<DenoisingMetrics>& levels, bool is_image) {
  const auto level_name = [](const DenoisingMetrics& level) {
    return level.variance == 0 ? std::string("clean") : fmt::format("{}", level.variance);
  };
  if (!is_image) {
    std::vector<std::vector<std::string>> rows = {{"noise variance", "mse in", "mse out"}};
    for (const DenoisingMetrics& level : levels)
      rows.push_back(
          {level_name(level), fmt::format("{:.4g}", level.input.mse), fmt::format("{:.4g}", level.output.mse)});
    return table(">>>", rows);
  }
  std::vector<std::vector<std::string>> rows = {{"noise variance", "psnr in", "psnr out", "ssim in", "ssim out"}};
  const auto decibels = [](double value) { return value >= 100 ? std::string("-") : fmt::format("{:.2f} dB", value); };
  const auto ssim = [](double value) { return std::isnan(value) ? std::string("-") : fmt::format("{:.4f}", value); };
  for (const DenoisingMetrics& level : levels)
    rows.push_back({level_name(level), decibels(level.input.psnr_mean), decibels(level.output.psnr_mean),
                    ssim(level.input.ssim), ssim(level.output.ssim)});
  return table(">>>>>", rows);
}

Json scores_json(const std::vector<DenoisingMetrics>& levels, bool is_image) {
  Json json = Json::array();
  for (const DenoisingMetrics& level : levels) {
    json.push_back({{"variance", level.variance}, {"mse_in", level.input.mse}, {"mse_out", level.output.mse}});
    if (!is_image) continue;
    json.back()["psnr_in"] = level.input.psnr_mean;
    json.back()["psnr_out"] = level.output.psnr_mean;
    json.back()["ssim_in"] = level.input.ssim;
    json.back()["ssim_out"] = level.output.ssim;
  }
  return json;
}

/// The first samples at each noise level: what --values writes, and the rows of the picture.
struct Denoised {
  Tensor values;  ///< levels x samples, in the units of the data
  RowIdentity identity;
  std::vector<ImageRow> rows;
};

Denoised denoise_samples(const DenoiseArguments& arguments, const Autoencoder& model, const Dataset& data,
                         const Tensor& clean, const std::vector<DenoisingMetrics>& levels) {
  Denoised denoised{{}, identify_rows(data), {{"original", clean}}};
  denoised.identity.columns.insert(denoised.identity.columns.begin(), "variance");
  const auto identities = std::exchange(denoised.identity.rows, {});
  for (size_t level = 0; level < levels.size(); ++level) {
    const double variance = levels[level].variance;
    const Tensor noisy = add_noise(clean, variance, noise_bounds(model), arguments.seed, level);
    const Tensor output = model.reconstruct_preprocessed(noisy, arguments.run.context());
    const Tensor raw = model.preprocessing().invert(output);
    if (level == 0) {
      Shape shape = raw.shape();
      shape[0] *= static_cast<int64_t>(levels.size());
      denoised.values = Tensor(shape);
    }
    std::ranges::copy(raw.values(), denoised.values.data() + static_cast<int64_t>(level) * raw.size());
    for (std::vector<std::string> identity : identities) {
      identity.insert(identity.begin(), fmt::format("{}", variance));
      denoised.identity.rows.push_back(std::move(identity));
    }
    const std::string label = level == 0 ? "clean" : fmt::format("variance {}", variance);
    if (level > 0) denoised.rows.push_back({fmt::format("{}, {:.2f} dB", label, levels[level].input.psnr_mean), noisy});
    denoised.rows.push_back({fmt::format("{} denoised, {:.2f} dB", label, levels[level].output.psnr_mean), output});
  }
  return denoised;
}

int denoise(DenoiseArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kText);
  const RunData data = arguments.run.load(model, RunArguments::Training::kNotUsed);
  const bool draws_images = is_image(model.sample_shape());
  if (!draws_images && !arguments.outputs.writes_values())
    arguments.run.arguments().reject_unused({"--count"}, "rows of a table are not drawn, and --values was not given.");
  const Tensor samples = model.preprocess(data.chosen).read();
  std::vector<double> variances = arguments.noise;
  variances.insert(variances.begin(), 0);
  const auto levels = denoising_metrics(model, samples, variances, arguments.seed, arguments.run.context());

  const int64_t shown = std::min(arguments.count, samples.rows());
  const Dataset first = data.chosen.slice(0, shown);
  const Denoised denoised = denoise_samples(arguments, model, first, model.preprocess(first).read(), levels);
  const auto path = arguments.outputs.draw(arguments.run, denoised.rows, shown);
  const std::string written = arguments.outputs.write_values(
      denoised.values, value_columns(model, denoised.values.row_size()), denoised.identity);
  const ValueRange scale = model.value_scale();
  const std::string cut = model.config().corruption.clamp ? "; noisy values are clipped to " + range_text(scale) : "";
  arguments.run.output().print(
      fmt::format("{}{}  Compared with the clean samples, mean over {} {}{}{}.\n{}",
                  path.empty() ? "" : path.string() + "\n", scores_table(levels, draws_images), count(samples.rows()),
                  data.description(), draws_images ? fmt::format("; peak {:.4g}", scale.width()) : "", cut, written),
      [&] {
        return Json{{"run", arguments.run.run()},
                    {"part", data.label()},
                    {"num_samples", samples.rows()},
                    {"levels", scores_json(levels, draws_images)},
                    {"picture", picture_json(path)}};
      });
  return kDone;
}

}  // namespace

Action declare_denoise(Arguments& app) {
  const auto arguments = std::make_shared<DenoiseArguments>(app);
  return [arguments] { return denoise(*arguments); };
}

}  // namespace hourglass::cli
