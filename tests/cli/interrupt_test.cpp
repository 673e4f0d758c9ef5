// Interrupted and resumed runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/program.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

// With the address sanitizer, a matrix product takes about 50 times as long.
#ifdef __SANITIZE_ADDRESS__
constexpr const char *kEncoder = "linear 4, relu, linear 4", *kSamples = "data.synthetic_train=400";
#else
constexpr const char *kEncoder = "linear 64, relu, linear 16", *kSamples = "data.synthetic_train=2000";
#endif

/// Returns arguments that train for at least a second, so that a test can interrupt the run.
std::vector<std::string> long_training(const std::string& folder) {
  return tiny_training() + std::vector<std::string>{"--encoder", kEncoder,   "--batch-size", "200",   "--set",
                                                    kSamples,    "--epochs", "200",          "--out", folder};
}

TEST(Interrupted, ByCtrlCAndKillResumesToTheSameBits) {
  const Workplace here;
  {
    Process training(here.path(), hourglass_command(long_training("run")));
    ASSERT_TRUE(training.wait_for_output("epoch   2/200"));
    training.send(SIGINT);
    const Outcome stopped = training.wait();
    EXPECT_EQ(stopped.exit_code, 130);
    EXPECT_THAT(stopped.out, HasSubstr("hourglass train --resume run"));
    EXPECT_EQ(here.run({"evaluate", "run", "--metrics", "mse"}).exit_code, 0);
  }
  for (const char* progress : {"epoch  10/200", "epoch  60/200"}) {
    Process training(here.path(), hourglass_command({"train", "--resume", "run"}));
    ASSERT_TRUE(training.wait_for_output(progress));
    training.send(SIGKILL);
    ASSERT_EQ(training.wait().exit_code, 128 + SIGKILL);
    EXPECT_EQ(here.run({"evaluate", "run", "--metrics", "mse"}).exit_code, 0);
  }
  const Outcome resumed = here.run({"train", "--resume", "--out", "run"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  ASSERT_EQ(here.run(long_training("uninterrupted")).exit_code, 0);
  EXPECT_EQ(here.read("run/model.safetensors"), here.read("uninterrupted/model.safetensors"));
}

TEST(Interrupted, BySigtermExitsWith143) {
  const Workplace here;
  Process training(here.path(), hourglass_command(long_training("run")));
  ASSERT_TRUE(training.wait_for_output("epoch   2/200"));
  training.send(SIGTERM);
  EXPECT_EQ(training.wait().exit_code, 143);
}

TEST(Interrupted, ByADataFileThatBecomesShorterSaysSo) {
  const Workplace here;
  // An npy file of 2000 x 400 float32 values, which is mapped.
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2000, 400), }";
  header.resize(117, ' ');
  std::string bytes = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n";
  for (int i = 0; i < 2000 * 400; ++i) {
    const auto value = static_cast<float>(i % 997);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  here.write("x.npy", bytes);
  Process training(here.path(),
                   hourglass_command({"train", "fc", "--data", "x.npy", "--encoder", "linear 4", "--decoder",
                                      "linear output", "--epochs", "100000", "--out", "run"}));
  ASSERT_TRUE(training.wait_for_output("epoch      2/100"));
  std::filesystem::resize_file(here / "x.npy", 4096);
  const Outcome outcome = training.wait();
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("became shorter while it was read"));
  here.write("x.npy", bytes);
  EXPECT_EQ(here.run({"evaluate", "run", "--metrics", "mse"}).exit_code, 0) << "what was trained is there";
}

TEST(Resume, SameCommandIsAllowed) {
  const Workplace here;
  const auto command = tiny_training() + std::vector<std::string>{"--out", "run"};
  ASSERT_EQ(here.run(command).exit_code, 0);
  const std::string model = here.read("run/model.safetensors");
  const Outcome resumed = here.run(command + std::vector<std::string>{"--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(here.read("run/model.safetensors"), model) << "a finished run is unchanged";
}

TEST(Resume, ExtendsAFinishedRunToTheSameBits) {
  const Workplace here;
  const auto command = tiny_training();
  ASSERT_EQ(here.run(command + std::vector<std::string>{"--out", "long", "--epochs", "4"}).exit_code, 0);
  ASSERT_EQ(here.run(command + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const Outcome extended = here.run({"train", "--resume", "run", "--epochs", "4"});
  ASSERT_EQ(extended.exit_code, 0) << extended.err;
  EXPECT_EQ(here.read("run/model.safetensors"), here.read("long/model.safetensors"));
  EXPECT_EQ(here.read("run/config.toml"), here.read("long/config.toml"));
  const Outcome complete = here.run({"train", "--resume", "run"});
  EXPECT_EQ(complete.exit_code, 0);
  EXPECT_THAT(complete.out, HasSubstr("is complete: all 4 epochs are done"));
  EXPECT_EQ(std::ranges::count(complete.out, '\n'), 1);
}

TEST(Resume, NamesTheOptionThatDependsOnTheNumberOfEpochs) {
  const Workplace here;
  ASSERT_EQ(
      here.run(tiny_training() + std::vector<std::string>{"--out", "run", "--set", "train.schedule=cosine"}).exit_code,
      0);
  const Outcome outcome = here.run({"train", "--resume", "run", "--epochs", "9"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("train.schedule is cosine"));
}

TEST(Resume, RejectsOptionsThatChangeTheRun) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const Outcome outcome = here.run({"train", "--resume", "run", "--batch-size", "9"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("has train.batch_size = 30, not 9"));
  const Outcome fewer = here.run({"train", "--resume", "run", "--epochs", "1"});
  EXPECT_EQ(fewer.exit_code, 2);
  EXPECT_THAT(fewer.err, HasSubstr("has trained 2 epochs. 1 is less"));
}

TEST(Resume, RejectsAFolderWithoutARun) {
  const Workplace here;
  const Outcome outcome = here.run({"train", "--resume", "--out", "nowhere"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'nowhere' has no run"));
  EXPECT_EQ(here.run({"train", "--resume"}).exit_code, 2);
}

TEST(Resume, RejectsATruncatedCheckpoint) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const std::string checkpoint = here.read("run/checkpoint.safetensors");
  here.write("run/checkpoint.safetensors", checkpoint.substr(0, checkpoint.size() / 2));
  const Outcome outcome = here.run({"train", "--resume", "run", "--epochs", "3"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("checkpoint.safetensors"));
}

}  // namespace
}  // namespace hourglass
