// Register-blocked inner loop of all products: a tile of a few rows and up to three vectors of columns, which stays in
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
#include <bit>
#include <cstddef>

#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

constexpr size_t kLanes = hn::MaxLanes(Tag());
constexpr size_t kLineFloats = 16;  // per cache line

// The accumulators of a tile, its vectors of b and one broadcast of a fill the register file: 32 registers on AVX-512
// and NEON, 16 elsewhere. Wide tiles load least: 8 x 3 vectors need 11 loads for 24 multiply-adds.
constexpr size_t kTileVectors = 3;
constexpr size_t kTileColumns = kTileVectors * kLanes;
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr size_t kTileRows = 8, kNarrowTileRows = 12;
#else
constexpr size_t kTileRows = 4, kNarrowTileRows = 6;
#endif

// Splits a range evenly into as few parts as possible. The first parts are larger by one. Divides only once: divisions
// for every tile would take a tenth of the time of short sums.
struct Parts {
  Parts(size_t size, size_t most) : count((size + most - 1) / most) {
    if (count > 0) least = size / count, num_larger = size % count;
  }
  size_t begin(size_t part) const { return part * least + std::min(part, num_larger); }

  size_t count, least = 0, num_larger = 0;
};

// Rows of a product in tiles: 64 rows of at most 12 are 6 tiles of 10 or 12. Sizes are even except at the end, so there
// is a tile kernel for every second size only.
struct Tiles {
  explicit Tiles(size_t count, size_t most = kTileRows) : rows(count), pairs{(count + 1) / 2, most / 2} {}
  size_t count() const { return pairs.count; }
  size_t begin(size_t tile) const { return std::min(rows, 2 * pairs.begin(tile)); }
  size_t size(size_t tile) const { return begin(tile + 1) - begin(tile); }

  size_t rows;
  Parts pairs;
};

// Columns of a product in strips of whole vectors, up to kTileColumns wide. The last strip can end inside a vector.
struct Strips {
  explicit Strips(size_t count) : columns(count), vectors{(count + kLanes - 1) / kLanes, kTileVectors} {}
  size_t count() const { return vectors.count; }
  size_t begin(size_t strip) const { return std::min(columns, vectors.begin(strip) * kLanes); }

  size_t columns;
  Parts vectors;
};

// One strip of a product: any number of rows, up to kTileColumns columns. A sum has `segments` segments of `depth`
// terms: one segment in a matrix product, one per kernel row in a convolution.
struct Strip {
  size_t segments;
  size_t depth;
  const float* a;     // element (i, p) of segment s at a[i * row_stride + p * depth_stride + s * a_segment]
  size_t row_stride;  // this or depth_stride is 1
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
  bool accumulate;  // c += instead of c =

  size_t num_vectors() const { return (columns + kLanes - 1) / kLanes; }
  bool is_whole() const { return columns % kLanes == 0; }
};

// How a tile reads b.
enum class Reading {
  kVectors,      // whole vectors
  kColumns,      // the columns only
  kCopying,      // whole vectors, which are copied to `panel`
  kPanel,        // whole vectors of `panel`
  kListedTerms,  // whole vectors of `panel`, of the terms of a list
};

// Where the values of a are.
enum class Order {
  kRows,     // the terms of a row are contiguous
  kColumns,  // the rows of a term are contiguous
  kCopied,   // kTileRows values per term
};

// What a tile needs for its reading.
struct TileInput {
  float* panel = nullptr;           // [depth, vectors]
  const uint32_t* terms = nullptr;  // the indices of the `depth` terms
  // Rows of the next strip, brought to the second-level cache: `ahead_rows` before every `every` terms.
  const float* ahead = nullptr;
  size_t ahead_stride = 0, ahead_columns = 0, ahead_rows = 1, every = 4;
};

// Offsets of the rows of a tile. A load adds 1, 2, 4 or 8 times a register for free, so only odd multiples of the
// stride take registers. They are opaque to the compiler, which would otherwise add the stride again and again, and
// additions compete with multiply-adds for ports. If the tile has one row less, its last row is read twice.
template <size_t kRows>
struct RowOffsets {
  HWY_INLINE RowOffsets(size_t stride, size_t rows) {
#pragma GCC unroll 16
    for (size_t i = 1; i < kRows; i += 2) {
      odd[i / 2] = (i + 1 < kRows ? i : rows - 1) * stride;
      asm("" : "+r"(odd[i / 2]));
    }
  }
  HWY_INLINE size_t of(size_t row) const {
    const int shift = row == 0 ? 0 : std::countr_zero(row);
    return row == 0 ? 0 : odd[(row >> shift) / 2] << shift;
  }
  size_t odd[kRows / 2];
};

// A tile of kRows rows, or one less.
template <Reading kReading, Order kOrder, size_t kRows, size_t kVectors>
HWY_INLINE void multiply_tile(const Strip& s, size_t rows, const TileInput& input) {
  const Tag d;
  const FirstLanes inside = first_lanes(s.columns - (kVectors - 1) * kLanes);  // of the last vector
  const auto load_b = [&](const float* b, size_t v) HWY_ATTR {
    if constexpr (kReading == Reading::kColumns) {
      if (v == kVectors - 1) return load_first(inside, b + v * kLanes);
    }
    return hn::LoadU(d, b + v * kLanes);
  };

  Vec sum[kRows][kVectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::Zero(d);

  const RowOffsets<kRows> offsets(s.row_stride, rows);
  const size_t last = rows - 1;
  const auto add_term = [&](const float* HWY_RESTRICT a, const float* b, float* panel) HWY_ATTR {
    Vec row[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      row[v] = load_b(b, v);
      if constexpr (kReading == Reading::kCopying) hn::Store(row[v], d, panel + v * kLanes);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < kRows; ++i) {
      const Vec factor = hn::Set(d, a[kOrder == Order::kRows                      ? offsets.of(i)
                                      : kOrder == Order::kCopied || i + 1 < kRows ? i
                                                                                  : last]);
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::MulAdd(factor, row[v], sum[i][v]);
    }
  };

  const size_t next_a = kOrder == Order::kRows ? 1 : kOrder == Order::kCopied ? kTileRows : s.depth_stride;
  constexpr size_t kPanelStride = kVectors * kLanes;
  for (size_t segment = 0; segment < s.segments; ++segment) {
    const float* a = s.a + segment * s.a_segment;
    if constexpr (kReading == Reading::kListedTerms) {
      for (size_t t = 0; t < s.depth; ++t)
        add_term(a + input.terms[t] * next_a, input.panel + input.terms[t] * kPanelStride, nullptr);
    } else {
      float* panel = input.panel;
      const float* b = kReading == Reading::kPanel ? panel : s.b + segment * s.b_segment;
      const size_t next_b = kReading == Reading::kPanel ? kPanelStride : s.b_stride;
      const float* ahead = input.ahead;
      for (size_t p = 0; p < s.depth;) {
        const size_t end = ahead ? std::min(s.depth, p + input.every) : s.depth;
        for (size_t row = 0; ahead && row < input.ahead_rows; ++row, ahead += input.ahead_stride)
          for (size_t j = 0; j < input.ahead_columns; j += kLineFloats) __builtin_prefetch(ahead + j, 0, 2);
        if constexpr (kReading == Reading::kPanel) {
          for (; p + 4 <= end; p += 4, a += 4 * next_a, b += 4 * next_b) {
#pragma GCC unroll 4
            for (size_t t = 0; t < 4; ++t) add_term(a + t * next_a, b + t * next_b, nullptr);
          }
        }
        for (; p < end; ++p, a += next_a, b += next_b) {
          add_term(a, b, panel);
          if constexpr (kReading == Reading::kCopying) panel += kPanelStride;
        }
      }
    }
  }

  // Most tiles are whole and have no epilogue. They are stored without a branch per vector.
  const bool whole = s.columns == kVectors * kLanes;
  if (whole && !s.accumulate && !s.bias && !s.relu) {
#pragma GCC unroll 16
    for (size_t i = 0; i < kRows; ++i) {
      if (i == rows) break;
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[i][v], d, s.c + i * s.c_stride + v * kLanes);
    }
    return;
  }
  const auto load = [&](const float* from, size_t v) HWY_ATTR {
    return v + 1 < kVectors || whole ? hn::LoadU(d, from + v * kLanes) : load_first(inside, from + v * kLanes);
  };
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
    if (i == rows) break;
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      float* c = s.c + i * s.c_stride;
      Vec value = sum[i][v];
      if (s.accumulate) value = hn::Add(value, load(c, v));
      if (s.bias) value = hn::Add(value, load(s.bias, v));
      if (s.relu) value = at_least(hn::Zero(d), value);
      if (v + 1 < kVectors || whole)
        hn::StoreU(value, d, c + v * kLanes);
      else
        store_first(value, inside, c + v * kLanes);
    }
  }
}

// Calls the tile kernel for this number of rows.
template <Reading kReading, Order kOrder, size_t kVectors, size_t kMaxRows>
HWY_INLINE void multiply_vectors(const Strip& s, size_t rows, const TileInput& input) {
  switch ((rows + 1) / 2) {
#define HOURGLASS_TILE(PAIRS)                                                      \
  case PAIRS:                                                                      \
    if constexpr (2 * PAIRS <= kMaxRows)                                           \
      return multiply_tile<kReading, kOrder, 2 * PAIRS, kVectors>(s, rows, input); \
    else                                                                           \
      return
    HOURGLASS_TILE(1);
    HOURGLASS_TILE(2);
    HOURGLASS_TILE(3);
    HOURGLASS_TILE(4);
    HOURGLASS_TILE(5);
    HOURGLASS_TILE(6);
#undef HOURGLASS_TILE
  }
}

// Computes the first `rows` rows of a strip: at most kTileRows, or kNarrowRows if it has fewer than kTileVectors
// vectors. Not inlined: the tile kernels, one for each pair of rows, are a lot of code.
template <Reading kReading, Order kOrder, size_t kNarrowRows = kTileRows>
HWY_NOINLINE void multiply(const Strip& s, size_t rows, const TileInput& input) {
  switch (s.num_vectors()) {
    case 1:
      return multiply_vectors<kReading, kOrder, 1, kNarrowRows>(s, rows, input);
    case 2:
      return multiply_vectors<kReading, kOrder, 2, kNarrowRows>(s, rows, input);
    default:
      return multiply_vectors<kReading, kOrder, 3, kTileRows>(s, rows, input);
  }
}

// Computes all rows of a strip. b is read where it lies.
template <Reading kReading, Order kOrder>
HWY_INLINE void multiply_strip_in_order(const Strip& s, size_t rows) {
  const Tiles tiles(rows, s.num_vectors() < kTileVectors ? kNarrowTileRows : kTileRows);
  Strip tile = s;
  for (size_t t = 0; t < tiles.count(); ++t) {
    tile.a = s.a + tiles.begin(t) * s.row_stride;
    tile.c = s.c + tiles.begin(t) * s.c_stride;
    multiply<kReading, kOrder, kNarrowTileRows>(tile, tiles.size(t), {});
  }
}
HWY_INLINE void multiply_strip(const Strip& s, size_t rows) {
  if (s.depth_stride == 1)
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kRows>(s, rows)
                 : multiply_strip_in_order<Reading::kColumns, Order::kRows>(s, rows);
  else
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kColumns>(s, rows)
                 : multiply_strip_in_order<Reading::kColumns, Order::kColumns>(s, rows);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
