#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "cli/program.h"
#include "support/scoped_variable.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

int64_t count_lines(const std::string& text) { return std::ranges::count(text, '\n'); }

TEST(Train, CreatesACompleteRunFolder) {
  const Workplace here;
  const Outcome outcome = here.run(tiny_training() + std::vector<std::string>{"--out", "run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* file : {"config.toml", "model.safetensors", "checkpoint.safetensors", "history.csv", "summary.json",
                           "images/reconstructions.png"})
    EXPECT_FALSE(here.read(std::string("run/") + file).empty()) << file;
  EXPECT_EQ(count_lines(here.read("run/history.csv")), 3) << "a header and two epochs";
  EXPECT_TRUE(json::accept(here.read("run/summary.json")));
  EXPECT_THAT(here.read("run/config.toml"), HasSubstr("batch_size = 30"));
}

TEST(Train, ShowsTheModelOneLinePerEpochAndTheNextCommand) {
  const Workplace here;
  const std::string out = here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).out;
  EXPECT_THAT(out, HasSubstr("784 values to 4 latents and back"));
  EXPECT_TRUE(std::regex_search(out, std::regex("encoder +linear 16 +16 +12,560\n"))) << out;
  EXPECT_TRUE(std::regex_search(
      out, std::regex("epoch 1/2  loss 0\\.\\d+ +test 0\\.\\d+ +[\\d,]+ samples/s +\\d+:\\d\\d left\n")))
      << out;
  EXPECT_TRUE(std::regex_search(out, std::regex("epoch 2/2 .* samples/s\n"))) << out;
  EXPECT_THAT(out, HasSubstr("hourglass evaluate run"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b"))) << "no colors or line rewriting without a terminal";
}

TEST(Train, OmitsDisabledOptions) {
  const Workplace here;
  const std::string out = here.run(tiny_training()).out;
  EXPECT_THAT(out, HasSubstr("training  mse, adam at 0.001, batches of 30,"));
  for (const char* text : {"noise", "schedule", "clipping", "kl", "latent_", "weight_"})
    EXPECT_THAT(out, Not(HasSubstr(text)));
}

TEST(Train, ShowsEnabledOptions) {
  const Workplace here;
  const Outcome outcome =
      here.run(tiny_training() +
               std::vector<std::string>{"--set", "objective.weight_l2=1e-5", "--set", "objective.latent_kl_beta=0.1",
                                        "--encoder", "linear 4, sigmoid", "--set", "corruption.gaussian_variance=0.25",
                                        "--set", "corruption.mask=0.1", "--set", "train.schedule=exponential", "--set",
                                        "train.schedule_factor=0.96", "--set", "train.warmup_epochs=0.5", "--set",
                                        "train.clip_norm=5"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* text : {"training  mse + 1e-05 weight_l2 + 0.1 latent_kl (rho 0.05), adam at 0.001,",
                           "  noise     normal of variance 0.25 cut to [0, 1], 10 % of the values 0\n",
                           "  schedule  exponential, times 0.96 every 10,000 steps, grown from 0 over 0.5 epochs\n",
                           "  clipping  gradients to a norm of 5\n"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

std::vector<std::string> tiny_variational_training() {
  return tiny_training() +
         std::vector<std::string>{"--set", "model.latent=gaussian 2", "--set", "objective.kl_warmup_epochs=1"};
}

TEST(Train, ShowsTheKlDivergenceOfAGaussianLatent) {
  const Workplace here;
  const std::string out = here.run(tiny_variational_training()).out;
  EXPECT_THAT(out, HasSubstr("training  sum of mse + 1 kl (grown over 1 epochs), adam"));
  EXPECT_TRUE(
      std::regex_search(out, std::regex("epoch 2/2  loss [\\d.]+ +test [\\d.]+, kl [\\d.e-]+ +[\\d,]+ samples/s\n")))
      << out;
}

TEST(Train, ShowsTheKlDivergenceOnlyIfItFits) {
  const Workplace here;
  EXPECT_THAT(here.run_in_terminal(120, tiny_variational_training()).out, HasSubstr(", kl "));
  EXPECT_THAT(here.run_in_terminal(80, tiny_variational_training()).out, Not(HasSubstr(", kl ")));
}

TEST(Train, ShowsEveryTermOfTheLoss) {
  const Workplace here;
  const Outcome outcome = here.run(tiny_variational_training() + std::vector<std::string>{"--terms", "--out", "run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(
      std::regex_search(outcome.out, std::regex("\n    test +reconstruction [\\d.]+, kl [\\d.e-]+, total [\\d.]+\n")))
      << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("loss +train +test\n"))) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("the reconstruction is the sum over the values of a sample"));
  const json summary = json::parse(here.read("run/summary.json"));
  const json& test = summary["test"];
  EXPECT_NEAR(test["reconstruction"].get<double>() + test["kl"].get<double>(), test["loss"].get<double>(), 1e-6);
  EXPECT_EQ(summary["loss_scale"], "sum per sample");
  EXPECT_THAT(here.read("run/history.csv"), testing::StartsWith("epoch,train_loss,train_reconstruction,train_kl,"));
}

TEST(Train, ShowsLatentStatistics) {
  const Workplace here;
  const std::string plain = here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).out;
  EXPECT_TRUE(std::regex_search(plain, std::regex("latent: mean activation .* units are not 0 \\(L0\\)"))) << plain;
  EXPECT_THAT(plain, Not(HasSubstr("collapsed")));
  const json measured = json::parse(here.read("run/summary.json"))["measured"];
  for (const char* name : {"latent_l0", "latent_l1", "latent_mean_activation", "dead_units", "active_units"})
    EXPECT_TRUE(measured[name].is_number()) << name;
}

TEST(Train, WarnsOfPosteriorCollapse) {
  const Workplace here;
  const std::string out =
      here.run(tiny_variational_training() +
               std::vector<std::string>{"--set", "objective.kl_weight=50", "--epochs", "40", "--learning-rate", "0.01"})
          .out;
  EXPECT_THAT(out, HasSubstr("0 of 2 units are active"));
  EXPECT_THAT(out, HasSubstr("Warning: The posterior has collapsed"));
  EXPECT_THAT(out, HasSubstr("objective.kl_weight"));
}

TEST(Train, WarnsOfALimitedOutputRange) {
  const Workplace here;
  const std::vector<std::string> layers = {"--encoder", "lstm 4 last", "--decoder", "repeat 28, lstm 28"};
  EXPECT_THAT(here.run(tiny_training() + layers).out, HasSubstr("Warning: The decoder ends in an LSTM"));
  EXPECT_THAT(here.run(tiny_training()).out, Not(HasSubstr("Warning")));
}

// Trains to the end and writes the report.
TEST(Train, UsesTheWholeTrainingSetAsOneBatch) {
  const Workplace here;
  for (const char* optimizer : {"sgd", "lbfgs"}) {
    const Outcome outcome =
        here.run(tiny_training() + std::vector<std::string>{"--batch-size", "0", "--out", optimizer, "--set",
                                                            std::string("train.optimizer=") + optimizer});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("the whole training set per step"));
    EXPECT_FALSE(here.read(std::string(optimizer) + "/report.html").empty());
  }
}

TEST(Train, NumbersTheDefaultFolder) {
  const Workplace here;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(here.run(tiny_training()).exit_code, 0);
  for (const char* folder : {"", "-2", "-3"})
    EXPECT_TRUE(
        std::filesystem::exists(here / ("runs/fc-synthetic-digits" + std::string(folder) + "/model.safetensors")));
}

TEST(Train, IsSilentWhenQuiet) {
  const Workplace here;
  const Outcome outcome = here.run(tiny_training() + std::vector<std::string>{"--quiet"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(Train, PrintsOnlyJsonOnStandardOutput) {
  const Workplace here;
  const Outcome outcome = here.run(tiny_training() + std::vector<std::string>{"--json", "--out", "run"});
  ASSERT_EQ(outcome.exit_code, 0);
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result["run"], "run");
  EXPECT_EQ(result["finished"], true);
  EXPECT_EQ(result["steps"], 14);
  EXPECT_EQ(result["history"].size(), 2u);
  EXPECT_GT(result["test"]["mse"].get<double>(), 0.0);
  EXPECT_THAT(outcome.err, HasSubstr("epoch 2/2"));
}

TEST(Train, AcceptsATomlFile) {
  const Workplace here;
  here.write("mine.toml",
             "[data]\nsynthetic_train = 100\nsynthetic_test = 20\n[model]\nencoder = [\"linear 8\", \"tanh\"]\n"
             "decoder = [\"linear output\", \"sigmoid\"]\n[train]\nepochs = 1\nbatch_size = 50\n");
  ASSERT_EQ(here.run({"train", "mine.toml"}).exit_code, 0);
  const std::string config = here.read("runs/mine-synthetic-digits/config.toml");
  EXPECT_THAT(config, HasSubstr("encoder = [\"linear 8\", \"tanh\"]"));
  EXPECT_THAT(config, HasSubstr("epochs = 1\n"));
}

TEST(Train, RepeatsARunFromItsConfig) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "first"}).exit_code, 0);
  ASSERT_EQ(here.run({"train", "first/config.toml", "--out", "second"}).exit_code, 0);
  EXPECT_EQ(here.read("first/model.safetensors"), here.read("second/model.safetensors"));
}

TEST(Train, RewritesOneLineThatFitsTheTerminal) {
  const Workplace here;
  const Outcome outcome = here.run_in_terminal(
      40, tiny_training() + std::vector<std::string>{"--set", "data.synthetic_train=20000", "--epochs", "3"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.out;
  const std::regex epoch_line("(\r)?(epoch [^\r\n\x1b]*)");
  int64_t rewritten = 0;
  for (std::sregex_iterator match(outcome.out.begin(), outcome.out.end(), epoch_line), end; match != end; ++match) {
    EXPECT_LT(match->length(2), 40) << match->str(2);
    rewritten += match->length(1) > 0;
  }
  EXPECT_GE(rewritten, 3);
}

TEST(Train, ShowsACurveOnlyOnAWideUnicodeTerminal) {
  const Workplace here;
  const auto shows_curve = [&](const char* locale, int columns) {
    const ScopedVariable language("LC_ALL", locale), terminal("TERM", "xterm");
    const std::string out =
        here.run_in_terminal(columns, tiny_training() + std::vector<std::string>{"--set", "data.synthetic_train=20000",
                                                                                 "--epochs", "4", "--no-report"})
            .out;
    EXPECT_THAT(out, HasSubstr("epoch 4/4"));
    return std::regex_search(out, std::regex("█.*▁"));
  };
  EXPECT_TRUE(shows_curve("C.UTF-8", 120));
  EXPECT_FALSE(shows_curve("C.UTF-8", 60));
  EXPECT_FALSE(shows_curve("C", 120));
}

}  // namespace
}  // namespace hourglass
