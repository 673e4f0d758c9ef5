// The page of a run in a browser: its appearance and its numbers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "browser/reports.h"
#include "hourglass/hourglass.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(Reports, OpenWithoutErrorsOrRequests) {
  open(GetParam());
  expect_quiet();
}

TEST_P(Reports, DrawEveryChartAndPicture) {
  open(GetParam());
  expect_all_drawn();
  EXPECT_GE(browser().run("return document.querySelectorAll('.chart canvas, .plane canvas').length"), 6);
}

TEST_P(Reports, NameEveryPictureAndControl) {
  open(GetParam());
  expect_all_named();
}

TEST_P(Reports, FitOnPhoneAndDesktop) {
  open(GetParam());
  expect_fit(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Of, Reports,
                         testing::Values("dense", "conv", "lstm", "gaussian", "denoising", "large", "preprocessed",
                                         "table"),
                         kind_name);

TEST_F(Reports, ShowImagesBeforeAndAfterPreprocessing) {
  open("preprocessed");
  const json sizes = browser().run(
      "return [...document.querySelectorAll('#preprocessing .stack:first-child canvas')].map((c) => [c.width, "
      "c.height])");
  EXPECT_EQ(sizes, json({{28, 28}, {14, 14}}));
  EXPECT_THAT(browser().run("return document.getElementById('preprocessing').innerText").get<std::string>(),
              HasSubstr("Stored as 28 × 28 × 1, preprocessed to 14 × 14 × 1: resize 14 14 area, binarize 0.5."));
  open("dense");
  EXPECT_TRUE(browser().run("return document.getElementById('preprocessing') === null"));
}

TEST_F(Reports, WriteLargeErrorsInFourDigits) {
  open("outlier");
  const std::string mse = browser().run("return document.querySelector('.headlines .value').textContent");
  EXPECT_GT(std::stod(mse), 1000) << "the values are up to 100,000";
  EXPECT_LE(mse.size(), 9U) << mse;
}

TEST_F(Reports, NameTheScaleOfTheLoss) {
  open("dense");
  EXPECT_EQ(
      browser().run("return Chart.getChart(document.querySelector('#training canvas')).options.scales.y.title.text"),
      "loss (mean per value)");
}

TEST_F(Reports, SpeakOfRowsForATable) {
  open("table");
  here().write("table/evaluation.json", R"({"test": {
      "measurements": [
        {"family": "reconstruction", "metric": "mse", "subject": "model", "value": 0.25, "definition": "its error"},
        {"family": "reconstruction", "metric": "psnr_mean", "subject": "model", "value": 20, "definition": "its PSNR"}],
      "tables": {}, "missing": [{"metric": "ssim", "reason": "too small"},
                                {"metric": "bce", "reason": "not in [0, 1]"}]}})");
  ASSERT_EQ(here().run({"report", "table"}).exit_code, 0);
  browser().open(here() / "table" / "report.html");
  open_tab("Denoise");
  const std::string text = browser().run(
      "document.getElementById('repeat').remove();"
      "return document.body.innerText + [...document.querySelectorAll('[aria-label]')].map((e) => "
      "e.ariaLabel).join(' ')");
  for (const char* word : {"image", "Image", "pixel", "PSNR", "psnr", "SSIM", "ssim", " dB"})
    EXPECT_THAT(text, testing::Not(HasSubstr(word)));
  for (const char* word : {"Test rows", "5 features", "Each line goes through the features of a row: a, b, c, d, e.",
                           "test row ", "Samples per second", "nearest training row", "bce"})
    EXPECT_THAT(text, HasSubstr(word));
  EXPECT_THAT(browser().console(), IsEmpty());
}

TEST_F(Reports, ShowWarningsAsText) {
  open("dense");
  EXPECT_TRUE(browser().run("return document.querySelector('.warning') === null"));
  std::string page = here().read("dense/report.html");
  const std::string none = "\"warnings\":[]";
  ASSERT_NE(page.find(none), std::string::npos);
  page.replace(page.find(none), none.size(), R"("warnings":["3 of 8 latents are dead <i>"])");
  here().write("warned/report.html", page);
  open_page("warned/report.html");
  EXPECT_EQ(browser().run("return document.querySelector('#numbers .warning').textContent"),
            "Warning: 3 of 8 latents are dead <i>");
  expect_quiet();
}

TEST_F(Reports, GiveAClassOneColorInEveryChart) {
  open("classes");
  const json colors = browser().run(
      "const at = (selector) => Chart.getChart(document.querySelector(selector)).data;"
      "const bars = at('#reconstructions .chart canvas'), plane = at('.plane canvas');"
      "return [Object.fromEntries(bars.labels.map((name, i) => [name, bars.datasets[0].backgroundColor[i]])),"
      "  Object.fromEntries(plane.datasets.map((d) => [d.label, d.borderColor]))];");
  EXPECT_EQ(colors[0].size(), 12U) << "all classes of the test set";
  EXPECT_FALSE(colors[0].contains("rare"));
  EXPECT_EQ(colors[0], colors[1]);
  EXPECT_EQ(browser().run("return new Set(Object.values(arguments[0])).size", json::array({colors[0]})), 12);
}

TEST_F(Reports, ShowSamplesOfMoreValuesThanACanvasIsWide) {
  open("long");
  expect_quiet();
  expect_all_drawn();
  EXPECT_THAT(browser().run("return document.getElementById('reconstructions').textContent").get<std::string>(),
              HasSubstr("A row has 66,000 features. The lines on this page show means over 2 neighboring features."));
}

TEST_F(Reports, ShowTheResultsOfAnEvaluation) {
  open("dense");
  here().write("dense/evaluation.json", R"({"test": {
      "measurements": [
        {"family": "classification", "metric": "error", "subject": "model", "value": 0.25, "scale": "part",
         "definition": "part of the images <b>whose class</b> is missed", "samples": 1234, "standard_error": 0.012},
        {"family": "classification", "metric": "error", "subject": "pixels", "value": 0.5, "scale": "part",
         "definition": "the same", "samples": 1234}],
      "tables": {"confusion": {"columns": ["as 0", "as 1"], "rows": [[3, 1], [0, 4]]},
                 "worst_images": {"columns": ["image", "mse"], "rows": [[17, 0.5]]}},
      "missing": [{"metric": "elbo", "reason": "of Gaussian latents"}]}})");
  ASSERT_EQ(here().run({"report", "dense"}).exit_code, 0);
  browser().open(here() / "dense" / "report.html");
  const std::string text = browser().run("return document.getElementById('evaluation').innerText");
  for (const char* part : {"0.25 ± 0.012", "pixels", "confusion", "worst images", "elbo: of Gaussian latents"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(browser().run("return document.querySelectorAll('.heat tbody td').length"), 4);
  EXPECT_TRUE(browser().run("return document.querySelector('#evaluation b') === null")) << "definitions are text";
  EXPECT_THAT(browser().console(), IsEmpty());
}

TEST_F(Reports, AreFullyUsableByKeyboard) {
  open("dense");
  EXPECT_GT(expect_all_reached(), 30);
  browser().run("document.getElementById('tab-0').focus()");
  browser().key("ArrowRight");
  EXPECT_FALSE(browser().run("return document.getElementById('panel-1').hidden")) << "tabs follow the arrow keys";
}

TEST_F(Reports, EscapeMarkupInNames) {
  const std::string name = "<img src=x onerror=\"window.hurt=1\"></script><script>window.hurt=1</script>";
  ASSERT_EQ(
      here().run(tiny_training() + std::vector<std::string>{"--out", "evil", "--set", "model.name=" + name}).exit_code,
      0);
  browser().console();
  browser().open(here() / "evil" / "report.html");
  EXPECT_EQ(browser().run("return document.querySelector('h1').textContent"), name + " on synthetic-digits");
  EXPECT_EQ(browser().run("return document.title"), name + " on synthetic-digits");
  EXPECT_TRUE(browser().run("return window.hurt === undefined && document.querySelector('h1 *, pre img') === null"));
  EXPECT_THAT(browser().console(), IsEmpty());
}

}  // namespace
}  // namespace hourglass
