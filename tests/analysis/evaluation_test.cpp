#include "hourglass/evaluation.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "analysis/evaluation/decoder_outputs.h"
#include "analysis/golden_numbers.h"
#include "hourglass/likelihood.h"
#include "hourglass/metrics.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

const Shape kShape = {2, 4, 1};
constexpr int64_t kRightHalf[] = {2, 3, 6, 7};

Dataset labeled(int64_t count, uint64_t seed) {
  const Dataset samples = tiny_dataset(count, 8, seed);
  std::vector<int32_t> labels;
  for (int64_t i = 0; i < count; ++i) labels.push_back(samples.sample(i)[0] / 100);
  return Dataset("tiny", kShape, {samples.sample(0).data(), samples.sample(0).data() + count * 8}, labels);
}

DataSplit tiny_split() { return {labeled(300, 1), labeled(120, 2)}; }

EvaluationOptions small_options(std::vector<std::string> metrics = {}) {
  EvaluationOptions options;
  options.metrics = std::move(metrics);
  options.components = 4;
  options.likelihood_draws = 100;
  options.importance_draws = 5;
  options.generated = 50;
  options.noise = {0.1};
  return options;
}

Autoencoder tiny_model(const std::string& loss = "mse", const std::string& latent = "plain") {
  Config config = tiny_config();
  config.objective.reconstruction = loss;
  config.model.latent = latent;
  return Autoencoder(config, kShape);
}

double value(const Evaluation& evaluation, const std::string& metric, const std::string& subject = "model") {
  const Measurement* found = evaluation.find(metric, subject);
  return found ? found->value : std::numeric_limits<double>::quiet_NaN();
}

TEST(Evaluation, AcceptsPreprocessingThatChangesTheShape) {
  const DataSplit data = tiny_split();
  Config config = tiny_config();
  config.data.preprocess = {"whiten pca components=4"};
  config.model.decoder = {"linear output"};
  const Autoencoder model(config, data.train);
  ASSERT_EQ(model.sample_dim(), 4);
  EXPECT_GT(value(evaluate(model, data, small_options({"mse"})), "mse"), 0);
}

// The test values leave the range of the training set, as unusual rows do.
TEST(Evaluation, DoesNotClipThePrincipalComponentsOfATable) {
  const auto line = [](int64_t count, float step) {
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i)
      for (const float factor : {1.0f, 2.0f, -1.0f}) values.push_back(step * static_cast<float>(i) * factor);
    return Dataset::from(values, {count, 3});
  };
  Config config = tiny_config();
  config.model.encoder = {"linear 1"};
  config.model.decoder = {"linear output"};
  const DataSplit data{line(50, 0.02f), line(50, 0.2f)};
  const Evaluation found = evaluate(Autoencoder(config, data.train), data, small_options({"mse"}));
  EXPECT_LT(value(found, "mse", "pca"), 1e-8) << "one component is exact";
}

TEST(Evaluation, ReportsProgress) {
  std::vector<Stage> stages;
  Context context;
  context.on_progress = [&](const Stage& stage) { stages.push_back(stage); };
  evaluate(tiny_model("bce"), tiny_split(), small_options({"mse", "log_likelihood", "latents"}), context);
  ASSERT_GE(stages.size(), 4u);
  EXPECT_EQ(stages.front().what, "reconstruction");
  EXPECT_EQ(stages.front().part, 0);
  EXPECT_EQ(stages.back().what, "latents");
  EXPECT_DOUBLE_EQ(stages.back().part, 2.0 / 3);
  EXPECT_TRUE(std::ranges::is_sorted(stages, {}, &Stage::part));
  EXPECT_TRUE(std::ranges::any_of(stages, [](const Stage& s) { return s.what == "likelihood: log_likelihood"; }));
}

TEST(Evaluation, MeasuresEveryFamilyWithItsBaselines) {
  const Evaluation found = evaluate(tiny_model("bce"), tiny_split(), small_options());
  EXPECT_EQ(found.num_samples, 120);
  for (const char* metric : {"mse",
                             "squared_error",
                             "mae",
                             "bce",
                             "bce_img",
                             "psnr_mean",
                             "psnr_pooled",
                             "m_mse",
                             "m_mse_random",
                             "half_mse",
                             "log_likelihood",
                             "latent_density",
                             "classification_error",
                             "classification_error_raw",
                             "classification_error_unit_length",
                             "knn_error",
                             "kmeans_accuracy",
                             "kmeans_nmi",
                             "kmeans_silhouette",
                             "kmeans_inertia",
                             "mixture_accuracy",
                             "active_units",
                             "effective_dimension",
                             "psnr_clean",
                             "psnr_noise_0.1",
                             "precision_pixel",
                             "coverage_latent",
                             "nearest_training_distance"})
    EXPECT_TRUE(std::isfinite(value(found, metric))) << metric;
  for (const char* metric : {"mse", "m_mse", "classification_error", "kmeans_accuracy", "mixture_accuracy"})
    EXPECT_TRUE(std::isfinite(value(found, metric, "pca"))) << metric;
  for (const char* metric : {"classification_error", "knn_error", "kmeans_accuracy"})
    EXPECT_TRUE(std::isfinite(value(found, metric, "pixels"))) << metric;
  for (const Measurement& each : found.measurements) EXPECT_FALSE(each.definition.empty()) << each.metric;
  for (const MissingMetric& missing : found.missing) EXPECT_FALSE(missing.asked) << missing.metric;
  EXPECT_THAT(found.missing, Contains(Field(&MissingMetric::metric, "ssim"))) << "2x4 pixels are too few";
  EXPECT_THAT(found.missing, Contains(Field(&MissingMetric::metric, "elbo"))) << "the latent is plain";
}

TEST(Evaluation, MeasuresNoHalvesOfATable) {
  const DataSplit data{tiny_dataset(300, 8, 1), tiny_dataset(120, 8, 2)};
  const Evaluation found = evaluate(Autoencoder(tiny_config(), {8}), data, small_options({"completion"}));
  EXPECT_EQ(found.find("m_mse", "model"), nullptr);
  EXPECT_NE(found.find("m_mse_random", "model"), nullptr);
  EXPECT_NE(found.find("half_mse", "model"), nullptr);
}

TEST(Evaluation, TextsAndUnitsFitTablesAndImages) {
  const auto as_table = [](const Dataset& data) {
    const auto first = data.sample(0).data();
    return Dataset("table", {8}, std::vector<uint8_t>(first, first + data.size() * 8),
                   {data.labels().begin(), data.labels().end()});
  };
  const DataSplit images = tiny_split(), table{as_table(images.train), as_table(images.test)};
  const Evaluation of_images = evaluate(tiny_model(), images, small_options());
  const Evaluation of_table = evaluate(Autoencoder(tiny_config(), {8}), table, small_options());
  EXPECT_EQ(of_images.noun, "images");
  EXPECT_EQ(of_table.noun, "rows");
  for (const Evaluation* each : {&of_images, &of_table}) {
    EXPECT_EQ(each->find("mse")->unit, "per value");
    EXPECT_THAT(each->find("mse")->definition, HasSubstr("over samples and values"));
    EXPECT_EQ(each->find("squared_error")->unit, "per sample");
    EXPECT_THAT(each->find("squared_error")->definition, HasSubstr("of a sample, mean over samples"));
  }
  EXPECT_THAT(of_images.find("psnr_clean")->definition, HasSubstr("against the clean image"));
  EXPECT_NE(of_images.find("knn_error", "pixels"), nullptr);
  EXPECT_NE(of_table.find("knn_error", "values"), nullptr) << "baseline of raw values";
  for (const Measurement& each : of_table.measurements) {
    EXPECT_THAT(each.definition + each.estimator + each.subject,
                AllOf(Not(HasSubstr("image")), Not(HasSubstr("pixel"))));
    EXPECT_THAT(each.unit, AllOf(Not(HasSubstr("img")), Not(HasSubstr("px"))));
  }
  EXPECT_THAT(of_images.tables, Contains(Field(&EvaluationTable::name, "worst_images")));
  EXPECT_THAT(of_table.tables, Contains(Field(&EvaluationTable::name, "worst_rows")));
}

TEST(Evaluation, MeasuresPsnrOfImagesOnly) {
  const DataSplit data{tiny_dataset(300, 8, 1), tiny_dataset(120, 8, 2)};
  const Autoencoder model(tiny_config(), {8});
  const Evaluation all = evaluate(model, data, small_options());
  for (const Measurement& each : all.measurements) EXPECT_THAT(each.metric, Not(HasSubstr("psnr")));
  for (const MissingMetric& each : all.missing) EXPECT_THAT(each.metric, Not(HasSubstr("psnr")));
  const Evaluation named = evaluate(model, data, small_options({"psnr_mean", "psnr_clean", "mse"}));
  EXPECT_TRUE(std::isfinite(value(named, "mse")));
  for (const char* metric : {"psnr_mean", "psnr_clean"})
    EXPECT_THAT(named.missing, Contains(AllOf(Field(&MissingMetric::metric, metric),
                                              Field(&MissingMetric::reason, HasSubstr("images; these samples are 8")),
                                              Field(&MissingMetric::asked, true))));
}

TEST(Evaluation, AgreesWithTheMetricFunctions) {
  const Autoencoder model = tiny_model();
  const DataSplit data = tiny_split();
  const Evaluation found = evaluate(model, data, small_options({"reconstruction", "completion"}));
  const ReconstructionMetrics expected = reconstruction_metrics(model, data.test);
  EXPECT_NEAR(value(found, "mse"), expected.mse, 1e-12);
  EXPECT_NEAR(value(found, "squared_error"), 8 * expected.mse, 1e-12);
  EXPECT_NEAR(value(found, "bce_img"), 8 * expected.bce, 1e-10);
  // M-MSE by its definition: the right half is set to 0 in the input and scored.
  const Tensor x = model.preprocess(data.test).read();
  Tensor input = x;
  for (int64_t i = 0; i < x.rows(); ++i)
    for (int64_t j : kRightHalf) input.data()[i * 8 + j] = 0;
  const Tensor y = model.reconstruct_preprocessed(input);
  double sum = 0;
  for (int64_t i = 0; i < x.rows(); ++i)
    for (int64_t j : kRightHalf) sum += std::pow(static_cast<double>(x.data()[i * 8 + j] - y.data()[i * 8 + j]), 2);
  EXPECT_NEAR(value(found, "m_mse"), sum / static_cast<double>(x.rows()), 1e-6);
  // A random half of the values has half of the mse, within the standard error.
  const Measurement* half = found.find("half_mse");
  ASSERT_TRUE(half);
  EXPECT_NEAR(half->value, expected.mse / 2, 4 * half->standard_error);
}

TEST(Evaluation, MeasuresTheTrainingSet) {
  const Autoencoder model = tiny_model();
  EvaluationOptions options = small_options({"mse"});
  options.part = "train";
  const Evaluation found = evaluate(model, tiny_split(), options);
  EXPECT_EQ(found.num_samples, 300);
  EXPECT_NEAR(value(found, "mse"), reconstruction_metrics(model, tiny_split().train).mse, 1e-12);
  EXPECT_EQ(found.measurements.size(), 2u) << "one metric, for the model and for pca";
}

TEST(Evaluation, MeasuresTheValidationSetAndFitsOnTheTrainingSet) {
  const Autoencoder model = tiny_model();
  DataSplit data = tiny_split();
  EvaluationOptions options = small_options({"mse", "knn_error"});
  options.part = "validation";
  expect_error(ErrorKind::kUsage, {"validation set is empty"}, [&] { evaluate(model, data, options); });
  data.validation = labeled(70, 3);
  const Evaluation found = evaluate(model, data, options);
  EXPECT_EQ(found.part, "validation");
  EXPECT_EQ(found.num_samples, 70);
  EXPECT_NEAR(value(found, "mse"), reconstruction_metrics(model, data.validation).mse, 1e-12);
  options.part = "test";
  data.test = data.validation;
  EXPECT_EQ(value(found, "knn_error"), value(evaluate(model, data, options), "knn_error"));
}

TEST(Evaluation, IsRepeatable) {
  const Autoencoder model = tiny_model("bce", "gaussian 3");
  const Context context{2, {}};
  const Evaluation first = evaluate(model, tiny_split(), small_options(), context),
                   second = evaluate(model, tiny_split(), small_options(), context);
  ASSERT_EQ(first.measurements.size(), second.measurements.size());
  for (size_t i = 0; i < first.measurements.size(); ++i)
    EXPECT_EQ(first.measurements[i].value, second.measurements[i].value) << first.measurements[i].metric;
}

TEST(Evaluation, MeasuresTheRestWithoutLabels) {
  const DataSplit data = {tiny_dataset(300, 8, 1), tiny_dataset(120, 8, 2)};
  const Evaluation all = evaluate(tiny_model(), data, small_options());
  EXPECT_THAT(all.missing, Contains(AllOf(Field(&MissingMetric::metric, "classification"),
                                          Field(&MissingMetric::reason, HasSubstr("no labels")),
                                          Field(&MissingMetric::asked, false))));
  EXPECT_TRUE(std::isfinite(value(all, "mse")));
  EXPECT_TRUE(std::isfinite(value(all, "kmeans_inertia")));
  EXPECT_TRUE(std::isnan(value(all, "kmeans_accuracy")));
  const Evaluation asked = evaluate(tiny_model(), data, small_options({"knn_error", "kmeans_accuracy", "mse"}));
  EXPECT_THAT(asked.missing, Contains(AllOf(Field(&MissingMetric::metric, "knn_error"),
                                            Field(&MissingMetric::reason, HasSubstr("no labels")),
                                            Field(&MissingMetric::asked, true))));
  EXPECT_THAT(asked.missing, Contains(AllOf(Field(&MissingMetric::metric, "kmeans_accuracy"),
                                            Field(&MissingMetric::reason, HasSubstr("no labels")),
                                            Field(&MissingMetric::asked, true))));
  EXPECT_TRUE(std::isfinite(value(asked, "mse")));
}

TEST(Evaluation, MeasuresTheRestWithFewerSamplesThanComponents) {
  EvaluationOptions options = small_options();
  options.components = 301;
  const Evaluation found = evaluate(tiny_model(), tiny_split(), options);
  EXPECT_THAT(found.missing, Contains(AllOf(Field(&MissingMetric::metric, "log_likelihood"),
                                            Field(&MissingMetric::reason, HasSubstr("300 samples")))));
  EXPECT_TRUE(std::isfinite(value(found, "classification_error")));
}

TEST(Evaluation, MeasuresTheRestWithMoreClustersThanSamples) {
  EvaluationOptions options = small_options({"kmeans_inertia", "mse"});
  options.clusters = 301;
  const Evaluation found = evaluate(tiny_model(), tiny_split(), options);
  EXPECT_THAT(found.missing, Contains(AllOf(Field(&MissingMetric::metric, "kmeans_inertia"),
                                            Field(&MissingMetric::reason, HasSubstr("cannot form 301 clusters")),
                                            Field(&MissingMetric::asked, true))));
  EXPECT_TRUE(std::isfinite(value(found, "mse")));
}

TEST(Evaluation, MeasuresTheRestIfLatentsAreConstant) {
  Autoencoder model = tiny_model();
  for (const ParameterView& parameter : model.parameters())
    if (parameter.name.starts_with("encoder")) std::ranges::fill(parameter.values, 0.0f);
  const Evaluation found = evaluate(model, tiny_split(), small_options());
  EXPECT_THAT(found.missing, Contains(AllOf(Field(&MissingMetric::metric, "log_likelihood"),
                                            Field(&MissingMetric::reason, HasSubstr("zero variance")))));
  EXPECT_THAT(found.missing, Contains(Field(&MissingMetric::reason, HasSubstr("1 distinct points"))));
  EXPECT_TRUE(std::isfinite(value(found, "mse")));
  EXPECT_EQ(value(found, "active_units"), 0);
}

TEST(Evaluation, ReportsConstantLatentsLeftOutOfTheMixture) {
  Autoencoder model = tiny_model();
  for (const ParameterView& parameter : model.parameters())  // the last latent becomes its bias
    if (parameter.name == "encoder.2.weight")
      for (size_t i = 2; i < parameter.values.size(); i += 3) parameter.values[i] = 0;
  const Evaluation found = evaluate(model, tiny_split(), small_options({"latent_density"}));
  ASSERT_TRUE(found.find("latent_density"));
  EXPECT_THAT(found.find("latent_density")->estimator, HasSubstr("1 constant latents left out"));
}

TEST(Evaluation, ReportsLatentsThatAreNotFinite) {
  Autoencoder model = tiny_model();
  model.parameters()[0].values[0] = std::numeric_limits<float>::quiet_NaN();
  const Evaluation found = evaluate(model, tiny_split(), small_options());
  EXPECT_THAT(found.missing, Contains(AllOf(Field(&MissingMetric::metric, "clustering"),
                                            Field(&MissingMetric::reason, HasSubstr("not finite")))));
}

TEST(Evaluation, RejectsInvalidOptions) {
  const Autoencoder model = tiny_model();
  const auto rejected = [&](const std::vector<std::string>& texts, const auto& change) {
    EvaluationOptions options = small_options();
    change(options);
    expect_error(ErrorKind::kUsage, texts, [&] { evaluate(model, tiny_split(), options); });
  };
  rejected({"0 draws of the likelihood"}, [](EvaluationOptions& options) { options.likelihood_draws = 0; });
  rejected({"0 generated samples"}, [](EvaluationOptions& options) { options.generated = 0; });
  rejected({"0 importance draws"}, [](EvaluationOptions& options) { options.importance_draws = 0; });
  rejected({"-1 clusters"}, [](EvaluationOptions& options) { options.clusters = -1; });
  rejected({"-0.5", "0 or above"}, [](EvaluationOptions& options) { options.noise = {-0.5}; });
  rejected({"Unknown metric 'mze'", "mse"}, [](EvaluationOptions& options) { options.metrics = {"mze"}; });
  rejected({"Unknown split 'all'", "validation"}, [](EvaluationOptions& options) { options.part = "all"; });
  expect_error(ErrorKind::kUsage, {"'tiny'", "9", "takes 2x4x1"}, [&] {
    evaluate(model, {tiny_dataset(30, 9), tiny_dataset(30, 9)}, small_options());
  });
}

// With one latent, ln p(x) under the prior is an integral that a fine grid approximates closely.
std::vector<double> integrated_log_likelihood(const Autoencoder& model, const Tensor& x) {
  constexpr int64_t kPoints = 4001;
  constexpr double kStep = 0.005;
  Tensor grid({kPoints, 1});
  for (int64_t i = 0; i < kPoints; ++i) grid.data()[i] = static_cast<float>((static_cast<double>(i) - 2000) * kStep);
  const DecoderLikelihood decoder = decoder_likelihood(model, 0);
  const Tensor decoded = decoder_outputs(model, decoder, grid, {});
  std::vector<double> result;
  for (int64_t sample = 0; sample < x.rows(); ++sample) {
    Tensor repeated({kPoints, x.row_size()});
    for (int64_t i = 0; i < kPoints; ++i) std::ranges::copy(x.row(sample), repeated.data() + i * x.row_size());
    const std::vector<double> conditional = conditional_log_likelihood(repeated, decoded, decoder.likelihood);
    double sum = 0;
    for (int64_t i = 0; i < kPoints; ++i) {
      const double z = static_cast<double>(grid.data()[i]);
      sum += std::exp(conditional[static_cast<size_t>(i)] - z * z / 2) / std::sqrt(2 * 3.14159265358979) * kStep;
    }
    result.push_back(std::log(sum));
  }
  return result;
}

TEST(Evaluation, ImportanceWeightedBoundEqualsTheIntegralOverTheLatent) {
  for (const std::string loss : {"bce", "gaussian"}) {
    const Autoencoder model = tiny_model(loss, "gaussian 1");
    const DataSplit data = tiny_split();
    EvaluationOptions options = small_options({"elbo", "iw_bound"});
    options.importance_draws = 3000;
    const Evaluation found = evaluate(model, data, options);
    const MeanEstimate exact = mean_estimate(integrated_log_likelihood(model, model.preprocess(data.test).read()));
    EXPECT_NEAR(value(found, "iw_bound"), exact.mean, 2e-3 * std::abs(exact.mean)) << loss;
    EXPECT_LT(value(found, "elbo"), exact.mean) << loss;
  }
}

// Where the variance of the decoder is far above that of the noise of a byte, the noise changes the bound little.
TEST(Evaluation, BitsPerDimensionAreTheBoundOfByteDataInBits) {
  const DataSplit data = tiny_split();
  EvaluationOptions options = small_options({"elbo", "bits_per_dim"});
  options.importance_draws = 300;
  const Evaluation found = evaluate(tiny_model("gaussian", "gaussian 1"), data, options);
  const auto dim = static_cast<double>(data.test.sample_dim());
  EXPECT_NEAR(value(found, "bits_per_dim"), std::log2(255) - value(found, "elbo") / dim / std::log(2), 0.02);
  const Evaluation others = evaluate(tiny_model("bce", "gaussian 1"), data, options);
  EXPECT_THAT(others.missing, Contains(Field(&MissingMetric::metric, "bits_per_dim"))) << "no density";
  const Evaluation all = evaluate(tiny_model("bce", "gaussian 1"), data, small_options({"likelihood"}));
  EXPECT_THAT(all.missing, Not(Contains(Field(&MissingMetric::metric, "bits_per_dim")))) << "nobody asked";
}

}  // namespace
}  // namespace hourglass
