// A run folder is a transaction: whatever call of the file system a run is killed at, or fails in, --resume leads to
// the same bits, and nothing is left over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "cli/program.h"
#include "support/scoped_variable.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Faults : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "The address sanitizer must be the first library of a process.";
#endif
  }

  static std::vector<std::string> training(const std::string& folder) {
    return {"train",        "fc",
            "--set",        "data.synthetic_train=60",
            "--set",        "data.synthetic_test=12",
            "--epochs",     "2",
            "--batch-size", "20",
            "--encoder",    "linear 4",
            "--decoder",    "linear output, sigmoid",
            "--threads",    "1",
            "--out",        folder};
  }

  Outcome run_with(const std::string& fault, const std::vector<std::string>& arguments) const {
    // The names in LD_PRELOAD end at spaces.
    const fs::path shim = here_ / "shim.so";
    if (!fs::exists(shim)) fs::create_symlink(HOURGLASS_FAULT_SHIM, shim);
    const ScopedVariable preload("LD_PRELOAD", shim.string()), variable("HOURGLASS_FAULT", fault);
    return here_.run(arguments);
  }

  int num_calls(const std::vector<std::string>& arguments) const {
    const Outcome outcome = run_with("count " + (here_ / "count").string(), arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return std::stoi(here_.read("count"));
  }

  /// The content of every file of a folder without the times of the clock: the only numbers that differ between runs.
  std::map<std::string, std::string> content(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(here_ / folder)) {
      if (!entry.is_regular_file()) continue;
      const std::string name = fs::relative(entry.path(), here_ / folder).string();
      std::string text = here_.read(folder + "/" + name);
      const std::string file = entry.path().filename().string();
      if (file == "checkpoint.safetensors") {  // the tensors: the times are in the header
        uint64_t header = 0;
        std::memcpy(&header, text.data(), 8);
        text.erase(0, 8 + header);
      } else if (file == "history.csv") {
        text = without_last_columns(text, 2);
      } else if (file == "results.csv") {  // seconds, state
        text = std::regex_replace(text, std::regex(",[^,]*,done"), ",done");
      } else if (file == "summary.json") {
        json summary = json::parse(text);
        for (const char* key : {"seconds", "samples_per_second"}) summary.erase(key);
        text = summary.dump();
      } else if (file == "report.html" || file == "results.json") {
        text = "";  // have times
      }
      text = std::regex_replace(text, std::regex(folder), "FOLDER");
      files[name] = text;
    }
    return files;
  }

  static std::string without_last_columns(const std::string& csv, int count) {
    std::string result;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line); result += line + "\n")
      for (int i = 0; i < count; ++i) line.erase(line.rfind(','));
    return result;
  }

  void expect_same(const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& expected,
                   const std::string& where) {
    std::vector<std::string> names, expected_names;
    for (const auto& [name, text] : found) names.push_back(name);
    for (const auto& [name, text] : expected) expected_names.push_back(name);
    EXPECT_EQ(names, expected_names) << where;
    for (const auto& [name, text] : expected)
      if (found.contains(name)) {
        EXPECT_TRUE(found.at(name) == text) << name << " differs: " << where;
      }
  }

  const Workplace& here() const { return here_; }

 private:
  Workplace here_;
};

TEST_F(Faults, KilledRunResumesToTheSameBits) {
  const int calls = num_calls(training("folder_a"));
  ASSERT_GT(calls, 30);
  const auto expected = content("folder_a");
  for (int call = 1; call <= calls; ++call) {
    const std::string where = "killed before call " + std::to_string(call);
    fs::remove_all(here() / "folder_b");
    ASSERT_EQ(run_with("kill " + std::to_string(call), training("folder_b")).exit_code, 128 + SIGKILL) << where;
    Outcome resumed = here().run({"train", "--resume", "folder_b"});
    if (resumed.exit_code == 2) resumed = here().run(training("folder_b"));  // killed before anything was stored
    EXPECT_EQ(resumed.exit_code, 0) << where << ": " << resumed.err;
    expect_same(content("folder_b"), expected, where);
  }
}

TEST_F(Faults, FullDiskIsAnErrorAndTheRunResumesToTheSameBits) {
  const int calls = num_calls(training("folder_a"));
  const auto expected = content("folder_a");
  for (int call = 1; call <= calls; ++call) {
    const std::string where = "full disk at call " + std::to_string(call);
    fs::remove_all(here() / "folder_b");
    const Outcome full = run_with("full " + std::to_string(call), training("folder_b"));
    EXPECT_TRUE(full.exit_code == 5 || full.exit_code == 0) << where << ": " << full.exit_code << " " << full.err;
    Outcome resumed = here().run({"train", "--resume", "folder_b"});
    if (resumed.exit_code == 2) resumed = here().run(training("folder_b"));
    EXPECT_EQ(resumed.exit_code, 0) << where << ": " << resumed.err;
    expect_same(content("folder_b"), expected, where);
  }
}

TEST_F(Faults, KilledSweepResumesToTheSameBits) {
  const auto sweep = [](const std::string& folder) {
    return std::vector<std::string>{"sweep",        "fc",
                                    "--set",        "data.synthetic_train=60",
                                    "--set",        "data.synthetic_test=12",
                                    "--epochs",     "1",
                                    "--batch-size", "20",
                                    "--set",        "model.encoder=linear 4",
                                    "--set",        "model.decoder=linear output, sigmoid",
                                    "--threads",    "1",
                                    "--grid",       "train.seed=1,2",
                                    "--out",        folder};
  };
  const int calls = num_calls(sweep("folder_a"));
  const auto expected = content("folder_a");
  for (int call = 1; call <= calls; call += 3) {
    const std::string where = "killed before call " + std::to_string(call);
    fs::remove_all(here() / "folder_b");
    ASSERT_EQ(run_with("kill " + std::to_string(call), sweep("folder_b")).exit_code, 128 + SIGKILL) << where;
    const Outcome resumed = here().run(sweep("folder_b"));
    EXPECT_EQ(resumed.exit_code, 0) << where << ": " << resumed.err;
    expect_same(content("folder_b"), expected, where);
  }
}

}  // namespace
}  // namespace hourglass
