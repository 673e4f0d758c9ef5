// Training and evaluation on the user's own data files from the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string file(const std::string& name) { return std::string(HOURGLASS_TEST_DIR) + "/files/" + name; }

std::vector<std::string> training(const std::string& data, const std::vector<std::string>& more = {}) {
  return std::vector<std::string>{"train",
                                  "--encoder",
                                  "linear 4, relu, linear 2",
                                  "--decoder",
                                  "linear 4, relu, linear output, sigmoid",
                                  "--batch-size",
                                  "8",
                                  "--epochs",
                                  "2",
                                  "--out",
                                  "run",
                                  "--data",
                                  data} +
         more;
}

/// Returns 400 rows of 30 sensors that depend on three hidden factors. In every 20th row, one sensor is faulty.
std::string sensor_log() {
  std::string text = "time";
  for (int i = 0; i < 30; ++i) text += ",sensor " + std::to_string(i);
  text += ",state\n";
  for (int row = 0; row < 400; ++row) {
    text += "2024-01-01 " + std::to_string(row);
    const bool is_fault = row % 20 == 7;
    for (int i = 0; i < 30; ++i) {
      double value = 20 + i + 3 * std::sin(0.05 * row + i) + 2 * std::cos(0.11 * row) * std::sin(1.7 * i);
      if (is_fault && i == row % 30) value += 25;
      text += "," + std::to_string(value);
    }
    text += is_fault ? ",fault\n" : ",ok\n";
  }
  return text;
}

struct Source {
  const char* name;
  std::string data;
  std::vector<std::string> options;
  const char* output;
};

class OwnFile : public testing::TestWithParam<Source> {};

INSTANTIATE_TEST_SUITE_P(
    Formats, OwnFile,
    testing::Values(Source{"Npy",
                           file("sets/samples.npy"),
                           {"--set", "data.labels=" + file("sets/labels.npy")},
                           "samples.npy: 40 samples of 6 values, values 0 to 1; labels from"},
                    Source{"Npz", file("sets/samples.npz"), {}, "samples.npz:x: 40 samples of 6 values"},
                    Source{"Mat", file("sets/samples.mat"), {}, "samples.mat:samples: 40 samples of 6 values"},
                    Source{"Hdf5",
                           file("sets/samples.h5") + ":/group/samples",
                           {},
                           "samples.h5:group/samples: 40 samples of 6 values"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(OwnFile, TrainsAndIsEvaluated) {
  const Workplace here;
  const Outcome outcome = here.run(training(GetParam().data, GetParam().options));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(GetParam().output));
  EXPECT_THAT(outcome.out, HasSubstr("2 classes"));
  EXPECT_THAT(here.read("run/config.toml"), HasSubstr("shape = \"6\""));
  const Outcome evaluated = here.run({"evaluate", "run", "--json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_TRUE(json::accept(evaluated.out));
}

TEST(OwnLabels, AreNotReplacedByTheLabelsOfLatents) {
  const Workplace here;
  std::filesystem::copy_file(file("sets/labels.npy"), here / "z.labels.npy");
  const std::string labels = here.read("z.labels.npy");
  ASSERT_EQ(here.run(training(file("sets/samples.npy"), {"--set", "data.labels=z.labels.npy"})).exit_code, 0);
  const Outcome encoded = here.run({"encode", "run", "--part", "test", "--out", "z.npy"});
  EXPECT_EQ(encoded.exit_code, 2) << encoded.out;
  EXPECT_THAT(encoded.err, HasSubstr("'z.labels.npy' is a file of the data, which would be overwritten"));
  EXPECT_EQ(here.read("z.labels.npy"), labels);
}

TEST(OwnTable, TrainsAPresetWithALinearOutput) {
  const Workplace here;
  here.write("sensors.csv", sensor_log());
  const Outcome outcome = here.run({"train", "fc", "--data", "sensors.csv", "--set", "data.ignored_columns=time",
                                    "--set", "data.label_column=state", "--epochs", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("sensors.csv: 400 samples of 30 values"));
  EXPECT_THAT(outcome.out, HasSubstr("2 classes: fault, ok"));
  EXPECT_THAT(outcome.out, HasSubstr("80 of 400 samples"));
  EXPECT_THAT(outcome.out, HasSubstr("runs/fc-sensors"));
  EXPECT_THAT(here.read("runs/fc-sensors/config.toml"), Not(HasSubstr("sigmoid")));
  EXPECT_THAT(outcome.out, Not(HasSubstr("nan"))) << "cross-entropy and PSNR are not defined for such values";
  EXPECT_THAT(outcome.out, Not(HasSubstr("dB")));
}

TEST(OwnTable, IsStandardizedForACustomDecoder) {
  const Workplace here;
  here.write("sensors.csv", sensor_log());
  const std::vector<std::string> command = {"train",     "fc",
                                            "--data",    "sensors.csv",
                                            "--set",     "data.ignored_columns=time",
                                            "--set",     "data.label_column=state",
                                            "--epochs",  "1",
                                            "--decoder", "linear 16, relu, linear output"};
  const Outcome outcome = here.run(command);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Features: standardized"));
  EXPECT_THAT(here.read("runs/fc-sensors/config.toml"), HasSubstr("preprocess = [\"standardize\"]"));
}

TEST(OwnTable, IsFoundFromAnotherFolder) {
  const Workplace here;
  here.write("data/x.csv", "0.1,0.2\n0.3,0.4\n0.5,0.6\n0.7,0.8\n0.9,1\n0.2,0.1\n0.4,0.3\n0.6,0.5\n0.8,0.7\n1,0.9\n");
  ASSERT_EQ(here.run(training("data/x.csv")).exit_code, 0);
  EXPECT_THAT(here.read("run/config.toml"), HasSubstr("name = \"/"));
  const Outcome outcome = Process(here / "data", hourglass_command({"evaluate", "../run"})).wait();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(OwnTable, OtherRowsAreEvaluatedByTheSameModel) {
  const Workplace here;
  here.write("a.csv",
             "x,y,kind\n0.1,0.2,a\n0.3,0.4,b\n0.5,0.6,a\n0.7,0.8,b\n0.9,1,a\n0.2,0.3,b\n0.4,0.1,a\n0.6,0,b\n"
             "0.3,0.3,a\n0.2,0.2,b\n");
  here.write("b.csv", "x,y,kind\n1,1,a\n0,0,b\n1,0,a\n0,1,b\n1,1,b\n");
  ASSERT_EQ(here.run(training("a.csv", {"--set", "data.label_column=kind"})).exit_code, 0);
  const Outcome evaluated = here.run({"evaluate", "run", "--data", "b.csv"});
  EXPECT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.out, HasSubstr("on 5 rows of b, 2 latents"));
  EXPECT_THAT(evaluated.out, HasSubstr("fitted on the training set of a, 8 rows"));
}

class OtherData : public testing::Test {
 protected:
  void SetUp() override {
    here_.write("a.csv",
                "x,y,kind\n0.1,0.2,a\n0.3,0.4,b\n0.5,0.6,c\n0.7,0.8,b\n0.9,1,a\n0.2,0.3,b\n0.4,0.1,a\n0.6,0,b\n"
                "0.3,0.3,c\n0.2,0.2,c\n");
    here_.write("b.csv", "x,y,kind\n1,1,c\n0,0,b\n1,0,c\n0,1,b\n1,1,b\n");
    const Outcome trained = here_.run(training(
        "a.csv", {"--set", "data.label_column=kind", "--set", "data.train_rows=0:8", "--set", "data.test_rows=8:"}));
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  }
  json evaluate(const std::vector<std::string>& more, const std::string& metrics = "mse") {
    const Outcome outcome =
        here_.run(std::vector<std::string>{"evaluate", "run", "--json", "--metrics", metrics} + more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out, nullptr, false);
  }

  Workplace here_;
};

TEST_F(OtherData, AreEvaluatedWholeAndStoredSeparately) {
  const json own = evaluate({}), other = evaluate({"--data", "b.csv"});
  EXPECT_EQ(own["part"], "test");
  EXPECT_EQ(own["num_samples"], 2);
  EXPECT_EQ(other["part"], "all of b");
  EXPECT_EQ(other["num_samples"], 5);
  EXPECT_EQ(other["fitted_on"], "a");
  const json written = json::parse(here_.read("run/evaluation.json"));
  EXPECT_EQ(written["test"]["measurements"][0], own["measurements"][0]);
  EXPECT_EQ(written["all of b"]["measurements"][0], other["measurements"][0]);
  const Outcome again = here_.run({"evaluate", "run", "--metrics", "mse", "--data", "a.csv"});
  EXPECT_THAT(again.out, HasSubstr("on 10 rows of a, 2 latents"))
      << "--data uses all samples, even of the run's own file";
}

TEST_F(OtherData, InThePlaceOfTheRunsDataAreNoticed) {
  std::string table = here_.read("a.csv");
  table.replace(table.find("0.9"), 3, "0.8");
  here_.write("a.csv", table);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"evaluate", "run"}, {"encode", "run", "--out", "z.csv"}, {"reconstruct", "run", "--errors", "e.csv"}}) {
    const Outcome outcome = here_.run(command);
    EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
    EXPECT_THAT(outcome.err,
                HasSubstr("The data of the run have changed: the model was trained on 10 samples of 2 values"));
  }
  EXPECT_EQ(here_.run({"evaluate", "run", "--data", "a.csv", "--metrics", "mse"}).exit_code, 0);
}

TEST_F(OtherData, AnotherSplitIsMeasuredAndNotStored) {
  const std::string before = here_.read("run/evaluation.json");
  const Outcome outcome =
      here_.run({"evaluate", "run", "--metrics", "mse", "--set", "data.test_rows=5:", "--set", "data.train_rows=0:5"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Not stored: the data are split in another way"));
  EXPECT_EQ(here_.read("run/evaluation.json"), before);
}

TEST_F(OtherData, EvaluationOfOtherWeightsIsRemoved) {
  evaluate({});
  evaluate({"--data", "b.csv"});
  ASSERT_EQ(here_.run({"train", "--resume", "run", "--epochs", "99", "--no-report"}).exit_code, 0);
  EXPECT_THAT(here_.run({"compare", "run", "run"}).out, testing::Not(HasSubstr("test.mse")));
  evaluate({});
  const json written = json::parse(here_.read("run/evaluation.json"));
  EXPECT_EQ(written.size(), 1u) << "only those of the weights";
}

TEST_F(OtherData, AreSplitOnlyOnRequest) {
  const json drawn = evaluate({"--data", "b.csv", "--set", "data.test=0.4"});
  EXPECT_EQ(drawn["part"], "test of b");
  EXPECT_EQ(drawn["num_samples"], 2);
  EXPECT_EQ(drawn["fitted_on"], "b");
  const Outcome rejected = here_.run({"evaluate", "run", "--data", "b.csv", "--part", "train"});
  EXPECT_EQ(rejected.exit_code, 2);
  EXPECT_THAT(rejected.err, HasSubstr("'b' has no training set of its own"));
  const Outcome unknown = here_.run({"evaluate", "run", "--set", "train.epochs=3"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("'data.'"));
}

TEST_F(OtherData, UseTheClassesOfTheRun) {
  const json confusion = evaluate({"--data", "b.csv"}, "classification_error")["tables"]["confusion"];
  ASSERT_EQ(confusion["rows"].size(), 3) << "b and c are classes 1 and 2, although b.csv has no class a";
  const auto count = [&](int row) {
    double sum = 0;
    for (const json& each : confusion["rows"][row]) sum += each.get<double>();
    return sum;
  };
  EXPECT_EQ(count(0), 0);
  EXPECT_EQ(count(1), 3);
  EXPECT_EQ(count(2), 2);
  here_.write("others.csv", "x,y,kind\n1,1,c\n0,0,d\n");
  const Outcome others = here_.run({"evaluate", "run", "--metrics", "knn_error,mse", "--data", "others.csv"});
  EXPECT_EQ(others.exit_code, 3) << "a classification metric was requested by name";
  EXPECT_THAT(others.err, HasSubstr("The classes of 'others' are not those of the run's data 'a'"));
}

TEST_F(OtherData, ArePreprocessedWithTheFittedParametersOfTheRun) {
  std::filesystem::remove_all(here_ / "run");
  const Outcome trained =
      here_.run(training("a.csv", {"--set", "data.label_column=kind", "--set", "data.preprocess=standardize",
                                   "--decoder", "linear output", "--batch-size", "4"}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  // Two equal samples: standardized with their own statistics, they would be all zeros.
  here_.write("one.csv", "x,y,kind\n1,1,c\n1,1,c\n");
  here_.write("two.csv", "x,y,kind\n0,1,c\n0,1,c\n");
  for (const char* name : {"one", "two"})
    ASSERT_EQ(here_.run({"encode", "run", "--data", std::string(name) + ".csv", "--out", std::string(name) + "z.csv"})
                  .exit_code,
              0);
  EXPECT_NE(here_.read("onez.csv"), here_.read("twoz.csv"));
}

TEST_F(OtherData, AreEncodedWithoutLabelsOrTrainingData) {
  std::filesystem::remove(here_ / "a.csv");
  here_.write("new.csv", "x,y\n1,1\n0,0\n1,0\n");
  const Outcome encoded =
      here_.run({"encode", "run", "--data", "new.csv", "--set", "data.label_column=", "--out", "z.npy"});
  ASSERT_EQ(encoded.exit_code, 0) << encoded.err;
  EXPECT_THAT(encoded.out, HasSubstr("Latents of 3 rows of new, 2 values per sample"));
}

TEST_F(OtherData, AreEvaluatedWithoutTrainingDataExceptForFittedMetrics) {
  std::filesystem::remove(here_ / "a.csv");
  const Outcome evaluated = here_.run({"evaluate", "run", "--data", "b.csv"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.err, AllOf(HasSubstr("a.csv"), HasSubstr("--set data.test=0.2")));
  EXPECT_THAT(evaluated.out, HasSubstr("mean of (x - y)^2"));
  EXPECT_THAT(evaluated.out, HasSubstr("fitted on the training set, which is missing"));
  const Outcome requested = here_.run({"evaluate", "run", "--data", "b.csv", "--metrics", "mse,knn_error"});
  EXPECT_EQ(requested.exit_code, 3) << requested.err;
  EXPECT_THAT(requested.err, HasSubstr("Not measured: knn_error"));
  EXPECT_EQ(here_.run({"cluster", "run", "--data", "b.csv"}).exit_code, 5)
      << "its centroids are fitted on the training set";
}

TEST_F(OtherData, ColumnsAreMatchedByName) {
  here_.write("straight.csv", "x,y,kind\n0,1,c\n");
  here_.write("swapped.csv", "y,x,kind\n1,0,c\n");
  here_.write("short.csv", "x,kind\n1,c\n");
  here_.write("more.csv", "x,z,y,kind\n0,2,1,c\n");
  for (const char* file : {"straight", "swapped", "more"}) {
    const Outcome outcome =
        here_.run({"encode", "run", "--data", std::string(file) + ".csv", "--out", std::string(file) + ".z.csv"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(here_.read(std::string(file) + ".z.csv"), here_.read("straight.z.csv")) << file;
    EXPECT_EQ(outcome.err.find("left out: z") != std::string::npos, std::string(file) == "more") << outcome.err;
  }
  for (const char* command : {"evaluate", "reconstruct"}) {
    const Outcome outcome = here_.run(
        std::vector<std::string>{command, "run", "--data", "short.csv"} +
        (std::string(command) == "evaluate" ? std::vector<std::string>{} : std::vector<std::string>{"--errors", "-"}));
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("Missing: y.")) << command;
  }
}

TEST(OwnCells, AreWrittenWithTheirNamesAndComparedByThem) {
  Workplace here;
  const std::string cells = file("hdf5/cells.h5");
  const Outcome trained =
      here.run({"train", "--data", cells, "--encoder", "linear 2", "--decoder", "linear output", "--epochs", "1",
                "--batch-size", "3", "--out", "run", "--set", "data.labels=obs/kind", "--set", "data.test=0"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(here.run({"reconstruct", "run", "--data", cells, "--values", "y.csv"}).exit_code, 0);
  EXPECT_THAT(here.read("y.csv"), testing::StartsWith("index,name,class,g1,g2,g1.2,g3\n0,AAA,B,"));
  EXPECT_EQ(here.run({"encode", "run", "--data", cells, "--out", "z.csv"}).exit_code, 0);
  EXPECT_THAT(here.read("z.csv"), HasSubstr("\n1,CCC,missing,"));
  here.write("other.csv", "g1,g1.2,g2,g3,kind\n1,2,3,4,T\n");
  const Outcome other = here.run({"encode", "run", "--data", "other.csv", "--out", "z.csv", "--set", "data.labels=none",
                                  "--set", "data.ignored_columns=kind"});
  EXPECT_EQ(other.exit_code, 0) << "columns in another order are matched by name: " << other.err;
  here.write("short.csv", "g1,g2,g3,kind\n1,2,3,T\n");
  const Outcome missing = here.run({"encode", "run", "--data", "short.csv", "--out", "s.csv", "--set",
                                    "data.labels=none", "--set", "data.ignored_columns=kind"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("Missing: g1.2."));
}

TEST_F(OtherData, AreEncodedWithTheClassNumbersOfTheRun) {
  here_.write("others.csv", "x,y,kind\n1,1,c\n0,0,d\n1,0,b\n");
  const Outcome outcome = here_.run({"encode", "run", "--data", "others.csv", "--out", "z.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(here_.read("z.csv"), AllOf(HasSubstr("\n0,0,c,"), HasSubstr("\n1,1,d,"), HasSubstr("\n2,2,b,")));
}

TEST_F(OtherData, TablesAreScoredReconstructedAndClustered) {
  here_.write("watched.csv", "x,y,kind\n1,1,c\n0,0,c\n50,-50,c\n");
  const Outcome scored =
      here_.run({"reconstruct", "run", "--data", "watched.csv", "--errors", "e.csv", "--values", "y.csv"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  EXPECT_THAT(scored.out, AllOf(HasSubstr("Squared error of 3 rows of watched"), HasSubstr("Largest errors: row 2 (")));
  std::istringstream errors(here_.read("e.csv")), values(here_.read("y.csv"));
  std::vector<double> error;
  std::string line;
  std::getline(errors, line);
  EXPECT_EQ(line, "index,row,class,error");
  while (std::getline(errors, line)) error.push_back(std::stod(line.substr(line.rfind(',') + 1)));
  ASSERT_EQ(error.size(), 3u);
  EXPECT_GT(error[2], 100 * error[0]);
  std::getline(values, line);
  EXPECT_EQ(line, "index,row,class,x,y");
  // Errors are in the units of the model input, values in the units of the file. Without preprocessing, both are equal.
  std::getline(values, line);
  EXPECT_THAT(line, testing::StartsWith("0,0,c,"));
  const double x = std::stod(line.substr(6)), y = std::stod(line.substr(line.rfind(',') + 1));
  EXPECT_NEAR(error[0], ((1 - x) * (1 - x) + (1 - y) * (1 - y)) / 2, 1e-5);

  const Outcome rejected = here_.run({"reconstruct", "run"});
  EXPECT_EQ(rejected.exit_code, 2);
  EXPECT_THAT(rejected.err, HasSubstr("--errors FILE"));
  EXPECT_EQ(here_.run({"sample", "run"}).exit_code, 2);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"sample", "run", "--components", "1"}, {"traverse", "run"}, {"interpolate", "run", "--images", "0,1"}}) {
    const Outcome generated = here_.run(command + std::vector<std::string>{"--values", "g.csv"});
    EXPECT_EQ(generated.exit_code, 0) << generated.err;
    EXPECT_THAT(here_.read("g.csv"), testing::StartsWith("x,y\n")) << command[0] << " writes decoded rows";
  }
  ASSERT_EQ(here_.run({"encode", "run", "--out", "z.csv"}).exit_code, 0);
  const Outcome decoded = here_.run({"decode", "run", "--latents", "z.csv", "--values", "x.csv"});
  EXPECT_EQ(decoded.exit_code, 0) << decoded.err;
  EXPECT_THAT(here_.read("x.csv"), testing::StartsWith("x,y\n")) << "the model file contains the feature names";
  const Outcome clustered = here_.run({"cluster", "run", "--clusters", "2"});
  EXPECT_EQ(clustered.exit_code, 0) << clustered.err;
  EXPECT_THAT(clustered.out, HasSubstr("2 clusters of"));
  const Outcome denoised = here_.run({"denoise", "run", "--noise", "0.1"});
  EXPECT_EQ(denoised.exit_code, 0) << denoised.err;
  EXPECT_THAT(denoised.out, AllOf(HasSubstr("mse out"), HasSubstr("Compared with the clean samples, mean over")));
}

TEST(OwnFolder, ImagesTrain) {
  const Workplace here;
  for (const char* kind : {"light", "dark"})
    for (int i = 0; i < 10; ++i) {
      std::string image = "P5 8 8 255\n";
      for (int pixel = 0; pixel < 64; ++pixel)
        image += static_cast<char>((*kind == 'l' ? 180 : 20) + (pixel * (i + 1)) % 60);
      here.write(std::string("pictures/") + kind + "/" + std::to_string(i) + ".pgm", image);
    }
  const Outcome outcome = here.run(training("pictures"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("20 images of 8x8x1 in 2 classes"));
  EXPECT_FALSE(here.read("run/images/reconstructions.png").empty());
}

TEST(OwnFolder, ImagesOfSeveralSizesAreResizedTrainedAndEncoded) {
  const Workplace here;
  const auto write_pictures = [&](const std::string& folder, int min_size) {
    for (int i = 0; i < 10; ++i) {
      const int height = min_size + i % 3, width = min_size + i % 4;
      std::string image = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
      for (int pixel = 0; pixel < width * height; ++pixel) image += static_cast<char>(pixel * (i + 1) % 120);
      here.write(folder + "/" + std::to_string(i) + ".pgm", image);
    }
  };
  write_pictures("pictures", 9);
  write_pictures("others", 20);
  EXPECT_THAT(here.run(training("pictures")).err, HasSubstr("resize 32 32 area"));
  const Outcome outcome = here.run(training("pictures", {"--set", "data.preprocess=resize 8 8 area"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("10 images, resized, of 8x8x1"));
  const Outcome encoded = here.run({"encode", "run", "--data", "others", "--out", "z.npy"});
  EXPECT_EQ(encoded.exit_code, 0) << encoded.err;
}

struct Rejected {
  const char* name;
  int exit_code;
  std::string data;
  std::vector<std::string> options;
  std::vector<std::string> message;
};

class BadOwnData : public testing::TestWithParam<Rejected> {};

INSTANTIATE_TEST_SUITE_P(
    Cli, BadOwnData,
    testing::Values(Rejected{"Missing", 5, "nowhere.csv", {}, {"nowhere.csv", "no such file"}},
                    Rejected{"TextAmongNumbers", 3, "text.csv", {}, {"line 3", "'high'", "data.ignored_columns=b"}},
                    Rejected{"Ragged", 3, "ragged.csv", {}, {"line 3", "it has 1 fields"}},
                    Rejected{"MissingValues", 3, "gaps.csv", {}, {"1 missing values", "line 2, column 'b'", "impute"}},
                    Rejected{"Empty", 3, "empty.csv", {}, {"empty.csv", "it is empty"}},
                    Rejected{"NoLabelColumn", 2, "good.csv", {"--set", "data.label_column=c"}, {"no column 'c'"}},
                    Rejected{
                        "WrongShape", 2, "good.csv", {"--set", "data.shape=2x2"}, {"2 values per sample", "2x2x1"}},
                    Rejected{"OutOfRange", 2, "large.csv", {}, {"'sigmoid'", "are from", "--decoder"}},
                    Rejected{"SeveralArrays", 2, file("hdf5/arrays.h5"), {}, {"several arrays", "group/packed (4x4)"}},
                    Rejected{"TruncatedNpy", 3, "cut.npy", {}, {"cut.npy", "ends after"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(BadOwnData, IsRejectedBeforeAFolderIsCreated) {
  const Workplace here;
  here.write("good.csv", "a,b\n1,0\n0,1\n1,1\n0,0\n1,0\n");
  here.write("text.csv", "a,b\n1,0\n0,high\n");
  here.write("ragged.csv", "a,b\n1,0\n0\n");
  here.write("gaps.csv", "a,b\n1,\n0,1\n");
  here.write("large.csv", "a,b\n10,-3\n4,5\n6,7\n8,9\n1,2\n");
  here.write("empty.csv", "");
  here.write("cut.npy", "\x93NUMPY\x01");
  const Outcome outcome = here.run(training(GetParam().data, GetParam().options));
  EXPECT_EQ(outcome.exit_code, GetParam().exit_code) << outcome.err;
  for (const std::string& part : GetParam().message) EXPECT_THAT(outcome.err, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(here / "run"));
}

}  // namespace
}  // namespace hourglass
