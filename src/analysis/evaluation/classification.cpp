#include "hourglass/classification.h"

#include <fmt/format.h>

#include "analysis/evaluation/evaluator.h"
#include "hourglass/generation.h"

namespace hourglass {
namespace {

constexpr const char* kFamily = "classification";

struct Features {
  const Tensor& train;
  const Tensor& measured;
};

void add_error(Evaluator& evaluator, const std::string& metric, const std::string& subject,
               const ConfusionMatrix& confusion, const std::string& definition, const std::string& note) {
  evaluator.add({kFamily, metric, subject, 100 * confusion.error(), "%", definition, note, confusion.samples,
                 100 * confusion.standard_error()});
}

void add_confusion(Evaluator& evaluator, const ConfusionMatrix& confusion) {
  EvaluationTable table{"confusion", {}, {}};
  for (int64_t c = 0; c < confusion.classes; ++c) {
    table.names.push_back(evaluator.dataset().class_name(static_cast<int32_t>(c)));
    table.columns.push_back("as " + table.names.back());
  }
  for (int64_t c = 0; c < confusion.classes; ++c) {
    const auto row = confusion.counts.begin() + c * confusion.classes;
    table.rows.emplace_back(row, row + confusion.classes);
  }
  evaluator.add_table(std::move(table));
}

void measure_regression(Evaluator& evaluator, FeatureScaling scaling, const std::string& metric,
                        const std::string& subject, const Features& features) {
  if (!evaluator.wants(kFamily, metric)) return;
  const EncodedSamples &train = evaluator.train(), &measured = evaluator.measured();
  const ScaledFeatures scaled = scale_features(features.train, features.measured, scaling);
  const LogisticRegression fitted = fit_logistic_regression(scaled.train, train.labels, {}, evaluator.context);
  const ConfusionMatrix confusion(measured.labels, fitted.predict(scaled.test, evaluator.context));
  add_error(
      evaluator, metric, subject, confusion,
      fmt::format("samples misclassified by multinomial logistic regression (C = 1) on {} features, fitted on the "
                  "training set",
                  name(scaling)),
      fitted.converged ? "" : fmt::format("not converged after {} iterations", fitted.iterations));
  if (subject == "model" && scaling == FeatureScaling::kStandardize) add_confusion(evaluator, confusion);
}

void measure_neighbors(Evaluator& evaluator, const std::string& subject, const Features& features) {
  if (!evaluator.wants(kFamily, "knn_error")) return;
  const EncodedSamples &train = evaluator.train(), &measured = evaluator.measured();
  const std::vector<int32_t> predicted =
      classify_by_neighbors(features.train, train.labels, features.measured, evaluator.options.neighbors,
                            evaluator.context, evaluator.training_rows(same_rows(measured.latents.rows())));
  add_error(evaluator, "knn_error", subject, ConfusionMatrix(measured.labels, predicted),
            fmt::format("samples misclassified by the majority of their {} nearest training samples, not the sample "
                        "itself; features as they are, Euclidean distance",
                        evaluator.options.neighbors),
            "");
}

void measure_subject(Evaluator& evaluator, const std::string& subject, const Features& features) {
  measure_regression(evaluator, FeatureScaling::kStandardize, "classification_error", subject, features);
  if (subject == "model") {
    measure_regression(evaluator, FeatureScaling::kUnitLength, "classification_error_unit_length", subject, features);
    measure_regression(evaluator, FeatureScaling::kNone, "classification_error_raw", subject, features);
  }
  measure_neighbors(evaluator, subject, features);
}

}  // namespace

void evaluate_classification(Evaluator& evaluator) {
  const EncodedSamples &train = evaluator.train(), &measured = evaluator.measured();
  check_labeled(train);
  check_labeled(measured);
  evaluator.report("latents", 0);
  measure_subject(evaluator, "model", {train.latents, measured.latents});
  evaluator.attempt("classification of pca", [&] {
    evaluator.report("principal components", 0.2);
    const Pca& pca = evaluator.pca();
    measure_subject(evaluator, "pca",
                    {pca.encode(train.samples, evaluator.context), pca.encode(measured.samples, evaluator.context)});
  });
  if (!evaluator.options.classifies_values) return;
  const std::string raw = evaluator.raw_subject();
  evaluator.attempt("classification of " + raw, [&] {
    evaluator.report(raw, 0.4);
    measure_subject(evaluator, raw, {train.samples, measured.samples});
  });
}

}  // namespace hourglass
