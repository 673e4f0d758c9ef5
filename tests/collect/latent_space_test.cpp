#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "collect/collect.h"
#include "model/network.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A model for rows of 8 values whose weights are all 0.
Autoencoder zero_model(const Dataset& train, const std::string& latent = "plain") {
  Config config = tiny_config({"linear 6", "tanh", "linear 3", "relu"});
  config.model.latent = latent;
  Autoencoder model(config, train);
  std::fill_n(model.network().flat(), model.network().flat_size(), 0.0f);
  return model;
}

TEST(CollectLatentSpace, ShowsAllTestSamplesUpToTheLimit) {
  for (const auto& [num_test, shown] : {std::pair<int64_t, int64_t>{4321, 4321}, {12000, 10000}}) {
    const DataSplit data{tiny_dataset(20), tiny_dataset(num_test)};
    const Autoencoder model(tiny_config(), data.train);
    const Context context;
    const Subject subject = make_subject(model, data, context);
    const LatentSpace space = collect_latent_space(subject);
    EXPECT_EQ(space.num_test, num_test);
    EXPECT_EQ(space.points.rows(), shown);
    const std::set<int64_t> distinct(space.indices.begin(), space.indices.end());
    EXPECT_EQ(std::ssize(distinct), shown);
    EXPECT_LT(*distinct.rbegin(), num_test);

    ASSERT_EQ(space.pictures.count, 2000);
    EXPECT_EQ(space.indices[0], 0);
    EXPECT_TRUE(std::is_sorted(space.indices.begin(), space.indices.begin() + 2000));
    EXPECT_NEAR(static_cast<double>(space.indices[1000]), static_cast<double>(num_test) / 2, 10)
        << "pictures are evenly spaced over the test set";
    const Tensor latents = model.encode(model_values(model, subject.data.test, space.indices));
    EXPECT_TRUE(std::ranges::equal(latents.row(0), space.latents.row(0)));
    EXPECT_TRUE(std::ranges::equal(latents.row(1999), space.latents.row(1999)));
  }
}

/// The latent space of a model whose latents are those of a random one, times `factor`, plus `offset`.
LatentSpace moved_space(float factor, float offset) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(300)};
  Autoencoder model(tiny_config({"linear 3"}), data.train);
  for (const ParameterView& parameter : model.parameters())
    if (parameter.name.starts_with("encoder"))
      for (float& value : parameter.values) value = value * factor + (parameter.shape.size() == 1 ? offset : 0);
  const Context context;
  return collect_latent_space(make_subject(model, data, context));
}

TEST(CollectLatentSpace, HasA16BitFormOnlyIfEveryLatentSurvives) {
  EXPECT_TRUE(moved_space(1, 0).half_latents);
  EXPECT_TRUE(moved_space(1000, 0).half_latents);
  EXPECT_FALSE(moved_space(1e6f, 0).half_latents) << "too large for 16 bits";
  EXPECT_FALSE(moved_space(1e-7f, 0).half_latents) << "too small for 16 bits";
  EXPECT_FALSE(moved_space(1, 1000).half_latents) << "their differences are lost in 16 bits";
}

TEST(CollectWarnings, CountsDeadLatents) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(10)};
  const Context context;
  const Autoencoder dead = zero_model(data.train), working(tiny_config(), data.train);
  EXPECT_THAT(collect_warnings(make_subject(dead, data, context)),
              ElementsAre(testing::StartsWith("3 of 3 latents are 0 for all 10 test rows (dead).")));
  EXPECT_THAT(collect_warnings(make_subject(working, data, context)), IsEmpty());
}

TEST(CollectWarnings, ReportsACollapsedPosterior) {
  const DataSplit data{tiny_dataset(20), tiny_dataset(10)};
  const Context context;
  const Autoencoder model = zero_model(data.train, "gaussian 4");
  EXPECT_THAT(collect_warnings(make_subject(model, data, context)),
              ElementsAre(HasSubstr("collapsed: only 0 of 4 latents are active")));
}

}  // namespace
}  // namespace hourglass
