#pragma once
// The networks of a detector.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "formats/safetensors.h"
#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/fingerprint.h"

namespace hourglass {

/// Small autoencoders of one shape, which differ in the number of latents, the seed and the fold they were trained
/// without.
class Ensemble {
 public:
  /// Network `member` of an ensemble.
  struct Member {
    Autoencoder model;
    std::vector<float> spread;   ///< [features]: mean squared residual in its fold, without the largest tenth
    std::vector<float> weights;  ///< [features]: 1 / (spread + detect.floor)
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
  /// The members that were trained without fold `fold`.
  std::span<const Member> members_of(int fold) const;

 private:
  Config config_;  ///< adapted; members differ from it in latents and seed
  Preprocessing preprocessing_;
  DataFingerprint trained_on_;
  std::vector<Member> members_;  ///< fold by fold
};

/// Contributions [rows, features] of all samples, which are preprocessed: the mean over `members` of
/// ln(1 + weight residual^2)^(3/2).
void add_contributions(std::span<const Ensemble::Member> members, const Dataset& samples, float* contributions,
                       const Context& context);

}  // namespace hourglass
