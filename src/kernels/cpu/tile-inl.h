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
#include <limits>

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
constexpr size_t kTileRows = 8, kNarrowTileRows = 14;
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

// Rows of a product in tiles: 64 rows of at most 14 are 5 tiles of 12 or 14. Sizes are even except at the end, so there
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
  // A weight gradient has the segments of several images, these distances apart.
  size_t images = 1, a_image = 0, b_image = 0;

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

// The rows of a tile in two halves of evenly spaced rows, so that a tile can continue on the next line of an image. An
// odd number of rows is computed as one more, of which one is not stored.
struct TileRows {
  // Consecutive rows. If their number is odd, the halves share the middle one.
  static TileRows consecutive(size_t rows, size_t a_stride, size_t c_stride) {
    return {(rows + 1) / 2 * 2, rows % 2 == 1 ? (rows + 1) / 2 : kAll, rows / 2 * a_stride, rows / 2 * c_stride};
  }
  // Consecutive rows of a copy of a. If their number is odd, the last computed one is not stored.
  static TileRows copied(size_t rows, size_t c_stride) {
    return {(rows + 1) / 2 * 2, rows % 2 == 1 ? rows : kAll, 0, (rows + 1) / 2 * c_stride};
  }
  // Two runs of consecutive rows, a_second and c_second floats apart.
  static TileRows two_runs(size_t rows, size_t a_second, size_t c_second) {
    return {2 * rows, kAll, a_second, c_second};
  }

  static constexpr size_t kAll = static_cast<size_t>(-1);
  size_t computed;
  size_t skipped;             // the row that is not stored
  size_t a_second, c_second;  // from the first row to the first one of the second half
};

// Offsets of the rows of a tile. A load adds 1, 2, 4 or 8 times a register for free, so only odd multiples of the
// stride take registers. They are opaque to the compiler, which would otherwise add the stride again and again, and
// additions compete with multiply-adds for ports.
template <size_t kRows>
struct RowOffsets {
  HWY_INLINE explicit RowOffsets(size_t stride) {
#pragma GCC unroll 16
    for (size_t i = 1; i < kRows; i += 2) {
      odd[i / 2] = i * stride;
      asm("" : "+r"(odd[i / 2]));
    }
  }
  HWY_INLINE size_t of(size_t row) const {
    const int shift = row == 0 ? 0 : std::countr_zero(row);
    return row == 0 ? 0 : odd[(row >> shift) / 2] << shift;
  }
  size_t odd[kRows / 2 + 1];
};

// Calls finish(sum, c, v) for each sum of a tile.
template <size_t kRows, size_t kVectors, class Finish>
HWY_INLINE void finish_tile(const Vec (&sum)[kRows][kVectors], const Strip& s, const TileRows& rows,
                            const Finish& finish) {
  constexpr size_t kHalf = kRows / 2;
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
    if (i == rows.skipped) continue;
    float* c = i < kHalf ? s.c + i * s.c_stride : s.c + rows.c_second + (i - kHalf) * s.c_stride;
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) finish(sum[i][v], c + v * kLanes, v);
  }
}

// Computes a tile of kRows rows.
template <Reading kReading, Order kOrder, size_t kRows, size_t kVectors>
HWY_INLINE void multiply_tile(const Strip& s, const TileRows& rows, const TileInput& input) {
  constexpr size_t kHalf = kRows / 2;
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

  const RowOffsets<kHalf> offsets(s.row_stride);
  const auto add_term = [&](const float* HWY_RESTRICT a, const float* b, float* panel) HWY_ATTR {
    Vec row[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) {
      row[v] = load_b(b, v);
      if constexpr (kReading == Reading::kCopying) hn::Store(row[v], d, panel + v * kLanes);
    }
    const float* a_second = a + rows.a_second;
    if constexpr (kOrder != Order::kCopied) asm("" : "+r"(a_second));
#pragma GCC unroll 16
    for (size_t i = 0; i < kRows; ++i) {
      const float* half = i < kHalf ? a : a_second;
      const size_t at = i % kHalf;
      const Vec factor =
          hn::Set(d, kOrder == Order::kCopied ? a[i] : half[kOrder == Order::kRows ? offsets.of(at) : at]);
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::MulAdd(factor, row[v], sum[i][v]);
    }
  };

  const size_t next_a = kOrder == Order::kRows ? 1 : kOrder == Order::kCopied ? kTileRows : s.depth_stride;
  constexpr size_t kPanelStride = kVectors * kLanes;
  const auto add_segment = [&](const float* a, const float* b) HWY_ATTR {
    float* panel = input.panel;
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
  };
  if constexpr (kReading == Reading::kListedTerms) {
    for (size_t t = 0; t < s.depth; ++t)
      add_term(s.a + input.terms[t] * next_a, input.panel + input.terms[t] * kPanelStride, nullptr);
  } else if constexpr (kReading == Reading::kVectors || kReading == Reading::kColumns) {
    for (size_t image = 0; image < s.images; ++image)
      for (size_t segment = 0; segment < s.segments; ++segment)
        add_segment(s.a + image * s.a_image + segment * s.a_segment, s.b + image * s.b_image + segment * s.b_segment);
  } else {
    add_segment(s.a, kReading == Reading::kPanel ? input.panel : s.b);
  }

  const bool whole = s.columns == kVectors * kLanes;
  // Most tiles are whole and add to nothing. They are stored without a branch per vector.
  if (whole && !s.accumulate && !s.bias && !s.relu)
    return finish_tile(sum, s, rows, [&](Vec value, float* c, size_t) HWY_ATTR { hn::StoreU(value, d, c); });
  if (whole && !s.accumulate) {
    Vec bias[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) bias[v] = s.bias ? hn::LoadU(d, s.bias + v * kLanes) : hn::Zero(d);
    const Vec least = hn::Set(d, s.relu ? 0.0f : -std::numeric_limits<float>::infinity());
    return finish_tile(sum, s, rows, [&](Vec value, float* c, size_t v) HWY_ATTR {
      hn::StoreU(at_least(least, hn::Add(value, bias[v])), d, c);
    });
  }
  finish_tile(sum, s, rows, [&](Vec value, float* c, size_t v) HWY_ATTR {
    const bool is_whole = v + 1 < kVectors || whole;
    const auto load = [&](const float* from)
                          HWY_ATTR { return is_whole ? hn::LoadU(d, from) : load_first(inside, from); };
    if (s.accumulate) value = hn::Add(value, load(c));
    if (s.bias) value = hn::Add(value, load(s.bias + v * kLanes));
    if (s.relu) value = at_least(hn::Zero(d), value);
    if (is_whole)
      hn::StoreU(value, d, c);
    else
      store_first(value, inside, c);
  });
}

// Calls the tile kernel for this number of rows.
template <Reading kReading, Order kOrder, size_t kVectors, size_t kMaxRows>
HWY_INLINE void multiply_vectors(const Strip& s, const TileRows& rows, const TileInput& input) {
  switch (rows.computed / 2) {
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
    HOURGLASS_TILE(7);
#undef HOURGLASS_TILE
  }
}

// Computes rows of a strip: at most kTileRows, or kNarrowRows if it has fewer than kTileVectors vectors. Not inlined:
// the tile kernels, one for each pair of rows, are a lot of code.
template <Reading kReading, Order kOrder, size_t kNarrowRows = kTileRows>
HWY_NOINLINE void multiply(const Strip& s, const TileRows& rows, const TileInput& input) {
  switch (s.num_vectors()) {
    case 1:
      return multiply_vectors<kReading, kOrder, 1, kNarrowRows>(s, rows, input);
    case 2:
      return multiply_vectors<kReading, kOrder, 2, kNarrowRows>(s, rows, input);
    default:
      return multiply_vectors<kReading, kOrder, 3, kTileRows>(s, rows, input);
  }
}
template <Reading kReading, Order kOrder>
HWY_INLINE void multiply(const Strip& s, size_t rows, const TileInput& input) {
  multiply<kReading, kOrder>(s,
                             kOrder == Order::kCopied ? TileRows::copied(rows, s.c_stride)
                                                      : TileRows::consecutive(rows, s.row_stride, s.c_stride),
                             input);
}

// Runs of rows in an image: `count` runs of `rows` consecutive rows. The runs are a_stride and c_stride floats apart.
struct Runs {
  size_t count, rows;
  size_t a_stride = 0, c_stride = 0;
};

// Computes all rows of a strip. b is read where it lies.
template <Reading kReading, Order kOrder>
HWY_INLINE void multiply_strip_in_order(Strip s, const Runs& runs) {
  const size_t most = s.num_vectors() < kTileVectors ? kNarrowTileRows : kTileRows;
  const size_t pairs = 2 * runs.rows <= most ? runs.count / 2 : 0;
  const float* a = s.a;
  float* c = s.c;
  for (size_t pair = 0; pair < pairs; ++pair) {
    s.a = a + 2 * pair * runs.a_stride;
    s.c = c + 2 * pair * runs.c_stride;
    multiply<kReading, kOrder, kNarrowTileRows>(s, TileRows::two_runs(runs.rows, runs.a_stride, runs.c_stride), {});
  }
  const Tiles tiles(runs.rows, most);
  for (size_t run = 2 * pairs; run < runs.count; ++run) {
    for (size_t t = 0; t < tiles.count(); ++t) {
      s.a = a + run * runs.a_stride + tiles.begin(t) * s.row_stride;
      s.c = c + run * runs.c_stride + tiles.begin(t) * s.c_stride;
      multiply<kReading, kOrder, kNarrowTileRows>(s, TileRows::consecutive(tiles.size(t), s.row_stride, s.c_stride),
                                                  {});
    }
  }
}
HWY_INLINE void multiply_strip(const Strip& s, const Runs& runs) {
  if (s.depth_stride == 1)
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kRows>(s, runs)
                 : multiply_strip_in_order<Reading::kColumns, Order::kRows>(s, runs);
  else
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kColumns>(s, runs)
                 : multiply_strip_in_order<Reading::kColumns, Order::kColumns>(s, runs);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
