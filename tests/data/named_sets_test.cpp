#include "data/named_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <regex>

#include "core/file.h"
#include "data/caltech101.h"
#include "formats/png.h"
#include "support/expect_error.h"
#include "support/idx_bytes.h"
#include "support/scoped_variable.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(NamedSets, HaveCompleteDescriptions) {
  for (const NamedSet& set : named_sets()) {
    SCOPED_TRACE(set.name);
    EXPECT_FALSE(set.summary.empty() || set.license.empty() || set.source.empty());
    EXPECT_EQ(set.sample_shape.size(), 3u);
    EXPECT_NE(set.load, nullptr);
    EXPECT_EQ(set.find == nullptr, set.remedy.empty());
    EXPECT_EQ(set.address.empty(), set.files.empty());
    if (!set.address.empty()) {
      EXPECT_TRUE(std::regex_match(set.address, std::regex("https?://.*/")));
    }
    for (const SetFile& file : set.files)
      EXPECT_TRUE(std::regex_match(file.md5, std::regex("[0-9a-f]{32}"))) << file.md5;
  }
}

TEST(NamedSets, AreFoundByTheListedNames) {
  EXPECT_EQ(dataset_names().size(), named_sets().size());
  for (const std::string& name : dataset_names()) EXPECT_EQ(named_set(name).name, name);
}

TEST(NamedSets, RejectAnUnknownNameAndSuggestTheNearest) {
  expect_error(ErrorKind::kUsage, {"'kminst'", "Did you mean 'kmnist'?"}, [] { named_set("kminst"); });
}

/// Loads only from a temporary folder, and records the log.
class LoadNamedSet : public testing::Test {
 protected:
  LoadNamedSet() { config_.dir = folder_.path().string(); }
  void write(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_file_atomically(folder_ / name, bytes);
  }
  DataSplit load(const std::string& name) {
    config_.name = name;
    return load_dataset(config_, {.threads = 1, .log = [&](const std::string& line) { log_ += line + "\n"; }});
  }

  TemporaryFolder folder_;
  ScopedVariable data_variable_{"HOURGLASS_DATA", ""};
  ScopedVariable cache_variable_{"XDG_CACHE_HOME", (folder_ / "cache").string()};
  DataConfig config_;
  std::string log_;
};

TEST_F(LoadNamedSet, SplitsADatasetThatHasOnlyItsTestSet) {
  std::string labels, images;
  for (int i = 0; i < 100; ++i) {
    labels += static_cast<char>(i % 10);
    images += static_cast<char>(i);
  }
  write("kmnist/t10k-images-idx3-ubyte", idx_header({100, 1, 1}) + images);
  write("kmnist/t10k-labels-idx1-ubyte.gz", gzip(idx_header({100}) + labels));
  const DataSplit data = load("kmnist");
  EXPECT_EQ(data.train.size(), 80);
  EXPECT_EQ(data.test.size(), 20);
  std::vector<int> of_class(10);
  for (const int32_t label : data.test.labels()) ++of_class[static_cast<size_t>(label)];
  EXPECT_EQ(of_class, std::vector<int>(10, 2));
  EXPECT_EQ(data.test.class_names()[9], "wo");
  EXPECT_THAT(log_, HasSubstr("has only the test set. Its 100 images"));
  EXPECT_THAT(log_, HasSubstr("20 of 100 samples are drawn as the test set, stratified"));
}

TEST_F(LoadNamedSet, LoadsTheIdxFilesOfCaltech101) {
  for (const auto& [set, count] : {std::pair{"train", 3u}, std::pair{"t10k", 2u}}) {
    const std::string path = std::string("caltech101/32x32/") + set;
    write(path + "-images-idx3-ubyte", idx_header({count, 32, 32}) + std::string(count * 1024, '\x07'));
    write(path + "-labels-idx1-ubyte", idx_header({count}) + std::string(count, '\x65'));
  }
  const DataSplit data = load("caltech101");
  EXPECT_EQ(data.train.size(), 3);
  EXPECT_EQ(data.test.size(), 2);
  EXPECT_EQ(data.train.sample_shape(), (Shape{32, 32, 1}));
  EXPECT_EQ(data.train.class_names()[static_cast<size_t>(data.train.labels()[0])], "yin_yang");
}

TEST_F(LoadNamedSet, AveragesTheImagesOfCaltech101) {
  // 64x128 pixels: the left half is 40, the right half alternates between rows of 100 and 200.
  std::vector<uint8_t> pixels;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 128; ++x) pixels.push_back(x < 64 ? 40 : y % 2 == 0 ? 100 : 200);
  for (const char* name : {"accordion/1.png", "accordion/2.png", "ant/1.png", "ant/2.png"}) {
    const auto path = folder_ / "caltech101" / "101_ObjectCategories" / name;
    std::filesystem::create_directories(path.parent_path());
    write_png(path, 128, 64, 1, pixels);
  }
  config_.test = 0.5;
  const DataSplit data = load("caltech101");
  EXPECT_EQ(data.train.size(), 2);
  EXPECT_EQ(data.test.size(), 2);
  EXPECT_THAT(data.test.class_names(), ElementsAre("accordion", "ant"));
  EXPECT_THAT(data.test.labels(), ElementsAre(0, 1));
  const auto image = data.test.sample(0);
  EXPECT_EQ(image[0], 40);
  EXPECT_EQ(image[15], 40);
  EXPECT_EQ(image[16], 150);
  EXPECT_EQ(image[32 * 32 - 1], 150);
  EXPECT_THAT(log_, HasSubstr("drawn as the test set, stratified"));
}

TEST_F(LoadNamedSet, ErrorSaysHowToGetAMissingDataset) {
  const std::string folder = "'" + folder_.path().string() + "'";
  expect_error(ErrorKind::kData, {"'frey'", folder, "hourglass data fetch frey", "frey_rawface.mat", "--data-dir"},
               [&] { load("frey"); });
  expect_error(ErrorKind::kData, {"'caltech101'", "hourglass data fetch caltech101", "101_ObjectCategories"},
               [&] { load("caltech101"); });
  expect_error(ErrorKind::kData, {"'natural-patches'", folder, "photographs", "named natural"},
               [&] { load("natural-patches"); });
}

TEST_F(LoadNamedSet, RejectsAnInvalidFreyFile) {
  write("frey/frey_rawface.mat", "no faces");
  expect_error(ErrorKind::kData, {(folder_ / "frey/frey_rawface.mat").string()}, [&] { load("frey"); });
}

/// Loads the real files from the folder $HOURGLASS_DATA.
DataSplit load_real(const std::string& name) {
  DataConfig config;
  config.name = name;
  return load_dataset(config);
}

bool is_available(const std::string& name) {
  const char* folder = std::getenv("HOURGLASS_DATA");
  return folder && !named_set(name).find(named_set(name), {folder}).empty();
}

TEST(RealData, FreyFacesAreUprightFramesOfOneFilm) {
  if (!is_available("frey")) GTEST_SKIP() << "HOURGLASS_DATA does not name a folder with frey.";
  const DataSplit data = load_real("frey");
  EXPECT_EQ(data.train.size(), 1800);
  EXPECT_EQ(data.test.size(), 165);
  EXPECT_EQ(data.train.sample_shape(), (Shape{28, 20, 1}));
  // Neighboring rows of a face are similar. With a wrong order of the pixels, they would not be.
  const Tensor faces = data.train.read();
  double down = 0, total = 0;
  for (int64_t i = 0; i < faces.rows(); ++i)
    for (size_t j = 20; j < 560; ++j) {
      down += std::abs(faces.row(i)[j] - faces.row(i)[j - 20]);
      total += std::abs(faces.row(i)[j] - faces.row((i + 600) % faces.rows())[559 - j]);
    }
  EXPECT_LT(down, 0.5 * total);
  // The eyes are in the upper half and darker than the forehead above them.
  double forehead = 0, eyes = 0;
  for (int64_t i = 0; i < faces.rows(); ++i)
    for (size_t x = 6; x < 14; ++x) {
      forehead += faces.row(i)[3 * 20 + x];
      eyes += faces.row(i)[9 * 20 + x];
    }
  EXPECT_GT(forehead, 1.1 * eyes);
}

TEST(RealData, NaturalPatchesAreCutFromThePhotographs) {
  if (!is_available("natural-patches")) GTEST_SKIP() << "HOURGLASS_DATA does not name a folder with photographs.";
  const DataSplit data = load_real("natural-patches");
  EXPECT_EQ(data.train.size(), 8000);
  EXPECT_EQ(data.test.size(), 2000);
  EXPECT_EQ(data.train.sample_shape(), (Shape{16, 16, 3}));
}

TEST(RealData, Caltech101HasItsClasses) {
  if (!is_available("caltech101")) GTEST_SKIP() << "HOURGLASS_DATA does not name a folder with caltech101.";
  const DataSplit data = load_real("caltech101");
  EXPECT_EQ(data.train.size() + data.test.size(), 9144);
  std::vector<int64_t> counts(102);
  for (const int32_t label : data.train.labels()) ++counts[static_cast<size_t>(label)];
  EXPECT_EQ(counts[6], 640);  // airplanes, the most common
  EXPECT_EQ(*std::ranges::max_element(counts), 640);
}

TEST(RealData, ImagesOfCaltech101MatchTheIdxFiles) {
  const char* folder = std::getenv("HOURGLASS_DATA");
  const std::filesystem::path set = std::filesystem::path(folder ? folder : "") / "caltech101";
  if (!is_available("caltech101") || !std::filesystem::is_directory(set / "folder" / "accordion"))
    GTEST_SKIP() << "HOURGLASS_DATA does not name a folder with caltech101 in both forms.";
  const DataSplit packed = load_caltech101(set / "32x32", {});
  const Dataset images = load_caltech101(set / "folder", {}).train;
  const auto distance = [&](const Dataset& data, int64_t i, std::span<const uint8_t> image) {
    double sum = 0;
    for (size_t j = 0; j < image.size(); ++j) sum += std::abs(data.sample(i)[j] - image[j]);
    return sum / static_cast<double>(image.size());
  };
  for (int64_t i = 0; i < images.size(); i += 16) {
    double nearest = 255, second = 255;
    for (const Dataset* data : {&packed.train, &packed.test})
      for (int64_t j = 0; j < data->size(); ++j)
        if (data->labels()[static_cast<size_t>(j)] == images.labels()[static_cast<size_t>(i)]) {
          const double current = distance(*data, j, images.sample(i));
          second = std::min(second, std::max(nearest, current));
          nearest = std::min(nearest, current);
        }
    // The IDX files use other weights for the colors, so the images are similar but not equal.
    EXPECT_LT(nearest, 12) << "image " << i;
    EXPECT_LT(nearest, 0.5 * second) << "image " << i;
  }
}

}  // namespace
}  // namespace hourglass
