// hourglass evaluate: metrics with their definitions, as text and as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Evaluate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    here_ = new Workplace;
    const Outcome outcome = here_->run(tiny_training() + std::vector<std::string>{"--out", "run"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static void TearDownTestSuite() { delete here_; }
  static Outcome evaluate(const std::vector<std::string>& arguments) {
    return here_->run(std::vector<std::string>{"evaluate"} + arguments);
  }
  const Workplace& here() { return *here_; }

 private:
  static inline Workplace* here_ = nullptr;
};

const std::vector<std::string> kFastOptions = {"--components", "4",  "--draws", "100", "--importance-draws", "5",
                                               "--generated",  "30", "--noise", "0.1"};

TEST_F(Evaluate, PrintsEveryFamilyWithDefinitionsAndErrors) {
  const Outcome outcome = evaluate(std::vector<std::string>{"run", "--all"} + kFastOptions);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* text : {"reconstruction",
                           "completion",
                           "likelihood",
                           "classification",
                           "clustering",
                           "latents",
                           "denoising",
                           "generation",
                           "pca",
                           "pixels",
                           " per value ",
                           " per sample ",
                           " dB",
                           " +- ",
                           "mean of (x - y)^2 over samples and values",
                           "Monte Carlo, 100 draws from a mixture of 4",
                           "ln (number of draws)",
                           "Not measured:",
                           "latent is plain",
                           "evaluation.json"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST_F(Evaluate, ShowsAProgressBarOnlyOnATerminal) {
  const Outcome shown = here().run_in_terminal(80, {"evaluate", "run", "--metrics", "mse,latents"});
  ASSERT_EQ(shown.exit_code, 0) << shown.out;
  EXPECT_THAT(shown.out, HasSubstr("[------------------------]   0 %  0:00  reconstruction\x1b[K"));
  EXPECT_THAT(shown.out, HasSubstr("[############------------]  50 %"));
  EXPECT_LT(shown.out.rfind("\r\x1b[K"), shown.out.find("mean of (x - y)^2")) << "the bar is cleared first";
  EXPECT_EQ(evaluate({"run", "--metrics", "mse"}).err, "");
}

TEST_F(Evaluate, WritesThePrintedJsonToAFile) {
  const Outcome outcome = evaluate(std::vector<std::string>{"run", "--json", "--metrics", "mse,m_mse"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json printed = json::parse(outcome.out);
  EXPECT_EQ(printed["part"], "test");
  EXPECT_EQ(printed["num_samples"], 60);
  EXPECT_EQ(printed["latent_dim"], 4);
  const json& first = printed["measurements"][0];
  EXPECT_EQ(first["metric"], "mse");
  EXPECT_EQ(first["subject"], "model");
  EXPECT_EQ(first["scale"], "per value");
  EXPECT_GT(first["value"].get<double>(), 0);
  EXPECT_FALSE(first["definition"].get<std::string>().empty());
  const json written = json::parse(here().read("run/evaluation.json"));
  EXPECT_THAT(written["test"]["measurements"], testing::Contains(first));
}

TEST_F(Evaluate, KeepsResultsOfOtherMetricsAndSplits) {
  ASSERT_EQ(evaluate({"run", "--metrics", "mse"}).exit_code, 0);
  ASSERT_EQ(evaluate({"run", "--metrics", "mse", "--part", "train"}).exit_code, 0);
  ASSERT_EQ(evaluate({"run", "--metrics", "knn_error"}).exit_code, 0);
  ASSERT_EQ(evaluate({"run", "--metrics", "mse"}).exit_code, 0);
  const json written = json::parse(here().read("run/evaluation.json"));
  EXPECT_EQ(written["train"]["num_samples"], 200);
  int of_mse = 0, of_neighbors = 0;
  for (const json& each : written["test"]["measurements"]) {
    of_mse += each["metric"] == "mse" && each["subject"] == "model" ? 1 : 0;
    of_neighbors += each["metric"] == "knn_error" && each["subject"] == "model" ? 1 : 0;
  }
  EXPECT_EQ(of_mse, 1);
  EXPECT_EQ(of_neighbors, 1);
}

TEST_F(Evaluate, PrintsOneScreenByDefault) {
  const Outcome outcome = evaluate({"run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("classification_error"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("likelihood  ")));
  EXPECT_THAT(outcome.out, HasSubstr("--all measures"));
  EXPECT_LT(std::ranges::count(outcome.out, '\n'), 56);
}

TEST_F(Evaluate, FailsOnlyForMetricsRequestedByName) {
  const Outcome requested = evaluate({"run", "--metrics", "elbo,mse"});
  EXPECT_EQ(requested.exit_code, 3);
  EXPECT_THAT(requested.err, HasSubstr("elbo"));
  EXPECT_THAT(requested.err, HasSubstr("latent is plain"));
  EXPECT_THAT(requested.out, HasSubstr("mse")) << "the other metrics are still measured";
  EXPECT_EQ(evaluate(std::vector<std::string>{"run", "--metrics", "likelihood"} + kFastOptions).exit_code, 0);
}

TEST_F(Evaluate, RejectsInvalidArguments) {
  const auto rejected = [](const std::vector<std::string>& arguments, const char* text) {
    const Outcome outcome = evaluate(std::vector<std::string>{"run"} + arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  rejected({"--metrics", "mes"}, "Did you mean 'mse'?");
  rejected({"--all", "--noise=-0.1"}, "-0.1");
  rejected({"--all", "--draws", "0"}, "0 draws of the likelihood");
  rejected({"--all", "--generated", "0"}, "0 generated samples");
  rejected({"--draws", "50"}, "--draws has no effect here");
  const Outcome other = evaluate({"run", "--data", "fashion-mnist", "--data-dir", "nowhere"});
  EXPECT_EQ(other.exit_code, 3);
}

}  // namespace
}  // namespace hourglass
