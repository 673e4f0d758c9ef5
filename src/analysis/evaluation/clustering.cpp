#include "hourglass/clustering.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evaluation/evaluator.h"
#include "hourglass/density.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "clustering";
constexpr int64_t kSilhouetteSamples = 2000;
constexpr int64_t kMaxMixtureColumns = 256;

struct Assignment {
  std::vector<int32_t> train, measured;
};

int64_t num_clusters(Evaluator& evaluator) {
  if (evaluator.options.clusters > 0) return evaluator.options.clusters;
  const std::vector<int32_t>& labels = evaluator.train().labels;
  return labels.empty() ? 10 : std::ranges::max(labels) + 1;
}

// Adds the scores against the classes. `prefix`: "kmeans" or "mixture".
void add_scores(Evaluator& evaluator, const std::string& prefix, const std::string& subject,
                const Assignment& assignment, const std::string& estimator) {
  const EncodedSamples &train = evaluator.train(), &measured = evaluator.measured();
  if (train.labels.empty() || measured.labels.empty()) return;
  const Contingency of_train(assignment.train, train.labels), table(assignment.measured, measured.labels);
  const std::vector<int32_t> map = majority_map(of_train);
  const auto add = [&](const std::string& metric, double value, const char* unit, const char* definition) {
    const int64_t samples = metric == "_train_accuracy" ? of_train.samples : table.samples;
    evaluator.add({kFamily, prefix + metric, subject, value, unit, definition, estimator, samples});
  };
  add("_accuracy", 100 * mapped_accuracy(table, map), "%",
      "samples whose cluster is mapped to their class; each cluster is mapped to its majority class on the training "
      "set");
  add("_train_accuracy", 100 * mapped_accuracy(of_train, map), "%",
      "samples of the training set whose cluster is mapped to their class");
  add("_accuracy_assigned", 100 * mapped_accuracy(table, optimal_assignment(of_train)), "%",
      "samples whose cluster is mapped to their class; the one-to-one assignment is optimal on the training set");
  add("_purity", purity(table), "", "fraction of samples that belong to the majority class of their cluster");
  add("_nmi", normalized_mutual_information(table), "", "mutual information divided by the mean of both entropies");
  add("_ari", adjusted_rand_index(table), "", "Rand index adjusted for chance (Hubert and Arabie 1985)");
}

void measure_kmeans(Evaluator& evaluator, const std::string& subject, const Tensor& train, const Tensor& measured) {
  KMeansOptions options;
  options.clusters = num_clusters(evaluator);
  options.seed = evaluator.options.seed;
  const KMeans fitted = fit_kmeans(train, options, evaluator.context);
  const Assignment assignment{fitted.labels, nearest_centroids(measured, fitted.centroids, evaluator.context)};
  const std::string estimator =
      fmt::format("k-means with {} clusters, best of {} k-means++ starts on the training set{}", options.clusters,
                  options.restarts, fitted.converged ? "" : ", not converged");
  add_scores(evaluator, "kmeans", subject, assignment, estimator);
  evaluator.add({kFamily, "kmeans_inertia", subject, fitted.inertia / static_cast<double>(train.rows()), "per sample",
                 "squared distance of a training sample to its centroid, mean over samples", estimator, train.rows()});
  if (!evaluator.wants(kFamily, "kmeans_silhouette")) return;
  const SampledMean width =
      silhouette(measured, assignment.measured, kSilhouetteSamples, options.seed, evaluator.context);
  evaluator.add({kFamily, "kmeans_silhouette", subject, width.value, "",
                 "mean silhouette width (Rousseeuw 1987), from distances to all measured samples", estimator,
                 width.samples, width.standard_error});
}

// Removes constant columns: they have no density and do not separate clusters.
std::vector<Tensor> varying_columns(const Tensor& train, const Tensor& measured) {
  const std::vector<int64_t> constant = constant_columns(train);
  std::vector<Tensor> results;
  for (const Tensor* from : {&train, &measured}) {
    Tensor kept({from->rows(), from->row_size() - static_cast<int64_t>(constant.size())});
    float* to = kept.data();
    for (int64_t i = 0; i < from->rows(); ++i)
      for (int64_t j = 0; j < from->row_size(); ++j)
        if (!std::ranges::binary_search(constant, j)) *to++ = from->row(i)[static_cast<size_t>(j)];
    results.push_back(std::move(kept));
  }
  return results;
}

void measure_mixture(Evaluator& evaluator, const std::string& subject, const Tensor& train, const Tensor& measured) {
  const auto wants = [&](const char* metric) { return evaluator.wants(kFamily, metric); };
  if (!wants("mixture_accuracy") && !wants("mixture_train_accuracy") && !wants("mixture_accuracy_assigned") &&
      !wants("mixture_purity") && !wants("mixture_nmi") && !wants("mixture_ari"))
    return;
  check_labeled(evaluator.train());
  const std::vector<Tensor> varying = varying_columns(train, measured);
  if (varying[0].row_size() > kMaxMixtureColumns || varying[0].row_size() == 0)
    throw Error(ErrorKind::kUsage,
                fmt::format("A mixture with full covariances needs 1 to {} values per sample that vary; found {}.",
                            kMaxMixtureColumns, varying[0].row_size()));
  MixtureOptions options;
  options.components = num_clusters(evaluator);
  options.seed = evaluator.options.seed;
  const GaussianMixture fitted = fit_gaussian_mixture(varying[0], options, evaluator.context);
  add_scores(evaluator, "mixture", subject,
             {fitted.assign(varying[0], evaluator.context), fitted.assign(varying[1], evaluator.context)},
             fmt::format("mixture of {} full-covariance Gaussians on the training set{}", options.components,
                         fitted.converged ? "" : fmt::format(", not converged in {} iterations", fitted.iterations)));
}

}  // namespace

void evaluate_clustering(Evaluator& evaluator) {
  const EncodedSamples &train = evaluator.train(), &measured = evaluator.measured();
  if (train.labels.empty()) evaluator.attempt("clustering against classes", [&] { check_labeled(train); });
  evaluator.report("latents", 0);
  measure_kmeans(evaluator, "model", train.latents, measured.latents);
  evaluator.attempt("mixture clustering",
                    [&] { measure_mixture(evaluator, "model", train.latents, measured.latents); });
  evaluator.attempt("clustering of pca", [&] {
    evaluator.report("principal components", 0.3);
    const Pca& pca = evaluator.pca();
    const Tensor a = pca.encode(train.samples, evaluator.context), b = pca.encode(measured.samples, evaluator.context);
    measure_kmeans(evaluator, "pca", a, b);
    measure_mixture(evaluator, "pca", a, b);
  });
  const std::string raw = evaluator.raw_subject();
  evaluator.attempt("clustering of " + raw, [&] {
    evaluator.report(raw, 0.6);
    measure_kmeans(evaluator, raw, train.samples, measured.samples);
  });
}

}  // namespace hourglass
