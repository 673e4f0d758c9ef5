#include "collect/stored_images.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/tiny.h"

namespace hourglass {
namespace {

std::optional<Tensor> stored(const std::vector<std::string>& steps, const Dataset& data,
                             std::vector<int64_t> indices = {2, 0}) {
  Config config = tiny_config();
  config.model.decoder = {"linear 6", "tanh", "linear output"};
  config.data.preprocess = steps;
  return stored_images(Autoencoder(config, data), data, indices);
}

TEST(StoredImages, AreTheImagesBeforePreprocessing) {
  const Dataset data = tiny_samples(4, {4, 4, 3});
  const std::optional<Tensor> images = stored({"gray", "resize 2 2 area", "binarize 0.5"}, data);
  ASSERT_TRUE(images);
  EXPECT_EQ(images->shape(), (Shape{2, 4, 4, 3}));
  EXPECT_TRUE(std::ranges::equal(images->row(0), data.read(2, 3).values()));
  EXPECT_TRUE(std::ranges::equal(images->row(1), data.read(0, 1).values()));
}

TEST(StoredImages, AreScaledTogetherIfValuesExceedTheUnitRange) {
  std::vector<float> values(12, 10);
  values[1] = -30;
  values[6] = 50;
  const Dataset data("numbers", {2, 2, 1}, SampleStorage::of_floats(values));
  const std::optional<Tensor> images = stored({"standardize"}, data, {0, 1, 2});
  ASSERT_TRUE(images);
  EXPECT_FLOAT_EQ(images->row(0)[0], 0.5f);
  EXPECT_FLOAT_EQ(images->row(0)[1], 0);
  EXPECT_FLOAT_EQ(images->row(1)[2], 1);
  EXPECT_FLOAT_EQ(images->row(2)[3], 0.5f);
}

TEST(StoredImages, AreEmptyIfThereIsNothingToCompare) {
  const Dataset pictures = tiny_samples(4, {4, 4, 1});
  EXPECT_FALSE(stored({}, pictures)) << "no steps";
  EXPECT_FALSE(stored({"standardize"}, tiny_dataset(4))) << "rows of a table";
  EXPECT_FALSE(stored({"pad 1"}, tiny_samples(4, {4, 4, 2}))) << "two channels";

  Config config = tiny_config();
  config.data.preprocess = {"binarize 0.5"};
  const Autoencoder model(config, pictures);
  EXPECT_FALSE(stored_images(model, model.preprocess(pictures), std::vector<int64_t>{0})) << "already preprocessed";
}

}  // namespace
}  // namespace hourglass
