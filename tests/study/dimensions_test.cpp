#include "study/dimensions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hourglass {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Strings = std::vector<std::string>;
using Indices = std::vector<size_t>;

std::vector<std::string> names_of(const std::vector<Dimension>& dimensions) {
  std::vector<std::string> names;
  for (const Dimension& each : dimensions) names.push_back(each.name);
  return names;
}

/// Axes data x latents, a weight that is determined by the latents, and a learning rate that is not.
struct Grid {
  ResultTable results{{"data", "latents", "mse"},
                      {{"mnist", 8.0, 0.3}, {"mnist", 4.0, 0.4}, {"fashion", 8.0, 0.5}, {"fashion", 4.0, 0.6}}};
  std::vector<OptionDifference> options = {{"data.name", {"\"mnist\"", "\"mnist\"", "\"fashion\"", "\"fashion\""}},
                                           {"objective.weight_l1", {"0.1", "0.2", "0.1", "0.2"}},
                                           {"train.learning_rate", {"0.1", "0.1", "0.1", "1e-05"}}};
  Strings names = {"a", "b", "c", "d"};
};

TEST(Dimensions, AreTheAxesAndTheNumbersNotDeterminedByOneAxis) {
  const Grid grid;
  const std::vector<Dimension> found = dimensions(grid.results, 2, grid.options);
  EXPECT_THAT(names_of(found), ElementsAre("data", "latents", "train.learning_rate"));
  EXPECT_EQ(found[2].values, (std::vector<Cell>{0.1, 0.1, 0.1, 1e-5}));
}

TEST(Dimensions, LeaveOutAnAxisThatOnlyNamesTheVariants) {
  const ResultTable results{{"variant"}, {{"small"}, {"large"}}};
  EXPECT_THAT(
      names_of(dimensions(results, 1, {{"model.latent_dim", {"4", "8"}}, {"model.encoder", {"[]", "[\"relu\"]"}}})),
      ElementsAre("model.latent_dim"));
  const ResultTable sizes{{"model.latent_dim"}, {{4.0}, {8.0}}};
  EXPECT_THAT(names_of(dimensions(sizes, 1, {{"model.latent_dim", {"4", "8"}}})), ElementsAre("model.latent_dim"));
}

TEST(Trends, HaveOneSeriesPerPointOfTheOtherAxes) {
  const Grid grid;
  const std::vector<Trend> found = trends(grid.names, grid.results, 2, grid.options);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].key, "latents");
  ASSERT_EQ(found[0].series.size(), 2u);
  EXPECT_EQ(found[0].series[0].names, Strings{"mnist"});
  EXPECT_EQ(found[0].series[0].variants, (Indices{1, 0})) << "sorted by the number";
  EXPECT_EQ(found[0].series[1].variants, (Indices{3, 2}));
}

TEST(Trends, NameASeriesByAxisAndNumber) {
  const ResultTable results{{"a", "b"}, {{1.0, 1.0}, {2.0, 1.0}, {1.0, 2.0}, {2.0, 2.0}, {3.0, 2.0}}};
  const std::vector<Trend> found = trends({"", "", "", "", ""}, results, 2, {});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].key, "a") << "it has the most values";
  EXPECT_EQ(found[0].series[1].names, Strings{"b 2"});
}

TEST(Trends, JoinNamedVariantsThatDifferOnlyInOneNumber) {
  const ResultTable results{{"variant"}, {{"base"}, {"wide"}, {"slow"}, {"not started"}}};
  const std::vector<OptionDifference> options = {{"model.latent_dim", {"4", "8", "4", ""}},
                                                 {"train.optimizer", {"\"adam\"", "\"adam\"", "\"sgd\"", ""}}};
  const std::vector<Trend> found = trends({"base", "wide", "slow", "not started"}, results, 1, options);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, "model.latent_dim");
  ASSERT_EQ(found[0].series.size(), 1u);
  EXPECT_EQ(found[0].series[0].names, (Strings{"base", "wide"}));
  EXPECT_EQ(found[0].series[0].variants, (Indices{0, 1}));
}

TEST(Trends, AreEmptyIfNoNumberVaries) {
  const ResultTable results{{"variant"}, {{"a"}, {"b"}}};
  EXPECT_THAT(trends({"a", "b"}, results, 1, {{"train.optimizer", {"\"adam\"", "\"sgd\""}}}), IsEmpty());
  EXPECT_THAT(trends({}, {}, 0, {}), IsEmpty());
}

}  // namespace
}  // namespace hourglass
