// Scores, reasons and what identifies samples, as text.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <ostream>

#include "formats/csv.h"
#include "hourglass/detection.h"

namespace hourglass {

std::vector<std::string> detection_features(const Detector& detector) {
  if (detector.preprocessing().output_shape().size() > 1) return {};
  std::vector<std::string> names = detector.preprocessing().stored_form().feature_names;
  if (std::ssize(names) == detector.num_features()) return names;
  names.clear();
  for (int64_t j = 0; j < detector.num_features(); ++j) names.push_back(fmt::format("x{}", j));
  return names;
}

std::string reason_text(const ScoredSample& sample, const std::vector<std::string>& features) {
  std::string text;
  for (const Reason& reason : sample.reasons)
    if (reason.feature >= 0 && static_cast<size_t>(reason.feature) < features.size())
      text += fmt::format("{}{} {:.0f}%", text.empty() ? "" : "; ", features[static_cast<size_t>(reason.feature)],
                          100 * reason.share);
  return text;
}

std::string value_text(const Dataset& samples, float value, size_t feature) {
  const auto& categories = samples.categories();
  if (categories.empty() || categories[feature].empty())
    return std::isnan(value) ? "missing" : fmt::format("{:.4g}", value);
  const auto number = static_cast<size_t>(value);
  return value >= 0 && number < categories[feature].size() ? categories[feature][number] : "missing or unknown";
}

std::string value_text(const Dataset& samples, int64_t sample, size_t feature) {
  return value_text(samples, samples.read(sample, sample + 1).values()[feature], feature);
}

std::string usual_text(const Detector& detector, size_t feature) {
  const auto& categories = detector.preprocessing().stored_form().categories;
  const Tensor& usual = detector.usual_values();
  if (usual.rows() != detector.num_features() || (!categories.empty() && !categories[feature].empty())) return "";
  return fmt::format("{:.4g} to {:.4g}", usual.values()[3 * feature], usual.values()[3 * feature + 2]);
}

std::vector<std::string> identity_names(const Dataset& samples) {
  if (!samples.identity_columns().empty() || !samples.has_sample_names()) return samples.identity_columns();
  return {samples.sample_shape().size() == 3 ? "file" : "name"};
}

std::vector<std::string> identity_texts(const Dataset& samples, int64_t sample) {
  if (!samples.identity_columns().empty()) return samples.identity(sample);
  if (samples.has_sample_names()) return {samples.sample_name(sample)};
  return {};
}

void write_score_names(std::ostream& out, const Dataset& samples) {
  out << "row";
  for (const std::string& name : identity_names(samples)) out << ',' << csv_field(name);
  out << ",score,p_value,tail_probability,anomaly,reason\n";
}

void write_scores(std::ostream& out, std::span<const ScoredSample> scored, const Dataset& samples, int64_t first,
                  const std::vector<std::string>& features) {
  fmt::memory_buffer text;
  const auto to = std::back_inserter(text);
  for (size_t i = 0; i < scored.size(); ++i) {
    const ScoredSample& sample = scored[i];
    fmt::format_to(to, "{}", first + static_cast<int64_t>(i) + 1);
    for (const std::string& each : identity_texts(samples, static_cast<int64_t>(i)))
      fmt::format_to(to, ",{}", csv_field(each));
    fmt::format_to(to, ",{:.7g},{:.7g},", sample.score, sample.p_value);
    if (!std::isnan(sample.tail_probability)) fmt::format_to(to, "{:.4g}", sample.tail_probability);
    fmt::format_to(to, ",{},{}\n", sample.is_anomaly ? 1 : 0, csv_field(reason_text(sample, features)));
    constexpr size_t kBuffered = 1 << 16;
    if (text.size() < kBuffered && i + 1 < scored.size()) continue;
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  }
}

}  // namespace hourglass
