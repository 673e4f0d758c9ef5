// Many runs from one command: sweeps and studies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> tiny_sweep(const std::string& folder = "sweep") {
  return {"sweep",        "fc",
          "--set",        "model.encoder=linear 16, relu, linear 4",
          "--set",        "model.decoder=linear output, sigmoid",
          "--set",        "data.synthetic_train=200",
          "--set",        "data.synthetic_test=60",
          "--epochs",     "2",
          "--batch-size", "50",
          "--out",        folder};
}

/// Returns the numbers of one column of CSV text.
std::vector<double> csv_column(const std::string& csv, const std::string& name) {
  const auto fields = [](const std::string& line) {
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) all.push_back(field);
    return all;
  };
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const auto names = fields(line);
  const auto column = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
  std::vector<double> numbers;
  while (std::getline(lines, line)) numbers.push_back(std::stod(fields(line).at(column)));
  return numbers;
}

TEST(Sweep, ReportsTheLossOfTheBestEpoch) {
  const Workplace here;
  // Steps of this size overshoot, so the best epoch is rarely the last one.
  const Outcome outcome =
      here.run(tiny_sweep() + std::vector<std::string>{"--grid", "train.learning_rate=0.2,0.3", "--set",
                                                       "train.epochs=6", "--metrics", "loss_best", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json record = json::parse(outcome.out);
  for (size_t i = 0; i < 2; ++i) {
    const std::string run = record["variants"][i]["runs"][0];
    double best = std::numeric_limits<double>::infinity();
    for (const double loss : csv_column(here.read("sweep/" + run + "/history.csv"), "test_loss"))
      best = std::min(best, loss);
    EXPECT_NEAR(record["results"][i]["loss_best"].get<double>(), best, 1e-9);
  }
}

TEST(Sweep, RunsTheGridAndSortsTheTable) {
  const Workplace here;
  const Outcome outcome =
      here.run(tiny_sweep() + std::vector<std::string>{"--grid", "model.latent_dim=3,5", "--grid",
                                                       "train.learning_rate=1e-3,1e-2", "--sort", "mse", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json record = json::parse(outcome.out), rows = record["results"];
  EXPECT_EQ(json::parse(here.read("sweep/results.json")), record);
  ASSERT_EQ(rows.size(), 4u);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i]["state"], "done");
    EXPECT_EQ(rows[i]["latents"], rows[i]["model.latent_dim"]);
    const std::string run = record["variants"][i]["runs"][0];
    EXPECT_THAT(run, testing::StartsWith(std::to_string(rows[i]["latents"].get<int>()) + "-"))
        << "sorted like the rows";
    if (i > 0) {
      EXPECT_LE(rows[i - 1]["mse"].get<double>(), rows[i]["mse"].get<double>());
    }
  }
  EXPECT_THAT(here.read("sweep/results.csv"),
              testing::StartsWith("model.latent_dim,train.learning_rate,latents,loss,"));
  EXPECT_THAT(here.read("sweep/3-1e-2/config.toml"), HasSubstr("latent_dim = 3"));
}

TEST(Sweep, WritesAReportAndTheCommandToRepeatIt) {
  const Workplace here;
  const auto arguments = tiny_sweep() + std::vector<std::string>{"--grid",      "model.encoder=linear 8; linear 9",
                                                                 "--metrics",   "mse,loss",
                                                                 "--sort=-mse", "--quiet",
                                                                 "--threads",   "1"};
  ASSERT_EQ(here.run(arguments).exit_code, 0);
  const std::string command = json::parse(here.read("sweep/results.json"))["command"];
  EXPECT_THAT(command, testing::StartsWith("hourglass sweep fc "));
  for (const char* part : {"--grid 'model.encoder=linear 8; linear 9'", "--metrics mse,loss", "--sort=-mse",
                           "--set 'model.encoder=linear 16, relu, linear 4'", "--threads 1"})
    EXPECT_THAT(command, HasSubstr(part));
  EXPECT_THAT(command, Not(HasSubstr("--quiet")));
  const std::string page = here.read("sweep/report.html");
  EXPECT_THAT(page, testing::StartsWith("<!DOCTYPE html>"));
  EXPECT_LT(page.size(), 1'000'000u);
}

TEST(Sweep, OverPreprocessingSaysThatErrorsAreInDifferentUnits) {
  const Workplace here;
  const auto grid = [](const char* values) { return tiny_sweep() + std::vector<std::string>{"--grid", values}; };
  const Outcome outcome = here.run(grid("data.preprocess=minmax; binarize 0.5"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("in different units"));
  EXPECT_THAT(here.run(grid("data.preprocess=minmax,binarize 0.5")).err, HasSubstr("write ';' between them"));
}

TEST(Sweep, SkipsFinishedRuns) {
  const Workplace here;
  const auto grid = [](const char* values) {
    return tiny_sweep() + std::vector<std::string>{"--grid", std::string("train.seed=") + values};
  };
  ASSERT_EQ(here.run(grid("1,2")).exit_code, 0);
  const std::string before = here.read("sweep/1/model.safetensors");
  const auto written = std::filesystem::last_write_time(here / "sweep/1/model.safetensors");
  const Outcome outcome = here.run(grid("1,2,3"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("\\[1/3\\] 1 .*finished earlier"))) << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("\\[3/3\\] 3 "))) << outcome.out;
  EXPECT_EQ(std::filesystem::last_write_time(here / "sweep/1/model.safetensors"), written);
  EXPECT_EQ(here.read("sweep/1/model.safetensors"), before);
}

TEST(Sweep, ReportsADivergenceAndRunsTheOthers) {
  const Workplace here;
  const auto command = tiny_sweep() + std::vector<std::string>{"--set",  "train.optimizer=sgd",
                                                               "--set",  "model.decoder=linear output",
                                                               "--grid", "train.learning_rate=1e30,1e-3"};
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = here.run(command);
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_TRUE(std::regex_search(outcome.out, std::regex("1e\\+30 .* diverged\n"))) << outcome.out;
    EXPECT_TRUE(std::regex_search(outcome.out, std::regex("0.001 .* done\n"))) << outcome.out;
  }
}

TEST(Sweep, RejectsAFolderWithOtherOptions) {
  const Workplace here;
  const auto command = tiny_sweep() + std::vector<std::string>{"--grid", "train.seed=1"};
  ASSERT_EQ(here.run(command).exit_code, 0);
  const Outcome outcome = here.run(command + std::vector<std::string>{"--epochs", "3"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("train.epochs = 2, not 3"));
}

TEST(Sweep, RejectsInvalidArgumentsBeforeTraining) {
  const Workplace here;
  const auto rejected = [&](const std::vector<std::string>& arguments, const char* message) {
    const Outcome outcome = here.run(tiny_sweep() + arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_FALSE(std::filesystem::exists(here / "sweep"));
  };
  rejected({"--grid", "train.epoch=1,2"}, "Did you mean 'train.epochs'?");
  rejected({"--grid", "train.seed=1", "--metrics", "mss"}, "Unknown metric 'mss'");
  rejected({"--grid", "train.seed=1", "--sort", "mss"}, "no column 'mss'");
  rejected({}, "--grid is required");
}

TEST(Sweep, ResumesAfterAnInterrupt) {
  const Workplace here;
  const auto command = [](const std::string& folder) {
    return tiny_sweep(folder) +
           std::vector<std::string>{"--set",  "data.synthetic_train=2000", "--epochs", "60", "--threads", "2",
                                    "--grid", "train.seed=1,2,3"};
  };
  {
    Process sweep(here.path(), hourglass_command(command("sweep")));
    ASSERT_TRUE(sweep.wait_for_output("[1/3]"));
    sweep.send(SIGINT);
    const Outcome stopped = sweep.wait();
    EXPECT_EQ(stopped.exit_code, 130);
    EXPECT_THAT(stopped.out,
                HasSubstr("To continue to the same results:\n  hourglass sweep fc --grid train.seed=1,2,3"));
  }
  EXPECT_THAT(here.read("sweep/report.html"), HasSubstr("waiting")) << "the report shows the runs so far";
  const Outcome outcome = here.run(command("sweep"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, Not(HasSubstr("To continue")));
  EXPECT_THAT(outcome.out, HasSubstr("finished earlier"));
  ASSERT_EQ(here.run(command("uninterrupted")).exit_code, 0);
  for (const char* run : {"1", "2", "3"})
    EXPECT_EQ(here.read("sweep/" + std::string(run) + "/model.safetensors"),
              here.read("uninterrupted/" + std::string(run) + "/model.safetensors"));
}

constexpr const char* kStudy =
    "title = \"Two seeds\"\nsource = \"a paper\"\nmetrics = [\"mse\", \"loss\"]\nnotes = [\"A note.\"]\n"
    "[base]\nmodel = \"fc\"\nset = [\"data.synthetic_train=200\", \"data.synthetic_test=60\", \"train.epochs=10\", "
    "\"train.batch_size=50\", \"model.latent_dim=4\"]\n"
    "[[variant]]\nname = \"small\"\n[[variant]]\nname = \"missing\"\nset = [\"data.name=mnist\"]\n"
    "[[published]]\nmetric = \"mse\"\nsource = \"page 3\"\ndefinition = \"Of other digits.\"\n"
    "values = { small = 0.9, missing = 0.01 }\n";

std::vector<std::string> reproduce(const std::vector<std::string>& arguments) {
  return std::vector<std::string>{"reproduce", "two.toml", "--out", "two", "--data-dir", "."} + arguments;
}

TEST(Reproduce, ComparesWithPublishedValuesAndSkipsMissingData) {
  const Workplace here;
  here.write("two.toml", kStudy);
  here.write("mnist/train-images-idx3-ubyte", "a quarter of the set");
  const Outcome outcome = here.run(reproduce({}));
  EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("small +mse +0.9 +0\\.\\d+ +reached +page 3 \\[1\\]\n")))
      << outcome.out;
  EXPECT_TRUE(std::regex_search(outcome.out, std::regex("missing +mse +0.01 +- +no data"))) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("[1] Of other digits."));
  EXPECT_THAT(outcome.out, HasSubstr("A note."));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("missing: .*mnist"));
  EXPECT_THAT(here.read("two/figure.png"), testing::StartsWith("\x89PNG"));
  const json record = json::parse(here.read("two/results.json"));
  EXPECT_EQ(record["published"][0]["verdict"], "reached");
  EXPECT_THAT(record["variants"][1]["message"], HasSubstr("mnist"));
  EXPECT_THAT(record["command"].get<std::string>(),
              testing::StartsWith("hourglass reproduce two.toml --data-dir . --out two"));
  EXPECT_THAT(here.read("two/report.html"), HasSubstr("Of other digits."));
}

TEST(Reproduce, RunsSeveralSeedsAndSelectedVariants) {
  const Workplace here;
  here.write("two.toml", kStudy);
  const Outcome outcome = here.run(reproduce({"--quick", "--only", "small", "--seeds", "2", "--json"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json results = json::parse(outcome.out);
  ASSERT_EQ(results["results"].size(), 1u);
  EXPECT_GT(results["results"][0]["mse sd"].get<double>(), 0.0);
  EXPECT_THAT(here.read("two/small-seed2/config.toml"), HasSubstr("epochs = 1\n"));
  const Outcome unknown = here.run(reproduce({"--only", "smal"}));
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("Did you mean 'small'?"));
}

TEST(Reproduce, KeepsFinishedVariantsThatAreNotChosen) {
  const Workplace here;
  here.write("two.toml", std::string(kStudy) + "[[variant]]\nname = \"other\"\nset = [\"train.seed=5\"]\n");
  ASSERT_EQ(here.run(reproduce({"--quick", "--only", "small"})).exit_code, 0);
  ASSERT_EQ(here.run(reproduce({"--quick", "--only", "other"})).exit_code, 0);
  const json record = json::parse(here.read("two/results.json"));
  ASSERT_EQ(record["variants"].size(), 2u);
  EXPECT_EQ(record["variants"][0]["name"], "small");
}

TEST(Sweep, StoresTheThreadsThatARunHas) {
  const Workplace here;
  ASSERT_EQ(
      here.run(tiny_sweep() + std::vector<std::string>{"--grid", "train.seed=1,2", "--threads", "2", "--at-once", "2"})
          .exit_code,
      0);
  EXPECT_THAT(here.read("sweep/1/config.toml"), HasSubstr("threads = 1\n"));
}

TEST(Reproduce, DoesNotMixVersionsOfAStudy) {
  const Workplace here;
  here.write("two.toml", kStudy);
  ASSERT_EQ(here.run(reproduce({"--only", "small"})).exit_code, 0);
  here.write("two.toml", std::string(kStudy) + "# another\n");
  const Outcome outcome = here.run(reproduce({"--only", "small"}));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("another version of the study"));
}

TEST(Reproduce, ListsAndShowsStudies) {
  const Workplace here;
  EXPECT_THAT(here.run({"reproduce", "--list"}).out, HasSubstr("depth-width"));
  EXPECT_THAT(here.run({"reproduce", "depth-width", "--show"}).out, HasSubstr("[[published]]"));
  const Outcome unknown = here.run({"reproduce", "depth-with"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("Did you mean 'depth-width'?"));
}

}  // namespace
}  // namespace hourglass
