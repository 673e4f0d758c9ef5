#include "study/study_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "hourglass/dataset.h"
#include "study/published.h"
#include "study/results.h"
#include "study/studies.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

constexpr const char* kStudy = R"(
title = "Two sizes"
metrics = ["mse", "psnr_mean"]
grid = ["model.latent_dim=4,8"]
[base]
model = "fc"
set = ["train.epochs=20"]
[quick]
set = ["data.synthetic_train=300"]
metrics = ["mse"]
[[variant]]
name = "relu"
[[variant]]
name = "vae"
model = "vae"
[[published]]
metric = "psnr_mean"
source = "a paper"
values = { relu-4 = 20.5, vae-8 = 30 }
)";

Study parse(const std::string& text, bool quick = false) { return parse_study("two", text, "two.toml", quick); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(BuiltInStudies, AreComplete) {
  ASSERT_GE(kStudies.size(), 5u);
  for (const EmbeddedFile& file : kStudies) {
    for (const bool quick : {false, true}) {
      const Study study = parse_study("study", std::string(file.text), std::string(file.name), quick);
      EXPECT_FALSE(study.variants.empty()) << file.name;
      EXPECT_FALSE(study.source.empty()) << file.name;
      EXPECT_FALSE(study.published.empty()) << file.name;
    }
  }
}

TEST(BuiltInStudies, SelectRowsThatTheDatasetsHave) {
  const auto samples = [](int64_t count) {
    return Dataset("set", {1}, std::vector<uint8_t>(static_cast<size_t>(count)));
  };
  // KMNIST: only the test set is available, so training set and test set are both drawn from it.
  const std::map<std::string, DataSplit> datasets = {{"mnist", {samples(60000), samples(10000)}},
                                                     {"fashion-mnist", {samples(60000), samples(10000)}},
                                                     {"kmnist", {samples(10000), Dataset()}},
                                                     {"caltech101", {samples(7356), samples(1788)}}};
  for (const EmbeddedFile& file : kStudies) {
    for (const bool quick : {false, true}) {
      const Study study = parse_study("study", std::string(file.text), std::string(file.name), quick);
      for (const Variant& variant : study.variants) {
        const DataConfig& data = variant.config.data;
        if (!datasets.contains(data.name)) continue;
        EXPECT_NO_THROW(split(datasets.at(data.name), data)) << file.name << ", " << variant.name;
      }
    }
  }
}

TEST(Study, CombinesVariantsAndGrid) {
  const Study study = parse(kStudy);
  ASSERT_EQ(study.variants.size(), 4u);
  EXPECT_EQ(study.variants[3].name, "vae-8");
  EXPECT_EQ(study.variants[3].config.model.latent_dim, 8);
  EXPECT_EQ(study.variants[0].config.train.epochs, 20);
}

TEST(Study, QuickUsesATenthOfTheEpochsAndItsOwnOptions) {
  const Study study = parse(kStudy, true);
  EXPECT_EQ(study.variants[0].config.train.epochs, 2);
  EXPECT_EQ(study.variants[0].config.data.synthetic_train, 300);
  EXPECT_EQ(study.metrics, std::vector<std::string>{"mse"});
}

TEST(Study, RejectsMistakesWithTheirPosition) {
  const auto rejected = [](const char* from, const char* to, const std::vector<std::string>& parts) {
    expect_error(ErrorKind::kUsage, parts, [&] { parse(replaced(kStudy, from, to)); });
  };
  rejected("title =", "t\xc3\xaftle =", {"two.toml:2", "Non-ASCII character"});
  rejected("metrics =", "metrisc =", {"two.toml:3:1", "'metrisc'", "Did you mean 'metrics'?"});
  rejected("\"mse\", \"psnr_mean\"", "\"msee\"", {"two.toml", "'msee'", "'mse'"});
  rejected("model.latent_dim", "model.latent_dims", {"two.toml", "'model.latent_dims'", "'model.latent_dim'"});
  rejected("model = \"fc\"", "", {"two.toml", "'relu-4'", "No model is given"});
  rejected("model = \"fc\"", "model = \"fcc\"", {"'fcc'", "'fc'"});
  rejected("name = \"vae\"", "name = \"relu\"", {"two.toml", "Two variants", "'relu-4'"});
  rejected("vae-8 = 30", "vae-9 = 30", {"two.toml", "'vae-9'", "Did you mean"});
  rejected("train.epochs=20", "train.epochs=0", {"train.epochs is 0"});
  rejected("[base]", "[base", {"two.toml", "Invalid TOML"});
}

TEST(Published, IsReachedWithinItsRoundingAndInTheDirectionOfTheMetric) {
  const Study study = parse(kStudy);
  const auto verdict = [&](double psnr) {
    RunOutcome outcome;
    outcome.state = RunState::kDone;
    outcome.metrics = {{"psnr_mean", psnr}};
    std::vector<RunOutcome> outcomes(study.variants.size(), outcome);
    const auto results = variant_results(study.variants.size(), outcomes);
    const ResultTable table = published_table(study, study.variants, results, false);
    EXPECT_EQ(table.rows.size(), 2u);
    return std::get<std::string>(table.rows[0][4]);
  };
  EXPECT_EQ(verdict(21.0), "reached");
  EXPECT_EQ(verdict(20.46), "reached");
  EXPECT_EQ(verdict(20.0), "missed by 0.5");
}

TEST(Published, ToleratesTheRoundingOfItsLastDigit) {
  const auto verdict = [](const std::string& digits, double measured) {
    const Study study = parse(replaced(replaced(kStudy, "\"psnr_mean\"\nsource", "\"mse\"\nsource"),
                                       "{ relu-4 = 20.5, vae-8 = 30 }", "{ relu-4 = " + digits + " }"));
    RunOutcome outcome;
    outcome.state = RunState::kDone;
    outcome.metrics = {{"mse", measured}};
    std::vector<VariantResult> results(study.variants.size());
    results[0] = {{&outcome}, "done", ""};
    return std::get<std::string>(published_table(study, study.variants, results, false).rows[0][4]);
  };
  EXPECT_EQ(verdict("0.060", 0.0604), "reached");
  EXPECT_NE(verdict("0.060", 0.0606), "reached") << "not .005";
  EXPECT_EQ(verdict("60", 60.4), "reached");
  EXPECT_NE(verdict("60", 60.6), "reached");
  EXPECT_EQ(verdict("-593.0", -592.96), "reached");
  EXPECT_EQ(verdict("76.00", 76.004), "reached");
  EXPECT_EQ(verdict("1.50e-3", 0.001504), "reached");
  EXPECT_NE(verdict("1.50e-3", 0.001506), "reached");
}

TEST(Study, AxisCannotHaveTheNameOfAColumn) {
  for (const char* name : {"latents", "state", "mse"})
    expect_error(ErrorKind::kUsage, {std::string("'") + name + "'", "column of the results"}, [&] {
      parse(std::string(kStudy) + "[[axis]]\nname = \"" + name + "\"\npoints = [{ name = \"a\" }]\n");
    });
}

TEST(Study, PathsOfItsDataAreAbsolute) {
  const Study study = parse(replaced(kStudy, "\"train.epochs=20\"", "\"data.name=some/x.csv\""));
  EXPECT_TRUE(std::filesystem::path(study.variants[0].config.data.name).is_absolute());
}

TEST(SeedStatistics, AreMeanAndStandardDeviation) {
  const SeedStatistics three = seed_statistics({1, 2, 3});
  EXPECT_DOUBLE_EQ(three.mean, 2);
  EXPECT_DOUBLE_EQ(three.deviation, 1);
  EXPECT_TRUE(std::isnan(seed_statistics({1}).deviation));
  EXPECT_EQ(seed_statistics({0.1, 0.1, 0.1}).deviation, 0);
}

}  // namespace
}  // namespace hourglass
