// A training step allocates no memory. Every malloc of the process is counted, including libraries and threads.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "core/team.h"
#include "support/tiny.h"
#include "train/trainer.h"

// Sanitizers use their own malloc.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define HOURGLASS_COUNTS_ALLOCATIONS 0
#else
#define HOURGLASS_COUNTS_ALLOCATIONS 1
#endif

namespace {

std::atomic<int64_t> num_allocations = 0;

}  // namespace

#if HOURGLASS_COUNTS_ALLOCATIONS
// Second names of glibc's allocation functions. The functions below replace the standard names.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
  ++num_allocations;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  ++num_allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, size_t size) {
  ++num_allocations;
  return __libc_realloc(block, size);
}
void* memalign(size_t alignment, size_t size) {
  ++num_allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  ++num_allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, size_t alignment, size_t size) {
  ++num_allocations;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
}
#endif

namespace hourglass {
namespace {

// Steps run in chunks. Between chunks, callbacks run and can allocate. Chunks of different lengths must make the same
// number of allocations.
struct Chunk {
  int64_t steps, allocations;
};
int64_t longest(const std::vector<Chunk>& chunks) { return std::ranges::max(chunks, {}, &Chunk::steps).steps; }
bool same_allocations(const std::vector<Chunk>& chunks) {
  return std::ranges::all_of(chunks, [&](const Chunk& chunk) { return chunk.allocations == chunks[0].allocations; });
}

// The first chunk of a run has one step. Later chunks are longer.
std::vector<Chunk> train_in_chunks(const Config& config, const Dataset& samples, int threads) {
  const DataSplit data{samples, {}};
  Autoencoder model(config, samples);
  Trainer trainer(model, data, threads);
  std::vector<Chunk> chunks;
  chunks.reserve(200);
  run_team(threads, [](int) {});  // starts the threads
  int64_t step_before = 0, allocations_before = 0;
  TrainCallbacks callbacks;
  callbacks.on_progress = [&](const Progress& progress) {
    chunks.push_back({progress.step - step_before, num_allocations - allocations_before});
    step_before = progress.step;
    allocations_before = num_allocations;
    return true;
  };
  allocations_before = num_allocations;
  trainer.run(callbacks);
  return chunks;
}

class AllocationTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!HOURGLASS_COUNTS_ALLOCATIONS) GTEST_SKIP() << "This build uses another malloc.";
  }
};
INSTANTIATE_TEST_SUITE_P(Workers, AllocationTest, testing::Values(1, 2));

TEST_P(AllocationTest, StepAllocatesNothing) {
  for (const char* optimizer : {"sgd", "adam"}) {
    Config config = tiny_config({"linear 6", "gelu", "tanh", "linear 3"});
    config.train.optimizer = optimizer;
    config.train.epochs = 1;
    config.objective.weight_l1 = config.objective.weight_l2 = config.objective.latent_l1 = 1e-3;
    const std::vector<Chunk> chunks = train_in_chunks(config, tiny_dataset(601), GetParam());
    EXPECT_EQ(chunks.front().steps, 1);
    EXPECT_GT(longest(chunks), 1);
    EXPECT_TRUE(same_allocations(chunks)) << chunks.front().allocations << " and " << chunks.back().allocations;
  }
}

// Batches of four samples give many steps. A batch of the whole training set gives one step of many slices.
TEST_P(AllocationTest, StepOfEveryPresetAllocatesNothing) {
  for (const Preset& preset : presets()) {
    SCOPED_TRACE(preset.name);
    Config config = preset.config;
    config.train.epochs = 1;
    if (config.train.batch_size > 0) {
      config.train.batch_size = 4;
      const std::vector<Chunk> chunks = train_in_chunks(config, tiny_samples(203, preset.sample_shape), GetParam());
      EXPECT_GT(longest(chunks), 1);
      EXPECT_TRUE(same_allocations(chunks)) << chunks.front().allocations << " and " << chunks.back().allocations;
    } else {
      const auto allocations = [&](int64_t samples) {
        return train_in_chunks(config, tiny_samples(samples, preset.sample_shape), GetParam()).front().allocations;
      };
      EXPECT_EQ(allocations(kSliceRows), allocations(6 * kSliceRows));
    }
  }
}

// Bytes of the process in memory.
int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// Bytes that a model and its training take while it trains.
int64_t bytes_of_training(const Config& config, const Dataset& samples, int threads) {
  const DataSplit data{samples, {}};
  run_team(threads, [](int) {});  // starts the threads
  const int64_t before = resident_bytes();
  int64_t most = 0;
  Autoencoder model(config, samples);
  Trainer trainer(model, data, threads);
  TrainCallbacks callbacks;
  callbacks.on_progress = [&](const Progress&) {
    most = std::max(most, resident_bytes() - before);
    return true;
  };
  trainer.run(callbacks);
  return most;
}

// The models are large, because each block of memory is a multiple of 2 MiB.
TEST_P(AllocationTest, SummaryOfMemoryIsWithinTenPercent) {
  struct Case {
    Shape shape;
    std::vector<std::string> encoder, decoder;
    double clip_norm;
  };
  const std::vector<Case> cases = {
      {{2000}, {"linear 2048", "relu", "linear 512"}, {"linear 2048", "relu", "linear output"}, 0},
      {{2000}, {"linear 2048", "relu", "linear 512"}, {"linear 2048", "relu", "linear output"}, 1},
      {{500}, {"linear 8192", "relu"}, {"linear output"}, 0},
      {{32, 32, 3}, {"conv2d 64 padding=1", "relu", "max_pool2d 2", "linear 50"}, {"linear output", "sigmoid"}, 0},
      {{64, 40}, {"lstm 100"}, {"lstm 40"}, 0}};
  for (const Case& each : cases) {
    Config config = tiny_config(each.encoder, each.decoder);
    config.train.batch_size = 128;
    config.train.epochs = 1;
    config.train.clip_norm = each.clip_norm;
    const Dataset samples = tiny_samples(300, each.shape);
    const MemorySummary summary = training_memory(Autoencoder(config, samples), {GetParam(), {}});
    const auto measured = static_cast<double>(bytes_of_training(config, samples, GetParam()));
    EXPECT_NEAR(static_cast<double>(summary.total()) / measured, 1, 0.1)
        << each.encoder.front() << ": " << summary.total() << " and " << measured;
  }
}

TEST_P(AllocationTest, AllocationInAStepIsDetected) {
  std::vector<Chunk> chunks;
  for (const int64_t steps : {1, 10}) {
    const int64_t before = num_allocations;
    run_team(GetParam(), [steps](int) {
      for (int64_t step = 0; step < steps; ++step) {
        void* volatile block = std::malloc(8);
        std::free(block);
      }
    });
    const int64_t allocations = num_allocations - before;
    chunks.push_back({steps, allocations});
  }
  EXPECT_FALSE(same_allocations(chunks));
}

}  // namespace
}  // namespace hourglass
