#include "hourglass/preprocessing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using Steps = std::vector<std::string>;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Dataset floats(const Shape& shape, std::vector<float> values) {
  return Dataset("floats", shape, SampleStorage::of_floats(std::move(values)));
}

std::vector<float> read(const Dataset& data) {
  const Tensor values = data.read();
  return {values.values().begin(), values.values().end()};
}

std::vector<float> seen(const Steps& steps, const Dataset& data) {
  return read(Preprocessing::fit(steps, data).apply(data));
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected, double tolerance = 1e-6) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(static_cast<double>(found[i]), expected[i], tolerance) << i;
}

TEST(Preprocessing, WithoutStepsBytesAreDividedBy255AndFloatsUnchanged) {
  EXPECT_EQ(seen({}, Dataset("bytes", {2}, {0, 255})), (std::vector<float>{0, 1}));
  EXPECT_EQ(seen({}, floats({2}, {-3, 700})), (std::vector<float>{-3, 700}));
  EXPECT_EQ(Preprocessing::fit({}, floats({2}, {-3, 700, 2, 1})).range().high, 700);
}

TEST(Preprocessing, ValueStepsDoNotCopy) {
  const Dataset data = tiny_dataset(20);
  for (const Steps& steps : {Steps{"scale -1 1"}, {"binarize 0.5"}, {"standardize", "scale 0 1"}, {"bernoulli"}}) {
    const Dataset preprocessed = Preprocessing::fit(steps, data).apply(data);
    EXPECT_EQ(preprocessed.storage().data(), data.storage().data()) << steps[0];
  }
}

TEST(Preprocessing, ScalesTheKnownRangeOrThatOfTheTrainingSet) {
  expect_near(seen({"scale -1 1"}, Dataset("bytes", {1}, {0, 51, 255})), {-1, -0.6, 1});
  expect_near(seen({"scale 0 1"}, floats({1}, {10, 12, 20})), {0, 0.2, 1});
  expect_near(seen({"clip 1 global", "scale 0 1"}, floats({1}, {-1, -1, -1, -1, 1, 1, 1, 1, 0, 9})),
              // mean 0.9, standard deviation 2.8443
              {0.165998, 0.165998, 0.165998, 0.165998, 0.517579, 0.517579, 0.517579, 0.517579, 0.341789, 1}, 1e-5);
}

TEST(Preprocessing, CombinedStepsEqualSeparateSteps) {
  const Dataset data = floats({3}, {1, 5, -2, 4, 5, 0, 9, 5, 7, 2, 5, 1});
  const Steps steps = {"standardize", "scale 0 1", "binarize 0.4", "scale -1 1"};
  Dataset by_hand = data;
  for (const std::string& step : steps) {
    const Dataset next = Preprocessing::fit({step}, by_hand).apply(by_hand);
    by_hand = floats({3}, read(next));
  }
  const std::vector<float> expected = read(by_hand);
  expect_near(seen(steps, data), {expected.begin(), expected.end()});
}

TEST(Preprocessing, FitsOnTheTrainingSetOnly) {
  const Preprocessing fitted = Preprocessing::fit({"minmax"}, floats({1}, {0, 10}));
  expect_near(read(fitted.apply(floats({1}, {5, 20, -10}))), {0.5, 2, -1});
}

TEST(Preprocessing, ConstantFeaturesBecomeZeroAndAreReported) {
  std::vector<std::string> log;
  const Context context{0, [&](const std::string& line) { log.push_back(line); }};
  Dataset data = floats({2}, {1, 7, 2, 7, 3, 7});
  data.set_feature_names({"a", "pressure"});
  for (const std::string step : {"standardize", "minmax", "robust"}) {
    log.clear();
    const Preprocessing fitted = Preprocessing::fit({step}, data, context);
    EXPECT_EQ(read(fitted.apply(floats({2}, {1, 9})))[1], 0) << step;
    ASSERT_EQ(log.size(), 1u);
    for (const char* part : {"step 1", step.c_str(), "1 of 2 features", "'pressure'", "same value", "0 for the model"})
      EXPECT_THAT(log[0], testing::HasSubstr(part));
  }
}

TEST(Preprocessing, RobustWithClipLimitsValuesAndSeesAChangeOfAConstantFeature) {
  // Quartiles 2, 3, 4; a constant; a range of 0 with a standard deviation of 2.
  const Dataset data = floats({3}, {1, 7, 0, 2, 7, 0, 3, 7, 0, 4, 7, 0, 5, 7, 5});
  const Preprocessing fitted = Preprocessing::fit({"robust clip=3"}, data);
  expect_near(read(fitted.apply(floats({3}, {5, 7, 5, 100, 7.01f, -90, -100, 6.99f, 0}))),
              {1, 0, 2.5, 3, 3, -3, -3, -3, 0});
  const Preprocessing imputed = Preprocessing::fit({"impute median", "robust clip=3"}, data);
  expect_near(read(imputed.apply(floats({3}, {kNan, 7, kNan}))), {0, 0, 0});
  expect_error(ErrorKind::kUsage, {"clip", "'0'", "above 0"}, [&] { Preprocessing::fit({"robust clip=0"}, data); });
}

TEST(Preprocessing, AFeatureWithoutValuesCanBecomeANumber) {
  const Dataset data = floats({2}, {1, kNan, 2, kNan, 3, kNan});
  EXPECT_EQ(seen({"impute median empty=7"}, data), (std::vector<float>{1, 7, 2, 7, 3, 7}));
}

TEST(Preprocessing, CategoriesWithoutNamesAreMatchedByPosition) {
  Dataset data = floats({2}, {0, 1, 1, 2}), other = floats({2}, {0, 5, 1, 6});
  data.set_categories({{"a", "b"}, {}});
  other.set_categories({{"b", "c"}, {}});
  EXPECT_EQ(read(Preprocessing::fit({}, data).apply(other)), (std::vector<float>{0, 1, 5, 0, 0, 6}));
}

TEST(Preprocessing, OneHotEncodesCategoriesAndLeavesThemUnscaled) {
  Dataset data = floats({3}, {10, 0, 1, 20, 1, 2, 30, 2, 3, 40, -1, 4});
  data.set_feature_names({"a", "state", "b"});
  data.set_categories({{}, {"on", "off", "idle"}, {}});
  const Preprocessing fitted = Preprocessing::fit({"impute median", "standardize"}, data);
  EXPECT_EQ(fitted.output_shape(), (Shape{5}));
  EXPECT_EQ(fitted.feature_starts(), (std::vector<int64_t>{0, 1, 4, 5}));
  const std::vector<float> seen = read(fitted.apply(data));
  EXPECT_EQ((std::vector<float>{seen.begin() + 1, seen.begin() + 4}), (std::vector<float>{1, 0, 0}));
  EXPECT_EQ((std::vector<float>{seen.begin() + 16, seen.begin() + 19}), (std::vector<float>{0, 0, 0})) << "missing";
  EXPECT_NEAR(seen[0], -1.3416408f, 1e-6f);
  const Tensor back = fitted.invert(fitted.apply(data.slice(0, 3)).read());
  EXPECT_NEAR(back.values()[3], 20, 1e-5);
  EXPECT_EQ(back.values()[7], 2);

  // Other data number their categories in another order, and have one that the training data do not have.
  std::vector<std::string> log;
  const Context context{.log = [&](const std::string& line) { log.push_back(line); }};
  Dataset other = floats({3}, {0, 1, 10, 1, 1, 20});
  other.set_feature_names({"state", "b", "a"});
  other.set_categories({{"broken", "off"}, {}, {}});
  const std::vector<float> matched = read(fitted.apply(other, context));
  EXPECT_EQ((std::vector<float>{matched.begin() + 1, matched.begin() + 4}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ((std::vector<float>{matched.begin() + 6, matched.begin() + 9}), (std::vector<float>{0, 1, 0}));
  ASSERT_EQ(log.size(), 1u);
  EXPECT_THAT(log[0], testing::HasSubstr("1 values of column 'state' are categories"));
  other.set_categories({});
  expect_error(ErrorKind::kUsage, {"Column 'state'", "has numbers, but categories in the training data"},
               [&] { fitted.apply(other); });
}

TEST(Preprocessing, RejectsMissingValuesWithoutImputation) {
  Dataset data = floats({2}, {1, 2, 3, kNan, std::numeric_limits<float>::infinity(), 6});
  data.set_feature_names({"a", "b"});
  expect_error(ErrorKind::kData, {"'floats'", "2 of 6 values", "value 1 ('b') of sample 1", "impute median"},
               [&] { Preprocessing::fit({}, data); });
  expect_error(ErrorKind::kData, {"2 of 6 values"}, [&] { Preprocessing::fit({"scale 0 1"}, data); });
  expect_error(ErrorKind::kData, {"2 of 6 values"}, [&] { Preprocessing().apply(data); });
  EXPECT_EQ(seen({"impute median"}, data), (std::vector<float>{1, 2, 3, 4, 2, 6}));
  EXPECT_EQ(seen({"impute -1"}, data), (std::vector<float>{1, 2, 3, -1, -1, 6}));
  EXPECT_EQ(seen({"impute median"}, floats({1}, {1, kNan, 2, 9})), (std::vector<float>{1, 2, 2, 9}));
  const Preprocessing fitted = Preprocessing::fit({"impute mean", "minmax"}, data);
  expect_near(read(fitted.apply(floats({2}, {kNan, 6}))), {0.5, 1});
  expect_error(ErrorKind::kData, {"feature 1 has no value"}, [] {
    Preprocessing::fit({"impute median"}, floats({2}, {1, kNan, 2, kNan}));
  });
}

TEST(Preprocessing, MatchesFeaturesByNameAndRejectsMissingOnes) {
  const auto named = [](std::vector<std::string> names) {
    Dataset data = floats({static_cast<int64_t>(names.size())}, std::vector<float>(2 * names.size(), 0.5f));
    data.set_feature_names(std::move(names));
    return data;
  };
  const Preprocessing fitted = Preprocessing::fit({}, named({"a", "b", "c"}));
  EXPECT_EQ(fitted.apply(named({"a", "b", "c"})).size(), 2);
  EXPECT_EQ(fitted.apply(floats({3}, {1, 2, 3})).size(), 1) << "samples without names are accepted";
  std::vector<std::string> log;
  const Context context{.log = [&](const std::string& line) { log.push_back(line); }};
  Dataset other = floats({4}, {1, 2, 3, 4, 5, 6, 7, 8});
  other.set_feature_names({"c", "d", "a", "b"});
  EXPECT_EQ(read(fitted.apply(other, context)), (std::vector<float>{3, 4, 1, 7, 8, 5}));
  ASSERT_EQ(log.size(), 1u);
  EXPECT_THAT(log[0], testing::HasSubstr("left out: d"));
  expect_error(ErrorKind::kUsage, {"Missing: b, c", "Not known to the model: x, y"}, [&] {
    fitted.apply(named({"x", "a", "y"}));
  });
  expect_error(ErrorKind::kUsage, {"has 2 columns of values", "trained on 3: a, b, c"}, [&] {
    fitted.apply(floats({2}, {1, 2}));
  });
}

// What a stored byte means depends on the type of the training samples, not on other samples.
TEST(Preprocessing, ReadsBytesInTheUnitThatWasLearned) {
  const Dataset bytes("bytes", {2}, std::vector<uint8_t>{0, 255});
  expect_near(read(Preprocessing::fit({}, bytes).apply(bytes)), {0, 1});
  expect_near(read(Preprocessing::fit({}, floats({2}, {0, 1, 0.5f, 0.25f})).apply(bytes)), {0, 1});
  expect_near(read(Preprocessing::fit({}, floats({2}, {0, 200, 3, 4})).apply(bytes)), {0, 255});
  const Preprocessing of_bytes = Preprocessing::fit({}, bytes);
  expect_near(read(of_bytes.apply(floats({2}, {0.5f, 1}))), {0.5, 1});
  expect_error(ErrorKind::kUsage, {"values from 0 to 255", "learned bytes", "data.values=bytes"}, [&] {
    of_bytes.apply(floats({2}, {0, 255}));
  });
}

TEST(Preprocessing, ImageStepsUseTheStatisticsOfTheSample) {
  expect_near(seen({"remove_mean image"}, floats({2}, {1, 3, 10, 20})), {-1, 1, -5, 5});
  expect_near(seen({"remove_mean global"}, floats({2}, {1, 3, 10, 20})), {-7.5, -5.5, 1.5, 11.5});
  // First sample: mean 1, standard deviation 2. Second sample: all 0.
  expect_near(seen({"clip 1 image"}, floats({5}, {0, 0, 0, 0, 5, 0, 0, 0, 0, 0})), {0, 0, 0, 0, 3, 0, 0, 0, 0, 0});
}

TEST(Preprocessing, CropsAndPadsAroundTheCenter) {
  std::vector<float> values(16);
  std::iota(values.begin(), values.end(), 0.0f);
  EXPECT_EQ(seen({"crop 2 2"}, floats({4, 4, 1}, values)), (std::vector<float>{5, 6, 9, 10}));
  EXPECT_EQ(seen({"crop 1 2"}, floats({2, 4, 2}, values)), (std::vector<float>{2, 3, 4, 5}));
  EXPECT_EQ(seen({"pad 1 value=7"}, floats({1, 1, 2}, {1, 2})),
            (std::vector<float>{7, 7, 7, 7, 7, 7, 7, 7, 1, 2, 7, 7, 7, 7, 7, 7, 7, 7}));
  const Dataset image = floats({4, 4, 1}, values);
  const Preprocessing padded = Preprocessing::fit({"pad 2"}, image);
  const Tensor back = padded.invert(padded.apply(image).read());
  EXPECT_TRUE(std::ranges::equal(back.values(), values));
}

TEST(Preprocessing, GrayWeightsTheChannels) {
  expect_near(seen({"gray"}, floats({1, 2, 3}, {1, 0, 0, 0, 0.5, 1})), {0.2126, 0.4298});
  EXPECT_EQ(seen({"gray"}, floats({1, 2, 1}, {1, 5})), (std::vector<float>{1, 5}));
}

TEST(Preprocessing, DrawsDependOnTheStoredSample) {
  const Dataset data = tiny_dataset(50);
  const Dataset preprocessed = Preprocessing::fit({"bernoulli"}, data).apply(data);
  const std::vector<float> all = read(preprocessed);
  EXPECT_TRUE(std::ranges::all_of(all, [](float value) { return value == 0 || value == 1; }));
  EXPECT_EQ(read(preprocessed), all);
  const std::vector<float> some = read(preprocessed.select(std::vector<int64_t>{30, 7}));
  EXPECT_TRUE(std::equal(some.begin(), some.begin() + 8, all.begin() + 30 * 8));
  EXPECT_TRUE(std::equal(some.begin() + 8, some.end(), all.begin() + 7 * 8));
  const double mean = std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
  EXPECT_NEAR(mean, 0.5, 0.1);
}

TEST(Preprocessing, InvertStopsAtAStepWithoutInverse) {
  const Dataset data = floats({2, 2, 1}, {0, 1, 2, 3, 4, 6, 8, 11});
  const Preprocessing fitted = Preprocessing::fit({"resize 1 1 area", "scale -1 1"}, data);
  EXPECT_EQ(fitted.invert_ends_at(), "resize 1 1 area");
  const Tensor back = fitted.invert(fitted.apply(data).read());
  EXPECT_EQ(back.shape(), (Shape{2, 1, 1, 1}));
  EXPECT_NEAR(back.data()[0], 1.5f, 1e-5);
  EXPECT_NEAR(back.data()[1], 7.25f, 1e-5);
}

TEST(Preprocessing, WhiteningCanReduceTheFeatures) {
  const Dataset data = tiny_dataset(60);
  const Preprocessing fitted = Preprocessing::fit({"whiten pca components=3"}, data);
  EXPECT_EQ(fitted.output_shape(), (Shape{3}));
  const Tensor y = fitted.apply(data).read();
  for (int64_t a = 0; a < 3; ++a) {
    for (int64_t b = 0; b < 3; ++b) {
      double product = 0;
      for (int64_t i = 0; i < 60; ++i) product += static_cast<double>(y.data()[3 * i + a] * y.data()[3 * i + b]) / 60;
      EXPECT_NEAR(product, a == b ? 1 : 0, 2e-3);
    }
  }
  EXPECT_EQ(fitted.invert(y).shape(), (Shape{60, 8}));
}

TEST(Preprocessing, IsRestoredBitForBit) {
  const Dataset data = tiny_dataset(60);
  for (const Steps& steps : {Steps{"standardize"}, {"robust", "scale 0 1"}, {"clip 2 global"}, {"whiten zca"}, {}}) {
    const Preprocessing fitted = Preprocessing::fit(steps, data);
    std::vector<std::pair<std::string, std::vector<float>>> stored;
    for (const auto& parameter : fitted.learned())
      stored.emplace_back(parameter.name, std::vector<float>(parameter.values.begin(), parameter.values.end()));
    const Preprocessing restored =
        Preprocessing::restore(steps, {8}, [&](const std::string& name, const Shape& shape) -> std::span<const float> {
          const auto found = std::ranges::find(stored, name, &std::pair<std::string, std::vector<float>>::first);
          EXPECT_EQ(static_cast<int64_t>(found->second.size()), num_elements(shape)) << name;
          return found->second;
        });
    EXPECT_EQ(read(restored.apply(data)), read(fitted.apply(data)));
    EXPECT_EQ(restored.range().high, static_cast<double>(static_cast<float>(fitted.range().high)));
  }
}

TEST(Preprocessing, DoesNotDependOnTheNumberOfThreads) {
  const Dataset data = tiny_dataset(300);
  for (const std::string step : {"standardize", "robust", "whiten zca", "clip 1 global"}) {
    const std::vector<float> one = read(Preprocessing::fit({step}, data, {1, {}}).apply(data, {1, {}}));
    EXPECT_EQ(read(Preprocessing::fit({step}, data, {3, {}}).apply(data, {3, {}})), one) << step;
  }
}

struct Rejected {
  Steps steps;
  Shape shape;
  std::vector<std::string> expected;
};

TEST(Preprocessing, RejectsInvalidSteps) {
  const Rejected cases[] = {
      {{"binarze 0.5"}, {4}, {"step 1 ('binarze 0.5')", "Did you mean 'binarize'?"}},
      {{"binarize"}, {4}, {"write it as 'binarize 0.5'"}},
      {{"binarize x"}, {4}, {"the threshold is 'x'", "a number"}},
      {{"scale 1 0"}, {4}, {"the lower end, 1, must be below the upper end, 0"}},
      {{"scale nan 1"}, {4}, {"'nan'"}},
      {{"minmax 1"}, {4}, {"write it as 'minmax'"}},
      {{"standardize", "clip 0 global"}, {4}, {"step 2 ('clip 0 global')", "above 0"}},
      {{"clip 3 globl"}, {4}, {"'globl'", "Did you mean 'global'?"}},
      {{"gray"}, {4}, {"takes images", "samples are 4"}},
      {{"gray"}, {2, 2, 2}, {"3 channels", "2x2x2"}},
      {{"resize 0 4 area"}, {4, 4, 1}, {"the height is '0'"}},
      {{"resize 4 4"}, {4, 4, 1}, {"resize HEIGHT WIDTH area|bilinear", "resize 16 16 area"}},
      {{"resize 4 4 cubic"}, {4, 4, 1}, {"'cubic' is not one of area, bilinear"}},
      {{"crop 5 4"}, {4, 4, 1}, {"from 1 to 4"}},
      {{"pad 1 color=3"}, {4, 4, 1}, {"unknown option 'color'"}},
      {{"whiten zca components=3"}, {4}, {"option of pca"}},
      {{"whiten pca components=5"}, {4}, {"from 1 to 4"}},
      {{"scale 0 1", "impute median"}, {4}, {"step 2", "first"}},
      {{"bernoulli", "scale -1 1"}, {4}, {"step 1", "last"}},
      {{""}, {4}, {"unknown step ''"}},
  };
  for (const Rejected& rejected : cases) {
    std::vector<uint8_t> bytes(static_cast<size_t>(2 * num_elements(rejected.shape)), 7);
    bytes[0] = 1;
    expect_error(ErrorKind::kUsage, rejected.expected,
                 [&] { Preprocessing::fit(rejected.steps, Dataset("bytes", rejected.shape, bytes)); });
  }
}

TEST(Preprocessing, RejectsDataThatAStepCannotBeFittedOn) {
  expect_error(ErrorKind::kData, {"all values", "3", "no range"}, [] {
    Preprocessing::fit({"scale 0 1"}, floats({1}, {3, 3}));
  });
  expect_error(ErrorKind::kUsage, {"probabilities", "-1", "scale 0 1"}, [] {
    Preprocessing::fit({"bernoulli"}, floats({1}, {-1, 1}));
  });
  expect_error(ErrorKind::kData, {"component 2 has no variance", "epsilon"}, [] {
    Preprocessing::fit({"whiten pca epsilon=0"}, floats({2}, {1, 1, 2, 2, 3, 3}));
  });
  const Preprocessing fitted = Preprocessing::fit({"scale 0 1"}, tiny_dataset(5));
  expect_error(ErrorKind::kUsage, {"has 9 columns of values", "trained on 8"},
               [&] { fitted.apply(tiny_dataset(5, 9)); });
}

}  // namespace
}  // namespace hourglass
