// Help texts and the lists of options and presets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

TEST(Options, DocumentationIsUpToDate) {
  std::ostringstream page;
  page << std::ifstream(std::filesystem::path(HOURGLASS_TEST_DIR).parent_path() / "docs" / "options.md").rdbuf();
  EXPECT_EQ(Workplace().run({"options", "--markdown"}).out, page.str())
      << "Regenerate it: hourglass options --markdown > docs/options.md";
}

TEST(Options, ShowDefaultAndRange) {
  const Outcome outcome = Workplace().run({"options"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("train.learning_rate = 0.001\n"));
  EXPECT_THAT(outcome.out, HasSubstr("(sgd | adam | adamw | lbfgs)"));
}

TEST(Options, ReportAFullDisk) {
  const Workplace here;
  const Outcome outcome =
      Process(here.path(), {"sh", "-c", "exec \"$0\" options > /dev/full", HOURGLASS_PROGRAM}).wait();
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("standard output"));
}

struct ListedPreset {
  const char* name;
  const char* sizes;  // sample, latents, parameters
};
const ListedPreset kPresets[] = {{"fc", "28x28x1 +64 +218,192"},
                                 {"conv", "28x28x1 +1,568 +9,569"},
                                 {"conv-dense", "28x28x1 +64 +211,905"},
                                 {"sparse", "28x28x1 +64 +218,192"},
                                 {"sparse-overcomplete", "28x28x1 +256 +267,536"},
                                 {"lstm", "28x28x1 +3,584 +97,968"},
                                 {"lstm-bottleneck", "28x28x1 +128 +97,968"},
                                 {"vae", "28x28x1 +32 +667,248"},
                                 {"vae-published", "28x28x1 +32 +667,248"},
                                 {"rae", "28x28x1 +20 +473,636"},
                                 {"rae-360", "28x28x1 +20 +846,084"},
                                 {"rae-completion", "28x28x1 +20 +473,636"},
                                 {"deep3", "28x28x1 +100 +454,004"},
                                 {"deep5", "28x28x1 +100 +1,118,580"},
                                 {"denoising", "28x28x1 +100 +454,004"},
                                 {"frey-vae", "28x20x1 +20 +447,112"},
                                 {"frey-vae-2d", "28x20x1 +2 +338,724"},
                                 {"sparse-mnist", "28x28x1 +196 +308,308"},
                                 {"patches", "16x16x1 +64 +33,088"}};

TEST(Models, ListEveryPresetByStudyWithItsSizes) {
  const Outcome outcome = Workplace().run({"models"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const ListedPreset& preset : kPresets)
    EXPECT_TRUE(
        std::regex_search(outcome.out, std::regex("\n  " + std::string(preset.name) + " +" + preset.sizes + " ")))
        << preset.name << " in\n"
        << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("\nRegularized autoencoders .*\n  rae .*\n  rae-360 ")));
}

TEST(Models, ShowTheLayersOfAPreset) {
  const Outcome outcome = Workplace().run({"models", "rae"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"Regularized_Auto_Encoder", "linear 20", "28x28x1", "sigmoid", "memory", "binarize 0.5"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST(Models, ShowAPresetWithTheSampleShapeOfItsStudy) {
  const std::string out = Workplace().run({"models", "frey-vae"}).out;
  EXPECT_TRUE(std::regex_search(out, std::regex("input +28x20x1\n"))) << out;
  EXPECT_TRUE(std::regex_search(out, std::regex("latent +gaussian 20 +20 +10,280\n"))) << out;
}

TEST(Models, EveryPresetTrains) {
  const Workplace here;
  for (const ListedPreset& preset : kPresets) {
    const Outcome outcome = here.run({"train", preset.name, "--data", "synthetic-digits", "--epochs", "1", "--set",
                                      "data.synthetic_train=200", "--set", "data.synthetic_test=20", "--batch-size",
                                      "50", "--threads", "2"});
    EXPECT_EQ(outcome.exit_code, 0) << preset.name << ": " << outcome.err;
  }
}

TEST(Help, ListsEveryCommand) {
  const Outcome outcome = Workplace().run({"--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"train", "evaluate", "reconstruct", "encode", "decode", "cluster", "sample", "traverse",
                           "interpolate", "denoise", "report", "models", "options", "Exit codes"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST(Help, CommandHelpHasTheOptionTexts) {
  const Outcome outcome = Workplace().run({"train", "--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("passes over the training set"));
}

TEST(Help, IsWrappedAtTheWidthOfTheTerminal) {
  const Workplace here;
  const auto longest = [](const std::string& text) {
    size_t size = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      while (line.ends_with('\r')) line.pop_back();
      if (!line.starts_with("  hourglass")) size = std::max(size, line.size());  // examples are to be copied
    }
    return size;
  };
  for (const char* command : {"train", "sweep", "evaluate", "similar"}) {
    EXPECT_LE(longest(here.run({command, "--help"}).out), 80u) << command;
    EXPECT_LE(longest(here.run_in_terminal(64, {command, "--help"}).out), 64u) << command;
    EXPECT_GT(longest(here.run_in_terminal(140, {command, "--help"}).out), 100u) << command;
  }
}

}  // namespace
}  // namespace hourglass
