// Loads folders of images, from the path to the split.
#include "data/image_folder_dataset.h"

#include <algorithm>

#include "data/own_data.h"
#include "hourglass/preprocessing.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using FolderOfImages = OwnData;

TEST_F(FolderOfImages, FolderHasOneClassPerSubfolder) {
  write_image("cat/1.png", 3, 2, 1, 10);
  write_image("dog/1.png", 3, 2, 3, 255);
  const Dataset data = load_all(folder_.path().string());
  EXPECT_EQ(data.sample_shape(), (Shape{2, 3, 3}));
  EXPECT_EQ(data.class_names(), (Names{"cat", "dog"}));
  EXPECT_EQ(labels(data), (Labels{0, 1}));
  EXPECT_FLOAT_EQ(values(data)[17], 10.0f / 255);
  EXPECT_FLOAT_EQ(values(data)[18], 1);
}

TEST_F(FolderOfImages, ReadingAFolderReportsProgress) {
  for (int i = 0; i < 4; ++i) write_image(fmt::format("{}.png", i), 2, 2, 1, 51);
  config_.name = folder_.path().string();
  std::vector<double> fractions;
  load_dataset(config_, {.threads = 1, .on_progress = [&](const Stage& stage) {
                           if (stage.what == "reading images") fractions.push_back(stage.part);
                         }});
  EXPECT_EQ(fractions, (std::vector<double>{0, 0.25, 0.5, 0.75}));
}

TEST_F(FolderOfImages, FolderOfGrayImagesWithAlphaHasOneChannel) {
  write_image("1.png", 2, 2, 2, 51);
  write_image("2.png", 2, 2, 1, 51);
  const Dataset data = load_all(folder_.path().string());
  EXPECT_EQ(data.sample_shape(), (Shape{2, 2, 1}));
  EXPECT_FALSE(data.has_labels());
  for (const float value : values(data)) EXPECT_FLOAT_EQ(value, 0.2f);
}

TEST_F(FolderOfImages, FolderCanHaveTrainAndTestSubfolders) {
  for (const char* name : {"train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"})
    write_image(name, 2, 2, 1, 5);
  const DataSplit data = load(folder_.path().string());
  EXPECT_EQ(data.train.size(), 2);
  EXPECT_EQ(data.test.size(), 2);
}

// The usual layout for defects, and a test set that lacks a class.
TEST_F(FolderOfImages, TestSetCanHaveOtherClasses) {
  for (const char* name : {"train/good/1.png", "train/good/2.png", "test/crack/1.png", "test/good/1.png"})
    write_image(name, 2, 2, 1, 5);
  const DataSplit data = load(folder_.path().string());
  EXPECT_EQ(data.train.class_names(), (Names{"good", "crack"}));
  EXPECT_EQ(data.test.class_names(), data.train.class_names());
  EXPECT_EQ(labels(data.train), (Labels{0, 0}));
  EXPECT_EQ(labels(data.test), (Labels{1, 0}));
  EXPECT_NE(log_.find("The training set has no samples of: crack."), std::string::npos) << log_;
}

TEST_F(FolderOfImages, FolderSaysWhatItConvertsAndLeavesOut) {
  write_image("a/1.png", 2, 2, 1, 5);
  write_image("a/b/2.png", 2, 2, 4, 5);
  write("a/notes.txt", "x");
  const Dataset data = load_all(folder_.path().string());
  EXPECT_EQ(data.sample_shape(), (Shape{2, 2, 3}));
  EXPECT_EQ(data.sample_name(1), "a/b/2.png") << "images below a class folder belong to the class";
  for (const char* text : {"1 files are not images and are left out: notes.txt.",
                           "1 of 2 images are gray and are read as "
                           "color",
                           "1 images have transparency, which is dropped: 2.png."})
    EXPECT_NE(log_.find(text), std::string::npos) << log_;
  config_.labels = "none";
  EXPECT_FALSE(load_all(folder_.path().string()).has_labels());
}

TEST_F(FolderOfImages, TestImagesAreReadLikeTheTrainingImages) {
  for (const char* name : {"train/a/1.png", "train/a/2.png"}) write_image(name, 2, 2, 1, 51);
  write_image("test/a/1.png", 2, 2, 3, 102);
  const DataSplit data = load(folder_.path().string());
  EXPECT_EQ(data.test.sample_shape(), (Shape{2, 2, 1}));
  EXPECT_FLOAT_EQ(values(data.test)[0], 0.4f);
  EXPECT_NE(log_.find("1 of 1 images have color and are read as gray, like the training set: 1.png."),
            std::string::npos)
      << log_;
}

TEST_F(FolderOfImages, TiffPagesAreSamplesOfSixteenBits) {
  const auto copy = [&](const char* name) { write(name, test_bytes(std::string("image/") + name)); };
  copy("stack.tif");
  const Dataset data = load_all(folder_.path().string());
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.sample_shape(), (Shape{2, 3, 1}));
  EXPECT_EQ(data.sample_name(2), "stack.tif:3");
  EXPECT_FLOAT_EQ(values(data)[6], 1000.0f / 65535) << "page p, pixel i: 1000 p + i";
  EXPECT_FLOAT_EQ(values(data)[17], 2005.0f / 65535);
  EXPECT_NE(log_.find("3 of 3 images have 16 bits: values are v / 65535."), std::string::npos) << log_;
}

TEST_F(FolderOfImages, FolderWithTwoSizesIsRejected) {
  write_image("a/1.png", 3, 2, 1, 1);
  write_image("a/2.png", 4, 2, 1, 1);
  const std::vector<std::string> message = {"1.png' is 2x3", "2.png' is 2x4", "data.preprocess", "resize 32 32 area"};
  expect_rejected(ErrorKind::kData, message, folder_.path().string());
  for (const char* other : {"gray", "crop 2 2", "resize 2", "resize 2 2 cubic", "resize 0 2 area",
                            "resize 2 99999 area", "resize 2 2 area 2"}) {
    config_.preprocess = {other};
    std::vector<std::string> with_step = message;
    if (std::string_view(other).starts_with("resize"))
      with_step.push_back("The step '" + std::string(other) + "' does not resize them.");
    expect_rejected(ErrorKind::kData, with_step, folder_.path().string());
  }
}

TEST_F(FolderOfImages, FolderWithTwoSizesIsResizedByTheFirstStep) {
  write_image("a/1.png", 3, 2, 1, 51);
  write_image("a/2.png", 4, 8, 3, 102);
  for (const std::vector<std::string>& steps :
       std::vector<std::vector<std::string>>{{"resize 5 4 area"}, {"gray", "resize 5 4 bilinear", "scale -1 1"}}) {
    config_.preprocess = steps;
    const Dataset data = load_all(folder_.path().string());
    EXPECT_EQ(data.sample_shape(), (Shape{5, 4, 3}));
    EXPECT_NE(log_.find("2 images, resized, of 5x4x3"), std::string::npos) << log_;
    for (const float value : values(data.slice(0, 1))) EXPECT_FLOAT_EQ(value, 0.2f);
    for (const float value : values(data.slice(1, 2))) EXPECT_FLOAT_EQ(value, 0.4f);
  }
}

TEST_F(FolderOfImages, FolderIsResizedLikeTheStep) {
  std::vector<uint8_t> bytes(6 * 9 * 3);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * i * 31 % 251);
  std::filesystem::create_directories(folder_ / "a");
  write_png(folder_ / "a/1.png", 9, 6, 3, bytes);
  const Dataset stored = load_all(folder_.path().string());
  for (const char* step : {"resize 4 4 area", "resize 7 11 bilinear"}) {
    config_.preprocess = {step};
    const Dataset resized = load_all(folder_.path().string());
    const auto expected = values(Preprocessing::fit({step}, stored).apply(stored));
    const auto found = values(Preprocessing::fit({step}, resized).apply(resized));
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 0.501 / 255) << step;
  }
}

TEST_F(FolderOfImages, UndecodableImageIsNamedAndCanBeSkipped) {
  write_image("a/1.png", 3, 2, 1, 1);
  const std::string bad = write("a/2.png", "no image");
  expect_rejected(ErrorKind::kData, {bad, "data.skip_undecodable=true"}, folder_.path().string());
  config_.skip_undecodable = true;
  EXPECT_EQ(load_all(folder_.path().string()).size(), 1);
  EXPECT_NE(log_.find("skipped 1 that cannot be decoded"), std::string::npos) << log_;
  write("a/1.png", "none either");
  expect_rejected(ErrorKind::kData, {"None of the 2 images"}, folder_.path().string());
}

}  // namespace
}  // namespace hourglass
