#include "hourglass/autoencoder.h"

#include <algorithm>

#include "kernels/gather.h"
#include "support/expect_error.h"
#include "support/guarded_floats.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

Tensor random_samples(Shape shape) {
  Tensor samples(std::move(shape));
  std::ranges::copy(random_floats(samples.size(), 1, 0, 1), samples.data());
  return samples;
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values());
}

TEST(Autoencoder, ReconstructionIsDecodedEncoding) {
  const Autoencoder model(tiny_config(), {4, 2, 1});
  const Tensor samples = random_samples({300, 4, 2, 1});
  const Tensor latents = model.encode(samples);
  EXPECT_EQ(latents.shape(), (Shape{300, 3}));
  const Tensor reconstruction = model.reconstruct(samples);
  EXPECT_EQ(reconstruction.shape(), (Shape{300, 4, 2, 1}));
  EXPECT_TRUE(equal(model.decode(latents), reconstruction));
  EXPECT_TRUE(std::ranges::all_of(reconstruction.values(), [](float v) { return v > 0 && v < 1; }));
}

TEST(Autoencoder, AnyNumberOfThreadsGivesTheSameBits) {
  const Autoencoder model(tiny_config(), {8});
  const Tensor samples = random_samples({515, 8});
  EXPECT_TRUE(equal(model.reconstruct(samples, {1, {}}), model.reconstruct(samples, {3, {}})));
  EXPECT_TRUE(equal(model.encode(samples, {1, {}}), model.encode(samples, {2, {}})));
}

TEST(Autoencoder, DatasetsAreScaledAndBinarizedAsConfigured) {
  const Dataset data = tiny_dataset(11);
  for (const bool binarize : {false, true}) {
    Config config = tiny_config();
    if (binarize) config.data.preprocess = {"binarize 0.5"};
    const Autoencoder model(config, data);
    Tensor samples({11, 8});
    for (int64_t i = 0; i < samples.size(); ++i) {
      const float value = static_cast<float>(data.sample(i / 8)[static_cast<size_t>(i % 8)]) * (1.0f / 255);
      samples.data()[i] = !binarize ? value : value > 0.5f ? 1 : 0;
    }
    EXPECT_TRUE(equal(model.preprocess(data).read(), samples));
    EXPECT_TRUE(equal(model.encode(data), model.encode_preprocessed(samples)));
    EXPECT_TRUE(equal(model.reconstruct(data), model.reconstruct_preprocessed(samples)));
  }
}

TEST(Autoencoder, InputsAndOutputsAreRawValues) {
  std::vector<float> values;
  for (int i = 0; i < 60; ++i) values.push_back(100 + static_cast<float>(i % 7) * static_cast<float>(1 + i % 3));
  const Dataset table = Dataset::from(values, {20, 3});
  Config config = tiny_config();
  config.model.decoder.pop_back();
  config.data.preprocess = {"standardize"};
  const Autoencoder model(config, table);
  const Tensor raw = Tensor({20, 3}, values), preprocessed = model.preprocess(table).read();
  EXPECT_TRUE(equal(model.encode(raw), model.encode(table)));
  EXPECT_TRUE(equal(model.encode(raw), model.encode_preprocessed(preprocessed)));
  EXPECT_TRUE(equal(model.reconstruct(raw), model.reconstruct(table)));
  const Tensor expected = model.preprocessing().invert(model.reconstruct_preprocessed(preprocessed));
  EXPECT_TRUE(equal(model.reconstruct(raw), expected));
  EXPECT_TRUE(equal(model.decode(model.encode(raw)), expected));
  EXPECT_GT(std::ranges::min(expected.values()), 90) << "in the units of the data";
}

TEST(Autoencoder, SamplesPreprocessedByAnotherModelAreRejected) {
  Config config = tiny_config();
  config.data.preprocess = {"standardize", "scale 0 1"};
  const Dataset data = tiny_dataset(20), other_data = tiny_dataset(20, 8, 2);
  const Autoencoder model(config, data), same(config, data), other(config, other_data);
  const Dataset preprocessed = model.preprocess(data);
  EXPECT_TRUE(equal(same.encode(preprocessed), model.encode(data)));
  expect_error(ErrorKind::kUsage, {"preprocessed by another model"}, [&] { other.encode(preprocessed); });
}

TEST(Autoencoder, UsesTheShapeAfterPreprocessing) {
  const Dataset images("images", {4, 4, 3}, std::vector<uint8_t>(5 * 48, 9));
  Config config = tiny_config();
  config.data.preprocess = {"gray", "resize 2 2 area"};
  const Autoencoder model(config, images);
  EXPECT_EQ(model.sample_shape(), (Shape{2, 2, 1}));
  EXPECT_EQ(model.encode(images).shape(), (Shape{5, 3}));
  EXPECT_EQ(model.preprocess(images).sample_shape(), (Shape{2, 2, 1}));
}

TEST(Autoencoder, OutputRangeThatDoesNotCoverTheDataIsRejected) {
  Config config = tiny_config();
  config.data.preprocess = {"standardize"};
  expect_error(ErrorKind::kUsage, {"ends in 'sigmoid'", "from -", "linear output"},
               [&] { Autoencoder(config, tiny_dataset(20)); });
  config.model.decoder.pop_back();
  EXPECT_NO_THROW(Autoencoder(config, tiny_dataset(20)));
  config.model.decoder.emplace_back("sigmoid");
  config.data.preprocess = {"standardize", "scale 0 1"};
  EXPECT_NO_THROW(Autoencoder(config, tiny_dataset(20)));
  config.data.preprocess = {"scale 0 2"};
  config.objective.reconstruction = "bce";
  expect_error(ErrorKind::kUsage, {"bce", "from 0 to 2"}, [&] { Autoencoder(config, tiny_dataset(20)); });
}

TEST(Autoencoder, UnfittedPreprocessingIsRejected) {
  Config config = tiny_config();
  config.data.preprocess = {"scale 0 1"};
  const Autoencoder model(config, {8});
  expect_error(ErrorKind::kUsage, {"data.preprocess", "not fitted"}, [&] { model.encode(tiny_dataset(3)); });
}

TEST(Autoencoder, IdentityLayersPassSamplesThrough) {
  const Autoencoder model(tiny_config({"identity"}, {"identity"}), {8});
  const Tensor samples = random_samples({3, 8});
  EXPECT_EQ(model.num_parameters(), 0);
  EXPECT_TRUE(equal(model.encode(samples), samples));
  EXPECT_TRUE(equal(model.reconstruct(samples), samples));
}

TEST(Autoencoder, SamplesAndLatentsOfTheWrongSizeAreRejected) {
  const Autoencoder model(tiny_config(), {8});
  expect_error(ErrorKind::kUsage, {"samples of 8", "have 9"}, [&] { model.encode(Tensor({2, 9})); });
  expect_error(ErrorKind::kUsage, {"samples of 8", "have 7"}, [&] { model.reconstruct(Tensor({2, 7})); });
  expect_error(ErrorKind::kUsage, {"samples of 8", "have 5"}, [&] { model.encode(tiny_dataset(2, 5)); });
  expect_error(ErrorKind::kUsage, {"latents of 3", "have 4"}, [&] { model.decode(Tensor({2, 4})); });
}

TEST(Autoencoder, SeedDecidesTheWeights) {
  const auto weights = [](int64_t seed) {
    Config config = tiny_config();
    config.train.seed = seed;
    Autoencoder model(config, {8});
    std::vector<float> values;
    for (const ParameterView& view : model.parameters())
      values.insert(values.end(), view.values.begin(), view.values.end());
    return values;
  };
  EXPECT_EQ(weights(1), weights(1));
  EXPECT_NE(weights(1), weights(2));
}

TEST(Autoencoder, NamesAndCountsItsParameters) {
  Autoencoder model(tiny_config(), {8});
  const auto views = model.parameters();
  ASSERT_EQ(views.size(), 8u);
  EXPECT_EQ(views[0].name, "encoder.0.weight");
  EXPECT_EQ(views[0].shape, (Shape{8, 6}));
  EXPECT_EQ(views[7].name, "decoder.2.bias");
  EXPECT_EQ(views[7].shape, Shape{8});
  EXPECT_EQ(model.num_parameters(), 8 * 6 + 6 + 6 * 3 + 3 + 3 * 6 + 6 + 6 * 8 + 8);
  EXPECT_EQ(model.latent_dim(), 3);
  const auto rows = model.summary();
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[2].part, "encoder");
  EXPECT_EQ(rows[6].layer, "sigmoid");
  EXPECT_EQ(rows[5].layer, "linear output");
  EXPECT_EQ(rows[5].num_parameters, 6 * 8 + 8);
}

TEST(Autoencoder, InvalidConfigsAreRejected) {
  const auto reject = [](const std::vector<std::string>& parts, const std::function<void(Config&)>& change) {
    Config config = tiny_config();
    change(config);
    expect_error(ErrorKind::kUsage, parts, [&] { Autoencoder(config, {4, 2}); });
  };
  reject({"decoder outputs 7 values", "has 8 (4x2)", "'linear output'"}, [](Config& config) {
    config.model.decoder = {"linear 7", "sigmoid"};
  });
  reject({"encoder layer 2", "'than'", "'tanh'"}, [](Config& config) { config.model.encoder[1] = "than"; });
  reject({"decoder layer 1", "'0'"}, [](Config& config) { config.model.decoder[0] = "linear 0"; });
  reject({"glorot"}, [](Config& config) { config.model.initializer = "glorot"; });
  reject({"train.batch_size"}, [](Config& config) { config.train.batch_size = -1; });
}

TEST(Autoencoder, CrossEntropyWithoutSigmoidIsRejected) {
  for (const std::string last : {"tanh", "relu", "identity"}) {
    Config config = tiny_config();
    config.objective.reconstruction = "bce";
    config.model.decoder.back() = last;
    expect_error(ErrorKind::kUsage, {"bce", "'sigmoid'", last == "identity" ? "without activation" : "'" + last + "'"},
                 [&] { Autoencoder(config, {8}); });
  }
}

}  // namespace
}  // namespace hourglass
