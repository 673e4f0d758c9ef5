#include "train/block_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace hourglass {
namespace {

std::vector<int64_t> drain(BlockQueue& queue, int worker) {
  std::vector<int64_t> taken;
  for (int64_t block = queue.take(worker); block >= 0; block = queue.take(worker)) taken.push_back(block);
  return taken;
}

TEST(BlockQueueTest, WorkerTakesItsShareThenStealsFromTheEnd) {
  BlockQueue queue(2);
  queue.fill(6);
  EXPECT_EQ(drain(queue, 1), (std::vector<int64_t>{3, 4, 5, 2, 1, 0}));
  EXPECT_EQ(queue.take(0), -1);
}

TEST(BlockQueueTest, SharesAreTheSameInEveryStep) {
  BlockQueue queue(3);
  for (int step = 0; step < 2; ++step) {
    queue.fill(7);
    EXPECT_EQ(queue.take(0), 0);
    EXPECT_EQ(queue.take(1), share(7, 3, 1).begin);
    EXPECT_EQ(queue.take(2), share(7, 3, 2).begin);
  }
}

TEST(BlockQueueTest, FewerBlocksThanWorkersAreTakenOnce) {
  BlockQueue queue(4);
  queue.fill(2);
  std::vector<int64_t> taken;
  for (int worker = 0; worker < 4; ++worker)
    for (const int64_t block : drain(queue, worker)) taken.push_back(block);
  std::ranges::sort(taken);
  EXPECT_EQ(taken, (std::vector<int64_t>{0, 1}));
}

TEST(BlockQueueTest, ConcurrentWorkersTakeEveryBlockOnce) {
  constexpr int kWorkers = 4;
  constexpr int64_t kBlocks = 20000;
  BlockQueue queue(kWorkers);
  queue.fill(kBlocks);
  std::vector<std::vector<int64_t>> taken(kWorkers);
  run_team(kWorkers, [&](int worker) { taken[static_cast<size_t>(worker)] = drain(queue, worker); });
  std::vector<int64_t> all;
  for (const std::vector<int64_t>& each : taken) all.insert(all.end(), each.begin(), each.end());
  std::ranges::sort(all);
  std::vector<int64_t> expected(kBlocks);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

}  // namespace
}  // namespace hourglass
