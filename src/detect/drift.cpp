#include "detect/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "hourglass/detection.h"

namespace hourglass {
namespace {

constexpr double kLeastDistance = 0.2, kMostLikely = 1e-3;

// After the first samples, one of kStride is read.
constexpr int64_t kAllRead = 100'000, kStride = 16;

}  // namespace

Comparison::Comparison(std::vector<double> reference, int64_t size)
    : reference_(std::move(reference)), size_(size), below_(reference_.size() + 1), equal_(reference_.size() + 1) {}

void Comparison::add(double value, int64_t count) {
  const auto at = std::ranges::lower_bound(reference_, value) - reference_.begin();
  const bool is_equal = at < std::ssize(reference_) && reference_[static_cast<size_t>(at)] == value;
  (is_equal ? equal_ : below_)[static_cast<size_t>(at)] += count;
  count_ += count;
}

// The distribution function of the reference is constant between its values, and that of the added values is monotone.
// So the largest distance is right before or at a value of the reference.
DriftTest Comparison::test() const {
  if (reference_.empty() || count_ == 0) return {};
  const auto n = static_cast<double>(reference_.size()), m = static_cast<double>(count_);
  double distance = 0;
  int64_t added = 0;
  for (size_t i = 0; i < reference_.size();) {
    size_t end = i + 1;
    while (end < reference_.size() && reference_[end] == reference_[i]) ++end;
    added += below_[i];
    distance = std::max(distance, std::abs(static_cast<double>(i) / n - static_cast<double>(added) / m));
    added += equal_[i];
    distance = std::max(distance, std::abs(static_cast<double>(end) / n - static_cast<double>(added) / m));
    i = end;
  }
  return {distance, kolmogorov_p_value(distance, size_, count_)};
}

Drift::Drift(const Detector& detector)
    : detector_(detector),
      scores_(detector.calibration(Detector::Samples::kNew),
              std::ssize(detector.calibration(Detector::Samples::kNew))) {
  const Tensor& reference = detector.feature_quantiles();
  for (int64_t j = 0; j < reference.rows(); ++j)
    features_.emplace_back(std::vector<double>(reference.row(j).begin(), reference.row(j).end()),
                           std::ssize(detector.calibration()));
  missing_.resize(features_.size());
  categories_.resize(features_.size());
  const auto& categories = detector.preprocessing().stored_form().categories;
  for (size_t j = 0; j < std::min(categories.size(), categories_.size()); ++j)
    categories_[j].resize(categories[j].size());
}

void Drift::add_values(const Dataset& matched) {
  const int64_t first = num_samples_;
  num_samples_ += matched.size();
  if (features_.empty() || matched.sample_dim() != std::ssize(features_) || matched.is_preprocessed()) return;
  std::vector<float> values(features_.size());
  for (int64_t i = 0; i < matched.size(); ++i) {
    const bool is_late = first + i >= kAllRead;
    if (is_late && (first + i) % kStride != 0) continue;
    const int64_t count = is_late ? kStride : 1;
    num_read_ += count;
    matched.read(i, i + 1, values.data());
    for (size_t j = 0; j < values.size(); ++j) {
      if (std::isnan(values[j]) || (!categories_[j].empty() && values[j] < 0))
        missing_[j] += count;
      else if (categories_[j].empty())
        features_[j].add(static_cast<double>(values[j]), count);
      else
        categories_[j][static_cast<size_t>(values[j])] += count;
    }
  }
}

DriftTest Drift::feature(size_t j) const { return categories_[j].empty() ? features_[j].test() : category(j); }

DriftTest Drift::category(size_t j) const {
  const std::span<const float> reference = detector_.feature_quantiles().row(static_cast<int64_t>(j));
  const auto n = static_cast<double>(detector_.calibration().size());
  double m = 0, distance = 0;
  for (const int64_t count : categories_[j]) m += static_cast<double>(count);
  if (m == 0) return {};
  for (size_t c = 0; c < categories_[j].size(); ++c) {
    const auto before = static_cast<double>(std::ranges::count(reference, static_cast<float>(c)));
    distance +=
        std::abs(before / static_cast<double>(reference.size()) - static_cast<double>(categories_[j][c]) / m) / 2;
  }
  const double exponent =
      static_cast<double>(categories_[j].size()) * std::log(2.0) - 2 * n * m / (n + m) * distance * distance;
  return {distance, std::exp(std::min(0.0, exponent))};
}

std::vector<std::string> Drift::warnings() const {
  std::vector<std::string> warnings;
  if (const DriftTest test = scores_.test(); test.distance >= kLeastDistance && test.p_value <= kMostLikely)
    warnings.push_back(fmt::format(
        "These scores as a whole differ from the calibration scores (Kolmogorov-Smirnov distance {:.2f}), so "
        "false-alarm rates do not hold. The data can have other units or another operating point, or they drifted. "
        "Calibrate on new usual rows, or train again.",
        test.distance));
  if (features_.empty() || num_read_ == 0) return warnings;
  // Many features are tested at once (Bonferroni).
  const double most_likely = kMostLikely / static_cast<double>(features_.size());
  const std::vector<std::string> names = detection_features(detector_);
  std::vector<std::pair<double, std::string>> changed, gaps;
  for (size_t j = 0; j < features_.size() && j < names.size(); ++j) {
    const DriftTest test = feature(j);
    if (test.distance >= kLeastDistance && test.p_value <= most_likely)
      changed.emplace_back(test.distance, fmt::format("{} ({:.2f})", names[j], test.distance));
    const double missing = static_cast<double>(missing_[j]) / static_cast<double>(num_read_),
                 before = static_cast<double>(detector_.missing_shares()[j]);
    if (missing - before >= kLeastDistance && num_read_ >= 20)
      gaps.emplace_back(missing - before,
                        fmt::format("{} ({:.0f} % instead of {:.0f} %)", names[j], 100 * missing, 100 * before));
  }
  const auto list = [](std::vector<std::pair<double, std::string>>& found) {
    constexpr size_t kMostNamed = 8;
    std::ranges::stable_sort(found, std::greater{}, &std::pair<double, std::string>::first);
    std::vector<std::string> texts;
    for (size_t i = 0; i < std::min(kMostNamed, found.size()); ++i) texts.push_back(found[i].second);
    return join(texts) + (found.size() > kMostNamed ? fmt::format(" and {} more", found.size() - kMostNamed) : "");
  };
  if (!changed.empty())
    warnings.push_back(
        fmt::format("The values of {} feature{} differ from those of the calibration rows (Kolmogorov-Smirnov "
                    "distance, of categories "
                    "half the sum of the differences of shares): {}.",
                    changed.size(), changed.size() == 1 ? "" : "s", list(changed)));
  if (!gaps.empty()) warnings.push_back(fmt::format("Values are missing or unknown more often: {}.", list(gaps)));
  return warnings;
}

}  // namespace hourglass
