// Philox4x32-10 (see core/random.h) on vectors.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_PHILOX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_PHILOX_INL_H_
#undef HOURGLASS_PHILOX_INL_H_
#else
#define HOURGLASS_PHILOX_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/random.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Number of blocks computed together.
constexpr size_t kPhiloxBlocks = 16;

// bits[16 k + i] = word k of the block with counter {first_block + i, counter[1..3]}. `bits` is aligned to a vector.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void philox_blocks(uint32_t first_block, std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key,
                              uint32_t* bits) {
  for (uint32_t i = 0; i < kPhiloxBlocks; ++i) {
    counter[0] = first_block + i;
    const std::array<uint32_t, 4> block = philox(counter, key);
    for (size_t k = 0; k < 4; ++k) bits[kPhiloxBlocks * k + i] = block[k];
  }
}
#else
// A word of a block is in the lower half of a 64-bit lane, as the product requires; the upper half is arbitrary.
// Even and odd blocks are in separate vectors, whose words are interleaved at the end.
HWY_INLINE void philox_blocks(uint32_t first_block, const std::array<uint32_t, 4>& counter,
                              const std::array<uint32_t, 2>& key, uint32_t* bits) {
  const hn::ScalableTag<uint32_t> words;
  const hn::ScalableTag<uint64_t> lanes;
  using Words = hn::Vec<decltype(words)>;
  using Lanes = hn::Vec<decltype(lanes)>;
  constexpr size_t kWords = hn::MaxLanes(decltype(words)());
  static_assert(kPhiloxBlocks % kWords == 0);

  struct State {
    Lanes c0, c1, c2, c3;
  };
  const Words factor_0 = hn::Set(words, 0xD2511F53), factor_1 = hn::Set(words, 0xCD9E8D57);
  const auto advance = [&](State& s, Lanes key_0, Lanes key_1) HWY_ATTR {
    const Lanes a = hn::MulEven(factor_0, hn::BitCast(words, s.c0));
    const Lanes b = hn::MulEven(factor_1, hn::BitCast(words, s.c2));
    s = {hn::Xor(hn::Xor(hn::ShiftRight<32>(b), s.c1), key_0), b, hn::Xor(hn::Xor(hn::ShiftRight<32>(a), s.c3), key_1),
         a};
  };
  for (size_t i = 0; i < kPhiloxBlocks; i += kWords) {
    const Lanes c1 = hn::Set(lanes, counter[1]), c2 = hn::Set(lanes, counter[2]), c3 = hn::Set(lanes, counter[3]);
    const Lanes block = hn::Add(hn::Set(lanes, first_block + i), hn::ShiftLeft<1>(hn::Iota(lanes, 0)));
    State even{block, c1, c2, c3}, odd{hn::Add(block, hn::Set(lanes, 1)), c1, c2, c3};
    Lanes key_0 = hn::Set(lanes, key[0]), key_1 = hn::Set(lanes, key[1]);
    for (int round = 0; round < 10; ++round) {
      advance(even, key_0, key_1);
      advance(odd, key_0, key_1);
      key_0 = hn::Add(key_0, hn::Set(lanes, 0x9E3779B9));
      key_1 = hn::Add(key_1, hn::Set(lanes, 0xBB67AE85));
    }
    const auto store = [&](Lanes of_even, Lanes of_odd, size_t k) HWY_ATTR {
      const Words upper = hn::BitCast(words, hn::ShiftLeft<32>(of_odd));
      hn::Store(hn::OddEven(upper, hn::BitCast(words, of_even)), words, bits + kPhiloxBlocks * k + i);
    };
    store(even.c0, odd.c0, 0);
    store(even.c1, odd.c1, 1);
    store(even.c2, odd.c2, 2);
    store(even.c3, odd.c3, 3);
  }
}
#endif

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
