#include "model/model_file.h"

#include <algorithm>
#include <limits>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/rewrite_safetensors.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

class ModelFile : public testing::Test {
 protected:
  ModelFile() { Autoencoder(tiny_config(), {4, 2, 1}).save(path_); }

  void rewrite(const std::function<void(SafetensorsFile&)>& change) { rewrite_safetensors(path_, change); }
  void expect_rejected(std::vector<std::string> parts) {
    parts.push_back(path_.filename().string());
    expect_error(ErrorKind::kData, parts, [this] { Autoencoder::load(path_); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_F(ModelFile, RestoresEveryBitAndTheConfig) {
  Config config = tiny_config();
  config.data.preprocess = {"standardize", "scale 0 1"};
  config.objective.latent_l1 = 1e-4;
  const Dataset bytes = tiny_dataset(20);
  Autoencoder model(config, bytes);
  model.save(path_);
  Autoencoder loaded = Autoencoder::load(path_);
  EXPECT_EQ(to_toml(loaded.config()), to_toml(config));
  EXPECT_EQ(loaded.sample_shape(), model.sample_shape());
  const auto before = model.parameters(), after = loaded.parameters();
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].name, after[i].name);
    EXPECT_TRUE(std::ranges::equal(before[i].values, after[i].values)) << before[i].name;
  }
}

TEST_F(ModelFile, LoadedModelPreprocessesAndEncodesEqually) {
  const Dataset bytes = tiny_dataset(20);
  for (const std::vector<std::string>& steps :
       {std::vector<std::string>{"standardize", "scale 0 1"}, {"clip 1 global", "scale 0 1"}, {"binarize 0.3"}}) {
    Config config = tiny_config();
    config.data.preprocess = steps;
    const Autoencoder model(config, bytes);
    model.save(path_);
    const Autoencoder loaded = Autoencoder::load(path_);
    EXPECT_TRUE(std::ranges::equal(loaded.encode(bytes).values(), model.encode(bytes).values())) << steps[0];
    EXPECT_EQ(loaded.preprocessing().input_shape(), (Shape{8}));
    EXPECT_NEAR(loaded.value_range().high, 1, 1e-6);
  }
}

TEST_F(ModelFile, KnowsTheFormOfTheTrainingSamples) {
  Dataset table = Dataset::from(std::vector<float>{0, 1, 1, 2, 3, 4}, {3, 2}, {0, 1, 0});
  table.set_feature_names({"time", "caf\xE9"});
  table.set_class_names({"ok",
                         "d\xE9"
                         "faut"});
  table.set_origin({1700000000, 0});
  Config config = tiny_config({"linear 2"}, {"linear output"});
  config.data.preprocess = {"standardize"};
  const Autoencoder model(config, table);
  model.save(path_);
  const StoredForm form = Autoencoder::load(path_).preprocessing().stored_form();
  EXPECT_EQ(form.element_type, ElementType::kFloat32);
  EXPECT_FALSE(form.is_unit);
  EXPECT_EQ(form.feature_names, (std::vector<std::string>{"time", "caf\xE9"}));
  EXPECT_EQ(form.class_names, (std::vector<std::string>{"ok",
                                                        "d\xE9"
                                                        "faut"}));
  EXPECT_EQ(form.origin, (std::vector<double>{1700000000, 0}));
  EXPECT_TRUE(std::ranges::equal(Autoencoder::load(path_).encode(table).values(), model.encode(table).values()));

  // A program that reads only version 1 would ignore the origin.
  rewrite([](SafetensorsFile& file) { EXPECT_EQ(file.metadata["format_version"], "2"); });
  rewrite([](SafetensorsFile& file) { file.metadata["origin"] = "[1]"; });
  expect_rejected({"origin is not a list of 2 numbers"});
  rewrite([](SafetensorsFile& file) {
    file.metadata.erase("origin");
    file.metadata["element_type"] = "int7";
  });
  expect_rejected({"element type 'int7'"});
}

TEST_F(ModelFile, DamagedPreprocessingIsRejected) {
  Config config = tiny_config();
  config.data.preprocess = {"standardize", "scale 0 1"};
  const Autoencoder model(config, tiny_dataset(20));
  const auto tensor = [](SafetensorsFile& file) {
    return std::ranges::find(file.tensors, "preprocessing.0.scale", &SafetensorsTensor::name);
  };
  model.save(path_);
  rewrite([&](auto& file) { file.tensors.erase(tensor(file)); });
  expect_rejected({"'preprocessing.0.scale'", "missing"});
  model.save(path_);
  rewrite([&](auto& file) { tensor(file)->values[3] = std::numeric_limits<float>::infinity(); });
  expect_rejected({"'preprocessing.0.scale'", "not finite"});
  model.save(path_);
  rewrite([](auto& file) { file.metadata["stored_shape"] = "9"; });
  expect_rejected({"'preprocessing.0.shift'", "8", "9"});
}

TEST_F(ModelFile, MissingFileIsAnIoError) {
  expect_error(ErrorKind::kIo, {"none.safetensors"}, [this] { Autoencoder::load(folder_ / "none.safetensors"); });
}

TEST_F(ModelFile, TruncatedFileIsRejected) {
  const std::string whole = read_file(path_);
  for (const size_t kept : {size_t{0}, size_t{5}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    write_file_atomically(path_, whole.substr(0, kept));
    expect_rejected({});
  }
}

TEST_F(ModelFile, OtherVersionIsRejected) {
  rewrite([](auto& file) { file.metadata["format_version"] = "3"; });
  expect_rejected({"format version 3", "versions 1 and 2"});
}

TEST_F(ModelFile, OtherFileTypeIsRejected) {
  rewrite([](auto& file) { file.metadata["hourglass"] = "checkpoint"; });
  expect_rejected({"a checkpoint", "a model"});
}

TEST_F(ModelFile, FileOfAnotherProgramIsRejected) {
  rewrite([](auto& file) { file.metadata.clear(); });
  expect_rejected({"'hourglass'", "not written by hourglass"});
}

TEST_F(ModelFile, MissingTensorIsNamed) {
  rewrite([](auto& file) { file.tensors.erase(file.tensors.begin() + 2); });
  expect_rejected({"'encoder.2.weight'", "missing"});
}

TEST_F(ModelFile, TensorOfTheWrongShapeIsNamed) {
  rewrite([](auto& file) { std::swap(file.tensors[0].shape[0], file.tensors[0].shape[1]); });
  expect_rejected({"'encoder.0.weight'", "6x8", "8x6"});
}

TEST_F(ModelFile, InvalidConfigIsRejected) {
  rewrite([](auto& file) { file.metadata["config"] = "[model]\nencoder = 3\n"; });
  expect_rejected({"config", "encoder"});
  rewrite([](auto& file) { file.metadata["config"] = "[model]\nencoder = [\"liner 3\"]\n"; });
  expect_rejected({"config", "'liner'"});
  rewrite([](auto& file) { file.metadata.erase("config"); });
  expect_rejected({"'config'"});
}

TEST_F(ModelFile, MalformedSampleShapeIsRejected) {
  for (const char* shape : {"4x", "x", "4xx2", "0x8", "-8", "4y2", "99999999999999999999", "4x2x1x"}) {
    rewrite([&](auto& file) { file.metadata["sample_shape"] = shape; });
    expect_rejected({std::string("'") + shape + "'", "28x28x1"});
  }
}

// The tensors are checked against the config before memory is allocated.
TEST_F(ModelFile, ConfigLargerThanTheFileAllocatesNothing) {
  Config config = tiny_config();
  config.model.encoder[0] = "linear 1000000000";
  rewrite([&](auto& file) { file.metadata["config"] = to_toml(config); });
  expect_rejected({"'encoder.0.weight'", "8x6", "8x1000000000"});
  rewrite([](auto& file) { file.metadata["sample_shape"] = "1000000x1000000"; });
  expect_rejected({});
}

}  // namespace
}  // namespace hourglass
