// hourglass detect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

constexpr int kRows = 200;

// Three related columns. In every 50th row the last one does not follow the others.
std::string table(bool with_labels = false, int first = 0) {
  std::string csv = with_labels ? "flow,pressure,current,state\n" : "flow,pressure,current\n";
  for (int i = first; i < first + kRows; ++i) {
    const double t = std::sin(i * 0.7), noise = 0.02 * std::sin(i * 12.9898) * 3;
    const bool unusual = i % 50 == 49;
    char line[100];
    std::snprintf(line, sizeof line, "%.4f,%.4f,%.4f", 10 * t, 100 + 3 * t + noise,
                  (unusual ? -2 : 2) * (t < 0 ? t - 1 : t + 1) + noise);
    csv += line;
    csv += with_labels ? (unusual ? ",bad\n" : ",ok\n") : "\n";
  }
  return csv;
}

const std::vector<std::string> kSmall = {"--set", "detect.folds=2", "--set", "detect.latents=1"};

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

TEST(Detect, ScoresAFileWithOneCommand) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  const Outcome outcome = workplace.run({"detect", "sensors.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* part :
       {"200 samples of 3 values", "The most unusual rows", "expected", "usually", "are called anomalies",
        "approximate", "runs/detector-sensors/scores.csv", "runs/detector-sensors/report.html"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
  const std::vector<std::string> rows = lines(workplace.read("runs/detector-sensors/scores.csv"));
  ASSERT_EQ(rows.size(), size_t{kRows + 1});
  EXPECT_EQ(rows[0], "row,score,p_value,tail_probability,anomaly,reason");
  EXPECT_TRUE(rows[1].starts_with("1,"));
  EXPECT_TRUE(rows[kRows].starts_with("200,"));
  EXPECT_THAT(rows[50], testing::AllOf(HasSubstr("50,"), HasSubstr("%")));
  EXPECT_THAT(workplace.read("runs/detector-sensors/report.html"), HasSubstr("Unusual rows of sensors"));

  const Outcome again = workplace.run({"detect", "sensors.csv", "--run", "runs/detector-sensors"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, testing::AllOf(HasSubstr("detector.safetensors' exists"), HasSubstr("--overwrite")));
}

TEST(Detect, ScoresOtherDataWithADetector) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  workplace.write("new.csv", table(false, kRows));
  ASSERT_EQ(
      workplace.run(std::vector<std::string>{"detect", "sensors.csv", "--run", "d", "--no-report"} + kSmall).exit_code,
      0);
  const Outcome piped = workplace.run({"detect", "d", "--data", "new.csv", "--out", "-"});
  ASSERT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_EQ(lines(piped.out).size(), size_t{kRows + 1});
  EXPECT_THAT(piped.err, HasSubstr("The most unusual rows"));
  const Outcome json = workplace.run({"detect", "d", "--data", "new.csv", "--calibrate", "sensors.csv", "--json",
                                      "--false-alarms", "0.05", "--contributions", "parts.csv"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const Json result = Json::parse(json.out);
  EXPECT_EQ(result["rows"], kRows);
  EXPECT_EQ(result["approximate"], false);
  EXPECT_EQ(result["expected_false_alarms"], 10);
  EXPECT_EQ(result["most_unusual"].size(), 10u);
  // The parts of a row sum to its score.
  const std::vector<std::string> parts = lines(workplace.read("parts.csv")),
                                 scores = lines(workplace.read("scores.csv"));
  EXPECT_EQ(parts[0], "row,flow,pressure,current");
  double row = 0, flow = 0, pressure = 0, current = 0, score_row = 0, score = 0;
  ASSERT_EQ(std::sscanf(parts[50].c_str(), "%lf,%lf,%lf,%lf", &row, &flow, &pressure, &current), 4);
  ASSERT_EQ(std::sscanf(scores[50].c_str(), "%lf,%lf", &score_row, &score), 2);
  EXPECT_NEAR(flow + pressure + current, score, 1e-5 * score);

  const Outcome kept = workplace.run({"detect", "d", "--data", "new.csv"});
  EXPECT_EQ(kept.exit_code, 2);
  EXPECT_THAT(kept.err, HasSubstr("'scores.csv' exists"));
  EXPECT_EQ(workplace.run({"detect", "d", "--data", "new.csv", "--overwrite"}).exit_code, 0);
}

TEST(Detect, LabelsJudgeAndNameTheNormalRows) {
  const Workplace workplace;
  workplace.write("sensors.csv", table(true));
  const Outcome judged = workplace.run(
      std::vector<std::string>{"detect", "sensors.csv", "--label-column", "state", "--anomaly-class", "bad", "--json"} +
      kSmall);
  ASSERT_EQ(judged.exit_code, 0) << judged.err;
  EXPECT_EQ(Json::parse(judged.out)["metrics"]["labeled_anomalies"], 4);
  EXPECT_GT(Json::parse(judged.out)["metrics"]["roc_auc"]["value"], 0.8);
  const Outcome normal = workplace.run(
      std::vector<std::string>{"detect", "sensors.csv", "--label-column", "state", "--normal-class", "ok", "--json"} +
      kSmall);
  ASSERT_EQ(normal.exit_code, 0) << normal.err;
  EXPECT_EQ(Json::parse(normal.out)["calibration_scores"], kRows - 4);
  EXPECT_GT(Json::parse(normal.out)["metrics"]["roc_auc"]["value"], 0.8);
  const Outcome unknown = workplace.run({"detect", "sensors.csv", "--label-column", "state", "--normal-class", "fine"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, testing::AllOf(HasSubstr("no rows of the class 'fine'"), HasSubstr("ok, bad")));
}

TEST(Detect, ReadsATableOfAPlantAsItComes) {
  const Workplace workplace;
  std::string csv = "Zeit;Nr;Zustand;Last;Temperatur\n";
  for (int i = 0; i < 300; ++i) {
    const bool runs = i % 3 != 0, unusual = i == 200;
    const double load = runs && !unusual ? 80 + 5 * std::sin(i) : 5 + std::sin(i);
    char line[120];
    std::snprintf(line, sizeof line, "%02d.03.2025 %02d:00;SN%d;%s;%.2f;%.2f\n", i / 24 + 1, i % 24, i,
                  runs ? "run" : "idle", load, 20 + load / 2);
    std::string text = line;
    for (size_t at = text.find(';', text.find(';', text.find(';') + 1) + 1); at < text.size(); ++at)
      if (text[at] == '.') text[at] = ',';
    csv += text;
  }
  workplace.write("plant.csv", csv);
  const Outcome outcome = workplace.run({"detect", "plant.csv", "--run", "d"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* part : {"number       2", "category     1", "time         1", "id           1", "Zeit", "SN200"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
  const std::vector<std::string> rows = lines(workplace.read("d/scores.csv"));
  EXPECT_EQ(rows[0], "row,Zeit,Nr,score,p_value,tail_probability,anomaly,reason");
  EXPECT_THAT(rows[201], HasSubstr("201,09.03.2025 08:00,SN200,"));

  // Other columns, in another order; a category that was not there.
  workplace.write("new.csv", "Temperatur;Neu;Last;Zustand\n60,5;1;81;run\n60,5;1;81;broken\n");
  const Outcome other = workplace.run({"detect", "d", "--data", "new.csv", "--out", "-"});
  ASSERT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.err, testing::AllOf(HasSubstr("left out: Neu"), HasSubstr("1 values of column 'Zustand'")));
  workplace.write("short.csv", "Temperatur;Zustand\n60,5;run\n");
  const Outcome missing = workplace.run({"detect", "d", "--data", "short.csv", "--out", "-"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("Missing: Last"));
}

// What cannot be found with so few calibration scores must not look like "no anomalies".
TEST(Detect, SaysIfARateIsTooSmallToFindAnything) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  ASSERT_EQ(
      workplace.run(std::vector<std::string>{"detect", "sensors.csv", "--run", "d", "--no-report"} + kSmall).exit_code,
      0);
  const Outcome rate =
      workplace.run({"detect", "d", "--data", "sensors.csv", "--out", "a.csv", "--false-alarms", "0.001"});
  EXPECT_EQ(rate.exit_code, 0) << rate.err;
  EXPECT_THAT(rate.out, testing::AllOf(HasSubstr("0 of 200 rows are called anomalies"), HasSubstr("999")));
  const Outcome fdr =
      workplace.run({"detect", "d", "--data", "sensors.csv", "--out", "b.csv", "--fdr", "0.01", "--json"});
  EXPECT_EQ(fdr.exit_code, 0) << fdr.err;
  ASSERT_EQ(Json::parse(fdr.out)["warnings"].size(), 1u);
}

TEST(Detect, ContributionsOfNormalAndOtherRowsAreWritten) {
  const Workplace workplace;
  workplace.write("sensors.csv", table(true));
  const Outcome outcome = workplace.run(std::vector<std::string>{"detect", "sensors.csv", "--label-column", "state",
                                                                 "--normal-class", "ok", "--contributions", "c.csv"} +
                                        kSmall);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(lines(workplace.read("c.csv")).size(), size_t{kRows + 1});
}

TEST(Detect, KeepsWhatAUserHas) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  std::filesystem::create_directory(workplace / "mine");
  workplace.write("mine/config.toml", "mine");
  const Outcome kept = workplace.run({"detect", "sensors.csv", "--run", "mine"});
  EXPECT_EQ(kept.exit_code, 2);
  EXPECT_THAT(kept.err, HasSubstr("config.toml' exists"));
  EXPECT_EQ(workplace.read("mine/config.toml"), "mine");
  const Outcome same = workplace.run({"detect", "sensors.csv", "--run", "d", "--out", "d/detector.safetensors"});
  EXPECT_EQ(same.exit_code, 2);
  EXPECT_THAT(same.err, HasSubstr("both write to"));
  EXPECT_FALSE(std::filesystem::exists(workplace / "d")) << "a folder without files is removed";
}

TEST(Detect, WarnsIfOtherDataDiffer) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  std::string other = "flow,pressure,current\n";
  for (int i = 0; i < 100; ++i) other += "1000,7,50\n";
  workplace.write("other.csv", other);
  ASSERT_EQ(
      workplace.run(std::vector<std::string>{"detect", "sensors.csv", "--run", "d", "--no-report"} + kSmall).exit_code,
      0);
  const Outcome outcome = workplace.run({"detect", "d", "--data", "other.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Warning: These scores as a whole differ"));
}

TEST(Detect, RejectsWhatCannotWork) {
  const Workplace workplace;
  workplace.write("sensors.csv", table());
  workplace.write("few.csv", "a,b\n1,2\n3,4\n");
  ASSERT_EQ(
      workplace.run(std::vector<std::string>{"detect", "sensors.csv", "--run", "d", "--no-report"} + kSmall).exit_code,
      0);
  const auto expect_rejected = [&](const std::vector<std::string>& arguments, int exit_code,
                                   const std::vector<std::string>& parts) {
    const Outcome outcome = workplace.run(std::vector<std::string>{"detect"} + arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
  };
  expect_rejected({"d"}, 2, {"'d' is a detector", "--data"});
  expect_rejected({"sensors.csv", "--data", "sensors.csv"}, 2, {"not a detector"});
  expect_rejected({"sensors.csv", "--fdr", "0.1", "--threshold", "3"}, 2, {"Give one of them"});
  expect_rejected({"few.csv"}, 3, {"2 training samples", "5 folds", "detect.folds"});
  expect_rejected({"d", "--data", "few.csv", "--out", "x.csv"}, 2, {"Missing: flow, pressure, current", "a, b"});
  expect_rejected({"d", "--data", "sensors.csv", "--out", "sensors.csv"}, 2, {"'sensors.csv' exists"});
  expect_rejected({"d", "--data", "sensors.csv", "--out", "sensors.csv", "--overwrite"}, 2, {"would be overwritten"});
  expect_rejected({"missing.csv"}, 5, {"missing.csv"});
}

}  // namespace
}  // namespace hourglass
