#pragma once
// A hash of bytes, to notice changes. Not for protection against intent.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace hourglass {

/// Mixes 8 bytes at a time: multiply and fold, the finalizer of MurmurHash3 (Appleby) at the end.
inline uint64_t hash_bytes(std::span<const std::byte> bytes, uint64_t seed = 0x9e3779b97f4a7c15u) {
  uint64_t hash = seed ^ bytes.size();
  const auto mix = [&](uint64_t word) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  };
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    mix(word);
  }
  if (i < bytes.size()) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, bytes.size() - i);
    mix(word);
  }
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53u;
  return hash ^ hash >> 33;
}

}  // namespace hourglass
