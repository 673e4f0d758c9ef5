// Every invalid input gives its exit code and a message that names the cause, and creates no run folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>

#include "cli/program.h"
#include "support/idx_bytes.h"

namespace hourglass {
namespace {

using testing::HasSubstr;

void expect_rejected(const Outcome& outcome, int exit_code, const std::vector<std::string>& parts) {
  EXPECT_EQ(outcome.exit_code, exit_code);
  EXPECT_EQ(outcome.out, "");
  for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
}

struct Mistake {
  const char* name;
  std::vector<std::string> arguments;
  std::vector<std::string> message;
};

class WrongUsage : public testing::TestWithParam<Mistake> {};

TEST_P(WrongUsage, IsRejected) {
  const Workplace here;
  expect_rejected(here.run(GetParam().arguments), 2, GetParam().message);
  EXPECT_FALSE(std::filesystem::exists(here / "runs"));
}

INSTANTIATE_TEST_SUITE_P(
    Cli, WrongUsage,
    testing::Values(
        Mistake{"UnknownCommand", {"trian"}, {"Unknown command 'trian'. Did you mean 'train'?"}},
        Mistake{"UnknownFlag", {"train", "--epoch", "3"}, {"Unknown option '--epoch'. Did you mean '--epochs'?"}},
        Mistake{"UnexpectedArgument", {"train", "fc", "rae"}, {"'rae'"}},
        Mistake{"DatasetAsArgument", {"train", "fc", "mnist"}, {"'mnist'. Data are given as --data mnist."}},
        Mistake{"FileAsArgument", {"train", "fc", "my table.csv"}, {"Data are given as --data 'my table.csv'."}},
        Mistake{"DatasetAsModel", {"train", "mnist"}, {"'mnist' is data; expected a preset", "--data mnist"}},
        Mistake{"FileAsModel", {"sweep", "usual.csv", "--grid", "train.seed=1"}, {"is data", "--data usual.csv"}},
        Mistake{"FolderAsModel", {"train", "."}, {"'.' is data; expected a preset or a TOML file", "--data ."}},
        Mistake{"MissingArgument", {"evaluate"}, {"RUN is required"}},
        Mistake{"UnknownSplit", {"evaluate", "run", "--part", "tset"}, {"--part", "tset"}},
        Mistake{"UnknownPreset", {"train", "fcc"}, {"Unknown preset 'fcc'. Did you mean 'fc'?"}},
        Mistake{"UnknownKey", {"train", "--set", "train.epoch=3"}, {"Did you mean 'train.epochs'?"}},
        Mistake{"UnknownValue", {"train", "--set", "train.optimizer=adan"}, {"Did you mean 'adam'?"}},
        Mistake{"UnknownLayer", {"train", "--encoder", "linaer 3"}, {"linaer", "linear"}},
        Mistake{"UnknownDataset", {"train", "--data", "fashion_mnist"}, {"fashion-mnist"}},
        Mistake{"NotANumber", {"train", "--epochs", "many"}, {"train.epochs is \"many\""}},
        Mistake{"ZeroEpochs", {"train", "--epochs", "0"}, {"train.epochs is 0; expected an integer, at least 1"}},
        Mistake{"NegativeBatch", {"train", "--batch-size", "-3"}, {"train.batch_size is -3"}},
        Mistake{"ZeroWidth", {"train", "--encoder", "linear 0"}, {"encoder layer 1", "'0'"}},
        Mistake{"NegativeWidth", {"train", "--encoder", "linear -4"}, {"encoder layer 1", "'-4'"}},
        Mistake{"TooLargeForMemory", {"train", "--encoder", "linear 900000000"}, {"GiB of memory", "smaller"}},
        Mistake{"IncompatibleShapes", {"train", "--decoder", "linear 100, sigmoid"}, {"100", "784"}},
        Mistake{"OutputOutOfRange",
                {"train", "--decoder", "linear output, tanh", "--set", "objective.reconstruction=bce"},
                {"decoder ends in 'tanh'"}}),
    [](const auto& test) { return test.param.name; });

TEST(BadToml, IsRejectedWithLineAndColumn) {
  const Workplace here;
  here.write("run.toml", "[train]\nepochs = \"five\"\n");
  expect_rejected(here.run({"train", "run.toml"}), 2, {"run.toml:2:10: train.epochs is \"five\""});
}

TEST(BatchLargerThanTheData, IsRejectedBeforeAFolderIsCreated) {
  const Workplace here;
  const Outcome outcome = here.run({"train", "--set", "data.synthetic_train=50", "--batch-size", "51", "--quiet"});
  expect_rejected(outcome, 2, {"train.batch_size is 51", "50 training samples"});
  EXPECT_FALSE(std::filesystem::exists(here / "runs"));
}

class BadTraining : public testing::TestWithParam<Mistake> {};

TEST_P(BadTraining, IsRejectedBeforeAFolderIsCreated) {
  const Workplace here;
  std::vector<std::string> arguments = {
      "train", "--quiet", "--set", "data.synthetic_train=50", "--set", "train.batch_size=10"};
  arguments.insert(arguments.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  expect_rejected(here.run(arguments), 2, GetParam().message);
  EXPECT_FALSE(std::filesystem::exists(here / "runs"));
}

std::vector<std::string> with(std::vector<std::string> settings) {
  std::vector<std::string> arguments;
  for (const std::string& setting : settings) {
    arguments.push_back("--set");
    arguments.push_back(setting);
  }
  return arguments;
}

INSTANTIATE_TEST_SUITE_P(
    Cli, BadTraining,
    testing::Values(
        Mistake{"SolverOnBatches",
                with({"train.optimizer=lbfgs"}),
                {"train.optimizer is lbfgs", "train.batch_size is 10", "train.batch_size=0"}},
        Mistake{"SolverWithDropout",
                with({"train.optimizer=lbfgs", "train.batch_size=0",
                      "model.encoder=linear 8, relu, dropout 0.2, linear 4"}),
                {"train.optimizer is lbfgs", "encoder layer 3 (dropout 0.2)", "Remove the layer"}},
        Mistake{"SolverWithAGaussianLatent",
                with({"train.optimizer=lbfgs", "train.batch_size=0", "model.latent=gaussian 2"}),
                {"train.optimizer is lbfgs", "gaussian 2", "model.latent=plain"}},
        Mistake{"SolverWithCorruption",
                with({"train.optimizer=lbfgs", "train.batch_size=0", "corruption.mask=0.2"}),
                {"train.optimizer is lbfgs", "[corruption]"}},
        Mistake{"TooManyAccumulatedBatches",
                with({"train.accumulate=6"}),
                {"train.accumulate is 6", "only 5 batches of 10", "at most 5"}},
        Mistake{"AccumulatedWholeBatch",
                with({"train.accumulate=2", "train.batch_size=0"}),
                {"train.accumulate is 2", "train.batch_size is 0"}},
        Mistake{"WholeBatchWithBatchNorm",
                with({"train.batch_size=0", "model.encoder=linear 8, batch_norm, relu"}),
                {"train.batch_size is 0", "encoder layer 2 (batch_norm)", "layer_norm"}},
        Mistake{"PatienceWithoutAValidationSet",
                with({"train.patience=3"}),
                {"train.patience is 3", "no validation set", "data.validation=0.1"}},
        Mistake{"KernelLargerThanItsInput",
                with({"model.encoder=conv2d 4 kernel=31, relu"}),
                {"encoder layer 1", "kernel", "31", "28"}},
        Mistake{"OutputPaddingTooLarge",
                with({"model.encoder=conv2d 4 kernel=3 stride=2 padding=1",
                      "model.decoder=conv_transpose2d 1 kernel=3 stride=2 padding=1 output_padding=2, sigmoid"}),
                {"decoder layer 1", "output_padding"}},
        Mistake{"SequenceModelOnFlatData",
                with({"model.encoder=flatten, lstm 8"}),
                {"encoder layer 2", "lstm", "sequence"}},
        Mistake{"ZeroLatentSize", with({"model.latent=gaussian 0"}), {"latent", "'0'"}},
        Mistake{"NegativePenalty", with({"objective.weight_l1=-1"}), {"objective.weight_l1 is -1", "at least 0"}},
        Mistake{"NegativeSparsity", with({"objective.latent_kl_beta=-1"}), {"objective.latent_kl_beta is -1"}},
        Mistake{"RhoOfOne", with({"objective.latent_kl_rho=1"}), {"objective.latent_kl_rho is 1", "below 1"}},
        Mistake{"RhoOfZero", with({"objective.latent_kl_rho=0"}), {"objective.latent_kl_rho is 0", "above 0"}},
        Mistake{"WrongOutputSize",
                with({"model.decoder=linear 100, sigmoid"}),
                {"decoder outputs 100 values", "784", "linear output"}},
        Mistake{"WrongOutputShape",
                with({"model.decoder=linear output, reshape 14x56x1, sigmoid"}),
                {"decoder outputs 14x56x1", "28x28x1", "reshape 28x28x1"}}),
    [](const auto& test) { return test.param.name; });

TEST(MissingFiles, AreNamed) {
  const Workplace here;
  expect_rejected(here.run({"train", "none.toml"}), 5, {"none.toml"});
  expect_rejected(here.run({"evaluate", "none"}), 5, {"none"});
  std::filesystem::create_directory(here / "empty");
  expect_rejected(here.run({"evaluate", "empty"}), 5, {"'empty' contains no model"});
}

/// Files of a tiny fashion-mnist in "data". Each test damages one of them.
class BadData : public testing::Test {
 protected:
  void SetUp() override {
    write("train-images-idx3-ubyte.gz", gzip(idx_header({4, 2, 2}) + std::string(16, 'x')));
    write("train-labels-idx1-ubyte.gz", gzip(idx_header({4}) + std::string(4, '\1')));
    write("t10k-images-idx3-ubyte.gz", gzip(idx_header({2, 2, 2}) + std::string(8, 'x')));
    write("t10k-labels-idx1-ubyte.gz", gzip(idx_header({2}) + std::string(2, '\1')));
  }
  void write(const std::string& file, const std::string& bytes) { here_.write("data/fashion-mnist/" + file, bytes); }
  Outcome train() {
    return here_.run({"train", "--data", "fashion-mnist", "--data-dir", "data", "--batch-size", "2", "--epochs", "1"});
  }
  void expect_named(const std::string& file) {
    expect_rejected(train(), 3, {file});
    EXPECT_FALSE(std::filesystem::exists(here_ / "runs"));
  }

  Workplace here_;
};

TEST_F(BadData, GoodDataTrains) { EXPECT_EQ(train().exit_code, 0); }

TEST_F(BadData, MissingFolder) {
  expect_rejected(here_.run({"train", "--data", "mnist", "--data-dir", "nowhere"}), 3, {"nowhere"});
}

TEST_F(BadData, MissingFile) {
  std::filesystem::remove(here_ / "data/fashion-mnist/t10k-labels-idx1-ubyte.gz");
  expect_named("t10k-labels-idx1-ubyte");
}

TEST_F(BadData, TruncatedGzip) {
  const std::string whole = gzip(idx_header({4, 2, 2}) + std::string(16, 'x'));
  write("train-images-idx3-ubyte.gz", whole.substr(0, whole.size() - 12));
  expect_named("train-images-idx3-ubyte.gz");
}

TEST_F(BadData, WrongMagic) {
  write("train-images-idx3-ubyte.gz", gzip(idx_header({4, 2, 2}, 0x0D) + std::string(16, 'x')));
  expect_named("train-images-idx3-ubyte.gz");
}

TEST_F(BadData, HeaderLargerThanTheFile) {
  write("train-images-idx3-ubyte.gz", gzip(idx_header({4000000000u, 4000000000u, 4000000000u}) + std::string(16, 'x')));
  expect_named("train-images-idx3-ubyte.gz");
}

TEST_F(BadData, DifferentCounts) {
  write("train-labels-idx1-ubyte.gz", gzip(idx_header({3}) + std::string(3, '\1')));
  expect_named("train-labels-idx1-ubyte.gz");
}

TEST_F(BadData, NoImages) {
  write("train-images-idx3-ubyte.gz", gzip(idx_header({0, 2, 2})));
  expect_named("train-images-idx3-ubyte.gz");
}

TEST(RunFolder, ExistingIsRejectedAndKept) {
  const Workplace here;
  const auto command = tiny_training() + std::vector<std::string>{"--out", "run"};
  ASSERT_EQ(here.run(command).exit_code, 0);
  const std::string model = here.read("run/model.safetensors");
  expect_rejected(here.run(command + std::vector<std::string>{"--seed", "9"}), 2,
                  {"'run' already has a run", "--resume"});
  EXPECT_EQ(here.read("run/model.safetensors"), model);
}

TEST(RunFolder, AsModelIsRejected) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  expect_rejected(here.run({"train", "run"}), 2, {"'run' is a folder", "--resume", "run/config.toml"});
}

TEST(RunFolder, UnwritableIsNamed) {
  const Workplace here;
  here.write("file", "not a folder");
  const Outcome outcome = here.run(tiny_training() + std::vector<std::string>{"--out", "file/run"});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("file/run"));
}

TEST(RunFolder, FullDiskIsReported) {
  const Workplace here;
  std::string shell = "trap '' XFSZ; ulimit -f 8; exec";
  for (const std::string& word : hourglass_command(tiny_training() + std::vector<std::string>{"--out", "run"}))
    shell += " '" + word + "'";
  const Outcome outcome = Process(here.path(), {"sh", "-c", shell}).wait();
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("Cannot write 'run/"));
}

TEST(Model, TruncatedIsRejected) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const std::string model = here.read("run/model.safetensors");
  here.write("run/model.safetensors", model.substr(0, model.size() - 100));
  expect_rejected(here.run({"evaluate", "run"}), 3, {"model.safetensors"});
}

TEST(Divergence, ErrorNamesTheStep) {
  const Workplace here;
  const Outcome outcome =
      here.run(tiny_training() + std::vector<std::string>{"--learning-rate", "1e30", "--set", "train.optimizer=sgd"});
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("step"));
}

}  // namespace
}  // namespace hourglass
