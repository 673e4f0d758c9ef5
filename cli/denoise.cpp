#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "command.h"
#include "hourglass/denoising.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct DenoiseArguments {
  explicit DenoiseArguments(CLI::App& app)
      : run(app, {"test", "train"}), outputs(app, "denoised", "the reconstructions shown") {
    app.add_option("--noise", noise, "variances of the normal noise")
        ->type_name("V,V,...")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--count", count, "images in the picture")
        ->type_name("N")
        ->check(CLI::Range(int64_t{1}, int64_t{1000}))
        ->capture_default_str();
    app.add_option("--seed", seed, "of the noise")->type_name("N")->capture_default_str();
    app.add_flag("--json", json, "print JSON")->excludes(app.get_option("--show"));
  }
  RunArguments run;
  Outputs outputs;
  std::vector<double> noise = {0.1, 0.25, 0.5, 0.75, 1};
  int64_t count = 12;
  uint64_t seed = 1;
  bool json = false;
};

std::string scores_table(const std::vector<DenoisingMetrics>& levels) {
  std::vector<std::vector<std::string>> rows = {{"noise variance", "psnr in", "psnr out", "ssim in", "ssim out"}};
  const auto decibels = [](double value) { return value >= 100 ? std::string("-") : fmt::format("{:.2f} dB", value); };
  const auto ssim = [](double value) { return std::isnan(value) ? std::string("-") : fmt::format("{:.4f}", value); };
  for (const DenoisingMetrics& level : levels)
    rows.push_back({level.variance == 0 ? "clean" : fmt::format("{}", level.variance), decibels(level.input.psnr_mean),
                    decibels(level.output.psnr_mean), ssim(level.input.ssim), ssim(level.output.ssim)});
  return table(">>>>>", rows);
}

Json scores_json(const std::vector<DenoisingMetrics>& levels) {
  Json json = Json::array();
  for (const DenoisingMetrics& level : levels)
    json.push_back({{"variance", level.variance},
                    {"psnr_in", level.input.psnr_mean},
                    {"psnr_out", level.output.psnr_mean},
                    {"ssim_in", level.input.ssim},
                    {"ssim_out", level.output.ssim}});
  return json;
}

int denoise(const DenoiseArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kText);
  const Context context = arguments.run.context();
  const RunData data = arguments.run.load_part(model);
  const Tensor samples = model.prepare(data.chosen()).read();
  std::vector<double> variances = arguments.noise;
  variances.insert(variances.begin(), 0);
  const auto levels = denoising_metrics(model, samples, variances, arguments.seed, context);

  Shape shape = samples.shape();
  shape[0] = std::min(arguments.count, shape[0]);
  Tensor shown(shape);
  std::copy_n(samples.data(), shown.size(), shown.data());
  std::vector<ImageRow> rows = {{"original", shown}};
  Tensor last;
  for (size_t level = 0; level < variances.size(); ++level) {
    const Tensor noisy = add_noise(shown, variances[level], noise_bounds(model), arguments.seed, level);
    last = model.reconstruct(noisy, context);
    const std::string label = level == 0 ? "clean" : fmt::format("variance {}", variances[level]);
    if (level > 0) rows.push_back({fmt::format("{}, {:.2f} dB", label, levels[level].input.psnr_mean), noisy});
    rows.push_back({fmt::format("{} denoised, {:.2f} dB", label, levels[level].output.psnr_mean), last});
  }
  const auto path = arguments.outputs.draw(arguments.run, rows, shape[0]);
  const std::string written = arguments.outputs.write_values(last, "x");
  if (arguments.json) {
    fmt::print("{}\n", Json({{"run", arguments.run.run()},
                             {"part", data.label()},
                             {"num_samples", samples.rows()},
                             {"levels", scores_json(levels)},
                             {"picture", picture_json(path)}})
                           .dump(2));
    return kDone;
  }
  const ValueRange scale = model.value_scale();
  const std::string cut = model.config().corruption.clamp ? ", noisy values cut to " + range_text(scale) : "";
  fmt::print("{}{}  Against the clean ones, mean over {} {}; peak {:.4g}{}.\n{}",
             path.empty() ? "" : path.string() + "\n", scores_table(levels), count(samples.rows()), data.samples(),
             scale.width(), cut, written);
  return kDone;
}

}  // namespace

Action declare_denoise(CLI::App& app) {
  const auto arguments = std::make_shared<DenoiseArguments>(app);
  return [arguments] { return denoise(*arguments); };
}

}  // namespace hourglass::cli
