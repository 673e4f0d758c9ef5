#pragma once
// Counter-based random numbers. A stream depends only on (seed, purpose, index), not on earlier draws.

#include <array>
#include <cmath>
#include <cstdint>

namespace hourglass {

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter[0];
    const uint64_t b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// Purpose of a random stream. Streams of different purposes never overlap.
enum class RandomPurpose : uint32_t {
  kInitialWeights = 1,
  kShuffle = 2,
  kSyntheticDigits = 3,
  kDropout = 4,
  kLatentNoise = 5,
  kCorruption = 6,
  kSplit = 7,
  kBinarization = 8,
  kPatches = 9,
  kSampledRows = 20,
  kClustering = 21,
  kMixture = 22,
  kMask = 23,
  kLatentSamples = 24,
  kDequantization = 25,
  kFolds = 26
};

/// Random stream of (seed, purpose, index). The index is an epoch, a step, a parameter tensor or a sample.
class RandomStream {
 public:
  RandomStream(uint64_t seed, RandomPurpose purpose, uint64_t index)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{0, static_cast<uint32_t>(purpose), static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32)} {}

  /// Returns 32 random bits. A stream repeats after 2^34 calls.
  uint32_t bits() {
    if (used_ == 4) {
      block_ = philox(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }
  /// Uniform in [0, 1), 24 bits.
  float uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24f; }
  /// Uniform in [low, high).
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  /// Uniform in {0, ..., n - 1} for 0 < n <= 2^32, without bias (Lemire 2019, "Fast random integer generation").
  uint32_t below(uint64_t n) {
    uint64_t product = uint64_t{bits()} * n;
    const uint32_t threshold = static_cast<uint32_t>((uint64_t{1} << 32) % n);
    while (static_cast<uint32_t>(product) < threshold) product = uint64_t{bits()} * n;
    return static_cast<uint32_t>(product >> 32);
  }
  /// Standard normal (Box and Muller 1958).
  float normal() {
    const float radius = std::sqrt(-2.0f * std::log(1.0f - uniform()));
    return radius * std::cos(6.28318530718f * uniform());
  }

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace hourglass
