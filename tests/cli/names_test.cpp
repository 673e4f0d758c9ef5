// Names of files, folders, columns and classes that are not UTF-8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// "café", "été" and "dépôt" in Latin-1.
constexpr const char* kColumn = "caf\xE9";
constexpr const char* kClass = "\xE9t\xE9";
constexpr const char* kFolder = "d\xE9p\xF4t";

class Latin1 : public testing::Test {
 protected:
  Latin1() {
    std::string table = std::string(kColumn) + ",y,kind\n";
    for (int i = 0; i < 20; ++i)
      table += "0." + std::to_string(i % 9) + ",0." + std::to_string(i % 7) +
               (i % 2 ? ",a\n" : std::string(",") + kClass + "\n");
    here_.write(data_, table);
  }
  std::vector<std::string> options() const {
    return {"--data",       data_,
            "--set",        "data.label_column=kind",
            "--set",        "model.encoder=linear 2",
            "--set",        "model.decoder=linear output, sigmoid",
            "--epochs",     "1",
            "--batch-size", "8"};
  }
  json run(const std::vector<std::string>& arguments) {
    const Outcome outcome = here_.run(arguments + std::vector<std::string>{"--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out, nullptr, false);
  }

  Workplace here_;
  std::string data_ = std::string(kFolder) + "/" + kClass + ".csv", run_ = std::string(kFolder) + "/run";
};

TEST_F(Latin1, RunsTrainResumeAndAreMeasuredWithTheirNames) {
  EXPECT_EQ(run(std::vector<std::string>{"train", "fc", "--out", run_} + options())["run"], "d\\xE9p\\xF4t/run");
  EXPECT_EQ(run({"train", "--resume", run_, "--epochs", "2"})["run"], "d\\xE9p\\xF4t/run");
  const json own = run({"evaluate", run_});
  EXPECT_EQ(own["tables"]["confusion"]["names"], json({"a", "\u00E9t\u00E9"})) << "texts of a table are converted";
  EXPECT_EQ(run({"evaluate", run_, "--data", data_})["part"], "all of \\xE9t\\xE9");
  EXPECT_TRUE(json::parse(here_.read(run_ + "/evaluation.json")).contains("all of \\xE9t\\xE9"));
  EXPECT_THAT(here_.read(run_ + "/config.toml"), HasSubstr(R"(/d\\xE9p\\xF4t/\\xE9t\\xE9.csv")"));
  EXPECT_EQ(run({"compare", run_, run_})["runs"].size(), 2u);
  EXPECT_EQ(here_.run({"report", run_}).exit_code, 0);
  EXPECT_THAT(here_.read(run_ + "/report.html"), HasSubstr(R"(\\xE9t\\xE9)"));
}

TEST_F(Latin1, TextsOfATableAreConvertedToUtf8) {
  run(std::vector<std::string>{"train", "fc", "--out", run_} + options());
  run({"reconstruct", run_, "--values", "values.csv", "--errors", "errors.csv"});
  EXPECT_THAT(here_.read("values.csv"), testing::StartsWith(std::string("index,row,class,caf\u00E9,y\n")));
  EXPECT_THAT(here_.read("errors.csv"), HasSubstr(",\u00E9t\u00E9,"));
}

TEST_F(Latin1, SweepsAreRecordedAndContinue) {
  const std::vector<std::string> sweep =
      std::vector<std::string>{"sweep", "fc", "--grid", "train.learning_rate=0.1,0.01", "--out", kFolder} + options();
  const json first = run(sweep), second = run(sweep);
  EXPECT_THAT(first["command"].get<std::string>(), HasSubstr("--out 'd\\xE9p\\xF4t'"));
  EXPECT_EQ(first["results"], second["results"]);
  EXPECT_EQ(here_.run({"report", kFolder}).exit_code, 0);
}

TEST_F(Latin1, DataAreDescribed) {
  EXPECT_EQ(run({"data", "info", data_, "--set", "data.label_column=kind"})["class_names"],
            json({"a", "\u00E9t\u00E9"}));
}

}  // namespace
}  // namespace hourglass
