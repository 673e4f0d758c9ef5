// Register-blocked inner loop of all products: a tile of a few rows and up to two vectors of columns, which stays in
// registers while its sums are computed. Shared by the matrix products and the convolutions.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_TILE_INL_H_
#undef HOURGLASS_TILE_INL_H_
#else
#define HOURGLASS_TILE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

constexpr size_t kLanes = hn::MaxLanes(Tag());

// A tile of kTileRows x kTileVectors accumulators, two loads of b and one broadcast of a fill the register file:
// 32 registers on AVX-512 and NEON, 16 elsewhere.
constexpr size_t kTileVectors = 2;
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr size_t kTileRows = 14;
#else
constexpr size_t kTileRows = 6;
#endif
constexpr size_t kTileColumns = kTileVectors * kLanes;

// One strip of a product: any number of rows, up to kTileColumns columns. A sum has `segments` segments of `depth`
// terms: one segment in a matrix product, one per kernel row in a convolution.
struct Strip {
  size_t segments;
  size_t depth;
  const float* a;  // element (i, p) of segment s at a[i * row_stride + p * depth_stride + s * a_segment]
  size_t row_stride;
  size_t depth_stride;
  size_t a_segment;
  const float* b;  // element (p, j) of segment s at b[p * b_stride + s * b_segment + j]
  size_t b_stride;
  size_t b_segment;
  float* c;  // element (i, j) at c[i * c_stride + j]
  size_t c_stride;
  size_t columns;     // at most kTileColumns
  const float* bias;  // null: none
  bool relu;
  bool accumulate;                  // c += instead of c =
  const uint32_t* terms = nullptr;  // indices of the `depth` terms of each segment; null: 0 .. depth - 1
};

template <size_t kRows, size_t kVectors, bool kPartial>
HWY_INLINE void multiply_tile(const Strip& s, size_t first_row) {
  const Tag d;
  // Only the last vector can be partial.
  FirstLanes inside;
  if constexpr (kPartial) inside = first_lanes(s.columns - (kVectors - 1) * kLanes);
  const auto load = [&](const float* from, size_t v) HWY_ATTR {
    if constexpr (kPartial) {
      if (v == kVectors - 1) return load_first(inside, from + v * kLanes);
    }
    return hn::LoadU(d, from + v * kLanes);
  };

  Vec sum[kRows][kVectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::Zero(d);

  for (size_t segment = 0; segment < s.segments; ++segment) {
    const float* first_a = s.a + first_row * s.row_stride + segment * s.a_segment;
    const float* first_b = s.b + segment * s.b_segment;
    for (size_t t = 0; t < s.depth; ++t) {
      const size_t p = s.terms ? s.terms[t] : t;
      const float* HWY_RESTRICT a = first_a + p * s.depth_stride;
      const float* HWY_RESTRICT b = first_b + p * s.b_stride;
      Vec row[kVectors];
#pragma GCC unroll 2
      for (size_t v = 0; v < kVectors; ++v) row[v] = load(b, v);
#pragma GCC unroll 16
      for (size_t i = 0; i < kRows; ++i) {
        const Vec factor = hn::Set(d, a[i * s.row_stride]);
#pragma GCC unroll 2
        for (size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::MulAdd(factor, row[v], sum[i][v]);
      }
    }
  }

#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (size_t v = 0; v < kVectors; ++v) {
      float* c = s.c + (first_row + i) * s.c_stride;
      Vec value = sum[i][v];
      if (s.accumulate) value = hn::Add(value, load(c, v));
      if (s.bias) value = hn::Add(value, load(s.bias, v));
      if (s.relu) value = at_least(hn::Zero(d), value);
      if (kPartial && v == kVectors - 1) {
        store_first(value, inside, c + v * kLanes);
      } else {
        hn::StoreU(value, d, c + v * kLanes);
      }
    }
  }
}

// Calls the tile kernel for this number of rows.
template <size_t kVectors, bool kPartial>
HWY_INLINE void multiply_rows(const Strip& s, size_t first_row, size_t rows) {
  switch (rows) {
#define HOURGLASS_TILE(ROWS)                                        \
  case ROWS:                                                        \
    if constexpr (ROWS <= kTileRows)                                \
      return multiply_tile<ROWS, kVectors, kPartial>(s, first_row); \
    else                                                            \
      return
    HOURGLASS_TILE(1);
    HOURGLASS_TILE(2);
    HOURGLASS_TILE(3);
    HOURGLASS_TILE(4);
    HOURGLASS_TILE(5);
    HOURGLASS_TILE(6);
    HOURGLASS_TILE(7);
    HOURGLASS_TILE(8);
    HOURGLASS_TILE(9);
    HOURGLASS_TILE(10);
    HOURGLASS_TILE(11);
    HOURGLASS_TILE(12);
    HOURGLASS_TILE(13);
    HOURGLASS_TILE(14);
#undef HOURGLASS_TILE
  }
}

// Not inlined: the tile kernels, one for each number of rows, are a lot of code.
HWY_NOINLINE inline void multiply(const Strip& s, size_t first_row, size_t rows) {
  if (s.columns == kTileColumns) return multiply_rows<kTileVectors, false>(s, first_row, rows);
  if (s.columns > kLanes) return multiply_rows<kTileVectors, true>(s, first_row, rows);
  if (s.columns == kLanes) return multiply_rows<1, false>(s, first_row, rows);
  multiply_rows<1, true>(s, first_row, rows);
}

// Splits rows evenly into as few tiles as possible: 64 rows are 5 tiles of 12 or 13, not 4 of 14 and one of 8.
struct RowTiles {
  size_t rows;
  size_t count = (rows + kTileRows - 1) / kTileRows;
  size_t begin(size_t tile) const { return rows * tile / count; }
};

HWY_INLINE void multiply_strip(const Strip& s, const RowTiles& tiles) {
  for (size_t t = 0; t < tiles.count; ++t) multiply(s, tiles.begin(t), tiles.begin(t + 1) - tiles.begin(t));
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
