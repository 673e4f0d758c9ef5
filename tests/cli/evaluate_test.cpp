// hourglass evaluate: metrics with their definitions, as text and as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

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
                           "detection: The class of the anomalies is not known",
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

// Rows of two related columns. In every tenth row, of class `bad`, they are not related.
std::string machine_log(const std::string& ok, const std::string& bad) {
  std::string csv = "speed,power,state\n";
  for (int i = 0; i < 120; ++i) {
    const double speed = std::sin(i * 0.7);
    const bool is_bad = i % 10 == 7;
    if (is_bad && bad.empty()) continue;
    csv += std::to_string(speed) + "," + std::to_string((is_bad ? -4 : 2) * speed + (is_bad ? 3 : 0)) + "," +
           (is_bad ? bad : ok) + "\n";
  }
  return csv;
}

class EvaluateDetection : public testing::Test {
 protected:
  void train(const std::string& csv) {
    here_.write("log.csv", csv);
    const Outcome outcome = here_.run({"train", "--data", "log.csv", "--set", "data.label_column=state", "--encoder",
                                       "linear 1", "--decoder", "linear output", "--epochs", "30", "--batch-size", "10",
                                       "--set", "train.learning_rate=0.02", "--out", "run", "--quiet"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  Outcome evaluate(const std::vector<std::string>& more) {
    return here_.run(std::vector<std::string>{"evaluate", "run"} + more);
  }
  Workplace here_;
};

TEST_F(EvaluateDetection, LabelsOfTwoClassesJudgeTheReconstructionErrors) {
  train(machine_log("0", "1"));
  const Outcome summary = evaluate({"--part", "all"});
  ASSERT_EQ(summary.exit_code, 0) << summary.err;
  for (const char* text : {"detection ", "roc_auc", "average_precision", "precision_at_n", " +- ",
                           "12 of 120 samples are anomalies", "DeLong"})
    EXPECT_THAT(summary.out, HasSubstr(text));
  const Outcome outcome = evaluate({"--part", "all", "--metrics", "roc_auc", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json measured = json::parse(outcome.out)["measurements"][0];
  EXPECT_EQ(measured["family"], "detection");
  EXPECT_EQ(measured["samples"], 120);
  EXPECT_GT(measured["value"].get<double>(), 0.7);
  EXPECT_GE(measured["standard_error"].get<double>(), 0);
}

TEST_F(EvaluateDetection, TheClassOfTheAnomaliesCanBeNamed) {
  train(machine_log("ok", "bad"));
  EXPECT_EQ(evaluate({"--part", "all"}).exit_code, 0);
  EXPECT_THAT(evaluate({"--part", "all"}).out, Not(HasSubstr("roc_auc")));
  EXPECT_THAT(evaluate({"--part", "all", "--anomaly-class", "bad"}).out, HasSubstr("roc_auc"));
  const Outcome unknown = evaluate({"--part", "all", "--metrics", "detection"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("name it with --anomaly-class"));
  const Outcome wrong = evaluate({"--part", "all", "--anomaly-class", "bda"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("Did you mean 'bad'?"));
}

TEST_F(EvaluateDetection, TheTrainingSetCanBeAllNormal) {
  train(machine_log("ok", ""));
  here_.write("new.csv", machine_log("ok", "bad"));
  const Outcome outcome = evaluate({"--data", "new.csv", "--anomaly-class", "bad", "--metrics", "detection"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("12 of 120 samples are anomalies"));
}

TEST_F(EvaluateDetection, ADetectorIsForAnotherCommand) {
  here_.write("log.csv", machine_log("ok", "bad"));
  ASSERT_EQ(here_
                .run({"detect", "log.csv", "--run", "run", "--no-report", "--set", "detect.folds=2", "--set",
                      "detect.latents=1"})
                .exit_code,
            0);
  for (const char* path : {"run", "run/detector.safetensors"}) {
    const Outcome outcome = here_.run({"evaluate", path});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("hourglass detect " + std::string(path) + " --data NAME"));
  }
}

}  // namespace
}  // namespace hourglass
