#include "data/class_labels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/expect_error.h"

namespace hourglass {
namespace {

using Labels = std::vector<int32_t>;
using Names = std::vector<std::string>;

NumberArray array_of(const std::vector<double>& values, Shape shape = {}) {
  const auto owner = std::make_shared<const std::vector<double>>(values);
  if (shape.empty()) shape = {static_cast<int64_t>(values.size())};
  return {std::move(shape), NumberType::kFloat64, std::as_bytes(std::span(*owner)), owner, false};
}

TEST(ClassLabels, KeepConsecutiveNumbersFromZero) {
  const ClassLabels labels = class_labels(array_of({2, 0, 1, 2}), "y");
  EXPECT_EQ(labels.labels, (Labels{2, 0, 1, 2}));
  EXPECT_TRUE(labels.names.empty());
}

TEST(ClassLabels, NumberOtherLabelsInAscendingOrder) {
  const ClassLabels labels = class_labels(array_of({10, -1, 3, 10}, {4, 1}), "y");
  EXPECT_EQ(labels.labels, (Labels{2, 0, 1, 2}));
  EXPECT_EQ(labels.names, (Names{"-1", "3", "10"}));
}

TEST(ClassLabels, CanBeTextsOrNumbersAsText) {
  EXPECT_EQ(class_labels(Names{"ok", "bad", "ok"}, "y").labels, (Labels{1, 0, 1}));
  EXPECT_EQ(class_labels(Names{"ok", "bad", "ok"}, "y").names, (Names{"bad", "ok"}));
  EXPECT_EQ(class_labels(Names{"10", "9"}, "y").names, (Names{"9", "10"}));
  EXPECT_EQ(class_labels(Names{"10", "9", "x"}, "y").names, (Names{"10", "9", "x"}));
}

TEST(ClassLabels, RejectInvalidLabels) {
  expect_error(ErrorKind::kData, {"'y'", "value 1 is 0.5"}, [] { class_labels(array_of({1, 0.5}), "y"); });
  expect_error(ErrorKind::kData, {"value 0 is nan"}, [] { class_labels(array_of({NAN}), "y"); });
  expect_error(ErrorKind::kData, {"2x2", "one number per sample"}, [] {
    class_labels(array_of({1, 2, 3, 4}, {2, 2}), "y");
  });
  expect_error(ErrorKind::kData, {"row 1 has no label"}, [] { class_labels(Names{"a", "", "b"}, "y"); });
}

}  // namespace
}  // namespace hourglass
