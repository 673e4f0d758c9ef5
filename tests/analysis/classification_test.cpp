#include "hourglass/classification.h"

#include <limits>

#include "analysis/golden_numbers.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

const std::pair<FeatureScaling, const char*> kScalings[] = {{FeatureScaling::kNone, "raw"},
                                                            {FeatureScaling::kStandardize, "standardized"},
                                                            {FeatureScaling::kUnitLength, "unit_length"}};

TEST(FeatureScaling, AgreesWithScikitLearn) {
  const Golden golden("classification");
  for (const auto& [scaling, name] : kScalings) {
    const ScaledFeatures scaled = scale_features(golden.tensor("train"), golden.tensor("test"), scaling);
    EXPECT_TRUE(close_to(scaled.train.values(), golden[std::string(name) + ".train"], 1e-6));
    EXPECT_TRUE(close_to(scaled.test.values(), golden[std::string(name) + ".test"], 1e-6));
  }
}

TEST(LogisticRegression, AgreesWithScikitLearn) {
  const Golden golden("classification");
  const std::vector<int32_t> labels = integers(golden, "train_labels"), actual = integers(golden, "test_labels");
  for (const auto& [scaling, label] : kScalings) {
    const std::string name = label;
    const Tensor train = golden.tensor(name + ".train"), test = golden.tensor(name + ".test");
    LogisticOptions options;
    options.tolerance = 1e-9;
    options.max_iterations = 5000;
    for (const int threads : {1, 2}) {
      const LogisticRegression fitted = fit_logistic_regression(train, labels, options, {threads, {}});
      EXPECT_TRUE(fitted.converged);
      expect_equals(fitted.loss, golden, name + ".loss");
      // The loss is flat at its minimum, so float32 products determine the weights only this precisely.
      EXPECT_TRUE(close_to(fitted.weights.values(), golden[name + ".weights"], 5e-4)) << name;
      const std::vector<int32_t> predicted = fitted.predict(test);
      EXPECT_EQ(predicted, integers(golden, name + ".predicted"));
      const ConfusionMatrix confusion(actual, predicted);
      expect_equals(confusion.error(), golden, name + ".error");
      const std::vector<int32_t> expected = integers(golden, name + ".confusion");
      EXPECT_EQ(confusion.counts, std::vector<int64_t>(expected.begin(), expected.end()));
    }
  }
}

TEST(LogisticRegression, ReportsConvergence) {
  const Golden golden("classification");
  LogisticOptions options;
  options.max_iterations = 2;
  EXPECT_FALSE(fit_logistic_regression(golden.tensor("train"), integers(golden, "train_labels"), options).converged);
}

TEST(LogisticRegression, RejectsInvalidInput) {
  const Tensor x = matrix(3, {1, 2, 3});
  expect_error(ErrorKind::kData, {"class 2", "two classes"}, [&] {
    fit_logistic_regression(x, std::vector<int32_t>{2, 2, 2});
  });
  expect_error(ErrorKind::kUsage, {"3 rows", "2 labels"}, [&] {
    fit_logistic_regression(x, std::vector<int32_t>{2, 1});
  });
  expect_error(ErrorKind::kUsage, {"negative"}, [&] { fit_logistic_regression(x, std::vector<int32_t>{0, 1, -1}); });
  Tensor damaged = x;
  damaged.data()[1] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kData, {"not finite", "row 1"}, [&] {
    fit_logistic_regression(damaged, std::vector<int32_t>{0, 1, 1});
  });
  const LogisticRegression fitted = fit_logistic_regression(x, std::vector<int32_t>{0, 1, 1});
  expect_error(ErrorKind::kUsage, {"1 values", "found 2"}, [&] { fitted.predict(Tensor({1, 2})); });
}

TEST(ClassifyByNeighbors, AgreesWithScikitLearn) {
  const Golden golden("classification");
  for (const auto& [scaling, label] : kScalings) {
    const std::string name = label;
    EXPECT_EQ(classify_by_neighbors(golden.tensor(name + ".train"), integers(golden, "train_labels"),
                                    golden.tensor(name + ".test")),
              integers(golden, name + ".neighbors"))
        << name;
  }
}

TEST(ConfusionMatrix, CountsActualByPredicted) {
  const ConfusionMatrix confusion(std::vector<int32_t>{0, 0, 1, 1}, std::vector<int32_t>{0, 2, 1, 1});
  EXPECT_EQ(confusion.classes, 3);
  EXPECT_EQ(confusion.counts, (std::vector<int64_t>{1, 0, 1, 0, 2, 0, 0, 0, 0}));
  EXPECT_EQ(confusion.error(), 0.25);
  EXPECT_NEAR(confusion.standard_error(), std::sqrt(0.25 * 0.75 / 4), 1e-12);
}

}  // namespace
}  // namespace hourglass
