// Tables of numbers, categories and times, from training to decoded rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

// The state follows the load, and so does the power; the load follows the hour.
std::string plant(int rows) {
  std::string csv = "time,load,power,state\n";
  for (int i = 0; i < rows; ++i) {
    const int hour = i % 24, load = hour >= 6 && hour < 18 ? 60 + i % 7 : i % 3;
    csv += "2025-03-" + std::to_string(10 + i / 24 % 20) + " " + std::to_string(hour) + ":00," + std::to_string(load) +
           "," + std::to_string(3 * load + i % 2) + "," + (load > 50 ? "run" : "\"stop, cold\"") + "\n";
  }
  return csv;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

class MixedTable : public testing::Test {
 protected:
  MixedTable() { here_.write("plant.csv", plant(480)); }
  Workplace here_;
};

TEST_F(MixedTable, TrainingReportsBothLossesAndDecodedRowsHaveNames) {
  const Outcome trained = here_.run({"train", "fc", "--data", "plant.csv", "--out", "run"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  for (const char* part :
       {"categories", "reconstruction", "model.initializer=pca", "cosine", "validation", "cross-entropy"})
    EXPECT_THAT(trained.out, HasSubstr(part));
  const Json summary = Json::parse(here_.read("run/summary.json"));
  EXPECT_LT(summary["test"]["categories"].get<double>(), 0.05);

  ASSERT_EQ(here_.run({"reconstruct", "run", "--values", "rows.csv"}).exit_code, 0);
  const std::vector<std::string> rows = lines(here_.read("rows.csv"));
  EXPECT_EQ(rows[0], "index,row,load,power,state");
  for (size_t i = 1; i < rows.size(); ++i)
    EXPECT_TRUE(rows[i].ends_with(",run") || rows[i].ends_with(",\"stop, cold\"")) << rows[i];
  ASSERT_EQ(here_.run({"encode", "run", "--out", "z.csv"}).exit_code, 0);
  const Outcome decoded = here_.run({"decode", "run", "--latents", "z.csv", "--values", "-"});
  EXPECT_THAT(decoded.out, testing::StartsWith("load,power,state\n"));
  EXPECT_THAT(decoded.out, HasSubstr(",\"stop, cold\"\n"));
  EXPECT_THAT(here_.run({"sample", "run", "--count", "2", "--values", "-"}).out,
              testing::StartsWith("load,power,state\n"));

  const Json measured = Json::parse(here_.run({"evaluate", "run", "--json"}).out);
  EXPECT_THAT(measured.dump(), HasSubstr("category_accuracy"));
  EXPECT_EQ(here_.run({"train", "--resume", "run", "--epochs", "9000"}).exit_code, 2)
      << "cosine ends at its last epoch";
}

TEST_F(MixedTable, TimesAreFeaturesOnRequestAndOfOtherDataToo) {
  const Outcome trained = here_.run({"detect", "plant.csv", "--run", "d", "--no-report", "--set",
                                     "data.time_features=hour,weekday", "--set", "detect.folds=2"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  // At 03:00 the plant is cold.
  here_.write("new.csv", plant(12) + "2025-04-01 3:00,63,189,run\n");
  const Outcome scored = here_.run({"detect", "d", "--data", "new.csv", "--json"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  const Json result = Json::parse(scored.out);
  // Beside the hours at which the state changes.
  bool is_found = false;
  for (size_t k = 0; k < 3; ++k) {
    const Json& row = result["most_unusual"][k];
    is_found = is_found || (row["row"] == 13 && row["identity"]["time"] == "2025-04-01 3:00");
  }
  EXPECT_TRUE(is_found) << result["most_unusual"].dump(1);
  const Outcome wrong = here_.run({"detect", "plant.csv", "--set", "data.time_features=minute"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("expected hour, weekday, or both"));
}

TEST_F(MixedTable, OtherDataCanLackEveryCategoryAndHaveInfiniteValues) {
  ASSERT_EQ(here_.run({"detect", "plant.csv", "--run", "d", "--no-report", "--set", "detect.folds=2"}).exit_code, 0);
  here_.write("new.csv",
              "time,load,power,state\n2025-04-01 3:00,1,3,\n2025-04-01 4:00,1e39,3,\n2025-04-01 5:00,inf,3,\n");
  const Outcome scored = here_.run({"detect", "d", "--data", "new.csv", "--json"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  const Json rows = Json::parse(scored.out)["most_unusual"];
  EXPECT_EQ(rows[0]["row"], 2);
  EXPECT_EQ(rows[1]["row"], 3);
  EXPECT_EQ(rows[0]["score"], rows[1]["score"]);
  EXPECT_EQ(rows[0]["reasons"][0]["feature"], "load") << "infinite is as unusual as a value can be";
  EXPECT_GT(rows[0]["score"], rows[2]["score"]);
}

TEST_F(MixedTable, UnclearDatesSayWhatToSet) {
  here_.write("dates.csv", "day,x,y\n03/04/2025,1,2\n04/04/2025,2,3\n05/06/2025,3,4\n");
  const Outcome unclear = here_.run({"data", "info", "dates.csv"});
  EXPECT_EQ(unclear.exit_code, 3);
  EXPECT_THAT(unclear.err, testing::AllOf(HasSubstr("'03/04/2025'"), HasSubstr("data.date_order=day")));
  EXPECT_EQ(here_.run({"data", "info", "dates.csv", "--set", "data.date_order=day"}).exit_code, 0);
  EXPECT_EQ(here_.run({"data", "info", "dates.csv", "--set", "data.columns=day: time"}).exit_code, 0);
  const Outcome without =
      here_.run({"data", "info", "dates.csv", "--set", "data.columns=day: id", "--set", "data.time_features=hour"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("has no column of times"));
}

}  // namespace
}  // namespace hourglass
