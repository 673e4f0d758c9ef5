#include "study/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/autoencoder.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

using testing::ElementsAre;

class ReconstructionRows : public testing::Test {
 protected:
  /// Saves an untrained model of the built-in digits with these preprocessing steps.
  DrawnModel model(const std::string& label, const std::vector<std::string>& steps) {
    Config config = tiny_config();
    config.model.decoder = {"linear output"};
    config.data.synthetic_train = 30;
    config.data.synthetic_test = 10;
    config.data.preprocess = steps;
    const DataSplit data = load_dataset(config.data);
    const std::filesystem::path path = folder_ / (label + ".safetensors");
    Autoencoder(config, data.train).save(path);
    return {label, path};
  }

  std::vector<ImageRow> draw(const std::vector<DrawnModel>& models, int64_t count = 4) {
    return reconstruction_rows(models, count, "",
                               {.threads = 1, .log = [&](const std::string& line) { log_.push_back(line); }});
  }

  static std::vector<std::string> labels(const std::vector<ImageRow>& rows) {
    std::vector<std::string> labels;
    for (const ImageRow& row : rows) labels.push_back(row.label);
    return labels;
  }

  TemporaryFolder folder_;
  std::vector<std::string> log_;
};

TEST_F(ReconstructionRows, ShareOriginalsBetweenModelsWithTheSamePreprocessing) {
  EXPECT_THAT(labels(draw({model("a", {}), model("b", {})})), ElementsAre("original, synthetic-digits", "a", "b"));
}

TEST_F(ReconstructionRows, ShowStoredAndPreprocessedImages) {
  const std::vector<ImageRow> rows =
      draw({model("plain", {}), model("binary", {"pad 2", "crop 28 28", "binarize 0.5"})});
  EXPECT_THAT(labels(rows), ElementsAre("original, synthetic-digits", "plain", "original, synthetic-digits",
                                        "preprocessed: pad 2, crop 28 28, binarize 0.5", "binary"));
  EXPECT_TRUE(std::ranges::equal(rows[0].images.values(), rows[2].images.values()));
  for (size_t i = 0; i < rows[3].images.values().size(); ++i)
    ASSERT_EQ(rows[3].images.values()[i], rows[2].images.values()[i] > 0.5f ? 1 : 0) << i;
}

TEST_F(ReconstructionRows, KeepTheShapeOfStoredImages) {
  const std::vector<ImageRow> rows = draw({model("small", {"resize 14 14 area"})}, 3);
  EXPECT_EQ(rows[0].images.shape(), (Shape{3, 28, 28, 1}));
  EXPECT_EQ(rows[1].images.shape(), (Shape{3, 14, 14, 1}));
}

TEST_F(ReconstructionRows, ScaleValuesOutsideZeroToOneToBrightness) {
  const std::vector<ImageRow> rows = draw({model("standard", {"scale -3 5"})}, 10);
  const auto [low, high] = std::ranges::minmax(rows[1].images.values());
  EXPECT_GE(low, -1e-6);
  EXPECT_LE(high, 1 + 1e-6);
  for (size_t i = 0; i < rows[1].images.values().size(); ++i)
    ASSERT_NEAR(rows[1].images.values()[i], rows[0].images.values()[i], 1e-6) << i;
}

TEST_F(ReconstructionRows, LeaveOutModelsThatCannotBeDrawnAndLogTheReason) {
  const std::vector<ImageRow> rows =
      draw({model("first", {}), model("small", {"resize 14 14 area"}), {"lost", folder_ / "lost.safetensors"}});
  EXPECT_THAT(labels(rows), ElementsAre("original, synthetic-digits", "first"));
  ASSERT_EQ(log_.size(), 2u);
  EXPECT_THAT(log_[0], testing::HasSubstr("small is not in the picture: its images are 14x14x1"));
  EXPECT_THAT(log_[1], testing::HasSubstr("lost is not in the picture"));
}

}  // namespace
}  // namespace hourglass
