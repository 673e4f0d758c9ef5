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
#include <type_traits>
#include <utility>

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
  size_t of(size_t part) const { return least + (part < num_larger); }

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
  // Calls visit(begin, end, vectors) for each run of strips in [first, last) that have the same number of vectors.
  template <class Visit>
  void for_each_run(size_t first, size_t last, const Visit& visit) const {
    const size_t larger = std::clamp(vectors.num_larger, first, last);
    if (first < larger) visit(begin(first), begin(larger), vectors.least + 1);
    if (larger < last) visit(begin(larger), begin(last), vectors.least);
  }

  size_t columns;
  Parts vectors;
};

// Strips of a product side by side. A sum has `segments` segments of `depth` terms: one segment in a matrix product,
// one per kernel row in a convolution.
struct Strip {
  size_t segments = 1;
  size_t depth = 0;
  const float* a = nullptr;  // element (i, p) of segment s at a[i * row_stride + p * depth_stride + s * a_segment]
  size_t row_stride = 0;     // this or depth_stride is 1
  size_t depth_stride = 1;
  size_t a_segment = 0;
  const float* b = nullptr;  // element (p, j) of segment s at b[p * b_stride + s * b_segment + j]
  size_t b_stride = 0;
  size_t b_segment = 0;
  float* c = nullptr;  // element (i, j) at c[i * c_stride + j]
  size_t c_stride = 0;
  size_t columns = 0;           // of all strips; only the last vector can be partial
  const float* bias = nullptr;  // null: none
  bool relu = false;
  bool accumulate = false;  // c += instead of c =
  // A weight gradient has the segments of several images, these distances apart.
  size_t images = 1, a_image = 0, b_image = 0;
  size_t vectors = (columns + kLanes - 1) / kLanes;  // of a strip: one strip unless given

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
  float* panel = nullptr;  // [strips, panel_depth, vectors]
  size_t panel_depth = 0;
  const uint32_t* terms = nullptr;  // the indices of the `depth` terms
  // Rows of the next strips, brought to the second-level cache: `ahead_rows` in each of the first `steps` steps of four
  // terms.
  const float* ahead = nullptr;
  size_t ahead_stride = 0, ahead_rows = 1, steps = 0;

  // A tile, one of `tiles`, prefetches `rows` rows from `from` on.
  HWY_INLINE void read_ahead(const float* from, size_t stride, size_t rows, size_t tiles) {
    ahead = from;
    ahead_stride = stride;
    ahead_rows = tiles < 4 ? (4 + tiles - 1) / tiles : 1;
    steps = (rows + ahead_rows - 1) / ahead_rows;
  }
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

// Lambdas of a tile are inlined into it.
#define HOURGLASS_INLINE HWY_ATTR __attribute__((always_inline))

// Calls step(0), step(1) ... with constants. The compiler keeps an array in registers if all its indices are constants,
// but not always if they come from a loop, which it unrolls later.
template <size_t... kIndex, class Step>
HWY_INLINE void repeat(std::index_sequence<kIndex...>, const Step& step) {
  (step(std::integral_constant<size_t, kIndex>()), ...);
}

// Computes a tile of kRows rows of each strip. kVector... are 0, 1 ... for the vectors of a row.
template <Reading kReading, Order kOrder, size_t kRows, size_t... kVector>
HWY_INLINE void multiply_tile(const Strip& s, const TileRows& rows, const TileInput& input,
                              std::index_sequence<kVector...>) {
  constexpr size_t kHalf = kRows / 2, kVectors = sizeof...(kVector), kColumns = kVectors * kLanes;
  constexpr size_t kLast = (kVectors - 1) * kLanes;  // of the columns, that of the last vector
  constexpr std::make_index_sequence<kRows> kAllRows;
  const Tag d;
  const RowOffsets<kHalf> offsets(s.row_stride);
  const size_t next_a = kOrder == Order::kRows ? 1 : kOrder == Order::kCopied ? kTileRows : s.depth_stride;
  for (size_t first = 0; first < s.columns; first += kColumns) {
    const size_t columns = std::min(kColumns, s.columns - first);
    const bool whole = columns == kColumns;
    const FirstLanes inside = first_lanes(columns - kLast);
    Vec sum[kRows][kVectors];
    repeat(kAllRows, [&](auto i) HOURGLASS_INLINE { ((sum[i][kVector] = hn::Zero(d)), ...); });

    const auto add_term = [&](const float* HWY_RESTRICT a, const float* b, float* panel) HOURGLASS_INLINE {
      Vec row[kVectors];
      ((row[kVector] = kReading == Reading::kColumns && kVector + 1 == kVectors ? load_first(inside, b + kLast)
                                                                                : hn::LoadU(d, b + kVector * kLanes)),
       ...);
      if constexpr (kReading == Reading::kCopying) (hn::Store(row[kVector], d, panel + kVector * kLanes), ...);
      const float* a_second = a + rows.a_second;
      if constexpr (kOrder != Order::kCopied) asm("" : "+r"(a_second));
      repeat(kAllRows, [&](auto i) HOURGLASS_INLINE {
        const float* half = i < kHalf ? a : a_second;
        constexpr size_t kAt = i % kHalf;
        const Vec factor =
            hn::Set(d, kOrder == Order::kCopied ? a[i] : half[kOrder == Order::kRows ? offsets.of(kAt) : kAt]);
        ((sum[i][kVector] = hn::MulAdd(factor, row[kVector], sum[i][kVector])), ...);
      });
    };

    float* panel = input.panel + first * input.panel_depth;
    const auto add_segment = [&](const float* a, const float* b) HOURGLASS_INLINE {
      float* to = panel;
      const size_t next_b = kReading == Reading::kPanel ? kColumns : s.b_stride;
      const float* ahead = input.ahead ? input.ahead + first : nullptr;
      const auto add_next = [&]() HOURGLASS_INLINE {
        add_term(a, b, to);
        a += next_a, b += next_b;
        if constexpr (kReading == Reading::kCopying) to += kColumns;
      };
      size_t p = 0;
      for (size_t step = 0; p + 4 <= s.depth; p += 4, ++step) {
        if (step < input.steps) {
          size_t left = input.ahead_rows;
          do {
#pragma GCC unroll 4
            for (size_t j = 0; j < kColumns; j += kLineFloats) __builtin_prefetch(ahead + j, 0, 2);
            ahead += input.ahead_stride;
          } while (--left > 0);
        }
#pragma GCC unroll 4
        for (int term = 0; term < 4; ++term) add_next();
      }
      for (; p < s.depth; ++p) add_next();
    };
    if constexpr (kReading == Reading::kListedTerms) {
      for (size_t t = 0; t < s.depth; ++t)
        add_term(s.a + input.terms[t] * next_a, panel + input.terms[t] * kColumns, nullptr);
    } else if constexpr (kReading == Reading::kVectors || kReading == Reading::kColumns) {
      for (size_t image = 0; image < s.images; ++image)
        for (size_t segment = 0; segment < s.segments; ++segment)
          add_segment(s.a + image * s.a_image + segment * s.a_segment,
                      s.b + first + image * s.b_image + segment * s.b_segment);
    } else {
      add_segment(s.a, kReading == Reading::kPanel ? panel : s.b + first);
    }

    const auto row_of_c = [&](auto i) HOURGLASS_INLINE {
      return s.c + first + (i < kHalf ? i * s.c_stride : rows.c_second + (i - kHalf) * s.c_stride);
    };
    const auto load_last = [&](const float* from)
                               HOURGLASS_INLINE { return whole ? hn::LoadU(d, from) : load_first(inside, from); };
    if (s.accumulate)
      repeat(kAllRows, [&](auto i) HOURGLASS_INLINE {
        if (i == rows.skipped) return;
        const float* c = row_of_c(i);
        ((sum[i][kVector] = hn::Add(
              sum[i][kVector], kVector + 1 < kVectors ? hn::LoadU(d, c + kVector * kLanes) : load_last(c + kLast))),
         ...);
      });
    if (s.bias || s.relu) {
      Vec bias[kVectors] = {((void)kVector, hn::Zero(d))...};
      if (s.bias)
        ((bias[kVector] = kVector + 1 < kVectors ? hn::LoadU(d, s.bias + first + kVector * kLanes)
                                                 : load_last(s.bias + first + kLast)),
         ...);
      const Vec least = hn::Set(d, s.relu ? 0.0f : -std::numeric_limits<float>::infinity());
      repeat(kAllRows, [&](auto i) HOURGLASS_INLINE {
        ((sum[i][kVector] = at_least(least, hn::Add(sum[i][kVector], bias[kVector]))), ...);
      });
    }
    repeat(kAllRows, [&](auto i) HOURGLASS_INLINE {
      if (i == rows.skipped) return;
      float* c = row_of_c(i);
      ((kVector + 1 < kVectors ? hn::StoreU(sum[i][kVector], d, c + kVector * kLanes) : void()), ...);
      if (whole)
        hn::StoreU(sum[i][kVectors - 1], d, c + kLast);
      else
        store_first(sum[i][kVectors - 1], inside, c + kLast);
    });
  }
}

// Calls the tile kernel for this number of rows.
template <Reading kReading, Order kOrder, size_t kVectors, size_t kMaxRows>
HWY_INLINE void multiply_vectors(const Strip& s, const TileRows& rows, const TileInput& input) {
  switch (rows.computed / 2) {
#define HOURGLASS_TILE(PAIRS)                                                                                  \
  case PAIRS:                                                                                                  \
    if constexpr (2 * PAIRS <= kMaxRows)                                                                       \
      return multiply_tile<kReading, kOrder, 2 * PAIRS>(s, rows, input, std::make_index_sequence<kVectors>()); \
    else                                                                                                       \
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

// Computes rows of the strips: at most kTileRows, or kNarrowRows if it has fewer than kTileVectors vectors. Not
// inlined: the tile kernels, one for each pair of rows, are a lot of code.
template <Reading kReading, Order kOrder, size_t kNarrowRows = kTileRows>
HWY_NOINLINE void multiply(const Strip& s, const TileRows& rows, const TileInput& input) {
  switch (s.vectors) {
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
void multiply_strip(const Strip& s, const Runs& runs);

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
