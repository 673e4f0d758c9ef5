// Benchmarks single kernels on one thread. The "of_peak" column is the fraction of the FMA peak of one core.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "fma_peak.h"
#include "hourglass/tensor.h"
#include "kernels/activation.h"
#include "kernels/gather.h"
#include "kernels/loss.h"
#include "kernels/matmul.h"
#include "kernels/optimizer.h"

namespace hourglass {
namespace {

AlignedVector<float> values(int64_t n) { return AlignedVector<float>(static_cast<size_t>(n), 0.5f); }

using Product = void (*)(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

void forward(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) { matmul(m, n, k, a, b, c); }
void weights(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) { matmul_tn(m, n, k, a, b, c); }

void product(benchmark::State& state, Product multiply, int64_t m, int64_t n, int64_t k) {
  const auto a = values(m * k), b = values(k * n);
  auto c = values(m * n);
  const double peak = bench::fma_peak_gflops(1, 0.05) * 1e9;
  for (auto _ : state) multiply(m, n, k, a.data(), b.data(), c.data());
  const double flop = 2.0 * static_cast<double>(m * n * k);
  state.counters["FLOP/s"] = benchmark::Counter(flop, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = benchmark::Counter(flop / peak, benchmark::Counter::kIsIterationInvariantRate);
}

// Reports bytes per second. `bytes` counts each value as read or written once, the minimum for a pass over memory.
template <typename Pass>
void pass(benchmark::State& state, int64_t bytes, const Pass& run) {
  for (auto _ : state) run();
  state.SetBytesProcessed(state.iterations() * bytes);
}

void register_products() {
  struct Case {
    int64_t rows, in, out;
  };
  for (const Case c : {Case{64, 784, 128},
                       {64, 128, 64},
                       {64, 128, 784},
                       {100, 784, 256},
                       {100, 128, 20},
                       {64, 784, 512},
                       {64, 512, 256},
                       {64, 64, 30}}) {
    const std::string shape = fmt::format("{}x{}x{}", c.rows, c.in, c.out);
    benchmark::RegisterBenchmark(("matmul/forward/" + shape).c_str(), product, forward, c.rows, c.out, c.in);
    benchmark::RegisterBenchmark(("matmul_tn/weights/" + shape).c_str(), product, weights, c.in, c.out, c.rows);
    benchmark::RegisterBenchmark(("matmul_nt/data/" + shape).c_str(), product, matmul_nt, c.rows, c.in, c.out);
  }
}

void register_passes() {
  constexpr int64_t kRows = 64, kColumns = 784, kSize = kRows * kColumns, kFloat = sizeof(float);
  using benchmark::RegisterBenchmark;
  RegisterBenchmark("loss/mse_sigmoid", [](benchmark::State& state) {
    auto z = values(kSize), x = values(kSize), diff = values(kSize);
    pass(state, 3 * kSize * kFloat, [&] {
      benchmark::DoNotOptimize(reconstruction_loss(ReconstructionLoss::kMse, Activation::kSigmoid, kSize, z.data(),
                                                   x.data(), 1.0f, diff.data()));
    });
  });
  RegisterBenchmark("loss/bce_sigmoid", [](benchmark::State& state) {
    auto z = values(kSize), x = values(kSize), diff = values(kSize);
    pass(state, 3 * kSize * kFloat, [&] {
      benchmark::DoNotOptimize(reconstruction_loss(ReconstructionLoss::kBce, Activation::kSigmoid, kSize, z.data(),
                                                   x.data(), 1.0f, diff.data()));
    });
  });
  for (const auto& [activation, name] : {std::pair{Activation::kRelu, "relu"},
                                         {Activation::kElu, "elu"},
                                         {Activation::kGelu, "gelu"},
                                         {Activation::kTanh, "tanh"},
                                         {Activation::kSigmoid, "sigmoid"},
                                         {Activation::kSoftplus, "softplus"}}) {
    RegisterBenchmark(fmt::format("activation/{}", name).c_str(), [activation = activation](benchmark::State& state) {
      auto x = values(kSize), y = values(kSize);
      pass(state, 2 * kSize * kFloat, [&] { activation_forward(activation, kSize, x.data(), y.data()); });
    });
  }
  RegisterBenchmark("activation_backward/relu_and_bias", [](benchmark::State& state) {
    auto y = values(kSize), diff = values(kSize), bias = values(kColumns);
    pass(state, 3 * kSize * kFloat,
         [&] { activation_backward(Activation::kRelu, kRows, kColumns, y.data(), diff.data(), bias.data()); });
  });
  RegisterBenchmark("optimizer/adam", [](benchmark::State& state) {
    auto g = values(kSize), m = values(kSize), v = values(kSize), w = values(kSize);
    const AdamStep step{0.9f, 0.999f, 1e-8f, 1e-6f, 1.0f, 0.0f};
    pass(state, 7 * kSize * kFloat, [&] { adam_update(step, kSize, g.data(), m.data(), v.data(), w.data()); });
  });
  RegisterBenchmark("optimizer/sum_gradients_of_2", [](benchmark::State& state) {
    auto a = values(kSize), b = values(kSize), sum = values(kSize);
    const std::vector<const float*> parts = {a.data(), b.data()};
    pass(state, 3 * kSize * kFloat, [&] { sum_gradients(parts, kSize, sum.data()); });
  });
  RegisterBenchmark("gather/bytes", [](benchmark::State& state) {
    const std::vector<uint8_t> bytes(static_cast<size_t>(kSize), 7);
    std::vector<uint32_t> indices(static_cast<size_t>(kRows));
    for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<uint32_t>((i * 29) % indices.size());
    auto out = values(kSize);
    pass(state, kSize * (1 + kFloat),
         [&] { gather_rows({}, kRows, kColumns, bytes.data(), indices.data(), nullptr, out.data()); });
  });
  RegisterBenchmark("gather/standardized_floats", [](benchmark::State& state) {
    const auto stored = values(kSize), shifts = values(kColumns), scales = values(kColumns);
    std::vector<uint32_t> indices(static_cast<size_t>(kRows));
    for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<uint32_t>((i * 29) % indices.size());
    auto out = values(kSize);
    const ValueTransform transform{.shifts = shifts.data(), .scales = scales.data()};
    pass(state, 2 * kSize * kFloat,
         [&] { gather_rows(transform, kRows, kColumns, stored.data(), indices.data(), nullptr, out.data()); });
  });
}

}  // namespace
}  // namespace hourglass

int main(int argc, char** argv) {
  hourglass::register_products();
  hourglass::register_passes();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
