// What the program says about itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

TEST(Options, AreListedCurrentlyInTheDocumentation) {
  std::ostringstream page;
  page << std::ifstream(std::filesystem::path(HOURGLASS_TEST_DIR).parent_path() / "docs" / "options.md").rdbuf();
  EXPECT_EQ(Workplace().run({"options", "--markdown"}).out, page.str())
      << "Write it anew: hourglass options --markdown > docs/options.md";
}

TEST(Options, NameDefaultAndRange) {
  const Outcome outcome = Workplace().run({"options"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("train.learning_rate = 0.001\n"));
  EXPECT_THAT(outcome.out, HasSubstr("(sgd | adam | adamw)"));
}

TEST(Options, ReportAFullDisk) {
  const Workplace here;
  const Outcome outcome =
      Process(here.path(), {"sh", "-c", "exec \"$0\" options > /dev/full", HOURGLASS_PROGRAM}).wait();
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("standard output"));
}

TEST(Models, ListEveryPresetWithItsSizes) {
  const Outcome outcome = Workplace().run({"models"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"fc ", "rae ", "deep3 ", "deep5 ", "218,192"}) EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST(Models, ShowTheLayersOfOne) {
  const Outcome outcome = Workplace().run({"models", "rae"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"linear 20", "28x28x1", "sigmoid", "memory", "binarize = 0.5"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST(Help, ListsEveryCommand) {
  const Outcome outcome = Workplace().run({"--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"train", "evaluate", "reconstruct", "encode", "models", "options", "Exit codes"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST(Help, OfACommandHasTheOptionsOwnText) {
  const Outcome outcome = Workplace().run({"train", "--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("passes over the training part"));
}

}  // namespace
}  // namespace hourglass
