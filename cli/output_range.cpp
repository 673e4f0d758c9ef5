#include "output_range.h"

#include <fmt/format.h>

#include <vector>

#include "core/text.h"
#include "hourglass/error.h"

namespace hourglass::cli {

Preprocessing fit_to_values(Config& config, const Dataset& train, bool is_preset, const Context& context) {
  Preprocessing fitted = Preprocessing::fit(config.data.preprocess, train, context);
  std::vector<std::string>& decoder = config.model.decoder;
  const bool has_sigmoid = !decoder.empty() && decoder.back() == "sigmoid";
  const ValueBounds range = fitted.range();
  if (!has_sigmoid || (range.low >= 0 && range.high <= 1)) return fitted;
  const std::string found =
      fmt::format("the values of '{}' reach from {:.4g} to {:.4g}", train.name(), range.low, range.high);
  std::vector<std::string> linear(decoder.begin(), decoder.end() - 1);
  if (!is_preset || config.objective.reconstruction == "bce")
    throw Error(
        ErrorKind::kUsage,
        fmt::format("The decoder ends in 'sigmoid', which reaches 0 to 1{}, but {}. Let it end in its linear "
                    "layer, --decoder \"{}\", with --set objective.reconstruction=mse, or bring the values to 0 to 1 "
                    "with --set \"data.preprocess=minmax\".",
                    config.objective.reconstruction == "bce" ? " as the loss bce needs" : "", found, join(linear)));
  const bool is_table = train.sample_shape().size() == 1 && config.data.preprocess.empty();
  if (is_table) {
    config.data.preprocess = {"standardize"};
    fitted = Preprocessing::fit(config.data.preprocess, train, context);
  }
  decoder = std::move(linear);
  if (context.log)
    context.log(fmt::format("{}Output: linear, without the preset's sigmoid, since {} and it reaches 0 to 1.",
                            is_table ? "Features: standardised, since none of data.preprocess was asked for. " : "",
                            found));
  return fitted;
}

}  // namespace hourglass::cli
