// Benchmarks file readers on one thread, in bytes of the file per second.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "core/random.h"
#include "formats/csv_table.h"
#include "formats/npy.h"

namespace hourglass {
namespace {

/// A table of 30 columns of numbers with six decimals, like a sensor log.
std::string sensor_table(int64_t rows) {
  RandomStream random(1, RandomPurpose::kSyntheticDigits, 0);
  std::string text;
  for (int64_t row = 0; row < rows; ++row)
    for (int column = 0; column < 30; ++column)
      text += fmt::format("{:.6f}{}", random.uniform(-5, 5), column < 29 ? ',' : '\n');
  return text;
}

/// A table of 785 columns of integers up to 255, like a CSV file of MNIST digits.
std::string pixel_table(int64_t rows) {
  RandomStream random(1, RandomPurpose::kSyntheticDigits, 0);
  std::string text;
  for (int64_t row = 0; row < rows; ++row)
    for (int column = 0; column < 785; ++column)
      text += fmt::format("{}{}", random.below(4) ? 0 : random.below(256), column < 784 ? ',' : '\n');
  return text;
}

void read_table(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_csv(text, {}, "table").values.data());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

/// Opens a file that is in the page cache and reads every value.
void read_array(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("hourglass-bench-{}.npy", getpid());
  const Tensor tensor({20000, 784});
  write_npy(path, tensor);
  for (auto _ : state) {
    const NumberArray array = read_npy(path);
    uint64_t sum = 0;
    for (const uint64_t word : array.values<uint64_t>()) sum += word;
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(tensor.values().size_bytes()));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace hourglass

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::string sensors = hourglass::sensor_table(50000), pixels = hourglass::pixel_table(5000);
  benchmark::RegisterBenchmark("csv/sensors", hourglass::read_table, sensors);
  benchmark::RegisterBenchmark("csv/pixels", hourglass::read_table, pixels);
  benchmark::RegisterBenchmark("npy/float32", hourglass::read_array);
  benchmark::RunSpecifiedBenchmarks();
}
