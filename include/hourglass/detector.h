#pragma once
// Detection of unusual samples: an ensemble of small autoencoders, scores, and the features that cause them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/fingerprint.h"
#include "hourglass/preprocessing.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Scores of consecutive samples.
struct DetectionBlock {
  int64_t first;                         ///< position of the first of these samples
  std::span<const double> scores;        ///< one per sample; a higher score is more unusual
  std::span<const float> contributions;  ///< {samples, features}; those of a sample sum to its score
};

/// Ensembles of small autoencoders that score samples by how far they are from what most training samples have in
/// common.
///
/// The training set is divided into config.detect.folds folds. For each fold an ensemble is trained on the other folds:
/// config.detect.members networks for each of 1 to config.detect.latents latents, but at most a quarter of the number
/// of features, rounded up. The networks differ in their seeds. A training sample is scored by the ensemble of its
/// fold, which did not see it, and other samples by that of the first fold, so that both have scores of the same kind.
///
/// The score of a sample is the sum over its features j of c_j, means over the networks of the ensemble.
/// Latents are limited: they lie outside the range of usual ones (the 5 % to the 95 % quantile of at most 20,000
/// samples of the fold) by at most config.detect.extrapolation times its width. Beyond it a network would extrapolate,
/// and a row that is far from all others could be reconstructed well.
///   a number    c_j = ln(1 + r_j^2 / (s_j^2 + config.detect.floor))^(3/2), where r_j is the residual of the network,
///               output - input of the preprocessed value, and s_j^2 its mean square in the fold that the network was
///               not trained on (of at most 20,000 samples and 4,000,000 values), without the largest tenth
///   a category  c_j = -ln(0.8 p + 0.2 f), where p is the probability of its category in the output, and f the
///   frequency of the category in the training set, with one more sample in each. p is 0
///               for a missing or unknown category, which count as one more category in f.
///   a number that is missing: 0; that is infinite: ln(1 + 20^2 / config.detect.floor)^(3/2), the largest part of a
///   number
/// So a feature counts relative to what is usual for it. The logarithm keeps many small differences visible beside a
/// large one; with its power 3/2 a single large one is still visible beside many features. The score of a sample does
/// not depend on other scored samples.
class Detector {
 public:
  /// Trains a detector on all samples of `train`. The config is usually preset_config("detector"); it is adapted to the
  /// samples (adapt_config). Networks are trained in parallel, one per thread; the result does not depend on the number
  /// of threads. Throws Error(kData) if there are fewer than two samples per fold, as adapt_config and
  /// hourglass::train, and whatever context.on_progress throws.
  static Detector train(const Config& config, const Dataset& train, const Context& context = {});

  /// Reads a file that `save` wrote. Throws Error(kIo) if it cannot be read, Error(kData) if it is malformed.
  static Detector load(const std::filesystem::path& path);
  /// Writes the networks, the preprocessing and the calibration to one safetensors file, atomically. Throws Error(kIo).
  void save(const std::filesystem::path& path) const;

  /// The adapted config of the networks.
  const Config& config() const;
  const Preprocessing& preprocessing() const;
  const DataFingerprint& trained_on() const;  ///< the training set
  int64_t num_networks() const;
  int64_t num_features() const;  ///< of a sample; all values of a category are one

  /// {features, 3}: the 5 % quantile, the median and the 95 % quantile of the values of each feature in the training
  /// set (of at most 20,000 samples), in its own units. Empty if preprocessing makes other features.
  const Tensor& usual_values() const { return usual_values_; }
  /// {features, 201}: quantiles of the values of each feature, in steps of 0.5 %, in the calibration samples: those of
  /// the training set or of `calibrate` (of at most 20,000). And the share of samples in which each is missing. Empty
  /// if preprocessing makes other features, or for more than 2,000 features.
  const Tensor& feature_quantiles() const { return feature_quantiles_; }
  std::span<const float> missing_shares() const { return missing_shares_; }

  /// Whose scores they are.
  enum class Samples {
    kNew,      ///< samples that no network has seen: the first ensemble scores them
    kTraining  ///< the training set, in its order: the networks of its fold score each sample
  };
  /// Scores samples in order and calls visit(block) on the caller's thread. Memory does not depend on their number. An
  /// exception of `visit` reaches the caller. Throws as Preprocessing::apply.
  void score(const Dataset& samples, Samples which, const std::function<void(const DetectionBlock&)>& visit,
             const Context& context = {}) const;
  /// All scores.
  std::vector<double> scores(const Dataset& samples, Samples which = Samples::kNew, const Context& context = {}) const;
  /// All contributions, {samples, features}.
  Tensor contributions(const Dataset& samples, Samples which = Samples::kNew, const Context& context = {}) const;

  /// What the networks that score sample `chosen[i]` of the samples expect its features to be, from all of them
  /// together: their mean output in the units of the samples, {chosen, features}. Of a category it is the number of the
  /// most likely one (Dataset::categories). Empty if preprocessing cannot be inverted.
  Tensor expected(const Dataset& samples, Samples which, std::span<const int64_t> chosen,
                  const Context& context = {}) const;

  /// The scores that p-values compare with, ascending. For training samples: those of the training set, each by
  /// networks that were trained without the sample. For new samples: those of the samples of `calibrate`, if it was
  /// called, else those of the training set. New samples compare with the first fold only, whose ensemble scores them,
  /// if it has at least 1,000 samples: the scores of different ensembles differ, most in the tail.
  const std::vector<double>& calibration(Samples which = Samples::kTraining) const;
  /// Whether new samples compare with samples that no network was trained on. Only then do false-alarm rates hold, for
  /// new samples.
  bool is_calibrated_apart() const;
  /// Compares new samples with the scores of `samples` from now on. They must not be training samples.
  void calibrate(const Dataset& samples, const Context& context = {});

 private:
  explicit Detector(std::shared_ptr<const class Ensemble> ensemble);
  void calibrate_by_folds(const std::vector<double>& scores);
  void summarize_features(const Dataset& samples, bool are_training);

  std::shared_ptr<const class Ensemble> ensemble_;  // shared by copies
  Tensor usual_values_, feature_quantiles_;
  std::vector<float> missing_shares_;
  std::vector<double> calibration_, calibration_of_new_;  // the second is empty if it is the first
  bool is_calibrated_apart_ = false;
};

}  // namespace hourglass
