#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// Trains two runs with different epochs and weight penalties.
void train_two(const Workplace& here) {
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "a", "--no-report"}).exit_code, 0);
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "b", "--no-report", "--epochs", "3", "--set",
                                                                "objective.weight_l2=0.001"})
                .exit_code,
            0);
}

TEST(Compare, ShowsOnlyDifferences) {
  const Workplace here;
  train_two(here);
  const Outcome outcome = here.run({"compare", "a", "b"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("train.epochs +2 +3\n"))) << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("objective.weight_l2 +0.0 +0.001\n"))) << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("test.loss +0\\.\\d+ +0\\.\\d+\n"))) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("do not compare across"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("batch_size")));
  EXPECT_THAT(outcome.out, Not(HasSubstr("latent_kl")));
}

// As FOLDER/* of a sweep, which has files next to its run folders.
TEST(Compare, LeavesOutFiles) {
  const Workplace here;
  train_two(here);
  here.write("results.csv", "a\n1\n");
  const Outcome outcome = here.run({"compare", "a", "b", "results.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("'results.csv' is left out"));
  EXPECT_EQ(outcome.out, here.run({"compare", "a", "b"}).out);
  EXPECT_EQ(here.run({"compare", "a", "results.csv"}).exit_code, 2);
}

TEST(Compare, PrintsJsonWithFullCurves) {
  const Workplace here;
  train_two(here);
  const json result = json::parse(here.run({"compare", "a", "b", "--json"}).out);
  EXPECT_EQ(result["runs"][1]["run"], "b");
  EXPECT_EQ(result["runs"][1]["epochs_done"], 3);
  ASSERT_EQ(result["curves"].size(), 3u);
  EXPECT_TRUE(result["curves"][2]["a"].is_null());
  EXPECT_EQ(result["curves"][2]["b"], result["runs"][1]["test.loss"]);
}

TEST(Compare, ShowsThePictureWithoutWritingIt) {
  const Workplace here;
  train_two(here);
  const Outcome outcome = here.run({"compare", "a", "b", "--show", "--count", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("░"));
  EXPECT_LT(outcome.out.find("░"), outcome.out.find("train.epochs"));
  const Outcome both = here.run({"compare", "a", "b", "--show", "--out", "both", "--scale", "2"});
  EXPECT_THAT(both.out, HasSubstr("░"));
  EXPECT_THAT(here.read("both/reconstructions.png"), testing::StartsWith("\x89PNG"));
  EXPECT_EQ(here.run({"compare", "a", "b", "--show", "--json"}).exit_code, 2);
}

TEST(Compare, WritesTablesAndAPictureIntoANewFolder) {
  const Workplace here;
  train_two(here);
  ASSERT_EQ(here.run({"compare", "a", "b", "--out", "both"}).exit_code, 0);
  EXPECT_THAT(here.read("both/comparison.csv"), testing::StartsWith("run,objective.weight_l2,train.epochs,"));
  EXPECT_THAT(here.read("both/curves.csv"), testing::StartsWith("epoch,a,b\n1,"));
  EXPECT_THAT(here.read("both/reconstructions.png"), testing::StartsWith("\x89PNG"));
  const Outcome again = here.run({"compare", "a", "b", "--out", "both"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("'both' already exists"));
}

TEST(Compare, RejectsAFolderWithoutARun) {
  const Workplace here;
  train_two(here);
  const Outcome outcome = here.run({"compare", "a", "c"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'c' is not a run folder: config.toml is missing"));
  EXPECT_EQ(here.run({"compare", "a"}).exit_code, 2);
  here.write("b/summary.json", "[1, 2");
  EXPECT_EQ(here.run({"compare", "a", "b"}).exit_code, 3);
}

}  // namespace
}  // namespace hourglass
