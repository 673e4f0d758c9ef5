// Contiguous copies of the factors of a product.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_PANELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_PANELS_INL_H_
#undef HOURGLASS_PANELS_INL_H_
#else
#define HOURGLASS_PANELS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// panel[p, .] = the columns of b, and zeros up to a whole vector.
HWY_INLINE void copy_panel(const float* b, size_t stride, size_t columns, size_t depth, float* HWY_RESTRICT panel) {
  const Tag d;
  const size_t whole = columns / kLanes * kLanes;
  const FirstLanes inside = first_lanes(columns - whole);
  for (size_t p = 0; p < depth; ++p, b += stride) {
    for (size_t j = 0; j < whole; j += kLanes, panel += kLanes) hn::Store(hn::LoadU(d, b + j), d, panel);
    if (whole == columns) continue;
    hn::Store(load_first(inside, b + whole), d, panel);
    panel += kLanes;
  }
}

// copy[p, i] = a[p * stride + i] for `rows` rows of the product, p < depth, and 0 for other rows of the tile.
HWY_INLINE void copy_columns(const float* a, size_t stride, size_t rows, size_t depth, float* HWY_RESTRICT copy) {
  const hn::CappedTag<float, kTileRows> d;
  if (rows == kTileRows) {
    for (size_t p = 0; p < depth; ++p, a += stride, copy += kTileRows)
      for (size_t i = 0; i < kTileRows; i += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, a + i), d, copy + i);
    return;
  }
#if HWY_TARGET <= HWY_AVX2
  const auto inside = hn::FirstN(d, rows);
  for (size_t p = 0; p < depth; ++p, a += stride, copy += kTileRows) hn::StoreU(hn::MaskedLoad(inside, d, a), d, copy);
#else
  for (size_t p = 0; p < depth; ++p, a += stride, copy += kTileRows)
    for (size_t i = 0; i < kTileRows; ++i) copy[i] = i < rows ? a[i] : 0.0f;
#endif
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

// panel[p, j] = b[j * stride + p] for `columns` rows of b, p < depth; the columns up to a whole vector repeat the last
// one.
HWY_INLINE void transpose_panel(const float* b, size_t stride, size_t columns, size_t depth,
                                float* HWY_RESTRICT panel) {
  const size_t panel_stride = (columns + kLanes - 1) / kLanes * kLanes;
  for (size_t first = 0; first < panel_stride; first += kLanes) {
    const float* row[kLanes];
    for (size_t j = 0; j < kLanes; ++j) row[j] = b + std::min(first + j, columns - 1) * stride;
    transpose_rows(row, depth, panel_stride, panel + first);
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
