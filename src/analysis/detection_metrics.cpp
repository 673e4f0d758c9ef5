#include "hourglass/detection_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int kBootstrapSamples = 200;

// Positions of the scores, from the highest.
std::vector<size_t> by_score(std::span<const double> scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](size_t i) { return scores[i]; });
  return order;
}

// Calls visit(score, anomalies, normals) for each group of equal scores, from the highest. `counts` has how often each
// sample counts.
template <typename Visit>
void for_each_threshold(std::span<const double> scores, const std::vector<bool>& is_anomaly,
                        const std::vector<size_t>& order, std::span<const uint32_t> counts, const Visit& visit) {
  for (size_t i = 0; i < order.size();) {
    const double score = scores[order[i]];
    int64_t anomalies = 0, normals = 0;
    for (; i < order.size() && scores[order[i]] == score; ++i)
      (is_anomaly[order[i]] ? anomalies : normals) += counts.empty() ? 1 : counts[order[i]];
    visit(score, anomalies, normals);
  }
}

double average_precision(std::span<const double> scores, const std::vector<bool>& is_anomaly,
                         const std::vector<size_t>& order, std::span<const uint32_t> counts, int64_t all) {
  double sum = 0;
  int64_t found = 0, chosen = 0;
  for_each_threshold(scores, is_anomaly, order, counts, [&](double, int64_t anomalies, int64_t normals) {
    found += anomalies;
    chosen += anomalies + normals;
    if (anomalies > 0) sum += static_cast<double>(anomalies) * static_cast<double>(found) / static_cast<double>(chosen);
  });
  return sum / static_cast<double>(all);
}

Measured share_of(int64_t part, int64_t all) {
  if (all == 0) return {std::nan(""), std::nan("")};
  const double share = static_cast<double>(part) / static_cast<double>(all);
  return {share, std::sqrt(share * (1 - share) / static_cast<double>(all))};
}

// The area under the ROC curve from ranks, and its error from the variances of the placements of both classes.
Measured roc_auc(std::span<const double> scores, const std::vector<bool>& is_anomaly, const std::vector<size_t>& order,
                 int64_t anomalies, int64_t normals) {
  const auto m = static_cast<double>(anomalies), n = static_cast<double>(normals);
  double sum = 0, squares_of_anomalies = 0, squares_of_normals = 0;
  int64_t anomalies_above = 0, normals_above = 0;
  for_each_threshold(scores, is_anomaly, order, {}, [&](double, int64_t some_anomalies, int64_t some_normals) {
    // The share of normal samples below an anomaly of this score, and of anomalies above a normal sample.
    const double below = 1 - (static_cast<double>(normals_above) + 0.5 * static_cast<double>(some_normals)) / n;
    const double above = (static_cast<double>(anomalies_above) + 0.5 * static_cast<double>(some_anomalies)) / m;
    sum += static_cast<double>(some_anomalies) * below;
    squares_of_anomalies += static_cast<double>(some_anomalies) * below * below;
    squares_of_normals += static_cast<double>(some_normals) * above * above;
    anomalies_above += some_anomalies;
    normals_above += some_normals;
  });
  const double auc = sum / m;
  const auto variance = [&](double squares, double count) {
    return count > 1 ? std::max(0.0, squares - count * auc * auc) / (count - 1) / count : 0.0;
  };
  return {auc, std::sqrt(variance(squares_of_anomalies, m) + variance(squares_of_normals, n))};
}

Measured precision_at(std::span<const double> scores, const std::vector<bool>& is_anomaly,
                      const std::vector<size_t>& order, int64_t count) {
  double found = 0;
  int64_t left = count;
  for_each_threshold(scores, is_anomaly, order, {}, [&](double, int64_t anomalies, int64_t normals) {
    const int64_t taken = std::min(left, anomalies + normals);
    if (taken > 0)
      found += static_cast<double>(anomalies) * static_cast<double>(taken) / static_cast<double>(anomalies + normals);
    left -= taken;
  });
  const double share = found / static_cast<double>(count);
  return {share, std::sqrt(share * (1 - share) / static_cast<double>(count))};
}

}  // namespace

DetectionMetrics detection_metrics(std::span<const double> scores, const std::vector<bool>& is_anomaly) {
  DetectionMetrics metrics;
  metrics.samples = std::ssize(scores);
  metrics.anomalies = std::ranges::count(is_anomaly, true);
  const int64_t normals = metrics.samples - metrics.anomalies;
  if (scores.size() != is_anomaly.size() || metrics.anomalies == 0 || normals == 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("{} scores with {} labels, of which {} are anomalies, cannot be measured; expected a label "
                            "per score, and both anomalies and normal samples.",
                            scores.size(), is_anomaly.size(), metrics.anomalies));
  const std::vector<size_t> order = by_score(scores);
  metrics.roc_auc = roc_auc(scores, is_anomaly, order, metrics.anomalies, normals);
  metrics.average_precision.value = average_precision(scores, is_anomaly, order, {}, metrics.anomalies);
  metrics.precision_at_n = precision_at(scores, is_anomaly, order, metrics.anomalies);

  std::vector<size_t> of_class[2];
  for (size_t i = 0; i < scores.size(); ++i) of_class[is_anomaly[i] ? 1 : 0].push_back(i);
  double sum = 0, squares = 0;
  std::vector<uint32_t> counts(scores.size());
  for (int b = 0; b < kBootstrapSamples; ++b) {
    std::ranges::fill(counts, 0u);
    RandomStream random(0, RandomPurpose::kSampledRows, static_cast<uint64_t>(b));
    for (const std::vector<size_t>& members : of_class)
      for (size_t i = 0; i < members.size(); ++i) ++counts[members[random.below(members.size())]];
    const double value = average_precision(scores, is_anomaly, order, counts, metrics.anomalies);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kBootstrapSamples;
  metrics.average_precision.error = std::sqrt(std::max(0.0, squares / kBootstrapSamples - mean * mean));
  return metrics;
}

AlarmMetrics alarm_metrics(const std::vector<bool>& alarms, const std::vector<bool>& is_anomaly) {
  AlarmMetrics metrics;
  int64_t anomalies = 0;
  for (size_t i = 0; i < alarms.size(); ++i) {
    metrics.alarms += alarms[i];
    metrics.found += alarms[i] && is_anomaly[i];
    anomalies += is_anomaly[i];
  }
  metrics.precision = share_of(metrics.found, metrics.alarms);
  metrics.recall = share_of(metrics.found, anomalies);
  metrics.false_alarm_rate = share_of(metrics.alarms - metrics.found, std::ssize(alarms) - anomalies);
  // F1 is a share too: of twice the alarms that are right, among alarms and anomalies.
  const int64_t both = metrics.alarms + anomalies;
  metrics.f1.value = both == 0 ? std::nan("") : 2 * static_cast<double>(metrics.found) / static_cast<double>(both);
  // By the delta method: F1 = 2 f / (f + g + a), where the found anomalies f of a and the false alarms g are
  // independent binomial counts.
  const auto f = static_cast<double>(metrics.found), g = static_cast<double>(metrics.alarms - metrics.found);
  const auto a = static_cast<double>(anomalies), n = static_cast<double>(std::ssize(alarms) - anomalies);
  const double sum = f + g + a, by_found = 2 * (g + a) / (sum * sum), by_false = 2 * f / (sum * sum);
  metrics.f1.error = std::sqrt(by_found * by_found * (a > 0 ? f * (1 - f / a) : 0) +
                               by_false * by_false * (n > 0 ? g * (1 - g / n) : 0));
  return metrics;
}

std::vector<CurvePoint> detection_curve(std::span<const double> scores, const std::vector<bool>& is_anomaly) {
  const auto anomalies = static_cast<double>(std::ranges::count(is_anomaly, true));
  const double normals = static_cast<double>(scores.size()) - anomalies;
  std::vector<CurvePoint> curve;
  int64_t found = 0, false_alarms = 0;
  for_each_threshold(
      scores, is_anomaly, by_score(scores), {}, [&](double score, int64_t some_anomalies, int64_t some_normals) {
        found += some_anomalies;
        false_alarms += some_normals;
        curve.push_back({score, static_cast<double>(false_alarms) / normals, static_cast<double>(found) / anomalies,
                         static_cast<double>(found) / static_cast<double>(found + false_alarms)});
      });
  return curve;
}

}  // namespace hourglass
