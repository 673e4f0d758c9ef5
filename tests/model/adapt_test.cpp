#include "hourglass/adapt.h"

#include <algorithm>

#include "hourglass/autoencoder.h"
#include "support/expect_error.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

Dataset table(float low, float high) {
  std::vector<float> values;
  for (int i = 0; i < 40; ++i) values.push_back(low + (high - low) * static_cast<float>(i * 7 % 40) / 39);
  return Dataset::from(values, {10, 4}, {}, "sensors");
}

Config small_batches(const std::string& preset) {
  Config config = preset_config(preset);
  config.train.batch_size = 2;
  return config;
}

TEST(Adapt, DefaultBatchIsAtMostTheTrainingSet) {
  EXPECT_EQ(adapt_config(preset_config("fc"), table(0, 1)).config.train.batch_size, 10);
  Config config = preset_config("fc");
  config.train.batch_size = 11;
  EXPECT_EQ(adapt_config(config, table(0, 1)).config.train.batch_size, 11) << "training rejects it";
}

TEST(Adapt, PresetsAcceptATableWithAnyRange) {
  for (const char* preset : {"fc", "rae", "deep3", "vae", "sparse", "denoising"}) {
    const AdaptedConfig adapted = adapt_config(preset_config(preset), table(96, 104));
    EXPECT_EQ(adapted.config.data.preprocess, std::vector<std::string>{"standardize"}) << preset;
    EXPECT_EQ(adapted.config.model.decoder.back(), "linear output") << preset;
    EXPECT_EQ(adapted.config.objective.reconstruction, "mse") << preset;
    EXPECT_FALSE(adapted.changes.empty());
    EXPECT_NO_THROW(Autoencoder(preset_config(preset), table(96, 104))) << preset;
  }
}

TEST(Adapt, ValuesFrom0To1AreUnchanged) {
  Config config = small_batches("fc");
  config.model.encoder = {"linear 3"};
  const AdaptedConfig adapted = adapt_config(config, table(0, 1));
  EXPECT_EQ(to_toml(adapted.config), to_toml(config));
  EXPECT_TRUE(adapted.changes.empty());
}

TEST(Adapt, FcHasSizesAndTrainingForATable) {
  const Dataset rows = Dataset::from(Tensor({1000, 30}));
  const AdaptedConfig adapted = adapt_config(preset_config("fc"), rows);
  EXPECT_EQ(adapted.config.model.encoder, (std::vector<std::string>{"linear 128", "relu", "linear 8"}));
  EXPECT_EQ(adapted.config.model.decoder, (std::vector<std::string>{"linear 128", "relu", "linear output"}));
  EXPECT_EQ(adapted.config.model.initializer, "pca");
  EXPECT_EQ(adapted.config.train.batch_size, 256);
  EXPECT_EQ(adapted.config.train.epochs, 1000) << "4,000 steps of 256 of 900 samples";
  EXPECT_EQ(adapted.config.train.schedule, "cosine");
  EXPECT_EQ(adapted.config.train.patience, 40);
  EXPECT_EQ(adapted.config.data.validation, 0.1);

  for (const int64_t count : {50, 61, 100, 250}) {
    const Dataset few = Dataset::from(Tensor({count, 30}));
    const Config config = adapt_config(preset_config("fc"), few).config;
    EXPECT_LE(config.train.batch_size, with_validation({few, {}, {}}, config.data).train.size()) << count;
  }
  for (const char* option : {"train.epochs=50", "train.patience=0", "train.schedule=constant", "data.validation=0"}) {
    Config same = preset_config("fc");
    set_option(same, option);
    EXPECT_EQ(adapt_config(same, rows).config.train.patience, 0) << option << " is the default, and was chosen";
  }
  Config by_chance = preset_config("fc");
  set_option(by_chance, "model.initializer=auto");
  EXPECT_EQ(adapt_config(by_chance, rows).config.model.initializer, "auto");

  Config own = preset_config("fc");
  own.train.epochs = 3;
  const AdaptedConfig chosen = adapt_config(own, rows);
  EXPECT_EQ(chosen.config.train.schedule, "constant") << "who chooses epochs chooses how to train";
  EXPECT_EQ(chosen.config.data.validation, 0);
  own.model.latent_dim = 100;
  EXPECT_EQ(adapt_config(own, rows).config.model.encoder[0], "linear 200") << "to pass 100 components";
  own.objective.reconstruction = "bce";
  const AdaptedConfig bce = adapt_config(own, rows);
  EXPECT_EQ(bce.config.model.decoder.back(), "sigmoid");
  EXPECT_EQ(bce.config.model.initializer, "auto");
  const Dataset images("images", {28, 28, 1}, std::vector<uint8_t>(784 * 100));
  EXPECT_TRUE(adapt_config(preset_config("fc"), images).changes.empty()) << "the published model";
}

TEST(Adapt, LatentOfATableHasNoReluOfAPresetForImages) {
  Config config = small_batches("rae");
  const AdaptedConfig adapted = adapt_config(config, table(0, 1));
  EXPECT_EQ(adapted.config.model.encoder,
            (std::vector<std::string>{"linear 256", "relu", "linear 128", "relu", "linear 20"}));
  config.model.encoder = {"linear 3", "relu"};
  EXPECT_EQ(adapt_config(config, table(0, 1)).config.model.encoder, config.model.encoder) << "the caller's own";
  const Config sparse = small_batches("sparse");
  EXPECT_EQ(adapt_config(sparse, table(0, 1)).config.model.encoder, sparse.model.encoder);
}

TEST(Adapt, MissingValuesAloneDoNotTurnStandardizationOff) {
  Config config = small_batches("fc");
  config.data.preprocess = {"impute median"};
  EXPECT_EQ(adapt_config(config, table(96, 104)).config.data.preprocess,
            (std::vector<std::string>{"impute median", "standardize"}));
}

TEST(Adapt, PreprocessNoneKeepsTheValues) {
  Config config = preset_config("fc");
  config.data.preprocess = {"none"};
  const AdaptedConfig adapted = adapt_config(config, table(96, 104));
  EXPECT_EQ(adapted.config.data.preprocess, std::vector<std::string>{"none"});
  EXPECT_EQ(adapted.preprocessing.range().high, 104);
}

TEST(Adapt, CustomDecoderIsRejectedWithASuggestion) {
  Config config = tiny_config();
  expect_error(ErrorKind::kUsage, {"ends in 'sigmoid'", "'sensors'", "--decoder", "data.preprocess=minmax"},
               [&] { adapt_config(config, table(96, 104)); });
}

TEST(Adapt, DefaultConfigWorksForATable) {
  const AdaptedConfig adapted = adapt_config({}, table(96, 104));
  EXPECT_EQ(adapted.config.model.decoder.back(), "linear output");
}

TEST(Adapt, ConvolutionalPresetsTakeSizesFromTheData) {
  for (const char* preset : {"conv", "conv-dense", "conv-vae"})
    for (const Shape& shape : {Shape{28, 28, 1}, Shape{20, 12, 3}}) {
      const Autoencoder model(preset_config(preset), tiny_samples(4, shape));
      EXPECT_EQ(model.summary().back().output_shape, shape) << preset;
    }
  expect_error(ErrorKind::kUsage, {"'conv'", "resize 44 68 area"}, [] {
    adapt_config(preset_config("conv"), tiny_samples(4, {45, 69, 1}));
  });
  expect_error(ErrorKind::kUsage, {"'conv'", "images", "30"},
               [] { adapt_config(preset_config("conv"), tiny_samples(4, {30})); });
}

TEST(Adapt, RecurrentPresetsTakeStepsAndFeaturesFromTheData) {
  for (const char* preset : {"lstm", "lstm-bottleneck"})
    for (const Shape& shape : {Shape{15, 3}, Shape{17, 13, 3}})
      for (const char* latent : {"plain", "gaussian 4"}) {
        Config config = preset_config(preset);
        config.model.latent = latent;
        EXPECT_NO_THROW(Autoencoder(config, tiny_samples(4, shape))) << preset << " " << latent;
      }
  expect_error(ErrorKind::kUsage, {"'lstm'", "data.shape=1500x1"},
               [] { adapt_config(preset_config("lstm"), tiny_samples(4, {1500})); });
}

TEST(Adapt, GaussianLatentUsesTheSumReduction) {
  Config config = small_batches("conv");
  config.model.latent = "gaussian 4";
  const AdaptedConfig adapted = adapt_config(config, tiny_samples(4, {28, 28, 1}));
  EXPECT_EQ(adapted.config.objective.reduction, "sum");
  EXPECT_EQ(adapted.changes.size(), 2u) << "layers and loss";
  EXPECT_NO_THROW(Autoencoder(config, tiny_samples(4, {28, 28, 1})));
  EXPECT_EQ(adapt_config(preset_config("vae-published"), tiny_samples(4, {28, 28, 1})).config.objective.reduction,
            "mean")
      << "a preset with a chosen weight keeps its reduction";
}

TEST(Adapt, DetectorTrainsForAboutAsManyStepsOnAnyNumberOfRows) {
  for (const auto& [rows, epochs] : {std::pair<int64_t, int64_t>{90, 400}, {1280, 40}, {10'000, 5}, {200'000, 1}}) {
    const AdaptedConfig adapted = adapt_config(preset_config("detector"), tiny_samples(rows, {3}));
    EXPECT_EQ(adapted.config.train.epochs, epochs) << rows;
    EXPECT_EQ(adapted.config.data.preprocess, preset_config("detector").data.preprocess);
  }
  Config config = preset_config("detector");
  config.train.epochs = 7;
  EXPECT_EQ(adapt_config(config, tiny_samples(90, {3})).config.train.epochs, 7);
}

TEST(Adapt, PresetsAreUnchangedForTheDataOfTheirStudy) {
  for (const Preset& preset : presets()) {
    if (preset.config.data.name == "natural-patches") continue;  // its preprocessing expects color images
    if (preset.name == "detector") continue;                     // its epochs depend on the number of samples
    Config config = small_batches(preset.name);
    EXPECT_EQ(to_toml(adapt_config(config, tiny_samples(4, preset.sample_shape)).config), to_toml(config))
        << preset.name;
  }
}

}  // namespace
}  // namespace hourglass
