#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/run_report.h"

namespace hourglass {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

std::string data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t begin = page.find(open) + open.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(Page, ContainsItsPartsUnchanged) {
  const std::string page = html_page("title", {{"a", 1}}, {"network.js"});
  for (const char* part : {"style.css", "elements.js", "network.js", "chart.min.js"})
    EXPECT_THAT(page, HasSubstr(std::string(page_part(part)))) << part;
  EXPECT_THAT(page, HasSubstr("<title>title</title>"));
  EXPECT_THAT(page, Not(HasSubstr("{{title}}")));
  EXPECT_EQ(Json::parse(data_of(page))["a"], 1);
}

TEST(Page, ForbidsAllRequests) { EXPECT_THAT(html_page("", {}, {}), HasSubstr("default-src 'none'; img-src data:;")); }

TEST(Page, EscapesMarkup) {
  const std::string evil = "</script><script>alert(1)</script><!-- & \" {{data}}";
  const std::string page = html_page(evil, {{"text", evil}}, {});
  EXPECT_THAT(page,
              HasSubstr("<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &amp; &quot; {{data}}"));
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_EQ(Json::parse(data_of(page))["text"], evil);
}

TEST(Page, EscapesBytesThatAreNotUtf8) {
  const std::string page = html_page("a\xff", {{"text", "a\xff"}}, {});
  EXPECT_EQ(Json::parse(data_of(page))["text"], "a\\xFF");
  EXPECT_THAT(page, HasSubstr("<title>a\\xFF</title>"));
}

TEST(RunPage, OmitsMissingParts) {
  RunReport report;
  report.title = "empty";
  const Json data = Json::parse(data_of(run_page(report)));
  for (const char* part : {"curves", "latent_space", "network", "noise", "class_errors", "evaluation"})
    EXPECT_FALSE(data.contains(part)) << part;
}

TEST(RunPage, WritesUnmeasuredValuesAsNull) {
  RunReport report;
  report.curves = TrainingCurves{{{"total", "test", {1.5, NAN}}}, "sum per sample", {}, {}};
  const Json data = Json::parse(data_of(run_page(report)));
  EXPECT_EQ(data["curves"]["loss_scale"], "sum per sample");
  EXPECT_EQ(data["curves"]["losses"][0]["values"].dump(), "[1.5,null]");
}

TEST(RunPage, StoresLatentsInTheirPrecision) {
  for (const bool half : {true, false}) {
    RunReport report;
    report.latent_space.emplace();
    report.latent_space->latents = Tensor({1, 3}, std::vector<float>{1, 70000, -2});
    report.latent_space->half_latents = half;
    const Json space = Json::parse(data_of(run_page(report)))["latent_space"];
    EXPECT_EQ(space["half_latents"], half);
    EXPECT_EQ(space["latents"], half ? "ADwAfADA" : "AACAPwC4iEcAAADA");
  }
}

TEST(RunPage, OmitsAnEvaluationThatIsNotJson) {
  RunReport report;
  report.evaluation = "{";
  EXPECT_FALSE(Json::parse(data_of(run_page(report))).contains("evaluation"));
}

TEST(RunPage, NamesSamplesByTheirShape) {
  RunReport report;
  for (const auto& [shape, sample] :
       {std::pair<Shape, const char*>{{28, 28, 1}, "image"}, {{30}, "row"}, {{24, 7}, "row"}, {{4, 5, 2}, "row"}}) {
    report.sample_shape = shape;
    const Json data = Json::parse(data_of(run_page(report)));
    EXPECT_EQ(data["nouns"], (Json{{"sample", sample}, {"samples", std::string(sample) + "s"}})) << to_string(shape);
    EXPECT_EQ(data["is_image"], std::string_view(sample) == "image") << to_string(shape);
    EXPECT_EQ(nouns_of(shape).values, std::string_view(sample) == "image" ? "values" : "features");
  }
}

}  // namespace
}  // namespace hourglass
