#pragma once
// What the families of metrics share: the model, the data as it sees them, and the list they add to.

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

/// Samples of one part as the model sees them, with what it makes of them.
struct SeenPart {
  Tensor images;   ///< {n, values}
  Tensor latents;  ///< {n, latent_dim}
  std::vector<int32_t> labels;
};

class Evaluator {
 public:
  Evaluator(const Autoencoder& model, const DataParts& data, const EvaluationOptions& options, const Context& context);

  const Autoencoder& model;
  const DataParts& data;
  const EvaluationOptions& options;
  const Context& context;
  Evaluation result;

  /// The part that is measured, whole.
  const Dataset& part() const { return options.part == "train" ? data.train : data.test; }
  /// At most kMostMeasured images of it, drawn by the seed.
  const SeenPart& measured();
  /// The training part, as much of it as fits kMostValues, drawn by the seed. Throws Error(kData) where it is empty.
  const SeenPart& train();
  /// Principal components of train(), as many as latents. Throws Error(kUsage) where that is as many as values.
  const Pca& pca();
  /// pca().decode(pca().encode(images)), cut to the model's value_scale().
  Tensor pca_reconstruct(const Tensor& images);
  /// The density over latents that samples are drawn from, fitted once.
  const LatentDensity& density();
  /// How it was fitted, in words.
  std::string density_text();

  /// Whether the metric, or its family, or everything was asked for.
  bool wants(const std::string& family, const std::string& metric) const;
  void add(Measurement measurement);
  void add_table(EvaluationTable table) { result.tables.push_back(std::move(table)); }
  /// Says that the index-th of `count` families is measured from now on.
  void begin_family(const std::string& name, size_t index, size_t count);
  /// Says what of the family is measured, and how much of the family that part of it is done.
  void report(const std::string& what, double part) const;
  /// Runs `measure`; where it throws Error(kData) or Error(kUsage), `what` is missing for that reason.
  void attempt(const std::string& what, const std::function<void()>& measure);

 private:
  std::string family_;
  double families_done_ = 0, num_families_ = 1;
  std::optional<SeenPart> measured_, train_;
  std::optional<Pca> pca_;
  std::optional<LatentDensity> density_;
  int64_t density_samples_ = 0;
};

/// Throws Error(kData) where the data have no labels.
void check_labelled(const SeenPart& part);

// The families.
void evaluate_reconstruction(Evaluator& evaluator);
void evaluate_completion(Evaluator& evaluator);
void evaluate_likelihood(Evaluator& evaluator);
void evaluate_classification(Evaluator& evaluator);
void evaluate_clustering(Evaluator& evaluator);
void evaluate_latents(Evaluator& evaluator);
void evaluate_denoising(Evaluator& evaluator);
void evaluate_generation(Evaluator& evaluator);

}  // namespace hourglass
