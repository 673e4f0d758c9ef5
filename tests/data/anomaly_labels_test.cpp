#include "hourglass/anomaly_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace hourglass {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Dataset labeled(std::vector<int32_t> labels, std::vector<std::string> names = {}) {
  const std::vector<float> values(labels.size());
  Dataset data = Dataset::from(values, {static_cast<int64_t>(values.size()), 1}, std::move(labels));
  data.set_class_names(std::move(names));
  return data;
}

TEST(AnomalyLabels, Class1OfClasses0And1) {
  EXPECT_THAT(anomaly_labels(labeled({0, 1, 0}), "", ""), ElementsAre(false, true, false));
  EXPECT_THAT(anomaly_labels(labeled({0, 1}, {"1.0", "0"}), "", ""), ElementsAre(true, false));
  EXPECT_THAT(anomaly_labels(labeled({0, 1, 2}), "", ""), IsEmpty()) << "a third class";
  EXPECT_THAT(anomaly_labels(labeled({0, 1}, {"ok", "bad"}), "", ""), IsEmpty());
}

TEST(AnomalyLabels, ClassesAreNamed) {
  const Dataset data = labeled({0, 1, 2}, {"ok", "bad", "worse"});
  EXPECT_THAT(anomaly_labels(data, "", "bad"), ElementsAre(false, true, false));
  EXPECT_THAT(anomaly_labels(data, "ok", ""), ElementsAre(false, true, true));
}

TEST(AnomalyLabels, NeedAnomaliesAndNormalSamples) {
  EXPECT_THAT(anomaly_labels(labeled({1, 1}), "", ""), IsEmpty());
  EXPECT_THAT(anomaly_labels(labeled({0, 0}), "", ""), IsEmpty());
  EXPECT_THAT(anomaly_labels(Dataset::from(std::vector<float>{1, 2}, {2, 1}), "", "1"), IsEmpty());
}

TEST(SamplesOfClass, FindsThemByNameOrNumber) {
  EXPECT_THAT(samples_of_class(labeled({0, 1, 0}, {"ok", "bad"}), "ok"), ElementsAre(0, 2));
  EXPECT_THAT(samples_of_class(labeled({0, 1}), "1.0"), ElementsAre(1));
  expect_error(ErrorKind::kUsage, {"no rows of the class 'bda'", "ok, bad", "Did you mean 'bad'?"}, [] {
    samples_of_class(labeled({0, 1}, {"ok", "bad"}), "bda");
  });
  expect_error(ErrorKind::kUsage, {"has no labels"}, [] {
    samples_of_class(Dataset::from(std::vector<float>{1, 2}, {2, 1}), "1");
  });
}

}  // namespace
}  // namespace hourglass
