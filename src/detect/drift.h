#pragma once
// Whether new samples differ as a whole from those that a detector was calibrated on.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/calibration.h"
#include "hourglass/dataset.h"
#include "hourglass/detector.h"

namespace hourglass {

/// Counts values between those of a reference, so that their distribution can be compared with it in memory that does
/// not depend on their number.
class Comparison {
 public:
  /// `reference`: ascending. `size`: number of values that it stands for.
  Comparison(std::vector<double> reference, int64_t size);
  /// Adds a value that stands for `count` values.
  void add(double value, int64_t count = 1);
  int64_t count() const { return count_; }
  /// The test of Kolmogorov and Smirnov (two_sample_test) of reference and added values.
  DriftTest test() const;

 private:
  std::vector<double> reference_;
  int64_t size_, count_ = 0;
  std::vector<int64_t> below_, equal_;  // by position in the reference
};

/// Compares the scores and the values of each feature with those of the calibration.
class Drift {
 public:
  explicit Drift(const Detector& detector);
  void add_score(double score) { scores_.add(score); }
  /// Adds the values of samples with the features of the detector (Preprocessing::match). After the first 100,000
  /// samples every 16th is read, and counts as 16.
  void add_values(const Dataset& matched);
  /// The distance of feature j, and the probability of at least this distance by chance. Of numbers: two_sample_test.
  /// Of categories: half the sum of the differences of shares (total variation), with the bound of Weissman et al.
  /// (2003), which the difference of two samples follows with the harmonic size.
  DriftTest feature(size_t j) const;
  /// What the user should know: one sentence about the scores, one about features.
  std::vector<std::string> warnings() const;

 private:
  DriftTest category(size_t j) const;

  const Detector& detector_;
  Comparison scores_;
  std::vector<Comparison> features_;              // of numbers
  std::vector<std::vector<int64_t>> categories_;  // counts by feature; empty for numbers
  std::vector<int64_t> missing_;                  // by feature; of categories also unknown ones
  int64_t num_samples_ = 0, num_read_ = 0;
};

}  // namespace hourglass
