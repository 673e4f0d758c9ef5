#include "data/sample_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr double kLargestByte = 255;
/// A table with fewer columns rarely contains pixels.
constexpr int64_t kFewestPixels = 64;

bool are_bytes(const NumberArray& array, const ValueSummary& summary, const std::string& choice,
               const std::string& source) {
  const bool fit = summary.is_whole && summary.min >= 0 && summary.max <= kLargestByte && summary.num_not_finite == 0;
  if (choice == "bytes" && !fit)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has values from {:g} to {:g}{}; data.values=bytes requires "
                            "integers from 0 to 255. Omit that option.",
                            source, summary.min, summary.max, summary.is_whole ? "" : ", not all integers"));
  if (choice != "auto") return choice == "bytes";
  const int64_t num_values = num_elements({array.shape.begin() + 1, array.shape.end()});
  const bool is_image = array.shape.size() == 4 || num_values >= kFewestPixels;
  return fit && summary.max > 1 && (array.type == NumberType::kUint8 || is_image);
}

SampleStorage as_bytes(const NumberArray& array) {
  if (array.type == NumberType::kUint8)
    return SampleStorage::shared(ElementType::kUint8, array.bytes, array.owner, array.is_mapped);
  return visit_numbers(array, [](auto values) {
    std::vector<uint8_t> bytes(values.size());
    std::ranges::transform(values, bytes.begin(), [](auto value) { return static_cast<uint8_t>(value); });
    return SampleStorage::of_bytes(std::move(bytes));
  });
}

SampleStorage as_floats(const NumberArray& array, bool has_gaps) {
  if (array.type == NumberType::kFloat32 && !has_gaps)
    return SampleStorage::shared(ElementType::kFloat32, array.bytes, array.owner, array.is_mapped);
  return visit_numbers(array, [](auto values) {
    std::vector<float> floats(values.size());
    std::ranges::transform(values, floats.begin(), [](auto value) {
      const auto number = static_cast<float>(value);
      return std::isfinite(number) ? number : std::numeric_limits<float>::quiet_NaN();
    });
    return SampleStorage::of_floats(std::move(floats));
  });
}

[[noreturn]] void fail_not_finite(const NumberArray& array, const ValueSummary& summary,
                                  const std::vector<std::string>& feature_names, const std::string& source) {
  const int64_t num_values = num_elements({array.shape.begin() + 1, array.shape.end()});
  const int64_t row = summary.first_not_finite / num_values, column = summary.first_not_finite % num_values;
  throw Error(
      ErrorKind::kData,
      fmt::format("'{}' has {} missing or infinite values, the first in sample {} (counted from 0), "
                  "{}. To impute them from the training set, start data.preprocess with \"impute mean\" or "
                  "\"impute median\".",
                  source, summary.num_not_finite, row,
                  feature_names.empty() ? fmt::format("value {}", column)
                                        : fmt::format("column '{}'", feature_names[static_cast<size_t>(column)])));
}

}  // namespace

bool fills_gaps(const DataConfig& config) {
  return !config.preprocess.empty() && config.preprocess.front().starts_with("impute");
}

SampleValues sample_values(const NumberArray& array, const DataConfig& config,
                           const std::vector<std::string>& feature_names, const std::string& source) {
  if (array.bytes.empty())
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has an array of shape {}, which has no values.", source, to_string(array.shape)));
  const ValueSummary summary = summarize(array);
  constexpr double kLargestFloat = std::numeric_limits<float>::max();
  if (summary.max > kLargestFloat || summary.min < -kLargestFloat)
    throw Error(ErrorKind::kData, fmt::format("'{}' has values from {:g} to {:g}, outside the range of float32.",
                                              source, summary.min, summary.max));
  if (summary.num_not_finite > 0 && !fills_gaps(config)) fail_not_finite(array, summary, feature_names, source);
  const bool is_bytes = are_bytes(array, summary, config.values, source);
  return {is_bytes ? as_bytes(array) : as_floats(array, summary.num_not_finite > 0), is_bytes, summary.num_not_finite,
          is_bytes ? "bytes, 0...255 for 0...1" : fmt::format("values {:.4g} to {:.4g}", summary.min, summary.max)};
}

}  // namespace hourglass
