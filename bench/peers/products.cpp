// Compares the matrix products of Hourglass with those of oneDNN and OpenBLAS, on one thread and in turn. The peers are
// loaded at run time; the program and the library do not link them.

#include <dlfcn.h>
#include <fmt/format.h>
#include <hwy/targets.h>
#include <omp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "core/arena.h"
#include "fma_peak.h"
#include "kernels/matmul.h"

namespace hourglass::bench {
namespace {

using Clock = std::chrono::steady_clock;

const std::vector<int64_t> kRows = {16, 32, 64, 128, 256, 1024};
const std::vector<int64_t> kWidths = {20, 30, 64, 128, 256, 257, 400, 512, 784, 1024, 2048, 3072, 4096, 6144};
constexpr double kSecondsPerCall = 1e-3;
constexpr double kPeakSeconds = 2e-3;

// A layer from `in` to `out` values and its three products: forward, gradient of the weights, gradient of the input.
struct Layer {
  int64_t rows, in, out;
};
struct Product {
  std::string name;
  bool transposed_a, transposed_b;
  // Sizes of c[m, n] = a[m, k] b[k, n].
  std::function<std::array<int64_t, 3>(const Layer&)> sizes;
};
const std::vector<Product> kProducts = {{"matmul", false, false,
                                         [](const Layer& l) {
                                           return std::array{l.rows, l.out, l.in};
                                         }},
                                        {"matmul_tn", true, false,
                                         [](const Layer& l) {
                                           return std::array{l.in, l.out, l.rows};
                                         }},
                                        {"matmul_nt", false, true, [](const Layer& l) {
                                           return std::array{l.rows, l.in, l.out};
                                         }}};

using Multiply =
    std::function<void(const Product&, int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c)>;
struct Library {
  std::string name;
  Multiply multiply;
};

// A function of a library, or null with a message.
template <typename Function>
Function symbol(const char* library, const char* package, const char* name) {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  void* found = handle ? dlsym(handle, name) : nullptr;
  if (!found)
    fmt::print(stderr, "products: {} not found, it is left out: apt-get install --no-install-recommends {}\n", library,
               package);
  return reinterpret_cast<Function>(found);
}

Library ours() {
  return {"hourglass",
          [](const Product& product, int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
            if (product.transposed_a) return matmul_tn(m, n, k, a, b, c);
            if (product.transposed_b) return matmul_nt(m, n, k, a, b, c);
            matmul(m, n, k, a, b, c);
          }};
}

Library onednn() {
  // Row-major arguments: https://oneapi-src.github.io/oneDNN/v2.6/group__dnnl__api__blas.html
  using Sgemm = int (*)(char, char, int64_t, int64_t, int64_t, float, const float*, int64_t, const float*, int64_t,
                        float, float*, int64_t);
  const auto sgemm = symbol<Sgemm>("libdnnl.so.2", "libdnnl2", "dnnl_sgemm");
  if (!sgemm) return {};
  return {"oneDNN",
          [sgemm](const Product& product, int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
            sgemm(product.transposed_a ? 'T' : 'N', product.transposed_b ? 'T' : 'N', m, n, k, 1, a,
                  product.transposed_a ? m : k, b, product.transposed_b ? k : n, 0, c, n);
          }};
}

Library openblas() {
  constexpr const char *kLibrary = "libopenblas.so.0", *kPackage = "libopenblas0-pthread";
  constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;  // of CBLAS
  using Sgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
  const auto sgemm = symbol<Sgemm>(kLibrary, kPackage, "cblas_sgemm");
  if (!sgemm) return {};
  symbol<void (*)(int)>(kLibrary, kPackage, "openblas_set_num_threads")(1);
  return {"OpenBLAS", [sgemm](const Product& product, int64_t m_, int64_t n_, int64_t k_, const float* a,
                              const float* b, float* c) {
            const int m = static_cast<int>(m_), n = static_cast<int>(n_), k = static_cast<int>(k_);
            sgemm(kRowMajor, product.transposed_a ? kTransposed : kPlain, product.transposed_b ? kTransposed : kPlain,
                  m, n, k, 1, a, product.transposed_a ? m : k, b, product.transposed_b ? k : n, 0, c, n);
          }};
}

// Limits all libraries to AVX2. The peers read these variables when they are loaded.
void limit_to_avx2() {
  setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1);
  setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  hwy::DisableTargets(HWY_AVX3 | HWY_AVX3_DL);
}

template <typename T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

template <typename Work>
double seconds_of(int64_t calls, const Work& work) {
  const auto start = Clock::now();
  for (int64_t i = 0; i < calls; ++i) work();
  return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(calls);
}

void fill(int64_t count, float* values) {
  std::minstd_rand random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (int64_t i = 0; i < count; ++i) values[i] = uniform(random);
}

// Sums four streams, so that the latency of an addition does not bound it.
float read_all(int64_t count, const float* values) {
  constexpr int64_t kSums = 64;
  float sums[kSums] = {};
  for (int64_t i = 0; i + kSums <= count; i += kSums)
    for (int64_t j = 0; j < kSums; ++j) sums[j] += values[i + j];
  float sum = 0;
  for (const float each : sums) sum += each;
  return sum;
}

struct Result {
  double seconds;  // ours
  double ratio;    // the better peer's time divided by ours
  double of_peak;
  double of_bound;  // the bound is the larger one of the time at the peak and the time to read b once
  std::string peer;
};

Result measure(const Product& product, const Layer& layer, const std::vector<Library>& libraries, int rounds) {
  const std::array sizes = product.sizes(layer);
  const int64_t m = sizes[0], n = sizes[1], k = sizes[2];
  Arena arena;
  const size_t a_at = arena.reserve(m, k), b_at = arena.reserve(k, n), c_at = arena.reserve(m, n);
  arena.commit();
  float *a = arena.at(a_at), *b = arena.at(b_at), *c = arena.at(c_at);
  fill(m * k, a);
  fill(k * n, b);
  const double flop = 2.0 * static_cast<double>(m * n * k);
  for (const Library& library : libraries) library.multiply(product, m, n, k, a, b, c);
  const double first = seconds_of(1, [&] { libraries[0].multiply(product, m, n, k, a, b, c); });
  const int64_t calls = std::max<int64_t>(1, static_cast<int64_t>(kSecondsPerCall / first));
  std::vector<std::vector<double>> ratios(libraries.size());
  std::vector<double> seconds, fractions, bounds;
  volatile float kept = 0;
  for (int round = 0; round < rounds; ++round) {
    const double peak = fma_peak_gflops(1, kPeakSeconds) * 1e9;
    const double reading = seconds_of(1, [&] { kept = read_all(k * n, b); });
    std::vector<double> times;
    for (const Library& library : libraries)
      times.push_back(seconds_of(calls, [&] { library.multiply(product, m, n, k, a, b, c); }));
    seconds.push_back(times[0]);
    fractions.push_back(flop / times[0] / peak);
    bounds.push_back(std::max(flop / peak, reading) / times[0]);
    for (size_t i = 1; i < libraries.size(); ++i) ratios[i].push_back(times[i] / times[0]);
  }
  static_cast<void>(kept);
  Result result{median(seconds), std::numeric_limits<double>::infinity(), median(fractions), median(bounds), "-"};
  for (size_t i = 1; i < libraries.size(); ++i) {
    const double ratio = median(ratios[i]);
    if (ratio < result.ratio) {
      result.ratio = ratio;
      result.peer = libraries[i].name;
    }
  }
  return result;
}

struct Summary {
  void add(const Layer& layer, const Result& result) {
    if (std::isfinite(result.ratio)) ratios.push_back(result.ratio);
    const double flop = 2.0 * static_cast<double>(layer.rows * layer.in * layer.out);
    if (flop >= 2e7)
      (layer.rows >= 64 ? of_peak : of_bound).push_back(layer.rows >= 64 ? result.of_peak : result.of_bound);
  }
  double share_below(const std::vector<double>& values, double bound) const {
    const auto count = std::ranges::count_if(values, [&](double value) { return value < bound; });
    return values.empty() ? 0 : static_cast<double>(count) / static_cast<double>(values.size());
  }
  void print(const std::string& name) const {
    if (ratios.empty()) return;
    double logarithms = 0;
    for (const double ratio : ratios) logarithms += std::log(ratio);
    fmt::print(
        "{:<10}{:>6} cases: ratio {:.2f} (geometric mean), {:.1f} % below 0.95, {:.1f} % below 0.85, least {:.2f}",
        name, ratios.size(), std::exp(logarithms / static_cast<double>(ratios.size())), 100 * share_below(ratios, 0.95),
        100 * share_below(ratios, 0.85), *std::ranges::min_element(ratios));
    if (!of_peak.empty())
      fmt::print("; {:.0f} % of the peak (median of large products), {:.1f} % of these below 80 %",
                 100 * median(of_peak), 100 * share_below(of_peak, 0.8));
    if (!of_bound.empty()) fmt::print("; {:.0f} % of the bound with fewer than 64 rows", 100 * median(of_bound));
    fmt::print("\n");
  }

  std::vector<double> ratios, of_peak, of_bound;
};

}  // namespace
}  // namespace hourglass::bench

int main(int argc, char** argv) {
  using namespace hourglass::bench;
  CLI::App app("Compares the matrix products with those of oneDNN and OpenBLAS on one thread.");
  std::vector<int64_t> rows = kRows, in = kWidths, out = kWidths;
  std::vector<std::string> names = {"matmul", "matmul_tn", "matmul_nt"};
  int rounds = 9;
  double most = 1;
  bool avx2 = false, json = false;
  app.add_option("--rows", rows, "rows of the batch");
  app.add_option("--in", in, "input widths of the layer");
  app.add_option("--out", out, "output widths of the layer");
  app.add_option("--products", names,
                 "products: matmul (forward), matmul_tn (gradient of the weights), matmul_nt "
                 "(gradient of the input)")
      ->check(CLI::IsMember(names));
  app.add_option("--rounds", rounds, "a round runs each library in turn")->check(CLI::PositiveNumber);
  app.add_option("--most-gflop", most, "leave larger products out; 80 for the whole grid")->check(CLI::PositiveNumber);
  app.add_flag("--avx2", avx2, "limit all libraries to AVX2");
  app.add_flag("--json", json, "print one JSON object per product, one per line");
  CLI11_PARSE(app, argc, argv);

  omp_set_num_threads(1);
  // OpenBLAS 0.3.21 treats some newer processors as older ones.
  if (__builtin_cpu_supports("avx512f")) setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
  if (avx2) limit_to_avx2();
  std::vector<Library> libraries = {ours(), onednn(), openblas()};
  std::erase_if(libraries, [](const Library& library) { return !library.multiply; });

  Summary all;
  if (!json)
    fmt::print("{:<11}{:>6}{:>6}{:>6}{:>11}{:>9}{:>10}{:>7}  {}\n", "product", "rows", "in", "out", "us", "of peak",
               "of bound", "ratio", "better peer");
  for (const Product& product : kProducts) {
    if (std::ranges::find(names, product.name) == names.end()) continue;
    Summary summary;
    for (const int64_t r : rows) {
      for (const int64_t i : in) {
        for (const int64_t o : out) {
          const Layer layer{r, i, o};
          if (2e-9 * static_cast<double>(r * i * o) > most) continue;
          const Result result = measure(product, layer, libraries, rounds);
          summary.add(layer, result);
          all.add(layer, result);
          if (json)
            fmt::print("{}\n", nlohmann::json{{"product", product.name},
                                              {"rows", r},
                                              {"in", i},
                                              {"out", o},
                                              {"microseconds", result.seconds * 1e6},
                                              {"fraction_of_peak", result.of_peak},
                                              {"fraction_of_bound", result.of_bound},
                                              {"ratio", result.ratio},
                                              {"peer", result.peer}}
                                   .dump());
          else
            fmt::print("{:<11}{:>6}{:>6}{:>6}{:>11.1f}{:>7.0f} %{:>8.0f} %{:>7.2f}  {}\n", product.name, r, i, o,
                       result.seconds * 1e6, 100 * result.of_peak, 100 * result.of_bound, result.ratio, result.peer);
          std::fflush(stdout);
        }
      }
    }
    if (!json) summary.print(product.name);
  }
  if (!json) all.print("all");
  return 0;
}
