#include "train/sample_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

#include "core/file.h"
#include "core/random.h"
#include "hourglass/trainer.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace hourglass {
namespace {

std::vector<uint32_t> epoch(SampleOrder& order, int64_t number, int64_t size) {
  order.begin_epoch(number);
  return {order.rows(), order.rows() + size};
}

std::vector<uint32_t> sorted(std::vector<uint32_t> rows) {
  std::ranges::sort(rows);
  return rows;
}

std::vector<uint32_t> numbers(uint32_t size) {
  std::vector<uint32_t> all(size);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

/// Creates a sparse file of zeros, which uses no disk space.
Dataset zeros_in_file(const std::filesystem::path& path, int64_t count, int64_t dim) {
  std::ofstream(path).close();
  std::filesystem::resize_file(path, static_cast<uintmax_t>(count * dim));
  return Dataset("zeros", {dim}, SampleStorage::in_file(path, ElementType::kUint8, 0, count * dim));
}

TEST(SampleOrder, SamplesInMemoryAreShuffledTogether) {
  const Dataset data = tiny_dataset(1000);
  SampleOrder order(data, true, 5, 64, 8);  // the sizes apply only to files
  std::vector<uint32_t> expected = numbers(1000);
  RandomStream random(5, RandomPurpose::kShuffle, 3);
  for (size_t i = expected.size(); i > 1; --i) std::swap(expected[i - 1], expected[random.below(i)]);
  EXPECT_EQ(epoch(order, 3, 1000), expected);
  EXPECT_EQ(epoch(order, 4, 1000) == expected, false);
  EXPECT_EQ(epoch(order, 3, 1000), expected) << "the order depends on earlier epochs";
}

TEST(SampleOrder, UnshuffledSamplesKeepTheirOrder) {
  const Dataset data = tiny_dataset(100);
  SampleOrder order(data, false, 5);
  EXPECT_EQ(epoch(order, 1, 100), numbers(100));
}

TEST(SampleOrder, WindowsOfALargeFileContainWholeBlocks) {
  const TemporaryFolder folder;
  const Dataset data = zeros_in_file(folder / "zeros", 1003, 10);
  SampleOrder order(data, true, 1, 1000, 100);  // windows of 10 blocks of 10 samples
  const std::vector<uint32_t> first = epoch(order, 0, 1003);
  EXPECT_EQ(sorted(first), numbers(1003));
  EXPECT_EQ(epoch(order, 0, 1003), first);
  EXPECT_NE(epoch(order, 1, 1003), first);
  std::set<uint32_t> blocks;
  for (size_t i = 0; i < 93; ++i) blocks.insert(first[i] / 10);  // the last block has 3 samples
  EXPECT_LE(blocks.size(), 10u);
  EXPECT_GT(*blocks.rbegin() - *blocks.begin(), 20u) << "blocks are not shuffled";
  EXPECT_FALSE(std::is_sorted(first.begin(), first.begin() + 10)) << "samples of a window are not shuffled";
  for (int64_t position = 0; position <= 1003; position += 17) order.release_before(position);
}

TEST(SampleOrder, UsesTheRowsOfASelection) {
  const Dataset data = tiny_dataset(50).slice(20, 50).select(std::vector<int64_t>{0, 5, 29});
  SampleOrder order(data, true, 1);
  EXPECT_EQ(sorted(epoch(order, 0, 3)), (std::vector<uint32_t>{20, 25, 49}));
}

// Returns the resident file pages of this process in MB.
int64_t resident_file_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "RssFile:") {
      int64_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1024;
    }
  return -1;
}

TEST(LargeFile, DoesNotStayInMemoryDuringTraining) {
  const int64_t before = resident_file_megabytes();
  if (before < 0) GTEST_SKIP() << "This system does not report resident file pages.";
  constexpr int64_t kMegabytes = 400, kDim = 1 << 14;
  const TemporaryFolder folder;
  const Dataset all = zeros_in_file(folder / "zeros", kMegabytes * 64, kDim);
  const DataSplit data{all.slice(0, kMegabytes * 60), all.slice(kMegabytes * 60, kMegabytes * 64)};
  Config config = tiny_config({"linear 2"}, {"linear output", "sigmoid"});
  config.train.batch_size = 256;
  config.train.epochs = 1;
  Autoencoder model(config, data.train);
  int64_t after = 0;
  TrainCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochRecord&) {
    after = resident_file_megabytes();
    return true;
  };
  train(model, data, callbacks, {2, {}});
  // Of the 400 MB that were read, one window of 128 MB can stay.
  EXPECT_LT(after - before, 200);
}

}  // namespace
}  // namespace hourglass
