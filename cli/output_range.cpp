#include "output_range.h"

#include <fmt/format.h>

#include <vector>

#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass::cli {

Preprocessing fit_to_values(Config& config, const Dataset& train, bool is_preset, bool has_preset_decoder,
                            const Context& context) {
  Preprocessing fitted = Preprocessing::fit(config.data.preprocess, train, context);
  std::vector<std::string>& decoder = config.model.decoder;
  const ValueRange range = fitted.range();
  if (range.low >= 0 && range.high <= 1) return fitted;
  const std::string found =
      fmt::format("the values of '{}' reach from {:.4g} to {:.4g}", train.name(), range.low, range.high);
  const bool has_sigmoid = !decoder.empty() && decoder.back() == "sigmoid";
  std::vector<std::string> linear(decoder.begin(), decoder.end() - (has_sigmoid ? 1 : 0));
  if (has_sigmoid && (!has_preset_decoder || config.objective.reconstruction == "bce"))
    throw Error(
        ErrorKind::kUsage,
        fmt::format("The decoder ends in 'sigmoid', which reaches 0 to 1{}, but {}. Let it end in its linear "
                    "layer, --decoder \"{}\", with --set objective.reconstruction=mse, or bring the values to 0 to 1 "
                    "with --set \"data.preprocess=minmax\".",
                    config.objective.reconstruction == "bce" ? " as the loss bce needs" : "", found, join(linear)));
  std::string changes;
  if (is_preset && train.sample_shape().size() == 1 && config.data.preprocess.empty()) {
    config.data.preprocess = {"standardize"};
    fitted = Preprocessing::fit(config.data.preprocess, train, context);
    changes = fmt::format("Features: standardised, since {} and none of data.preprocess was asked for.", found);
  }
  if (has_sigmoid) {
    decoder = std::move(linear);
    changes += fmt::format("{}Output: linear, without the preset's sigmoid, since {} and it reaches 0 to 1.",
                           changes.empty() ? "" : " ", changes.empty() ? found : "they reach further");
  }
  if (context.log && !changes.empty()) context.log(changes);
  return fitted;
}

}  // namespace hourglass::cli
