#include "hourglass/denoising.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/evaluation/evaluator.h"
#include "core/matrix.h"
#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "denoising";
constexpr int64_t kMaxImages = 2000;

}  // namespace

void evaluate_denoising(Evaluator& evaluator) {
  const Shape& shape = evaluator.model.sample_shape();
  if (!is_image(shape)) {
    if (evaluator.options.metrics.empty()) return;
    throw Error(
        ErrorKind::kUsage,
        fmt::format("The denoising metrics, PSNR and SSIM, need images; these samples are {}.", to_string(shape)));
  }
  const Tensor& all = evaluator.measured().samples;
  const Tensor images = take_rows(all, sampled_rows(all.rows(), kMaxImages, evaluator.options.seed));
  std::vector<double> variances = {0};
  variances.insert(variances.end(), evaluator.options.noise.begin(), evaluator.options.noise.end());
  const ValueRange scale = evaluator.model.value_scale();
  const auto levels = denoising_metrics(evaluator.model, images, variances, evaluator.options.seed, evaluator.context);
  const std::string noise =
      "normal noise of the variance in the name" +
      (evaluator.model.config().corruption.clamp ? ", noisy values clipped to " + range_text(scale) : "");
  for (const DenoisingMetrics& level : levels) {
    const std::string suffix = level.variance == 0 ? "_clean" : fmt::format("_noise_{}", level.variance);
    const auto add = [&](const char* metric, const char* subject, double value, const char* unit, const char* what) {
      if (std::isnan(value) || (level.variance == 0 && std::string(subject) == "input")) return;
      evaluator.add({kFamily, metric + suffix, subject, value, unit,
                     fmt::format("{} against the clean image, mean over images; peak {:.4g}; {}", what, scale.width(),
                                 level.variance == 0 ? "the input is clean" : noise),
                     "", images.rows()});
    };
    add("psnr", "model", level.output.psnr_mean, "dB", "PSNR");
    add("psnr", "input", level.input.psnr_mean, "dB", "PSNR");
    add("ssim", "model", level.output.ssim, "", "structural similarity");
    add("ssim", "input", level.input.ssim, "", "structural similarity");
  }
}

}  // namespace hourglass
