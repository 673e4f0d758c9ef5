// The page of a detector in a browser.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "browser/browser_test.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The pages "table", with categories and labels, and "images", created on first use.
class Detections : public BrowserTest {
 protected:
  static void open(const std::string& kind) {
    if (here().read(kind + "/report.html").empty()) kind == "table" ? make_table() : make_images();
    open_page(kind + "/report.html");
  }
  static std::string text_of(const std::string& id) {
    return browser().run("return document.getElementById(arguments[0]).innerText", {id});
  }

 private:
  static void make_table() {
    std::string csv = "when,<b>flow</b>,pressure,state,bad\n";
    for (int i = 0; i < 300; ++i) {
      const bool unusual = i % 60 == 7, runs = i % 3 != 0;
      csv += fmt::format("2025-03-{:02} {:02}:00,{:.3f},{:.3f},{},{}\n", i / 24 + 1, i % 24, std::sin(i * 0.7),
                         (unusual ? -2 : 2) * std::sin(i * 0.7) + (unusual ? 3 : 0), runs ? "run" : "<i>idle</i>",
                         unusual ? 1 : 0);
    }
    here().write("table.csv", csv);
    const Outcome outcome = here().run({"detect", "table.csv", "--run", "table", "--label-column", "bad"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static void make_images() {
    const Outcome outcome =
        here().run({"detect", "synthetic-digits", "--run", "images", "--set", "data.synthetic_train=200", "--set",
                    "data.synthetic_test=20", "--set", "train.epochs=2", "--set", "detect.folds=2"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
};

TEST_P(Detections, OpenWithoutErrorsOrRequests) {
  open(GetParam());
  expect_quiet();
}

TEST_P(Detections, DrawEveryChartAndNameEveryControl) {
  open(GetParam());
  expect_all_drawn();
  expect_all_named();
}

TEST_P(Detections, FitOnPhoneAndDesktop) {
  open(GetParam());
  expect_fit("detection-" + GetParam());
}

INSTANTIATE_TEST_SUITE_P(Of, Detections, testing::Values("table", "images"), kind_name);

TEST_F(Detections, TheCountsFollowTheThreshold) {
  open("table");
  const auto alarms = [](const std::string& position) -> std::string {
    return browser().run(
        "const slider = document.querySelector('#threshold input[type=range]');"
        "slider.value = slider[arguments[0]]; slider.dispatchEvent(new Event('input'));"
        "return document.querySelector('.threshold-text b').textContent",
        {position});
  };
  EXPECT_EQ(alarms("min"), "300 of 300 rows");
  EXPECT_EQ(alarms("max"), "1 of 300 rows");
  EXPECT_THAT(text_of("threshold"), HasSubstr("of them are anomalies"));
}

TEST_F(Detections, ShowTheReasonsAsText) {
  open("table");
  const std::string text = text_of("unusual");
  EXPECT_THAT(text,
              testing::AllOf(HasSubstr("when"), HasSubstr("2025-03-"), HasSubstr("usual:"), HasSubstr("pressure")));
  EXPECT_TRUE(browser().run("return document.querySelector('#unusual i') === null")) << "names are text, not markup";
  EXPECT_THAT(text_of("curves"), HasSubstr("ROC curve"));
  open("images");
  EXPECT_GT(browser().run("return document.querySelectorAll('#pictures canvas').length"), 2);
}

}  // namespace
}  // namespace hourglass
