#include "data/natural_patches.h"

#include <gtest/gtest.h>

#include <set>

#include "formats/png.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

constexpr int kWidth = 60, kHeight = 40;

/// Photographs whose pixels encode their position: red is x, green is y, blue is the number of the photograph.
class CutNaturalPatches : public testing::Test {
 protected:
  void write_photograph(int number, int width = kWidth, int height = kHeight, int channels = 3) {
    std::vector<uint8_t> bytes;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < channels; ++c) bytes.push_back(static_cast<uint8_t>(c == 0 ? x : c == 1 ? y : number));
    write_png(folder_ / ("photograph" + std::to_string(number) + ".png"), width, height, channels, bytes);
  }
  DataSplit cut() { return cut_natural_patches(folder_.path(), config_); }
  void expect_rejected(const std::vector<std::string>& fragments) {
    expect_error(ErrorKind::kData, fragments, [&] { cut(); });
  }

  TemporaryFolder folder_;
  DataConfig config_ = [] {
    DataConfig config;
    config.patches = 500;
    config.patch_size = 8;
    return config;
  }();
};

TEST_F(CutNaturalPatches, CutsSquaresFromAllPositions) {
  for (int i = 0; i < 5; ++i) write_photograph(i);
  const DataSplit data = cut();
  EXPECT_EQ(data.train.size(), 400);
  EXPECT_EQ(data.test.size(), 100);
  EXPECT_EQ(data.train.sample_shape(), (Shape{8, 8, 3}));
  int left = 255, right = 0, top = 255, bottom = 0;
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const auto patch = data.train.sample(i);
    for (size_t y = 0; y < 8; ++y)
      for (size_t x = 0; x < 8; ++x) {
        EXPECT_EQ(patch[(y * 8 + x) * 3], patch[0] + x);
        EXPECT_EQ(patch[(y * 8 + x) * 3 + 1], patch[1] + y);
        EXPECT_EQ(patch[(y * 8 + x) * 3 + 2], patch[2]);
      }
    left = std::min<int>(left, patch[0]);
    right = std::max<int>(right, patch[0]);
    top = std::min<int>(top, patch[1]);
    bottom = std::max<int>(bottom, patch[1]);
  }
  EXPECT_LT(left, 4);
  EXPECT_GT(right, kWidth - 8 - 4);
  EXPECT_EQ(top, 0);
  EXPECT_EQ(bottom, kHeight - 8);
}

TEST_F(CutNaturalPatches, UsesSeparatePhotographsForTheTestSet) {
  for (int i = 0; i < 10; ++i) write_photograph(i);
  const DataSplit data = cut();
  std::set<int> train, test;
  for (int64_t i = 0; i < data.train.size(); ++i) train.insert(data.train.sample(i)[2]);
  for (int64_t i = 0; i < data.test.size(); ++i) test.insert(data.test.sample(i)[2]);
  EXPECT_EQ(train.size(), 8u);
  EXPECT_EQ(test.size(), 2u);
  for (const int photograph : test) EXPECT_FALSE(train.contains(photograph));
}

TEST_F(CutNaturalPatches, DependsOnlyOnTheSeed) {
  for (int i = 0; i < 5; ++i) write_photograph(i);
  const auto first_patches = [&] {
    const auto bytes = cut().train.slice(0, 20).read();
    return std::vector<float>(bytes.values().begin(), bytes.values().end());
  };
  const auto patches = first_patches();
  config_.patches = 1000;
  EXPECT_EQ(first_patches(), patches);
  config_.patch_seed = 2;
  EXPECT_NE(first_patches(), patches);
}

TEST_F(CutNaturalPatches, CanOmitTheTestSet) {
  write_photograph(0);
  config_.test = 0;
  const DataSplit data = cut();
  EXPECT_EQ(data.train.size(), 500);
  EXPECT_EQ(data.test.size(), 0);
}

TEST_F(CutNaturalPatches, ConvertsGrayPhotographsToColor) {
  write_photograph(0, kWidth, kHeight, 1);
  config_.test = 0;
  const DataSplit data = cut();
  const auto patch = data.train.sample(0);
  EXPECT_EQ(patch[0], patch[1]);
  EXPECT_EQ(patch[0], patch[2]);
  EXPECT_EQ(patch[3], patch[0] + 1);
}

TEST_F(CutNaturalPatches, RejectsPhotographsThatAreTooSmallOrTooFew) {
  write_photograph(0);
  expect_rejected({"1 photographs", "at least two"});
  write_photograph(1, 60, 7);
  expect_rejected({"photograph1.png", "60x7", "8x8", "data.patch_size"});
}

}  // namespace
}  // namespace hourglass
