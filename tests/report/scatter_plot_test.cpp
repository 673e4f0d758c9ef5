#include "report/scatter_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/class_colors.h"
#include "support/expect_error.h"

namespace hourglass {
namespace {

ScatterPlot two_classes() {
  return {"a < b", "x", "y", Tensor({4, 2}, std::vector<float>{0, 0, 1, 1, 2, 0, 3, 1}), {0, 1, 0, 1}, {"cat", "dog"}};
}

int64_t count_pixels(const DrawnGrid& picture, uint8_t r, uint8_t g, uint8_t b) {
  int64_t found = 0;
  for (size_t i = 0; i < picture.rgb.size(); i += 3)
    found += picture.rgb[i] == r && picture.rgb[i + 1] == g && picture.rgb[i + 2] == b;
  return found;
}

TEST(ScatterPlot, DrawsEachClassInItsColor) {
  const DrawnGrid picture = draw_scatter_plot(two_classes());
  ASSERT_EQ(picture.rgb.size(), static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 3);
  EXPECT_GT(count_pixels(picture, 0x4e, 0x79, 0xa7), 50) << "the legend has the whole color";
  EXPECT_GT(count_pixels(picture, 0xf2, 0x8e, 0x2b), 50);
  EXPECT_EQ(count_pixels(picture, 0x59, 0xa1, 0x4f), 0) << "there is no third class";
}

TEST(ScatterPlot, ColorsDoNotDependOnTheClassesThatHavePoints) {
  ScatterPlot plot = two_classes();
  plot.class_names.resize(20);
  const Color color = class_color(1, 20);
  EXPECT_GT(count_pixels(draw_scatter_plot(plot), color.r, color.g, color.b), 50);
}

TEST(ScatterPlot, IsSvgWithOneCirclePerPointAndEscapedText) {
  const std::string svg = scatter_plot_svg(two_classes());
  size_t circles = 0;
  for (size_t at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) ++circles;
  EXPECT_EQ(circles, 4u + 2u) << "points and legend";
  EXPECT_THAT(svg, testing::HasSubstr("a &lt; b"));
  EXPECT_THAT(svg, testing::HasSubstr(">dog</text>"));
}

TEST(ScatterPlot, TakesOnePointAndNoLabels) {
  ScatterPlot plot{"one", "x", "y", Tensor({1, 2}, std::vector<float>{5, 5}), {}, {}};
  EXPECT_NO_THROW(draw_scatter_plot(plot));
  EXPECT_NO_THROW(scatter_plot_svg(plot));
}

TEST(ScatterPlot, ManyClassesHaveALegendThatSaysHowManyAreLeftOut) {
  ScatterPlot plot{"many", "x", "y", Tensor({40, 2}), {}, {}};
  for (int32_t i = 0; i < 40; ++i) plot.labels.push_back(i);
  EXPECT_THAT(scatter_plot_svg(plot), testing::HasSubstr("and 14 more"));
}

TEST(ScatterPlot, PointsThatCannotBeDrawnAreRejected) {
  ScatterPlot plot = two_classes();
  plot.points.values()[3] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kData, {"Point 1", "not finite"}, [&] { draw_scatter_plot(plot); });
  plot = two_classes();
  plot.labels.pop_back();
  expect_error(ErrorKind::kUsage, {"4 points", "3 labels"}, [&] { draw_scatter_plot(plot); });
  plot.points = Tensor({4, 3});
  expect_error(ErrorKind::kUsage, {"two dimensions", "4x3"}, [&] { scatter_plot_svg(plot); });
}

}  // namespace
}  // namespace hourglass
