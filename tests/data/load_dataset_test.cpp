#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "core/file.h"
#include "hourglass/dataset.h"
#include "support/expect_error.h"
#include "support/idx_bytes.h"
#include "support/scoped_variable.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

std::string images(uint32_t count, uint32_t height = 2, uint32_t width = 3, char first = 1) {
  std::string values(count * height * width, '\0');
  std::iota(values.begin(), values.end(), first);
  return idx_header({count, height, width}) + values;
}

std::string labels(uint32_t count) { return idx_header({count}) + std::string(count, '\x05'); }

/// No dataset is found unless a test writes one.
class LoadDataset : public testing::Test {
 protected:
  void write_set(const std::filesystem::path& folder, const std::string& suffix = "") {
    std::filesystem::create_directories(folder);
    write(folder / ("train-images-idx3-ubyte" + suffix), images(4));
    write(folder / ("train-labels-idx1-ubyte" + suffix), labels(4));
    write(folder / ("t10k-images-idx3-ubyte" + suffix), images(2));
    write(folder / ("t10k-labels-idx1-ubyte" + suffix), labels(2));
  }
  void write(const std::filesystem::path& path, const std::string& bytes) {
    write_file_atomically(path, path.extension() == ".gz" ? gzip(bytes) : bytes);
  }
  DataSplit load(const std::string& name = "mnist") {
    DataConfig config;
    config.name = name;
    config.dir = folder_.path().string();
    return load_dataset(config);
  }
  void expect_rejected(const std::vector<std::string>& fragments) {
    expect_error(ErrorKind::kData, fragments, [&] { load(); });
  }

  TemporaryFolder folder_;
  TemporaryFolder elsewhere_;
  ScopedVariable data_variable_{"HOURGLASS_DATA", ""};
  ScopedVariable cache_variable_{"XDG_CACHE_HOME", (elsewhere_ / "cache").string()};
};

TEST_F(LoadDataset, ReadsPlainAndGzippedFiles) {
  for (const char* suffix : {"", ".gz"}) {
    std::filesystem::remove_all(folder_ / "mnist");
    write_set(folder_ / "mnist", suffix);
    const DataSplit data = load();
    EXPECT_EQ(data.train.name(), "mnist");
    EXPECT_EQ(data.train.size(), 4);
    EXPECT_EQ(data.test.size(), 2);
    EXPECT_EQ(data.train.sample_shape(), (Shape{2, 3, 1}));
    EXPECT_EQ(data.train.sample(1)[0], 7);
    EXPECT_EQ(data.train.labels()[3], 5);
  }
}

TEST_F(LoadDataset, FindsFilesInTheFolderItself) {
  write_set(folder_.path());
  EXPECT_EQ(load("fashion-mnist").train.size(), 4);
}

TEST_F(LoadDataset, SearchesHourglassDataThenTheCache) {
  const ScopedVariable data("HOURGLASS_DATA", (elsewhere_ / "data").string());
  write_set(elsewhere_ / "cache" / "hourglass" / "mnist");
  EXPECT_EQ(load().train.sample(0)[0], 1);
  write_set(elsewhere_ / "data" / "mnist");
  write(elsewhere_ / "data" / "mnist" / "train-images-idx3-ubyte", images(4, 2, 3, 50));
  EXPECT_EQ(load().train.sample(0)[0], 50);
  write_set(folder_ / "mnist");
  EXPECT_EQ(load().train.sample(0)[0], 1);
}

TEST_F(LoadDataset, UsesTheCacheInTheHomeFolder) {
  const ScopedVariable no_cache("XDG_CACHE_HOME", "");
  const ScopedVariable home("HOME", elsewhere_.path().string());
  write_set(elsewhere_ / ".cache" / "hourglass" / "mnist");
  EXPECT_EQ(load().train.size(), 4);
}

TEST_F(LoadDataset, ErrorForAMissingDatasetNamesFoldersAndFiles) {
  const ScopedVariable data("HOURGLASS_DATA", "/some/data");
  expect_rejected({"'mnist'", "'" + folder_.path().string() + "'", "'/some/data'",
                   "'" + (elsewhere_ / "cache" / "hourglass").string() + "'", "hourglass data fetch mnist",
                   "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "data.dir", "HOURGLASS_DATA"});
}

TEST_F(LoadDataset, ErrorNamesAMissingFolder) {
  DataConfig config;
  config.name = "mnist";
  config.dir = "/no/such/folder";
  expect_error(ErrorKind::kData, {"'/no/such/folder'", "does not exist"}, [&] { load_dataset(config); });
}

TEST_F(LoadDataset, ErrorNamesAMissingFile) {
  write_set(folder_ / "mnist");
  std::filesystem::remove(folder_ / "mnist" / "t10k-labels-idx1-ubyte");
  expect_rejected({(folder_ / "mnist" / "t10k-labels-idx1-ubyte").string(), "missing"});
}

TEST_F(LoadDataset, RejectsImagesAndLabelsOfDifferentCounts) {
  write_set(folder_ / "mnist");
  write(folder_ / "mnist" / "train-labels-idx1-ubyte", labels(3));
  expect_rejected({"train-images-idx3-ubyte", "4 images", "train-labels-idx1-ubyte", "3 labels"});
}

TEST_F(LoadDataset, RejectsADatasetWithoutImages) {
  write_set(folder_ / "mnist");
  write(folder_ / "mnist" / "t10k-images-idx3-ubyte", images(0));
  write(folder_ / "mnist" / "t10k-labels-idx1-ubyte", labels(0));
  expect_rejected({"t10k-labels-idx1-ubyte", "has no values"});
  write(folder_ / "mnist" / "t10k-labels-idx1-ubyte", labels(2));
  expect_rejected({"t10k-images-idx3-ubyte", "has no values"});
}

TEST_F(LoadDataset, RejectsLabelsInsteadOfImages) {
  write_set(folder_ / "mnist");
  write(folder_ / "mnist" / "train-images-idx3-ubyte", labels(4));
  expect_rejected({"train-images-idx3-ubyte", "shape 4", "images"});
}

TEST_F(LoadDataset, RejectsSetsOfDifferentImageSizes) {
  write_set(folder_ / "mnist");
  write(folder_ / "mnist" / "t10k-images-idx3-ubyte", images(2, 3, 3));
  expect_rejected({"2x3x1", "3x3x1"});
}

TEST_F(LoadDataset, ErrorNamesADamagedFileOfEitherSet) {
  for (const char* set : {"train", "t10k"}) {
    write_set(folder_ / "mnist");
    const std::string name = std::string(set) + "-images-idx3-ubyte";
    write(folder_ / "mnist" / name, images(4).substr(0, 20));
    expect_rejected({name});
  }
}

TEST_F(LoadDataset, SuggestsTheNearestNameForAnUnknownName) {
  expect_error(ErrorKind::kUsage, {"'fashon-mnist'", "'fashion-mnist'"}, [&] { load("fashon-mnist"); });
}

TEST_F(LoadDataset, ReadsAllDatasetsInTheFormatOfMnist) {
  for (const char* name : {"mnist", "fashion-mnist", "kmnist"}) {
    write_set(folder_ / name);
    EXPECT_EQ(load(name).train.name(), name);
  }
}

TEST(LoadSyntheticDigits, DependsOnTheConfig) {
  DataConfig config;
  config.synthetic_train = 30;
  config.synthetic_test = 20;
  const DataSplit data = load_dataset(config);
  EXPECT_EQ(data.train.size(), 30);
  EXPECT_EQ(data.test.size(), 20);
  config.synthetic_seed = 2;
  EXPECT_FALSE(std::ranges::equal(load_dataset(config).train.read().values(), data.train.read().values()));
}

TEST(LoadRealFashionMnist, HasTheKnownCountsAndMean) {
  const char* folder = std::getenv("HOURGLASS_DATA");
  if (!folder || !std::filesystem::exists(std::filesystem::path(folder) / "fashion-mnist"))
    GTEST_SKIP() << "HOURGLASS_DATA does not name a folder with fashion-mnist.";
  DataConfig config;
  config.name = "fashion-mnist";
  const DataSplit data = load_dataset(config);
  EXPECT_EQ(data.train.size(), 60000);
  EXPECT_EQ(data.test.size(), 10000);
  EXPECT_EQ(data.train.sample_shape(), (Shape{28, 28, 1}));
  std::array<int, 10> per_class{};
  for (int32_t label : data.train.labels()) ++per_class.at(static_cast<size_t>(label));
  EXPECT_EQ(per_class, (std::array<int, 10>{6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000}));
  const Tensor values = data.train.read();
  const double mean =
      std::accumulate(values.values().begin(), values.values().end(), 0.0) / static_cast<double>(values.size());
  EXPECT_NEAR(mean, 0.2860, 5e-5);
}

}  // namespace
}  // namespace hourglass
