#include "study/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/expect_error.h"

namespace hourglass {
namespace {

std::vector<std::string> names(const std::vector<Variant>& variants) {
  std::vector<std::string> all;
  for (const Variant& variant : variants) all.push_back(variant.name);
  return all;
}

TEST(Axis, IsParsedFromText) {
  const Axis axis = parse_axis("objective.weight_l1 = 0, 1e-5");
  EXPECT_EQ(axis.name, "objective.weight_l1");
  ASSERT_EQ(axis.points.size(), 2u);
  EXPECT_EQ(axis.points[1].set, std::vector<std::string>{"objective.weight_l1=1e-5"});
}

TEST(Axis, OfListsUsesSemicolonsAsSeparators) {
  const Axis axis = parse_axis("model.encoder=linear 8; linear 16, relu, linear 8");
  ASSERT_EQ(axis.points.size(), 2u);
  EXPECT_EQ(axis.points[1].name, "linear 16, relu, linear 8");
}

TEST(Axis, RejectsInvalidText) {
  expect_error(ErrorKind::kUsage, {"train.epoch'", "Did you mean 'train.epochs'?"},
               [] { parse_axis("train.epoch=1"); });
  expect_error(ErrorKind::kUsage, {"is not a valid grid"}, [] { parse_axis("train.epochs"); });
  expect_error(ErrorKind::kUsage, {"empty value"}, [] { parse_axis("train.epochs=1,,2"); });
  expect_error(ErrorKind::kUsage, {"one value, the list 'standardize,minmax'", "';'", "--set"},
               [] { parse_axis("data.preprocess=standardize,minmax"); });
  expect_error(ErrorKind::kUsage, {"the value 1 twice"}, [] { parse_axis("train.epochs=1,2,1"); });
}

TEST(Variants, AreAllCombinationsWithTheLastAxisFastest) {
  const Point base{.name = "base", .model = "fc", .set = {"train.epochs=3"}};
  const std::vector<Axis> axes = {{"depth", {{"shallow", "", {}}, {"deep", "deep5", {"train.batch_size=32"}}}},
                                  parse_axis("train.seed=1,2")};
  const std::vector<Variant> variants = all_variants(base, axes, {"train.learning_rate=0.5"}, preset_config);
  EXPECT_EQ(names(variants), (std::vector<std::string>{"shallow-1", "shallow-2", "deep-1", "deep-2"}));
  EXPECT_EQ(variants[3].points, (std::vector<std::string>{"deep", "2"}));
  const Config& config = variants[3].config;
  EXPECT_EQ(config.model.name, "deep5");
  EXPECT_EQ(config.train.epochs, 3);
  EXPECT_EQ(config.train.batch_size, 32);
  EXPECT_EQ(config.train.seed, 2);
  EXPECT_EQ(config.train.learning_rate, 0.5);
  EXPECT_EQ(variants[0].config.model.name, "fc");
}

TEST(Variants, RejectMissingModelsDuplicateNamesAndInvalidOptions) {
  const Axis no_model{"variant", {{"a", "", {}}}};
  expect_error(ErrorKind::kUsage, {"'a'", "No model is given"},
               [&] { all_variants({}, {no_model}, {}, preset_config); });
  const Axis duplicate{"variant", {{"a", "fc", {}}, {"a", "rae", {}}}};
  expect_error(ErrorKind::kUsage, {"Two variants have the name 'a'"},
               [&] { all_variants({}, {duplicate}, {}, preset_config); });
  const Axis invalid{"variant", {{"a", "fc", {"train.epochs=0"}}}};
  expect_error(ErrorKind::kUsage, {"'a'", "train.epochs is 0"},
               [&] { all_variants({}, {invalid}, {}, preset_config); });
}

TEST(FolderName, IsThatOfOneVariant) {
  const std::string prefix(120, 'a');
  const std::vector<std::string> names = folder_names({"1e-1", "1e+1", prefix + "1", prefix + "2", "plain"});
  EXPECT_EQ(names[4], "plain");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 5U);
  EXPECT_EQ(names[0].find("1e-1-"), 0U);
  EXPECT_EQ(folder_names({"1e-1", "2"})[0], "1e-1");
}

TEST(FolderName, ReplacesSpecialCharactersAndIsCut) {
  EXPECT_EQ(folder_name("a/b c..=1e-5"), "a-b-c..=1e-5");
  EXPECT_EQ(folder_name("../x"), "-.-x");
  EXPECT_EQ(folder_name(std::string(300, 'x')).size(), 100u);
}

}  // namespace
}  // namespace hourglass
