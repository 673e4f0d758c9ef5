#pragma once
// The networks of a detector.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "detect/folds.h"
#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/fingerprint.h"

namespace hourglass {

/// The limits of each latent of a network. The network extrapolates: a row that is far from all others along its
/// latents would be reconstructed well. So latents are limited to what is usual.
struct LatentLimits {
  std::vector<float> low, high;
};

/// Small autoencoders of one shape, which differ in the number of latents, the seed and the fold they were trained
/// without.
class Ensemble {
 public:
  /// Network `member` of an ensemble.
  struct Member {
    Autoencoder model;
    LatentLimits limits;
    std::vector<float> spread;   ///< [features]: mean squared residual in its fold, without the largest tenth
    std::vector<float> weights;  ///< [features]: 1 / (spread + detect.floor); 0 for the values of a category
  };

  /// See Detector::train.
  static Ensemble train(const Config& config, const Dataset& samples, const Context& context);

  /// The kind of the file of a detector, its metadata and tensors.
  static constexpr const char* kKind = "detector";
  std::map<std::string, std::string> metadata() const;
  std::vector<SafetensorsView> tensors() const;
  /// Throws Error(kData) if the file has no ensemble.
  static Ensemble load(const SafetensorsFile& file, const std::filesystem::path& path);

  const Config& config() const { return config_; }
  const Preprocessing& preprocessing() const { return preprocessing_; }
  const Shape& sample_shape() const { return members_[0].model.sample_shape(); }
  int64_t num_features() const { return members_[0].model.sample_dim(); }
  const DataFingerprint& trained_on() const { return trained_on_; }
  std::span<const Member> members() const { return members_; }
  int num_folds() const { return static_cast<int>(config_.detect.folds); }
  /// The fold of a training sample, by its position.
  size_t fold_of_sample(int64_t sample) const {
    return static_cast<size_t>(fold_of(sample, num_folds(), static_cast<uint64_t>(config_.train.seed)));
  }
  /// The members that were trained without fold `fold`.
  std::span<const Member> members_of(int fold) const;

  /// Adds the contributions [rows, features] of all samples, which are preprocessed. They are means over `members`:
  ///   of a number     ln(1 + weight residual^2)^(3/2)
  ///   of a category   -ln(0.8 p + 0.2 f), at the first of its values; 0 at the others. p is the probability of the
  ///                   category in the output, and f its frequency in the training set. So a rare category is unusual
  ///                   only as far as it is rare. For a missing or unknown category p is 0.
  void add_contributions(std::span<const Member> members, const Dataset& samples, float* contributions,
                         const Context& context) const;
  /// The mean output of `members` for preprocessed samples, {rows, features}.
  Tensor mean_output(std::span<const Member> members, const Dataset& samples) const;

 private:
  std::vector<float> weights_of(const std::vector<float>& spread) const;
  void count_categories(const Dataset& preprocessed);
  void add_categories(int64_t rows, const float* target, const float* output, float* contributions) const;

  Config config_;  ///< adapted; members differ from it in latents and seed
  Preprocessing preprocessing_;
  DataFingerprint trained_on_;
  std::vector<Member> members_;  ///< fold by fold
  /// Positions of the values of each category, and how often each is 1 in the training set; `none`: how often all are
  /// 0.
  struct Category {
    size_t begin, end;
    std::vector<float> frequency;
    float none;
  };
  std::vector<Category> categories_;
};

}  // namespace hourglass
