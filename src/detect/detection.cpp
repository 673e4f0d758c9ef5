#include "hourglass/detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "detect/drift.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

// Features with a smaller share are not named, apart from the largest.
constexpr float kLeastShare = 0.05f;

std::array<Reason, kNumReasons> reasons_of(std::span<const float> contributions, double score) {
  std::array<Reason, kNumReasons> reasons;
  for (size_t j = 0; j < contributions.size(); ++j) {
    Reason next{static_cast<int32_t>(j),
                score > 0 ? static_cast<float>(static_cast<double>(contributions[j]) / score) : 0};
    for (Reason& reason : reasons)
      if (next.share > reason.share) std::swap(reason, next);
  }
  for (size_t k = 1; k < kNumReasons; ++k)
    if (reasons[k].share < kLeastShare) reasons[k] = {};
  return reasons;
}

// Why nothing was found, if the rule could not find anything; this must not look like "no anomalies".
std::string resolution_warning(const AlarmRule& rule, int64_t scores, int64_t samples) {
  const double smallest = 1 / static_cast<double>(scores + 1);
  if (rule.kind == AlarmRule::Kind::kFalseAlarms && rule.value < smallest)
    return fmt::format(
        "A false-alarm rate of {} needs at least {} calibration scores to find anything; there are {}. Use a rate of "
        "at "
        "least {:.2g}, or calibrate on more rows.",
        rule.value, least_calibration_scores(rule.value, 1), scores, smallest);
  if (rule.kind == AlarmRule::Kind::kFalseDiscoveryRate && scores < least_calibration_scores(rule.value, samples))
    return fmt::format(
        "With {} calibration scores the smallest p-value is {:.2g}. A false discovery rate of {} among {} rows needs "
        "{} "
        "calibration scores to select a single row. Calibrate on more rows, score fewer rows, or set a false-alarm "
        "rate.",
        scores, smallest, rule.value, samples, least_calibration_scores(rule.value, samples));
  return "";
}

// Makes scored samples of the blocks of a detector.
class Scorer {
 public:
  Scorer(const Detector& detector, Detector::Samples which)
      : calibration_(detector.calibration(which)),
        tail_(fit_pareto_tail(calibration_)),
        dim_(static_cast<size_t>(detector.num_features())),
        compares_with_itself_(which == Detector::Samples::kTraining),
        usual_(dim_) {}

  void add(const DetectionBlock& block, std::vector<ScoredSample>& samples) {
    const auto count = static_cast<double>(calibration_.size());
    for (size_t i = 0; i < block.scores.size(); ++i, ++num_samples_) {
      const std::span<const float> parts = block.contributions.subspan(i * dim_, dim_);
      ScoredSample sample;
      sample.score = static_cast<double>(static_cast<float>(block.scores[i]));
      sample.p_value = conformal_p_value(calibration_, sample.score);
      // The score of a training sample is one of the calibration scores, and does not compare with itself.
      if (compares_with_itself_) sample.p_value = sample.p_value * (count + 1) / count - 1 / count;
      if (tail_ && sample.score > tail_->threshold) sample.tail_probability = tail_->probability(sample.score);
      sample.reasons = reasons_of(parts, sample.score);
      samples.push_back(sample);
      for (size_t j = 0; j < dim_; ++j) usual_[j] += static_cast<double>(parts[j]);
    }
  }

  // The mean contribution of each feature.
  std::vector<double> usual() const {
    std::vector<double> means = usual_;
    for (double& mean : means) mean /= static_cast<double>(std::max<int64_t>(1, num_samples_));
    return means;
  }

 private:
  const std::vector<double>& calibration_;
  std::optional<ParetoTail> tail_;
  size_t dim_;
  bool compares_with_itself_;
  std::vector<double> usual_;
  int64_t num_samples_ = 0;
};

// Scores all samples, without a decision.
Detection score_all(const Detector& detector, const Dataset& samples, Detector::Samples which, const Context& context) {
  Detection detection;
  detection.which = which;
  detection.num_samples = samples.size();
  detection.samples.reserve(static_cast<size_t>(samples.size()));
  Scorer scorer(detector, which);
  detector.score(
      samples, which, [&](const DetectionBlock& block) { scorer.add(block, detection.samples); }, context);
  detection.usual = scorer.usual();
  return detection;
}

void apply_rule(Detection& detection, const AlarmRule& rule, int64_t calibration_scores) {
  const std::vector<bool> alarms = anomalies(rule, detection.scores(), detection.p_values());
  detection.rule = rule;
  detection.threshold = std::numeric_limits<double>::quiet_NaN();
  detection.num_anomalies = 0;
  for (size_t i = 0; i < alarms.size(); ++i) {
    ScoredSample& sample = detection.samples[i];
    sample.is_anomaly = alarms[i];
    if (!alarms[i]) continue;
    ++detection.num_anomalies;
    detection.threshold = std::isnan(detection.threshold) ? sample.score : std::min(detection.threshold, sample.score);
  }
  const std::string warning = resolution_warning(rule, calibration_scores, detection.num_samples);
  if (detection.num_anomalies == 0 && !warning.empty()) detection.warnings.push_back(warning);
}

}  // namespace

std::vector<double> Detection::scores() const {
  std::vector<double> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.score);
  return all;
}

std::vector<double> Detection::p_values() const {
  std::vector<double> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.p_value);
  return all;
}

std::vector<bool> Detection::alarms() const {
  std::vector<bool> all;
  for (const ScoredSample& sample : samples) all.push_back(sample.is_anomaly);
  return all;
}

std::vector<int64_t> Detection::most_unusual(int64_t count) const {
  std::vector<int64_t> order(samples.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto kept = static_cast<std::ptrdiff_t>(std::min<size_t>(samples.size(), static_cast<size_t>(count)));
  const auto score = [&](int64_t i) { return samples[static_cast<size_t>(i)].score; };
  std::ranges::partial_sort(order, order.begin() + kept,
                            [&](int64_t a, int64_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; });
  order.resize(static_cast<size_t>(kept));
  return order;
}

Detection detect(const Detector& detector, const Dataset& samples, Detector::Samples which, const AlarmRule& rule,
                 const Context& context) {
  Detection detection = score_all(detector, samples, which, context);
  apply_rule(detection, rule, std::ssize(detector.calibration(which)));
  if (which != Detector::Samples::kNew) return detection;
  Drift drift(detector);
  for (const ScoredSample& sample : detection.samples) drift.add_score(sample.score);
  drift.add_values(detector.preprocessing().match(samples));
  for (std::string& warning : drift.warnings()) detection.warnings.push_back(std::move(warning));
  return detection;
}

Detection detect_beside_training(const Detector& detector, const Dataset& samples, std::span<const int64_t> training,
                                 const AlarmRule& rule, const Context& context) {
  Detection detection = score_all(detector, samples, Detector::Samples::kNew, context);
  const Detection own = score_all(detector, samples.select(training), Detector::Samples::kTraining, context);
  for (size_t i = 0; i < training.size(); ++i) detection.samples[static_cast<size_t>(training[i])] = own.samples[i];
  apply_rule(detection, rule, std::ssize(detector.calibration()));
  return detection;
}

namespace {

// The most unusual samples of all blocks so far.
class MostUnusual {
 public:
  void add(const Dataset& block, int64_t first, std::span<const ScoredSample> scored) {
    std::vector<int64_t> candidates;
    for (size_t i = 0; i < scored.size(); ++i)
      if (rows_.size() + candidates.size() < kMost || scored[i].score > least_)
        candidates.push_back(static_cast<int64_t>(i));
    if (candidates.empty()) return;
    const Dataset own = block.select(candidates);
    samples_ = rows_.empty() ? own : concatenate(samples_, own);
    for (const int64_t i : candidates) {
      rows_.push_back(first + i);
      scored_.push_back(scored[static_cast<size_t>(i)]);
    }
    keep_highest();
  }

  void move_to(BlockDetection& result) {
    result.most_unusual = std::move(samples_);
    result.detection.rows = std::move(rows_);
    result.detection.samples = std::move(scored_);
  }

 private:
  static constexpr size_t kMost = 100;

  void keep_highest() {
    if (rows_.size() <= kMost) return;
    std::vector<int64_t> order(rows_.size());
    std::iota(order.begin(), order.end(), int64_t{0});
    const auto score = [&](int64_t i) { return scored_[static_cast<size_t>(i)].score; };
    std::ranges::nth_element(order, order.begin() + kMost,
                             [&](int64_t a, int64_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; });
    order.resize(kMost);
    std::ranges::sort(order);
    samples_ = samples_.select(order);
    for (size_t k = 0; k < kMost; ++k) {
      rows_[k] = rows_[static_cast<size_t>(order[k])];
      scored_[k] = scored_[static_cast<size_t>(order[k])];
    }
    rows_.resize(kMost);
    scored_.resize(kMost);
    least_ = std::ranges::min_element(scored_, {}, &ScoredSample::score)->score;
  }

  Dataset samples_;
  std::vector<int64_t> rows_;
  std::vector<ScoredSample> scored_;
  double least_ = -std::numeric_limits<double>::infinity();  // of kMost samples
};

// Numbers the classes of all blocks alike.
class Classes {
 public:
  void add(const Dataset& block, BlockDetection& result) {
    for (const int32_t label : block.labels()) {
      const auto [found, added] = numbers_.try_emplace(block.class_name(label), std::ssize(result.class_names));
      if (added) result.class_names.push_back(found->first);
      result.labels.push_back(static_cast<int32_t>(found->second));
    }
  }

 private:
  std::map<std::string, int64_t> numbers_;
};

// Calls visit(matched block, first) for all blocks. What a block says is logged for the first one.
template <typename Visit>
void for_each_block(const Detector& detector, DatasetBlocks& blocks, const Context& context, const Visit& visit) {
  std::map<std::string, int64_t> unknown;
  Context logging = context;
  std::string name;
  int64_t first = 0;
  for (Dataset block = blocks.next(context); block.size() > 0; block = blocks.next(context)) {
    const Dataset matched = detector.preprocessing().match(block, logging, &unknown);
    logging.log = nullptr;
    name = block.name();
    visit(matched, first);
    first += block.size();
  }
  report_unknown_categories(unknown, name, context);
}

// The reader reports how much of the data was read; a block does not.
Context of_block(const Context& context) { return {.threads = context.threads}; }

}  // namespace

bool depends_on_all_scores(const AlarmRule& rule) {
  return rule.kind == AlarmRule::Kind::kFalseDiscoveryRate || rule.kind == AlarmRule::Kind::kContamination;
}

double alarm_threshold(const Detector& detector, DatasetBlocks& blocks, const AlarmRule& rule, const Context& context) {
  std::vector<double> scores, p_values;
  for_each_block(detector, blocks, context, [&](const Dataset& samples, int64_t) {
    for (const double score : detector.scores(samples, Detector::Samples::kNew, of_block(context))) {
      scores.push_back(static_cast<double>(static_cast<float>(score)));
      p_values.push_back(conformal_p_value(detector.calibration(Detector::Samples::kNew), scores.back()));
    }
  });
  const std::vector<bool> alarms = anomalies(rule, scores, p_values);
  double lowest = std::numeric_limits<double>::quiet_NaN();
  for (size_t i = 0; i < scores.size(); ++i)
    if (alarms[i] && !(lowest <= scores[i])) lowest = scores[i];
  return lowest;
}

BlockDetection detect_blocks(const Detector& detector, DatasetBlocks& blocks, const AlarmRule& rule, double threshold,
                             const std::function<void(const ScoredBlock&)>& visit, const Context& context) {
  BlockDetection result;
  Detection& detection = result.detection;
  detection.rule = rule;
  detection.which = Detector::Samples::kNew;
  detection.threshold = std::numeric_limits<double>::quiet_NaN();
  if (!depends_on_all_scores(rule)) anomalies(rule, {}, {});  // checks the rule before the work
  Scorer scorer(detector, Detector::Samples::kNew);
  Drift drift(detector);
  MostUnusual most_unusual;
  Classes classes;
  std::vector<ScoredSample> scored;
  const auto is_alarm = [&](const ScoredSample& sample) {
    if (depends_on_all_scores(rule)) return sample.score >= threshold;
    return rule.kind == AlarmRule::Kind::kFalseAlarms ? sample.p_value <= rule.value : sample.score >= rule.value;
  };
  for_each_block(detector, blocks, context, [&](const Dataset& samples, int64_t first) {
    drift.add_values(samples);
    classes.add(samples, result);
    int64_t done = 0;
    detector.score(
        samples, Detector::Samples::kNew,
        [&](const DetectionBlock& block) {
          scored.clear();
          scorer.add(block, scored);
          for (ScoredSample& sample : scored) {
            drift.add_score(sample.score);
            sample.is_anomaly = is_alarm(sample);
            if (samples.has_labels()) result.scores.push_back(sample.score);
            if (!sample.is_anomaly) continue;
            ++detection.num_anomalies;
            if (!(detection.threshold <= sample.score)) detection.threshold = sample.score;
          }
          const Dataset own = samples.slice(done, done + std::ssize(scored));
          visit({own, first + done, scored, block.contributions});
          most_unusual.add(own, first + done, scored);
          done += std::ssize(scored);
        },
        of_block(context));
    detection.num_samples += samples.size();
  });
  detection.usual = scorer.usual();
  most_unusual.move_to(result);
  const std::string warning =
      resolution_warning(rule, std::ssize(detector.calibration(Detector::Samples::kNew)), detection.num_samples);
  if (detection.num_anomalies == 0 && !warning.empty()) detection.warnings.push_back(warning);
  for (std::string& line : drift.warnings()) detection.warnings.push_back(std::move(line));
  return result;
}

double expected_false_alarms(const Detection& detection, const Detector& detector) {
  const auto rows = static_cast<double>(detection.num_samples);
  if (detection.rule.kind == AlarmRule::Kind::kFalseDiscoveryRate) return std::numeric_limits<double>::quiet_NaN();
  if (detection.rule.kind == AlarmRule::Kind::kFalseAlarms) return rows * detection.rule.value;
  const double threshold =
      detection.rule.kind == AlarmRule::Kind::kThreshold ? detection.rule.value : detection.threshold;
  return std::isnan(threshold) ? 0 : rows * conformal_p_value(detector.calibration(detection.which), threshold);
}

}  // namespace hourglass
