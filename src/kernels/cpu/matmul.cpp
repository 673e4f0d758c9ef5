// Register-blocked products for the shapes of autoencoders: a slice of a batch (tens of rows) times the weights of a
// layer. Rows of `b` are read in place, because packing costs more than it saves at these sizes. Only the transposed
// operand of matmul_nt is packed, one panel at a time. See docs/performance.md for measurements.
#include "kernels/matmul.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/matmul.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Number of terms of the sums per block. A panel of kPanelDepth x kTileColumns floats stays in the L1 cache.
constexpr size_t kDepth = 1024;
constexpr size_t kPanelDepth = 256;
// Rows of `b` per block of matmul_tn. All tiles use a block before the next one, so it stays in the L2 cache.
constexpr size_t kSampleDepth = 256;

// Many factors are 0: dark borders of images, binarized and masked images, dead units. A term that is 0 in all rows of
// a tile is skipped. The list of the other terms is used for all columns, so it pays off only for this many columns.
constexpr size_t kColumnsWorthAList = 64;
// A list must skip at least 1 / 4 (rows) or 1 / 8 (columns) of the terms to pay off. With a list not all values of
// consecutive rows of `a` are read, so they leave the cache before the loss and the weight gradient need them.
constexpr size_t kWorthwhileRows = 4, kWorthwhileColumns = 8;
// Maximum number of tiles with lists: 224 rows on AVX-512, more than a slice of a batch.
constexpr size_t kListedTiles = 16;

// terms[0..] = all p < depth for which a[i * stride + p] != 0 for some i < rows. Returns their number.
HWY_INLINE size_t terms_of_rows(const float* a, size_t stride, size_t rows, size_t depth,
                                uint32_t* HWY_RESTRICT terms) {
  const Tag d;
  const hn::RebindToUnsigned<Tag> du;
  size_t count = 0, p = 0;
  for (; p + kLanes <= depth; p += kLanes) {
    Vec any = hn::Zero(d);
    for (size_t i = 0; i < rows; ++i) any = hn::Or(any, hn::LoadU(d, a + i * stride + p));
    // Compared as integers without the sign bit, because the OR of floats can be a NaN.
    const auto used = hn::Ne(hn::ShiftLeft<1>(hn::BitCast(du, any)), hn::Zero(du));
    hn::StoreU(hn::Compress(hn::Iota(du, static_cast<uint32_t>(p)), used), du, terms + count);
    count += hn::CountTrue(du, used);
  }
  for (; p < depth; ++p) {
    bool used = false;
    for (size_t i = 0; i < rows; ++i) used |= a[i * stride + p] != 0;
    terms[count] = static_cast<uint32_t>(p);
    count += used;
  }
  return count;
}

// Lists the terms of each tile of rows until a list does not pay off. Returns the number of listed tiles.
HWY_INLINE size_t list_rows(const RowTiles& tiles, const float* a, size_t stride, size_t depth,
                            uint32_t (*terms)[kDepth + kLanes], size_t* counts) {
  for (size_t t = 0; t < std::min(tiles.count, kListedTiles); ++t) {
    const size_t first = tiles.begin(t);
    counts[t] = terms_of_rows(a + first * stride, stride, tiles.begin(t + 1) - first, depth, terms[t]);
    if (counts[t] + depth / kWorthwhileRows > depth) return t;
  }
  return std::min(tiles.count, kListedTiles);
}

// The search stops if none of the first kTrial terms can be skipped.
constexpr size_t kTrial = 32;

// terms[0..] = all p < depth for which a[p * stride + i] != 0 for some i < columns. Returns their number, or depth if
// none of the first kTrial terms can be skipped.
HWY_INLINE size_t terms_of_columns(const float* a, size_t stride, size_t columns, size_t depth,
                                   uint32_t* HWY_RESTRICT terms) {
  const hn::RebindToUnsigned<Tag> du;
  const FirstLanes inside = first_lanes(std::min(columns, kLanes));
  size_t count = 0;
  for (size_t p = 0; p < depth; ++p) {
    if (p == kTrial && count == kTrial) return depth;
    Vec any = load_first(inside, a + p * stride);
    for (size_t i = kLanes; i < columns; i += kLanes)
      any = hn::Or(any, load_first(first_lanes(std::min(columns - i, kLanes)), a + p * stride + i));
    terms[count] = static_cast<uint32_t>(p);
    count += !hn::AllTrue(du, hn::Eq(hn::ShiftLeft<1>(hn::BitCast(du, any)), hn::Zero(du)));
  }
  return count;
}

void matmul(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const RowTiles tiles{m};
  uint32_t terms[kListedTiles][kDepth + kLanes];
  size_t counts[kListedTiles];
  for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kDepth, k - p);
    const bool last = p + depth == k;
    const size_t listed = n < kColumnsWorthAList ? 0 : list_rows(tiles, a + p, k, depth, terms, counts);
    for (size_t j = 0; j < n; j += kTileColumns) {
      Strip strip{1,
                  depth,
                  a + p,
                  k,
                  1,
                  0,
                  b + p * n + j,
                  n,
                  0,
                  c + j,
                  n,
                  std::min(kTileColumns, n - j),
                  last && epilogue.bias ? epilogue.bias + j : nullptr,
                  last && epilogue.relu,
                  p > 0 || epilogue.accumulate};
      for (size_t t = 0; t < tiles.count; ++t) {
        strip.depth = t < listed ? counts[t] : depth;
        strip.terms = t < listed ? terms[t] : nullptr;
        multiply(strip, tiles.begin(t), tiles.begin(t + 1) - tiles.begin(t));
      }
    }
  }
}

// Tiles of rows are the outer loop, so the strided columns of `a` in a tile stay in the L1 cache.
void matmul_tn(int64_t m_, int64_t n_, int64_t k_, const float* a, int64_t a_stride, const float* b, float* c,
               bool accumulate) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const size_t stride = static_cast<size_t>(a_stride);
  const RowTiles tiles{m};
  uint32_t terms[kSampleDepth];
  for (size_t p = 0; p == 0 || p < k; p += kSampleDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kSampleDepth, k - p);
    for (size_t t = 0; t < tiles.count; ++t) {
      const size_t first = tiles.begin(t), rows = tiles.begin(t + 1) - first;
      const size_t count =
          n < kColumnsWorthAList ? depth : terms_of_columns(a + p * stride + first, stride, rows, depth, terms);
      const bool listed = count < depth && count <= depth - depth / kWorthwhileColumns;
      for (size_t j = 0; j < n; j += kTileColumns) {
        multiply({1, listed ? count : depth, a + p * stride, 1, stride, 0, b + p * n + j, n, 0, c + j, n,
                  std::min(kTileColumns, n - j), nullptr, false, p > 0 || accumulate, listed ? terms : nullptr},
                 first, rows);
      }
    }
  }
}

// to[p * to_stride + j] = row[j][p] for kLanes rows, p < depth. Four columns of the rows are loaded in 128-bit blocks,
// so only a 4x4 transpose within each block is needed.
HWY_INLINE void transpose_rows(const float* const* row, size_t depth, size_t to_stride, float* HWY_RESTRICT to) {
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
    hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to + (p + 0) * to_stride);
    hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + (p + 1) * to_stride);
    hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + (p + 2) * to_stride);
    hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + (p + 3) * to_stride);
  }
#endif
  for (; p < depth; ++p)
    for (size_t j = 0; j < kLanes; ++j) to[p * to_stride + j] = row[j][p];
}

// panel[p * kTileColumns + j] = b[j * stride + p] for `columns` rows of b, p < depth; the other columns repeat the last
// one.
HWY_INLINE void transpose_panel(const float* b, size_t stride, size_t columns, size_t depth,
                                float* HWY_RESTRICT panel) {
  for (size_t first = 0; first < kTileColumns; first += kLanes) {
    const float* row[kLanes];
    for (size_t j = 0; j < kLanes; ++j) row[j] = b + std::min(first + j, columns - 1) * stride;
    transpose_rows(row, depth, kTileColumns, panel + first);
  }
}

void transpose(int64_t rows_, int64_t columns_, const float* a, float* to) {
  const size_t rows = static_cast<size_t>(rows_), columns = static_cast<size_t>(columns_);
  size_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) {
    const float* row[kLanes];
    for (size_t j = 0; j < kLanes; ++j) row[j] = a + (i + j) * columns;
    transpose_rows(row, columns, rows, to + i);
  }
  for (; i < rows; ++i)
    for (size_t p = 0; p < columns; ++p) to[p * rows + i] = a[i * columns + p];
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
      multiply_strip({1, depth, a + p, k, 1, 0, panel, kTileColumns, 0, c + j, n, columns, nullptr, false, p > 0},
                     tiles);
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
HWY_EXPORT(transpose);

void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  HWY_DYNAMIC_DISPATCH(matmul)(m, n, k, a, b, c, epilogue);
}
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_stride, const float* b, float* c,
               bool accumulate) {
  HWY_DYNAMIC_DISPATCH(matmul_tn)(m, n, k, a, a_stride, b, c, accumulate);
}
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  HWY_DYNAMIC_DISPATCH(matmul_nt)(m, n, k, a, b, c);
}
void transpose(int64_t rows, int64_t columns, const float* a, float* to) {
  HWY_DYNAMIC_DISPATCH(transpose)(rows, columns, a, to);
}
}  // namespace hourglass
#endif
