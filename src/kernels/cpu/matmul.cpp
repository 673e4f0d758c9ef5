// A register-blocked product for the shapes of autoencoders: a slice of a batch (tens of rows) times a layer's weights.
// Rows of `b` are read where they lie: at these sizes packing them costs more than it wins. Only the transposed operand
// of matmul_nt is packed, a panel at a time. docs/performance.md holds what was measured.
#include "kernels/matmul.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/matmul.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Terms of the sum taken at once; a panel of kPanelDepth x kTileColumns floats stays in the first-level cache.
constexpr size_t kDepth = 1024;
constexpr size_t kPanelDepth = 256;

void matmul(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const RowTiles tiles{m};
  for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kDepth, k - p);
    const bool last = p + depth == k;
    for (size_t j = 0; j < n; j += kTileColumns) {
      multiply_strip(
          {1, depth, a + p, k, 1, 0, b + p * n + j, n, 0, c + j, n, std::min(kTileColumns, n - j),
           last && epilogue.bias ? epilogue.bias + j : nullptr, last && epilogue.relu, p > 0 || epilogue.accumulate},
          tiles);
    }
  }
}

// Tiles of rows are the outer loop: the strided columns of `a` that make one stay in the first-level cache.
void matmul_tn(int64_t m_, int64_t n_, int64_t k_, const float* a, int64_t a_stride, const float* b, float* c,
               bool accumulate) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  const size_t stride = static_cast<size_t>(a_stride);
  const RowTiles tiles{m};
  for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kDepth, k - p);
    for (size_t t = 0; t < tiles.count; ++t) {
      for (size_t j = 0; j < n; j += kTileColumns) {
        multiply({1, depth, a + p * stride, 1, stride, 0, b + p * n + j, n, 0, c + j, n, std::min(kTileColumns, n - j),
                  nullptr, false, p > 0 || accumulate},
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
}  // namespace hourglass
#endif
