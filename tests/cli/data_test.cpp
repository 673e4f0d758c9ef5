// The data command: lists, describes, shows and downloads the named datasets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "cli/program.h"
#include "support/http_server.h"
#include "support/idx_bytes.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Finds only the datasets that a test writes to "data".
class Data : public testing::Test {
 protected:
  Data() {
    unsetenv("HOURGLASS_DATA");
    setenv("XDG_CACHE_HOME", (here_ / "cache").c_str(), 1);
    setenv("no_proxy", "127.0.0.1", 1);
  }
  Outcome fetch(const HttpServer& server, const std::vector<std::string>& more = {}) {
    return here_.run(std::vector<std::string>{"data", "fetch", "mnist", "--from", server.url("/set")} + more);
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(here_ / name); }

  Workplace here_;
};

TEST_F(Data, ListShowsDatasetsAndFolders) {
  here_.write("data/kmnist/t10k-images-idx3-ubyte", "");
  const Outcome outcome = here_.run({"data", "list", "--data-dir", "data"});
  EXPECT_EQ(outcome.exit_code, 0);
  for (const char* text : {"mnist ", "60,000 + 10,000  28x28x1       10  not found", "CC BY-SA 4.0", "built in",
                           "30.9 MB", "https://github.com/zalandoresearch/fashion-mnist"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
  EXPECT_THAT(outcome.out, HasSubstr((here_ / "data/kmnist").string()));
}

TEST_F(Data, ListPrintsJson) {
  here_.write("data/mnist/t10k-images-idx3-ubyte", "");
  const json datasets = json::parse(here_.run({"data", "list", "--json", "--data-dir", "data"}).out);
  const auto named = [&](const std::string& name) {
    return *std::ranges::find_if(datasets, [&](const json& dataset) { return dataset["name"] == name; });
  };
  EXPECT_EQ(named("mnist")["here"], true);
  EXPECT_EQ(named("mnist")["folder"], (here_ / "data/mnist").string());
  EXPECT_EQ(named("fashion-mnist")["here"], false);
  EXPECT_EQ(named("fashion-mnist")["shape"], json({28, 28, 1}));
  EXPECT_EQ(named("fashion-mnist")["classes"].size(), 10u);
  EXPECT_EQ(named("synthetic-digits")["here"], true);
}

TEST_F(Data, InfoShowsStatistics) {
  const Outcome outcome = here_.run(
      {"data", "info", "synthetic-digits", "--set", "data.synthetic_train=200", "--set", "data.synthetic_test=50"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* text : {"samples of 28x28x1", "train      200       0        1", "test        50       0        1",
                           "      7  7         20     5", "0 of the 50 test samples are also in the training set"})
    EXPECT_THAT(outcome.out, HasSubstr(text));
}

TEST_F(Data, InfoFindsDuplicates) {
  here_.write("data/mnist/train-images-idx3-ubyte", idx_header({4, 1, 2}) + std::string("\1\2\3\4\1\2\1\2", 8));
  here_.write("data/mnist/train-labels-idx1-ubyte", idx_header({4}) + std::string("\0\1\0\0", 4));
  here_.write("data/mnist/t10k-images-idx3-ubyte", idx_header({2, 1, 2}) + std::string("\3\4\5\6", 4));
  here_.write("data/mnist/t10k-labels-idx1-ubyte", idx_header({2}) + std::string("\1\1", 2));
  const json info = json::parse(here_.run({"data", "info", "mnist", "--json", "--data-dir", "data"}).out);
  EXPECT_EQ(info["train"]["num_repeated"], 2);
  EXPECT_EQ(info["test"]["num_repeated"], 0);
  EXPECT_EQ(info["test"]["num_in_train"], 1);
  EXPECT_EQ(info["train"]["class_counts"][0], 3);
  EXPECT_EQ(info["class_names"][9], "9");
  EXPECT_NEAR(info["test"]["max"], 6 / 255.0, 1e-8);
}

TEST_F(Data, InfoDescribesEachColumnOfATable) {
  std::string csv = "when,flow,twice,fixed,mode,gap,note,state\n";
  for (int i = 0; i < 20; ++i)
    csv += std::to_string(2000 + i) + "-01-01," + std::to_string(i * 7 % 20) + "," + std::to_string(i * 7 % 20 * 2) +
           ",3," + (i % 4 == 0 ? "slow" : "fast") + "," + (i < 14 ? "" : std::to_string(i * i)) + ",text," +
           (i == 5 ? "bad" : "ok") + "\n";
  here_.write("sensors.csv", csv);
  const std::vector<std::string> info = {
      "data", "info", "sensors.csv", "--set", "data.label_column=state", "--set", "data.columns=note: text"};
  const Outcome outcome = here_.run(info);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string words = std::regex_replace(outcome.out, std::regex(" +"), " ");
  for (const char* text :
       {"column kind missing distinct min 5 % median 95 % max most frequent", " flow number 0 20 0 0.95 9.5 18.05 19\n",
        " fixed number 0 1 3 3 3 3 3\n", " mode category 0 2 fast 75 %, slow 25 %\n", " gap number 14 6 196 ",
        " when time 0 20\n", " note text\n", " state label 0 2 ok 95 %, bad 5 %\n", "Constant columns: fixed\n",
        "nearly equal: twice is like flow (correlation 1)\n", "missing: gap (70 %)\n", "data.preprocess=impute median",
        "label class train test\n"})
    EXPECT_THAT(words, HasSubstr(text));
  EXPECT_THAT(words, Not(HasSubstr("evenly spaced")));
  const Outcome as_json = here_.run(info + std::vector<std::string>{"--json"});
  ASSERT_EQ(as_json.exit_code, 0) << as_json.err;
  const json table = json::parse(as_json.out)["table"];
  EXPECT_EQ(table["num_rows"], 20);
  ASSERT_EQ(table["columns"].size(), 8u);
  const json& flow = table["columns"][0];
  EXPECT_EQ(flow["name"], "flow");
  EXPECT_EQ(flow["kind"], "number");
  EXPECT_EQ(flow["num_missing"], 0);
  EXPECT_EQ(flow["num_distinct"], 20);
  EXPECT_EQ(flow["min"], 0.0);
  EXPECT_EQ(flow["max"], 19.0);
  EXPECT_NEAR(flow["quantile_05"].get<double>(), 0.95, 1e-9);
  EXPECT_NEAR(flow["quantile_95"].get<double>(), 18.05, 1e-9);
  EXPECT_EQ(table["columns"][2]["is_constant"], true);
  EXPECT_EQ(table["columns"][4]["is_mostly_missing"], true);
  EXPECT_EQ(table["columns"][3]["frequent"][0], (json{{"name", "fast"}, {"rows", 15}, {"share", 0.75}}));
  EXPECT_EQ(table["similar"][0]["column"], "twice");
  EXPECT_EQ(table["similar"][0]["earlier"], "flow");
  EXPECT_NEAR(table["similar"][0]["correlation"].get<double>(), 1, 1e-9);
}

TEST_F(Data, InfoLimitsTheColumnsItPrints) {
  std::string csv;
  for (int row = 0; row < 5; ++row)
    for (int j = 0; j < 50; ++j)
      csv += std::to_string((row * 37 + j * row * row + j * 11) % 101) + (j == 49 ? "\n" : ",");
  here_.write("wide.csv", csv);
  const Outcome outcome = here_.run({"data", "info", "wide.csv"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("  x39 "), Not(HasSubstr("  x40 ")), HasSubstr("and 10 more columns; --json")));
  EXPECT_EQ(json::parse(here_.run({"data", "info", "wide.csv", "--json"}).out)["table"]["columns"].size(), 50u);
}

TEST_F(Data, ShowDrawsEachClassAndOverwritesNothing) {
  const std::vector<std::string> show = {"data", "show", "synthetic-digits", "--set", "data.synthetic_train=200"};
  const Outcome outcome = here_.run(show);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("120 of the 200 train images of synthetic-digits, class by class: "));
  EXPECT_THAT(here_.read("synthetic-digits.png"), testing::StartsWith("\x89PNG"));
  here_.run(show);
  EXPECT_EQ(here_.read("synthetic-digits-2.png"), here_.read("synthetic-digits.png"));
  EXPECT_EQ(here_.run(show + std::vector<std::string>{"--part", "validation"}).exit_code, 2);
}

TEST_F(Data, ShowCountsTheImagesAndNotThePlacesOfThePicture) {
  const Outcome outcome =
      here_.run({"data", "show", "synthetic-digits", "--set", "data.synthetic_train=47", "--count", "1000"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("47 of the 47 train images"));
}

TEST_F(Data, ShowLimitsTheImagesOfAPicture) {
  const json shown = json::parse(
      here_.run({"data", "show", "synthetic-digits", "--set", "data.synthetic_train=5000", "--count", "1000", "--json"})
          .out);
  EXPECT_EQ(shown["num_samples"], 5000);
  EXPECT_EQ(shown["num_shown"], 2040) << "204 of each class";
}

TEST_F(Data, InfoAndShowApplyPreprocessing) {
  const std::vector<std::string> arguments = {"synthetic-digits", "--set", "data.synthetic_train=200", "--set",
                                              "data.preprocess=resize 14 14 area, standardize"};
  const Outcome info = here_.run(std::vector<std::string>{"data", "info", "--json"} + arguments);
  ASSERT_EQ(info.exit_code, 0) << info.err;
  const json described = json::parse(info.out);
  EXPECT_EQ(described["shape"], (json{14, 14, 1}));
  EXPECT_EQ(described["preprocess"], (json{"resize 14 14 area", "standardize"}));
  EXPECT_NEAR(described["train"]["mean"].get<double>(), 0, 1e-5);
  EXPECT_LT(described["train"]["min"].get<double>(), -0.1);
  const Outcome show = here_.run(std::vector<std::string>{"data", "show"} + arguments);
  ASSERT_EQ(show.exit_code, 0) << show.err;
  EXPECT_THAT(show.out, HasSubstr("preprocessed by resize 14 14 area, standardize"));
  const Outcome as_preset = here_.run({"data", "info", "synthetic-digits", "--model", "patches"});
  EXPECT_EQ(as_preset.exit_code, 0) << as_preset.err;
  EXPECT_THAT(as_preset.out, HasSubstr("preprocessed by gray, remove_mean image"));
  const Outcome wrong = here_.run({"data", "info", "synthetic-digits", "--set", "data.preprocess=binarze 0.5"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("binarize"));
}

TEST_F(Data, CommandGroupListsItsCommands) {
  const Outcome outcome = here_.run({"data"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("data list"), HasSubstr("data fetch"), Not(HasSubstr("train"))));
  EXPECT_EQ(here_.run({"data", "--help"}).exit_code, 0);
  EXPECT_THAT(here_.run({"data", "fetsh"}).err, HasSubstr("Did you mean 'data fetch'?"));
}

TEST_F(Data, FetchRejectsAnUnofficialFile) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = gzip(idx_header({0}))}; });
  const Outcome outcome = fetch(server);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("its MD5 is "), HasSubstr("f68b3c2dcbeaaa9fbdd348bbdeb94873")));
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].path, "/set/train-images-idx3-ubyte.gz");
  EXPECT_TRUE(std::filesystem::is_empty(here_ / "cache/hourglass/mnist"));
}

TEST_F(Data, FetchKeepsExistingFiles) {
  for (const char* name :
       {"train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"})
    here_.write(std::string("data/mnist/") + name, "mine");
  const HttpServer server([](const HttpRequest&) { return HttpReply{.status = 404}; });
  const Outcome outcome = fetch(server, {"--data-dir", "data"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("t10k-labels-idx1-ubyte  exists, not the official file"));
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(here_.read("data/mnist/train-labels-idx1-ubyte.gz"), "mine");
}

TEST_F(Data, FetchReportsAMissingConnection) {
  std::string url;
  {
    url = HttpServer([](const HttpRequest&) { return HttpReply{}; }).url();
  }
  const Outcome outcome = here_.run({"data", "fetch", "mnist", "--from", url});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("no connection to 127.0.0.1"));
}

TEST_F(Data, FetchKeepsDownloadedBytesWhenTheDiskIsFull) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = std::string(100000, 'x')}; });
  // Files are limited to 16 blocks of 512 bytes. A write past the limit fails as on a full disk.
  const Outcome outcome = Process(here_.path(), {"sh", "-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh",
                                                 HOURGLASS_PROGRAM, "data", "fetch", "mnist", "--from", server.url()})
                              .wait();
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("cannot write to"), HasSubstr("8192 downloaded bytes are kept")));
  EXPECT_EQ(std::filesystem::file_size(here_ / "cache/hourglass/mnist/train-images-idx3-ubyte.gz.part"), 8192u);
}

TEST_F(Data, FetchNamesAFolderThatCannotBeCreated) {
  here_.write("data", "a file");
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  const Outcome outcome = fetch(server, {"--data-dir", "data"});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr((here_ / "data").string()));
}

TEST_F(Data, FetchShowsAProgressBarOnATerminal) {
  setenv("TERM", "xterm", 1);
  const HttpServer server([](const HttpRequest&) {
    return HttpReply{.body = std::string(3000000, 'x'), .stop_after = 1200000, .stalls = true};
  });
  const Outcome outcome =
      here_.run_in_terminal(120, {"data", "fetch", "mnist", "--timeout", "1", "--from", server.url()});
  EXPECT_THAT(outcome.out, HasSubstr("[##########--------------]  40 %  1.2 MB of 3.0 MB"));
}

TEST_F(Data, FetchRejectsABuiltInDataset) {
  const Outcome outcome = here_.run({"data", "fetch", "synthetic-digits"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("nothing to download"));
}

}  // namespace
}  // namespace hourglass
