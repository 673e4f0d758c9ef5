#pragma once
// Shared state of the families of metrics: the model, the encoded data, fitted baselines and the results.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hourglass/evaluation.h"
#include "hourglass/metrics.h"
#include "hourglass/pca.h"
#include "hourglass/sampling.h"

namespace hourglass {

/// Preprocessed samples with their latents.
struct EncodedSamples {
  Tensor samples;  ///< {n, values}
  Tensor latents;  ///< {n, latent_dim}
  std::vector<int32_t> labels;
  std::vector<int64_t> rows;  ///< indices in the set
};

/// Whether the reconstructions of principal components are clipped: those of images whose values are from 0 to 1. Other
/// values can leave the range of the training set.
bool clips_pca(const Autoencoder& model);

class Evaluator {
 public:
  Evaluator(const Autoencoder& model, const DataSplit& data, const EvaluationOptions& options, const Context& context);

  const Autoencoder& model;
  const DataSplit& data;
  const EvaluationOptions& options;
  const Context& context;
  Evaluation result;

  /// The measured split.
  const Dataset& dataset() const { return *dataset_; }
  /// At most kMaxMeasured samples of it, drawn with the seed.
  const EncodedSamples& measured();
  /// Samples of the training set with at most kMaxValues values, drawn with the seed. Throws Error(kData) if the
  /// training set is empty.
  const EncodedSamples& train();
  /// For each measured sample of these indices, its index in train(), or -1: a sample is not its own neighbor.
  std::vector<int64_t> training_rows(std::span<const int64_t> measured);
  /// PCA of train() with latent_dim components. Throws Error(kUsage) if the model does not have fewer latents than
  /// values.
  const Pca& pca();
  /// Returns pca().decode(pca().encode(samples)), clipped to 0...1 if clips_pca.
  Tensor pca_reconstruct(const Tensor& samples);
  /// Density of the latents of train(); fitted once.
  const LatentDensity& density();
  /// Description of the density and its fit.
  std::string density_text();

  /// Returns the name of the raw-value baseline: "pixels" of images, "values" of other samples.
  const char* raw_subject() const { return result.noun == "images" ? "pixels" : "values"; }

  /// Returns whether the metric or family was requested by name.
  bool is_named(const std::string& name) const;
  /// Returns whether the metric, its family, or everything was requested.
  bool wants(const std::string& family, const std::string& metric) const;
  void add(Measurement measurement);
  void add_table(EvaluationTable table) { result.tables.push_back(std::move(table)); }
  /// Reports the start of family `index` of `count`.
  void begin_family(const std::string& name, size_t index, size_t count);
  /// Reports progress: what is measured now, and the completed fraction of the family.
  void report(const std::string& what, double fraction) const;
  /// Runs `measure`. If it throws Error(kData) or Error(kUsage), lists `what` as missing with that reason.
  void attempt(const std::string& what, const std::function<void()>& measure);

 private:
  const Dataset* dataset_;
  std::string family_;
  double families_done_ = 0, num_families_ = 1;
  std::optional<EncodedSamples> measured_, train_;
  std::optional<Pca> pca_;
  std::optional<LatentDensity> density_;
  int64_t density_samples_ = 0;
};

/// Throws Error(kData) if the samples have no labels.
void check_labeled(const EncodedSamples& encoded);

// The families.
void evaluate_reconstruction(Evaluator& evaluator);
void evaluate_completion(Evaluator& evaluator);
void evaluate_likelihood(Evaluator& evaluator);
void evaluate_classification(Evaluator& evaluator);
void evaluate_clustering(Evaluator& evaluator);
void evaluate_latents(Evaluator& evaluator);
void evaluate_denoising(Evaluator& evaluator);
void evaluate_generation(Evaluator& evaluator);
void evaluate_detection(Evaluator& evaluator);

}  // namespace hourglass
