#include "hourglass/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr double kTail = 0.1;
constexpr int64_t kLeastExcesses = 20;

void check_share(const char* what, double value, bool one_allowed) {
  if (value > 0 && (value < 1 || (one_allowed && value == 1))) return;
  throw Error(ErrorKind::kUsage, fmt::format("{} is {}; expected a number above 0 and {} 1.", what, value,
                                             one_allowed ? "at most" : "below"));
}

}  // namespace

double conformal_p_value(std::span<const double> calibration, double score) {
  const auto below = std::ranges::lower_bound(calibration, score) - calibration.begin();
  const auto size = std::ssize(calibration);
  return static_cast<double>(1 + size - below) / static_cast<double>(size + 1);
}

std::vector<double> conformal_p_values(std::span<const double> calibration, std::span<const double> scores) {
  std::vector<double> p_values;
  p_values.reserve(scores.size());
  for (const double score : scores) p_values.push_back(conformal_p_value(calibration, score));
  return p_values;
}

std::vector<bool> select_by_false_discovery_rate(std::span<const double> p_values, double rate) {
  check_share("The false discovery rate", rate, false);
  std::vector<double> sorted(p_values.begin(), p_values.end());
  std::ranges::sort(sorted);
  double largest = -1;
  for (size_t k = 0; k < sorted.size(); ++k)
    if (sorted[k] <= static_cast<double>(k + 1) * rate / static_cast<double>(sorted.size())) largest = sorted[k];
  std::vector<bool> selected;
  for (const double p : p_values) selected.push_back(p <= largest);
  return selected;
}

int64_t least_calibration_scores(double rate, int64_t samples) {
  return static_cast<int64_t>(std::ceil(static_cast<double>(samples) / rate - 1e-9)) - 1;
}

double ParetoTail::probability(double score) const {
  const double excess = std::max(0.0, score - threshold);
  if (shape == 0) return tail * std::exp(-excess / scale);
  const double base = 1 + shape * excess / scale;
  return base <= 0 ? 0 : tail * std::pow(base, -1 / shape);
}

// The likelihood has a profile in t = shape / scale: shape(t) = mean ln(1 + t x), log likelihood = -n (ln(shape / t) +
// shape + 1). Its maximum is searched on a grid and then refined by golden section.
std::optional<ParetoTail> fit_pareto_tail(std::span<const double> calibration) {
  const auto count = static_cast<int64_t>(kTail * static_cast<double>(calibration.size()));
  if (count < kLeastExcesses) return std::nullopt;
  const double threshold = calibration[calibration.size() - static_cast<size_t>(count) - 1];
  std::vector<double> excesses;
  for (const double score : calibration)
    if (score > threshold) excesses.push_back(score - threshold);
  if (std::ssize(excesses) < kLeastExcesses || excesses.front() == excesses.back()) return std::nullopt;
  const auto size = static_cast<double>(excesses.size());
  const double mean = std::accumulate(excesses.begin(), excesses.end(), 0.0) / size, most = excesses.back();

  const auto shape_at = [&](double t) {
    double sum = 0;
    for (const double x : excesses) sum += std::log1p(t * x);
    return sum / size;
  };
  const auto likelihood = [&](double t) {
    if (std::abs(t) * mean < 1e-9) return -std::log(mean) - 1;  // exponential
    const double shape = shape_at(t);
    return -std::log(shape / t) - shape - 1;
  };
  // t > -1 / max; below that the density is 0 at the largest excess. A shape below -1 has an unbounded likelihood.
  std::vector<double> grid;
  constexpr int kPoints = 60;
  for (int i = 1; i <= kPoints; ++i) {
    const double share = std::pow(10.0, -6 + 6 * static_cast<double>(i) / kPoints);
    if (i < kPoints && shape_at(-share / most) > -1) grid.push_back(-share / most);
    grid.push_back(1e3 * share * share / mean);
  }
  grid.push_back(0);
  std::ranges::sort(grid);
  const auto best = std::ranges::max_element(grid, {}, likelihood) - grid.begin();
  double low = grid[static_cast<size_t>(std::max<std::ptrdiff_t>(0, best - 1))];
  double high = grid[static_cast<size_t>(std::min(std::ssize(grid) - 1, best + 1))];
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  for (int i = 0; i < 100 && high - low > 1e-12 * std::abs(high + low); ++i) {
    const double left = high - ratio * (high - low), right = low + ratio * (high - low);
    (likelihood(left) < likelihood(right) ? low : high) = likelihood(left) < likelihood(right) ? left : right;
  }
  const double t = (low + high) / 2;
  ParetoTail tail;
  tail.threshold = threshold;
  tail.tail = size / static_cast<double>(calibration.size());
  const bool exponential = std::abs(t) * mean < 1e-9;
  tail.shape = exponential ? 0 : shape_at(t);
  tail.scale = exponential ? mean : tail.shape / t;
  return tail;
}

std::vector<bool> anomalies(const AlarmRule& rule, std::span<const double> scores, std::span<const double> p_values) {
  std::vector<bool> found(scores.size());
  switch (rule.kind) {
    case AlarmRule::Kind::kFalseAlarms:
      check_share("The false-alarm rate", rule.value, false);
      for (size_t i = 0; i < scores.size(); ++i) found[i] = p_values[i] <= rule.value;
      break;
    case AlarmRule::Kind::kFalseDiscoveryRate:
      return select_by_false_discovery_rate(p_values, rule.value);
    case AlarmRule::Kind::kContamination: {
      check_share("The contamination", rule.value, false);
      std::vector<double> sorted(scores.begin(), scores.end());
      std::ranges::sort(sorted, std::greater{});
      const auto count = static_cast<size_t>(std::floor(rule.value * static_cast<double>(scores.size()) + 1e-9));
      for (size_t i = 0; count > 0 && i < scores.size(); ++i) found[i] = scores[i] >= sorted[count - 1];
      break;
    }
    case AlarmRule::Kind::kThreshold:
      if (std::isnan(rule.value)) throw Error(ErrorKind::kUsage, "The threshold is not a number.");
      for (size_t i = 0; i < scores.size(); ++i) found[i] = scores[i] >= rule.value;
      break;
  }
  return found;
}

double kolmogorov_p_value(double distance, int64_t first_size, int64_t second_size) {
  const auto n = static_cast<double>(first_size), m = static_cast<double>(second_size);
  const double size = std::sqrt(n * m / (n + m)), x = (size + 0.12 + 0.11 / size) * distance;
  // Q(x) = 2 sum (-1)^(k - 1) exp(-2 k^2 x^2). For small x the series converges slowly, and Q is 1.
  if (x < 0.2) return 1;
  double sum = 0;
  for (int k = 1; k <= 100; ++k) sum += (k % 2 == 1 ? 1 : -1) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(2 * sum, 0.0, 1.0);
}

DriftTest two_sample_test(std::vector<double> first, std::vector<double> second) {
  if (first.empty() || second.empty()) return {};
  std::ranges::sort(first);
  std::ranges::sort(second);
  const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
  DriftTest test;
  test.distance = 0;
  for (size_t i = 0, j = 0; i < first.size() && j < second.size();) {
    const double value = std::min(first[i], second[j]);
    while (i < first.size() && first[i] == value) ++i;
    while (j < second.size() && second[j] == value) ++j;
    test.distance = std::max(test.distance, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  test.p_value = kolmogorov_p_value(test.distance, std::ssize(first), std::ssize(second));
  return test;
}

}  // namespace hourglass
