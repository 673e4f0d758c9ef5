// The HTML report as a file. tests/browser tests it in a browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t begin = page.find(open) + open.size();
  return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

/// Returns the data of a page without pictures, arrays and the config: only the displayed texts.
json without_pictures(json value) {
  if (value.is_object())
    for (const char* key : {"png", "is_image", "config", "points", "weights", "check_latents", "check_samples"})
      value.erase(key);
  for (json& each : value)
    if (each.is_structured()) each = without_pictures(each);
  return value;
}

TEST(Report, IsWrittenAfterTraining) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const std::string page = here.read("run/report.html");
  ASSERT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_LT(page.size(), 5'000'000u);
  const json data = data_of(page);
  EXPECT_EQ(data["title"], "fc on synthetic-digits");
  EXPECT_EQ(data["curves"]["losses"][0]["values"].size(), 2u);
  EXPECT_EQ(data["latent_space"]["dim"], 4);
  EXPECT_EQ(data["latent_space"]["pictures"]["count"], 60);
  EXPECT_EQ(data["latent_space"]["num_test"], 60);
  EXPECT_EQ(data["curves"]["loss_scale"], "mean per value");
  EXPECT_EQ(data["reconstructions"].size(), 4u) << "evenly spaced, best, median, worst";
  EXPECT_EQ(data["class_errors"].size(), 10u);
  EXPECT_THAT(data["command"], testing::StartsWith("hourglass train run/config.toml"));
}

TEST(Report, ShowsImagesAsStoredAndAsTheModelSeesThem) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run", "--set",
                                                                "data.preprocess=resize 14 14 area, binarize 0.5"})
                .exit_code,
            0);
  const json grids = data_of(here.read("run/report.html"))["preprocessing"];
  ASSERT_EQ(grids.size(), 1u);
  EXPECT_EQ(grids[0]["rows"][0]["pictures"]["tile"], json({28, 28, 1}));
  EXPECT_EQ(grids[0]["rows"][1]["pictures"]["tile"], json({14, 14, 1}));
  EXPECT_THAT(grids[0]["note"].get<std::string>(), HasSubstr("resize 14 14 area, binarize 0.5"));
}

TEST(Report, UsesRowsAndFeaturesForATable) {
  const Workplace here;
  std::string table = "a,b,c\n";
  for (int i = 0; i < 200; ++i)
    table += std::to_string(2 * i) + ",0." + std::to_string(i % 10) + "," + std::to_string(i % 3) + "\n";
  here.write("table.csv", table);
  const Outcome outcome = here.run({"train", "--data", "table.csv", "--encoder", "linear 2", "--decoder",
                                    "linear output", "--epochs", "1", "--out", "run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json data = data_of(here.read("run/report.html"));
  EXPECT_EQ(data["nouns"]["samples"], "rows");
  EXPECT_THAT(data["subtitle"].get<std::string>(), HasSubstr("3 features"));
  EXPECT_EQ(data["reconstructions"][0]["title"], "Test rows");
  EXPECT_EQ(data["decodings"].back()["rows"][1]["label"], "nearest training row");
  const std::string texts = without_pictures(data).dump();
  for (const char* word : {"image", "pixel", "PSNR", "SSIM"})
    EXPECT_THAT(texts, Not(HasSubstr(word))) << texts.substr(texts.find(word), 80);
}

TEST(Report, IsNotWrittenWithNoReport) {
  const Workplace here;
  const std::string out = here.run(tiny_training() + std::vector<std::string>{"--out", "run", "--no-report"}).out;
  EXPECT_EQ(here.read("run/report.html"), "");
  EXPECT_THAT(out, Not(HasSubstr("report.html")));
}

TEST(Report, IsRewrittenWithTheSameBytes) {
  const Workplace here;
  ASSERT_EQ(here.run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
  const std::string first = here.read("run/report.html");
  const Outcome outcome = here.run({"report", "run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("run/report.html"));
  EXPECT_EQ(here.read("run/report.html"), first);
}

TEST(Report, EscapesMarkupInNames) {
  const Workplace here;
  const std::string name = "<script>alert('x')</script>";
  ASSERT_EQ(
      here.run(tiny_training() + std::vector<std::string>{"--out", "run", "--set", "model.name=" + name}).exit_code, 0);
  const std::string page = here.read("run/report.html");
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(data_of(page)["title"], name + " on synthetic-digits");
}

TEST(Report, ShowsNoisyImagesForADenoisingModel) {
  const Workplace here;
  ASSERT_EQ(
      here.run(tiny_training() + std::vector<std::string>{"--out", "run", "--set", "corruption.mask=0.3"}).exit_code,
      0);
  const json data = data_of(here.read("run/report.html"));
  EXPECT_EQ(data["denoising"].size(), 4u);
  EXPECT_EQ(data["noise"]["mask"], 0.3);
  EXPECT_FALSE(data["network"]["encoder"].empty()) << "the page needs the encoder to denoise";
}

TEST(Report, SweepReportIsRewrittenFromItsFolder) {
  const Workplace here;
  const Outcome outcome =
      here.run({"sweep", "fc", "--set", "data.synthetic_train=100", "--set", "data.synthetic_test=40", "--epochs", "1",
                "--grid", "train.seed=1,2", "--out", "sweep"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string first = here.read("sweep/report.html");
  EXPECT_EQ(data_of(first)["title"], "A sweep of fc on synthetic-digits");
  ASSERT_EQ(here.run({"report", "sweep"}).exit_code, 0);
  EXPECT_EQ(here.read("sweep/report.html"), first);
  ASSERT_EQ(here.run({"report", "sweep/2"}).exit_code, 0);
  ASSERT_EQ(here.run({"report", "sweep"}).exit_code, 0);
  // The variants are sorted by the test loss.
  const json page = data_of(here.read("sweep/report.html"));
  for (const json& variant : page["variants"])
    EXPECT_EQ(variant["pages"], variant["name"] == "2" ? json::array({"2"}) : json::array())
        << "it links only to the run that has a report";
}

TEST(Report, RejectsAFolderWithoutARun) {
  const Workplace here;
  const Outcome outcome = here.run({"report", "nothing"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'nothing' is not a run folder"));
}

}  // namespace
}  // namespace hourglass
