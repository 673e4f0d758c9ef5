// A register-blocked product for the shapes of autoencoders: a slice of a batch (tens of rows) times a layer's weights.
// Rows of `b` are read where they lie: at these sizes packing them costs more than it wins. Only the transposed operand
// of matmul_nt is packed, a panel at a time. docs/performance.md holds the comparison with oneDNN's sgemm.
#include "kernels/matmul.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/matmul.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

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

// Terms of the sum taken at once; a panel of kPanelDepth x kTileColumns floats stays in the first-level cache.
constexpr size_t kDepth = 1024;
constexpr size_t kPanelDepth = 256;

// One strip of a product: up to kTileColumns columns, all of one block of the sum.
struct Strip {
  size_t depth;    // terms of the sum
  const float* a;  // element (i, p) at a[i * row_stride + p * depth_stride]
  size_t row_stride;
  size_t depth_stride;
  const float* b;  // element (p, j) at b[p * b_stride + j]
  size_t b_stride;
  float* c;  // element (i, j) at c[i * c_stride + j]
  size_t c_stride;
  size_t columns;     // at most kTileColumns
  const float* bias;  // null: none
  bool relu;
  bool accumulate;  // c += instead of c =
};

template <size_t kRows, bool kPartial>
HWY_INLINE void multiply_tile(const Strip& s, size_t first_row) {
  const Tag d;
  FirstLanes inside[kTileVectors];
  if constexpr (kPartial) {
    for (size_t v = 0; v < kTileVectors; ++v)
      inside[v] = first_lanes(std::min(kLanes, s.columns > v * kLanes ? s.columns - v * kLanes : 0));
  }
  const auto load = [&](const float* from, size_t v) HWY_ATTR {
    if constexpr (kPartial) return load_first(inside[v], from + v * kLanes);
    return hn::LoadU(d, from + v * kLanes);
  };

  Vec sum[kRows][kTileVectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (size_t v = 0; v < kTileVectors; ++v) sum[i][v] = hn::Zero(d);

  const float* HWY_RESTRICT a = s.a + first_row * s.row_stride;
  const float* HWY_RESTRICT b = s.b;
  for (size_t p = 0; p < s.depth; ++p) {
    Vec row[kTileVectors];
#pragma GCC unroll 2
    for (size_t v = 0; v < kTileVectors; ++v) row[v] = load(b, v);
#pragma GCC unroll 16
    for (size_t i = 0; i < kRows; ++i) {
      const Vec factor = hn::Set(d, a[i * s.row_stride]);
#pragma GCC unroll 2
      for (size_t v = 0; v < kTileVectors; ++v) sum[i][v] = hn::MulAdd(factor, row[v], sum[i][v]);
    }
    a += s.depth_stride;
    b += s.b_stride;
  }

#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (size_t v = 0; v < kTileVectors; ++v) {
      float* c = s.c + (first_row + i) * s.c_stride;
      Vec value = sum[i][v];
      if (s.accumulate) value = hn::Add(value, load(c, v));
      if (s.bias) value = hn::Add(value, load(s.bias, v));
      if (s.relu) value = at_least(hn::Zero(d), value);
      if constexpr (kPartial) {
        store_first(value, inside[v], c + v * kLanes);
      } else {
        hn::StoreU(value, d, c + v * kLanes);
      }
    }
  }
}

// The tile kernel for each number of rows, by index.
template <bool kPartial>
HWY_INLINE void multiply_rows(const Strip& s, size_t first_row, size_t rows) {
  switch (rows) {
#define HOURGLASS_TILE(ROWS)                              \
  case ROWS:                                              \
    if constexpr (ROWS <= kTileRows)                      \
      return multiply_tile<ROWS, kPartial>(s, first_row); \
    else                                                  \
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

// One copy for the three products: its tiles, one for every number of rows, are a lot of code.
HWY_NOINLINE void multiply(const Strip& s, size_t first_row, size_t rows) {
  if (s.columns == kTileColumns) {
    multiply_rows<false>(s, first_row, rows);
  } else {
    multiply_rows<true>(s, first_row, rows);
  }
}

// Rows are shared out evenly over the fewest tiles: 64 rows are 5 tiles of 12 or 13, not 4 of 14 and one of 8.
struct RowTiles {
  size_t rows;
  size_t count = (rows + kTileRows - 1) / kTileRows;
  size_t begin(size_t tile) const { return rows * tile / count; }
};

HWY_INLINE void multiply_strip(const Strip& s, const RowTiles& tiles) {
  for (size_t t = 0; t < tiles.count; ++t) multiply(s, tiles.begin(t), tiles.begin(t + 1) - tiles.begin(t));
}

void matmul(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const RowTiles tiles{m};
  for (size_t p = 0; p < k; p += kDepth) {
    const size_t depth = std::min(kDepth, k - p);
    const bool last = p + depth == k;
    for (size_t j = 0; j < n; j += kTileColumns) {
      multiply_strip({depth, a + p, k, 1, b + p * n + j, n, c + j, n, std::min(kTileColumns, n - j),
                      last && epilogue.bias ? epilogue.bias + j : nullptr, last && epilogue.relu, p > 0},
                     tiles);
    }
  }
}

// Tiles of rows are the outer loop: the strided columns of `a` that make one stay in the first-level cache.
void matmul_tn(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const RowTiles tiles{m};
  for (size_t p = 0; p < k; p += kDepth) {
    const size_t depth = std::min(kDepth, k - p);
    for (size_t t = 0; t < tiles.count; ++t) {
      for (size_t j = 0; j < n; j += kTileColumns) {
        multiply(
            {depth, a + p * m, 1, m, b + p * n + j, n, c + j, n, std::min(kTileColumns, n - j), nullptr, false, p > 0},
            tiles.begin(t), tiles.begin(t + 1) - tiles.begin(t));
      }
    }
  }
}

// panel[p * kTileColumns + j] = b[j * stride + p] for `columns` rows of b, p < depth; further columns repeat the last.
// Four columns of a group of rows are gathered block by block so that a 4x4 transpose within each 128-bit block is all
// the shuffling there is.
HWY_INLINE void transpose_panel(const float* b, size_t stride, size_t columns, size_t depth,
                                float* HWY_RESTRICT panel) {
  for (size_t first = 0; first < kTileColumns; first += kLanes) {
    const float* row[kLanes];
    for (size_t j = 0; j < kLanes; ++j) row[j] = b + std::min(first + j, columns - 1) * stride;
    float* HWY_RESTRICT to = panel + first;
    size_t p = 0;
#if HWY_TARGET != HWY_SCALAR
    const Tag d;
    const hn::Repartition<double, Tag> pairs;
    constexpr size_t kBlocks = kLanes / 4;
    for (; p + 4 <= depth; p += 4) {
      Vec quad[4];
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; ++i) {
        quad[i] = hn::LoadDup128(d, row[i] + p);
#pragma GCC unroll 4
        for (size_t block = 1; block < kBlocks; ++block)
          quad[i] = hn::IfThenElse(hn::FirstN(d, 4 * block), quad[i], hn::LoadDup128(d, row[4 * block + i] + p));
      }
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, quad[0], quad[1]));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, quad[0], quad[1]));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, quad[2], quad[3]));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, quad[2], quad[3]));
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to + (p + 0) * kTileColumns);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + (p + 1) * kTileColumns);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + (p + 2) * kTileColumns);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + (p + 3) * kTileColumns);
    }
#endif
    for (; p < depth; ++p)
      for (size_t j = 0; j < kLanes; ++j) to[p * kTileColumns + j] = row[j][p];
  }
}

void matmul_nt(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  HWY_ALIGN float panel[kPanelDepth * kTileColumns];
  const RowTiles tiles{m};
  for (size_t p = 0; p < k; p += kPanelDepth) {
    const size_t depth = std::min(kPanelDepth, k - p);
    for (size_t j = 0; j < n; j += kTileColumns) {
      const size_t columns = std::min(kTileColumns, n - j);
      transpose_panel(b + j * k + p, k, columns, depth, panel);
      multiply_strip({depth, a + p, k, 1, panel, kTileColumns, c + j, n, columns, nullptr, false, p > 0}, tiles);
    }
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(matmul);
HWY_EXPORT(matmul_tn);
HWY_EXPORT(matmul_nt);

void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  HWY_DYNAMIC_DISPATCH(matmul)(m, n, k, a, b, c, epilogue);
}
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  HWY_DYNAMIC_DISPATCH(matmul_tn)(m, n, k, a, b, c);
}
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  HWY_DYNAMIC_DISPATCH(matmul_nt)(m, n, k, a, b, c);
}
}  // namespace hourglass
#endif
