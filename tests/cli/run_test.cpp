// Commands that use a trained model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <sstream>

#include "cli/program.h"
#include "support/scoped_variable.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

/// A folder with one trained run, "run".
class TrainedRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    here_ = new Workplace;
    const Outcome outcome = here_->run(tiny_training() + std::vector<std::string>{"--out", "run"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static void TearDownTestSuite() { delete here_; }
  const Workplace& here() { return *here_; }

 private:
  static inline Workplace* here_ = nullptr;
};

TEST_F(TrainedRun, EvaluateAcceptsAModelFileAndOtherData) {
  const Outcome outcome =
      here().run({"evaluate", "run/model.safetensors", "--data", "synthetic-digits", "--metrics", "mse"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST_F(TrainedRun, ReconstructWritesAPng) {
  ASSERT_EQ(here().run({"reconstruct", "run"}).exit_code, 0);
  EXPECT_TRUE(here().read("run/images/reconstructions-test.png").starts_with("\x89PNG"));
  ASSERT_EQ(here().run({"reconstruct", "run", "--part", "train", "--count", "5", "--out", "five.png"}).exit_code, 0);
  EXPECT_TRUE(here().read("five.png").starts_with("\x89PNG"));
}

/// Returns width and height of a PNG.
std::pair<int, int> size_of(const std::string& png) {
  const auto number = [&](size_t at) {
    int value = 0;
    for (size_t i = at; i < at + 4; ++i) value = value * 256 + static_cast<unsigned char>(png[i]);
    return value;
  };
  return {number(16), number(20)};
}

TEST_F(TrainedRun, PicturesHaveTheRequestedScaleAndWidth) {
  const auto draw = [&](const std::vector<std::string>& options) {
    const Outcome outcome =
        here().run(std::vector<std::string>{"reconstruct", "run", "--count", "6", "--out", "p.png"} + options);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return size_of(here().read("p.png"));
  };
  const auto [width, height] = draw({});
  EXPECT_EQ(draw({"--scale", "3"}), std::pair(width, height)) << "the default scale of digits";
  EXPECT_GT(draw({"--scale", "6"}).first, width * 3 / 2);
  EXPECT_LT(draw({"--columns", "2"}).first, width / 2);
  EXPECT_GT(draw({"--columns", "2"}).second, height * 2);
  EXPECT_EQ(here().run({"reconstruct", "run", "--scale", "0"}).exit_code, 2);
}

TEST_F(TrainedRun, PicturesUseTheGraphicsProtocolOfTheTerminal) {
  const std::vector<std::string> command = {"reconstruct", "run", "--count", "2", "--out", "p.png", "--show"};
  EXPECT_THAT(here().run(command).out, testing::AllOf(HasSubstr("█"), testing::Not(HasSubstr("\x1b"))))
      << "text without colors if there is no terminal";
  const auto shown_by = [&](const char* name, const char* value) {
    const ScopedVariable variable(name, value);
    return here().run_in_terminal(80, command).out;
  };
  EXPECT_THAT(shown_by("TERM", "xterm-kitty"), HasSubstr("\x1b_Ga=T,f=100,"));
  EXPECT_THAT(shown_by("TERM", "foot"), HasSubstr("\x1bP0;1;0q"));
  const ScopedVariable plain("TERM", "xterm");
  EXPECT_THAT(shown_by("TERM_PROGRAM", "iTerm.app"), HasSubstr("\x1b]1337;File=inline=1;"));
  const std::string text = here().run_in_terminal(80, command).out;
  EXPECT_THAT(text, HasSubstr("\x1b[38;2;"));
  EXPECT_THAT(text, HasSubstr("reconstruction"));
  EXPECT_THAT(shown_by("NO_COLOR", "1"), testing::Not(HasSubstr("\x1b[38;2;")));
}

TEST_F(TrainedRun, EncodeWritesArraysOfLatentsAndLabels) {
  ASSERT_EQ(here().run({"encode", "run", "--out", "z.npy"}).exit_code, 0);
  const std::string latents = here().read("z.npy"), labels = here().read("z.labels.npy");
  EXPECT_THAT(latents.substr(0, 128), HasSubstr("'shape': (60, 4)"));
  EXPECT_THAT(labels.substr(0, 128), HasSubstr("'<i4'"));
  EXPECT_THAT(labels.substr(0, 128), HasSubstr("'shape': (60,)"));
}

TEST_F(TrainedRun, EncodeWritesTheSameLatentsToCsv) {
  ASSERT_EQ(here().run({"encode", "run", "--out", "z.csv"}).exit_code, 0);
  ASSERT_EQ(here().run({"encode", "run", "--out", "z.npy"}).exit_code, 0);
  std::istringstream csv(here().read("z.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "index,row,class,z0,z1,z2,z3");
  const std::string npy = here().read("z.npy");
  const char* values = npy.data() + npy.size() - 60 * 4 * sizeof(float);
  int rows = 0;
  for (; std::getline(csv, line); ++rows) {
    std::istringstream cells(line);
    std::string cell;
    ASSERT_TRUE(std::getline(cells, cell, ','));
    EXPECT_EQ(cell, std::to_string(rows));
    ASSERT_TRUE(std::getline(cells, cell, ','));
    ASSERT_TRUE(std::getline(cells, cell, ','));
    EXPECT_THAT(cell, testing::MatchesRegex("[0-9]"));
    for (int j = 0; j < 4 && std::getline(cells, cell, ','); ++j, values += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, values, sizeof value);
      EXPECT_EQ(std::stof(cell), value);
    }
  }
  EXPECT_EQ(rows, 60);
}

TEST_F(TrainedRun, EncodeRejectsAnUnknownFormat) {
  const Outcome outcome = here().run({"encode", "run", "--out", "z.txt"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("expected a file that ends in .npy, .npz or .csv"));
}

TEST_F(TrainedRun, MissingDataFolderIsRejected) {
  const Outcome outcome = here().run({"evaluate", "run", "--data", "fashion-mnist", "--data-dir", "nowhere"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace hourglass
