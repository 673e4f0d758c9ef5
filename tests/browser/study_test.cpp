// The pages of a study and of a sweep in a browser.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "browser/browser_test.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kEvil = "<img src=x onerror='window.hurt=1'>";

// Two latent sizes, a variant whose name is markup, one that diverges, and one without data.
constexpr const char* kStudy = R"(
title = "A <b>small</b> study"
source = "a paper <script>window.hurt=1</script>"
notes = ["A note </script><script>window.hurt=1</script>"]
metrics = ["mse", "psnr_mean", "loss"]
[base]
model = "fc"
set = ["data.synthetic_train=200", "data.synthetic_test=60", "train.epochs=3", "train.batch_size=50",
       "model.encoder=linear 16, relu, linear 4", "model.decoder=linear output, sigmoid"]
[[variant]]
name = "four"
[[variant]]
name = "eight"
set = ["model.latent_dim=8"]
[[variant]]
name = "<img src=x onerror='window.hurt=1'>"
set = ["model.latent_dim=2"]
[[variant]]
name = "wild"
set = ["train.optimizer=sgd", "train.learning_rate=1e30", "model.decoder=linear output"]
[[variant]]
name = "missing"
set = ["data.name=mnist"]
[[published]]
metric = "psnr_mean"
source = "page 3"
definition = "Of <i>other</i> digits."
values = { four = 1.5, eight = 99, wild = 20, missing = 20 }
)";

/// The pages "study" and "sweep", created on first use.
class Studies : public BrowserTest {
 protected:
  static void open(const std::string& kind) {
    if (here().read(kind + "/report.html").empty()) kind == "study" ? make_study() : make_sweep();
    open_page(kind + "/report.html");
  }

  static json texts(const std::string& selector) {
    return browser().run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", {selector});
  }

 private:
  static void make_study() {
    here().write("study.toml", kStudy);
    const Outcome outcome = here().run({"reproduce", "study.toml", "--out", "study", "--data-dir", "nowhere"});
    ASSERT_EQ(outcome.exit_code, 4) << outcome.err;
    ASSERT_EQ(here().run({"report", "study/four"}).exit_code, 0);
    ASSERT_EQ(here().run({"report", "study"}).exit_code, 0);
  }
  static void make_sweep() {
    const Outcome outcome =
        here().run({"sweep", "fc", "--set", "data.synthetic_train=200", "--set", "data.synthetic_test=60", "--epochs",
                    "2", "--seeds", "2", "--grid", "model.latent_dim=2,4,8", "--grid", "train.learning_rate=1e-3,1e-2",
                    "--sort", "model.latent_dim", "--out", "sweep"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
};

TEST_P(Studies, OpenWithoutErrorsOrRequests) {
  open(GetParam());
  expect_quiet();
}

TEST_P(Studies, DrawEveryChartAndNameEveryControl) {
  open(GetParam());
  expect_all_drawn();
  expect_all_named();
  EXPECT_GE(browser().run("return document.querySelectorAll('.chart canvas').length"), 4);
  EXPECT_LT(here().read(GetParam() + "/report.html").size(), 1'000'000u);
}

TEST_P(Studies, FitOnPhoneAndDesktop) {
  open(GetParam());
  expect_fit(GetParam());
}

TEST_P(Studies, AreFullyUsableByKeyboard) {
  open(GetParam());
  EXPECT_GT(expect_all_reached(), 20);
}

INSTANTIATE_TEST_SUITE_P(Of, Studies, testing::Values("study", "sweep"), kind_name);

TEST_F(Studies, EscapeMarkup) {
  open("study");
  EXPECT_EQ(browser().run("return document.querySelector('h1').textContent"), "A <b>small</b> study");
  EXPECT_EQ(texts("#results tbody tr:nth-child(3) td:first-child"), json::array({kEvil}));
  EXPECT_TRUE(
      browser().run("return window.hurt === undefined && document.querySelector('h1 *, .title p *, td img, .chip img, "
                    ".notes i, li script') === null"));
  EXPECT_THAT(browser().run("return document.getElementById('overview').innerText").get<std::string>(),
              HasSubstr("A note </script><script>"));
}

TEST_F(Studies, ShowPublishedAndMeasuredNumbersAndUnfinishedVariants) {
  open("study");
  EXPECT_EQ(texts("#published tbody td:nth-child(6)").size(), 4u);
  EXPECT_EQ(texts("#published .reached"), json::array({"reached"}));
  const std::string overview = browser().run("return document.getElementById('overview').innerText");
  for (const char* part : {"3 of 5", "wild (diverged): Training diverged", "missing (no data): "})
    EXPECT_THAT(overview, HasSubstr(part));
  EXPECT_EQ(texts("#published .notes li"), json::array({"Of <i>other</i> digits."}));
  EXPECT_TRUE(browser().run("return document.querySelector('#reconstructions img').naturalWidth > 100"));
}

TEST_F(Studies, LinkToThePagesOfTheirRuns) {
  open("study");
  EXPECT_EQ(texts("#results td a"), json::array({"four"}));
  const std::string address = browser().run("return document.querySelector('#results td a').href");
  EXPECT_TRUE(address.ends_with("/study/four/report.html")) << address;
}

TEST_F(Studies, SortResultsByKeyboard) {
  open("study");
  const auto names = [&] { return texts("#results tbody td:first-child"); };
  const json before = names();
  browser().run(
      "[...document.querySelectorAll('#results button.sort')].find((b) => b.textContent === 'psnr_mean').focus()");
  browser().key("Enter");
  const auto order = [&] { return browser().run("return document.querySelector('#results [aria-sort]').ariaSort"); };
  EXPECT_EQ(order(), "descending") << "larger is better";
  const json psnr = texts("#results tbody td:nth-child(4)");
  EXPECT_GE(std::stod(psnr[0].get<std::string>()), std::stod(psnr[1].get<std::string>()));
  EXPECT_GE(std::stod(psnr[1].get<std::string>()), std::stod(psnr[2].get<std::string>()));
  EXPECT_EQ(psnr[4], "–") << "unmeasured values come last";
  browser().key("Enter");
  EXPECT_EQ(order(), "ascending");
  EXPECT_EQ(texts("#results tbody td:nth-child(4)")[0], psnr[2]);
  EXPECT_EQ(texts("#results tbody td:nth-child(4)")[4], "–");
  EXPECT_NE(names(), before);
}

TEST_F(Studies, HideAndShowLinesByKeyboard) {
  open("study");
  const auto hidden = [&] {
    return browser().run(
        "const chart = Chart.getChart(document.querySelector('#curves canvas'));"
        "return chart.data.datasets.filter((d) => d.hidden).map((d) => d.label)");
  };
  const size_t trained = hidden().size();
  browser().run("document.querySelector('#curves .chip').focus()");
  browser().key("Enter");
  EXPECT_EQ(hidden().size(), trained + 1);
  EXPECT_EQ(hidden()[0], "four");
  EXPECT_EQ(browser().run("return document.querySelector('#curves .chip').ariaPressed"), "false");
  browser().run("document.querySelectorAll('#curves input')[1].click()");
  EXPECT_EQ(browser().run("return Chart.getChart(document.querySelector('#curves canvas')).options.scales.y.type"),
            "logarithmic");
}

TEST_F(Studies, ChartMetricsOverVaryingOptions) {
  open("sweep");
  EXPECT_EQ(texts("#trend-key option"), json::array({"model.latent_dim", "train.learning_rate"}));
  EXPECT_EQ(texts("#trends > div:not([hidden]) > .toolbar .chip"),
            json::array({"train.learning_rate 0.001", "train.learning_rate 0.01"}));
  const json points = browser().run(
      "const chart = Chart.getChart(document.querySelector('#trends canvas'));"
      "return chart.data.datasets.map((d) => d.data.map((p) => p.x))");
  EXPECT_EQ(points, (json{{2, 4, 8}, {2, 4, 8}}));
  browser().run("const e = document.getElementById('trend-key'); e.value = '1'; e.dispatchEvent(new Event('change'))");
  settle();
  EXPECT_EQ(texts("#trends > div:not([hidden]) > .toolbar .chip").size(), 3u);
  expect_all_drawn();
}

TEST_F(Studies, NameTheVariantOfAParallelLine) {
  open("sweep");
  const auto status = [&] { return texts("#parallel [role=status]")[0].get<std::string>(); };
  EXPECT_THAT(status(), HasSubstr("arrow keys"));
  browser().run("document.querySelector('.parallel').focus()");
  browser().key("ArrowRight");
  EXPECT_THAT(status(), testing::StartsWith("2-1e-3: model.latent_dim 2, train.learning_rate 0.001, loss "));
  browser().key("ArrowLeft");
  EXPECT_THAT(status(), testing::StartsWith("8-1e-2: "));
  EXPECT_EQ(browser().run("return document.querySelectorAll('.parallel .variant.chosen').length"), 1);

  browser().run("document.activeElement.blur()");
  center_of(".parallel");
  settle();
  const json place = browser().run(
      "const path = document.querySelector('.parallel .target');"
      "const at = path.getPointAtLength(path.getTotalLength() / 3).matrixTransform(path.getScreenCTM());"
      "return [at.x, at.y]");
  browser().move(place[0], place[1]);
  settle();
  EXPECT_THAT(status(), testing::MatchesRegex("[248]-1e-[23]: .*"));
}

}  // namespace
}  // namespace hourglass
