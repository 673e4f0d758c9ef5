// Products for the shapes of autoencoders: a slice of a batch (tens to hundreds of rows) times the weights of a layer.
//
// A product is computed in blocks of kDepth terms. In a block, strips of b (kTileColumns columns each) are copied to
// contiguous panels while the first tile of rows reads them; the other tiles read the panels. So b is read from memory
// once per block of rows, and rows that are a multiple of 1 KiB apart do not compete for a few sets of the cache. Short
// sums have a group of strips at a time: a tile of rows goes along them, so that it writes longer pieces of c, and one
// call computes them all. While the tiles of a group are computed, the next group is brought into the second-level
// cache. See docs/performance.md for measurements.
//
// A sum has the same order of terms in every tile, so the bits of a row do not depend on the other rows.
#include "kernels/matmul.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/matmul.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/panels-inl.h"
#include "kernels/cpu/tile-inl.h"
#include "kernels/cpu/zero_terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// Number of terms of the sums per block. A panel of kDepth x kTileColumns floats stays in the second-level cache.
constexpr size_t kDepth = 256;
// Floats of the panels of a group of strips.
constexpr size_t kPanelFloats = 32768;
// Rows per block: all strips use them before the next block, so they stay in the second-level cache.
constexpr size_t kBlockRows = 256;
// Floats of the rows of a block of matmul_tn, which copies them, and the most rows. Each block copies b again. Twice as
// many floats are 1 % faster, but all buffers together must fit in the small stack of a thread (512 KiB on macOS).
constexpr size_t kCopiedFloats = 32768, kMostCopiedRows = 512;
static_assert(kDepth <= kMostListedTerms && kBlockRows <= kMostListedRows && kMostCopiedRows <= kMostListedRows);

// Whether a product reads both factors where they lie. Copies are worth it if many tiles use them, and if terms that
// are far apart would compete for a few sets of the cache or come from memory one by one.
constexpr size_t kFewColumns = 2 * kTileColumns, kLongSum = 32, kFarFloats = 1024, kCachedFloats = 262144;

HWY_INLINE bool rows_in_place(size_t m, size_t n, size_t k) {
  return n <= kFewColumns || (m <= 2 * kTileRows && k >= kLongSum && k * n <= kCachedFloats);
}
HWY_INLINE bool columns_in_place(size_t m, size_t n, std::span<const ProductTerms> parts) {
  size_t terms = 0, a_stride = 0, b_stride = 0;
  for (const ProductTerms& part : parts) {
    terms += static_cast<size_t>(part.terms);
    a_stride = std::max(a_stride, static_cast<size_t>(part.a_stride));
    b_stride = std::max(b_stride, static_cast<size_t>(part.b_stride));
  }
  if (terms == 0) return false;
  if (n <= kTileColumns) return a_stride < kFarFloats || terms * a_stride <= kCachedFloats;
  if (terms < kLongSum * parts.size()) return false;
  return (n <= kFewColumns && a_stride < kFarFloats) || (m <= 4 * kTileRows && terms * b_stride <= kCachedFloats);
}

HWY_INLINE size_t copied_rows(size_t depth) {
  return std::min(kMostCopiedRows, kCopiedFloats / std::max<size_t>(1, depth) / kTileRows * kTileRows);
}

// Strips [first, last) of a product, whose panels are in memory at the same time.
struct Group {
  Group(const Strips& all, size_t first_strip, size_t depth)
      : strips(all),
        first(first_strip),
        last(std::min(all.count(),
                      first + std::max<size_t>(1, kPanelFloats / (kTileColumns * std::max<size_t>(1, depth))))),
        begin(all.begin(first)),
        end(all.begin(last)) {}
  // Calls visit(column, columns, panel) for each strip.
  template <class Visit>
  HWY_INLINE void for_each_panel(float* panels, size_t depth, const Visit& visit) const {
    for (size_t strip = first; strip < last; ++strip) {
      const size_t j = strips.begin(strip);
      visit(j, strips.begin(strip + 1) - j, panels + (j - begin) * depth);
    }
  }

  const Strips& strips;
  size_t first, last;
  size_t begin, end;  // columns
};

// What brings the strips after a group of b[depth, n] into the second-level cache. They are in the same terms, or they
// are the first ones again for the next rows (`again`), or the first ones of the next terms, if there are any (`more`).
HWY_INLINE TileInput input_of_group(const Group& group, const float* b, size_t stride, size_t n, size_t depth,
                                    bool again, bool more, const Tiles& tiles) {
  TileInput input;
  if (group.end >= n && !again && !more) return input;
  const float* next = group.end < n ? b + group.end : again ? b : b + depth * stride;
  // The tiles share the rows.
  input.read_ahead(next, stride, (depth + tiles.count() - 1) / tiles.count(), tiles.count());
  return input;
}

// Calls visit(tile) for each tile of rows and the strips of a group, with s and input at the place of their columns in
// b, c, bias and panels. s comes as that of the first column and the first row.
template <class Visit>
HWY_INLINE void for_each_tile(Strip& s, const Group& group, const Tiles& tiles, TileInput& input, float* panels,
                              const Visit& visit) {
  const float *b = s.b, *bias = s.bias, *first_ahead = input.ahead;
  float* c = s.c;
  input.panel_depth = s.depth;
  for (size_t t = 0; t < tiles.count(); ++t) {
    const float* ahead = first_ahead;
    if (ahead) ahead += t * input.panel_depth / tiles.count() * input.ahead_stride;
    group.strips.for_each_run(group.first, group.last, [&](size_t begin, size_t end, size_t vectors) HWY_ATTR {
      s.b = b ? b + begin : nullptr;
      s.c = c + begin;
      s.bias = bias ? bias + begin : nullptr;
      s.columns = end - begin;
      s.vectors = vectors;
      input.panel = panels + (begin - group.begin) * input.panel_depth;
      input.ahead = ahead ? ahead + (begin - group.begin) : nullptr;
      visit(t);
    });
    c += tiles.size(t) * s.c_stride;
  }
}

// Computes a tile of a strip that is in the panel, with the list of its terms if it has one.
template <Order kOrder>
HWY_INLINE void multiply_panel(Strip& s, size_t tile, size_t rows, const Lists& lists, TileInput& input) {
  if (tile < lists.tiles) {
    const size_t depth = s.depth;
    s.depth = lists.counts[tile];
    input.terms = lists.terms[tile];
    multiply<Reading::kListedTerms, kOrder>(s, rows, input);
    s.depth = depth;
  } else {
    multiply<Reading::kPanel, kOrder>(s, rows, input);
  }
}

// Multiplies a block of rows of `a` by a group of strips, which are not in the panels yet. s is that of the first
// column and the first row.
HWY_INLINE void multiply_rows(Strip s, const Group& group, const Tiles& tiles, const Lists& lists, TileInput input,
                              float* panels) {
  const float* a = s.a;
  const bool whole = group.end % kLanes == 0 && lists.tiles == 0;
  const bool in_place = tiles.count() == 1 && whole;
  if (!whole)
    group.for_each_panel(panels, s.depth, [&](size_t j, size_t columns, float* panel) HWY_ATTR {
      copy_panel(s.b + j, s.b_stride, columns, s.depth, panel);
    });
  for_each_tile(s, group, tiles, input, panels, [&](size_t t) HWY_ATTR {
    s.a = a + tiles.begin(t) * s.row_stride;
    if (in_place)
      multiply<Reading::kVectors, Order::kRows>(s, tiles.size(t), input);
    else if (whole && t == 0)
      multiply<Reading::kCopying, Order::kRows>(s, tiles.size(t), input);
    else
      multiply_panel<Order::kRows>(s, t, tiles.size(t), lists, input);
  });
}

// Reads both factors where they lie.
HWY_INLINE void multiply_in_place(const Strip& s, size_t rows, size_t n, const ProductEpilogue& epilogue) {
  const Strips strips(n);
  for (size_t p = 0; p == 0 || p < s.depth; p += kDepth) {
    const bool last = p + kDepth >= s.depth;
    for (size_t strip = 0; strip < strips.count(); ++strip) {
      const size_t j = strips.begin(strip);
      Strip one = s;
      one.depth = std::min(kDepth, s.depth - p);
      one.a += p * s.depth_stride;
      one.b += p * s.b_stride + j;
      one.c += j;
      one.columns = strips.begin(strip + 1) - j;
      one.vectors = strips.vectors.of(strip);
      one.bias = last && epilogue.bias ? epilogue.bias + j : nullptr;
      one.relu = last && epilogue.relu;
      one.accumulate = p > 0 || epilogue.accumulate;
      multiply_strip(one, {1, rows});
    }
  }
}

void matmul(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  if (rows_in_place(m, n, k))
    return multiply_in_place({.depth = k, .a = a, .row_stride = k, .b = b, .b_stride = n, .c = c, .c_stride = n}, m, n,
                             epilogue);
  HWY_ALIGN float panels[kPanelFloats];
  Lists lists;
  const Strips strips(n);
  const Parts blocks(m, kBlockRows);
  for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kDepth, k - p);
    const bool last = p + depth == k;
    for (size_t block = 0; block < blocks.count; ++block) {
      const size_t top = blocks.begin(block);
      const Tiles tiles(blocks.begin(block + 1) - top);
      if (n >= kColumnsWorthAList) list_rows(tiles, a + top * k + p, k, depth, lists);
      const Strip s{.depth = depth,
                    .a = a + top * k + p,
                    .row_stride = k,
                    .b = b + p * n,
                    .b_stride = n,
                    .c = c + top * n,
                    .c_stride = n,
                    .bias = last ? epilogue.bias : nullptr,
                    .relu = last && epilogue.relu,
                    .accumulate = p > 0 || epilogue.accumulate};
      for (size_t strip = 0; strip < strips.count();) {
        const Group group(strips, strip, depth);
        const bool again = block + 1 < blocks.count;
        multiply_rows(s, group, tiles, lists, input_of_group(group, s.b, n, n, depth, again, !last, tiles), panels);
        strip = group.last;
      }
    }
  }
}

// Calls visit(part, first, offset, count) for the terms [begin, begin + depth) of all parts: `count` terms of a part
// from its term `first` on, which are at `offset` in the block.
template <class Visit>
HWY_INLINE void for_each_part(std::span<const ProductTerms> parts, size_t begin, size_t depth, const Visit& visit) {
  size_t offset = 0;
  for (const ProductTerms& part : parts) {
    const size_t terms = static_cast<size_t>(part.terms);
    if (begin < terms && offset < depth) {
      const size_t count = std::min(terms - begin, depth - offset);
      visit(part, begin, offset, count);
      offset += count;
    }
    begin -= std::min(begin, terms);
  }
}

// If the factors are copied, their terms are contiguous whatever part they are from, and a sum has the terms of all
// parts. In place, the sums of the parts are added.
void matmul_tn(int64_t m_, int64_t n_, std::span<const ProductTerms> parts, float* c, int64_t c_stride_,
               bool accumulate) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), c_stride = static_cast<size_t>(c_stride_);
  if (columns_in_place(m, n, parts)) {
    for (const ProductTerms& part : parts) {
      if (part.terms == 0) continue;
      const Strip s{.depth = static_cast<size_t>(part.terms),
                    .a = part.a,
                    .row_stride = 1,
                    .depth_stride = static_cast<size_t>(part.a_stride),
                    .b = part.b,
                    .b_stride = static_cast<size_t>(part.b_stride),
                    .c = c,
                    .c_stride = c_stride};
      multiply_in_place(s, m, n, {.accumulate = accumulate});
      accumulate = true;
    }
    return;
  }
  size_t k = 0;
  for (const ProductTerms& part : parts) k += static_cast<size_t>(part.terms);
  HWY_ALIGN float panels[kPanelFloats];
  HWY_ALIGN float copy[kCopiedFloats];
  Lists lists;
  const Strips strips(n);
  for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
    const size_t depth = std::min(kDepth, k - p);
    const Parts blocks(m, copied_rows(depth));
    for (size_t block = 0; block < blocks.count; ++block) {
      const size_t top = blocks.begin(block);
      const Tiles tiles(blocks.begin(block + 1) - top);
      const auto copy_rows = [&](const ProductTerms& part, size_t first, size_t offset, size_t count) HWY_ATTR {
        const size_t stride = static_cast<size_t>(part.a_stride);
        for (size_t t = 0; t < tiles.count(); ++t)
          copy_columns(part.a + first * stride + top + tiles.begin(t), stride, tiles.size(t), count,
                       copy + (t * depth + offset) * kTileRows);
      };
      for_each_part(parts, p, depth, copy_rows);
      if (n >= kColumnsWorthAList) list_copies(tiles, copy, depth, lists);
      for (size_t strip = 0; strip < strips.count();) {
        const Group group(strips, strip, depth);
        TileInput input;
        const auto copy_terms = [&](const ProductTerms& part, size_t first, size_t offset, size_t count) HWY_ATTR {
          const size_t stride = static_cast<size_t>(part.b_stride);
          const float* b = part.b + first * stride;
          group.for_each_panel(panels, depth, [&](size_t j, size_t columns, float* panel) HWY_ATTR {
            const size_t panel_stride = (columns + kLanes - 1) / kLanes * kLanes;
            copy_panel(b + j, stride, columns, count, panel + offset * panel_stride);
          });
          if (count == depth)
            input = input_of_group(group, b, stride, n, depth, block + 1 < blocks.count, p + depth < k, tiles);
        };
        for_each_part(parts, p, depth, copy_terms);
        Strip s{.depth = depth, .c = c + top * c_stride, .c_stride = c_stride, .accumulate = p > 0 || accumulate};
        for_each_tile(s, group, tiles, input, panels, [&](size_t t) HWY_ATTR {
          s.a = copy + t * depth * kTileRows;
          multiply_panel<Order::kCopied>(s, t, tiles.size(t), lists, input);
        });
        strip = group.last;
      }
    }
  }
}

void transpose(int64_t rows_, int64_t columns_, const float* a, float* to, int64_t to_stride_) {
  const size_t rows = static_cast<size_t>(rows_), columns = static_cast<size_t>(columns_);
  const size_t to_stride = static_cast<size_t>(to_stride_);
  size_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) {
    const float* row[kLanes];
    for (size_t j = 0; j < kLanes; ++j) row[j] = a + (i + j) * columns;
    transpose_rows(row, columns, to_stride, to + i);
  }
  for (; i < rows; ++i)
    for (size_t p = 0; p < columns; ++p) to[p * to_stride + i] = a[i * columns + p];
}

// The rows of b are contiguous, so all terms of a group come before the next group. If b is larger than the
// second-level cache, the next group is prefetched in one piece.
void matmul_nt(int64_t m_, int64_t n_, int64_t k_, const float* a, const float* b, float* c) {
  const size_t m = static_cast<size_t>(m_), n = static_cast<size_t>(n_), k = static_cast<size_t>(k_);
  HWY_ALIGN float panels[kPanelFloats];
  const Strips strips(n);
  const Parts blocks(m, kBlockRows);
  for (size_t block = 0; block < blocks.count; ++block) {
    const size_t top = blocks.begin(block);
    const Tiles tiles(blocks.begin(block + 1) - top);
    for (size_t strip = 0; strip < strips.count();) {
      const Group group(strips, strip, std::min(kDepth, k));
      const size_t columns_of_group = group.end - group.begin;
      const size_t next = group.end < n ? group.end : 0;
      const bool more = k * n > kCachedFloats && (group.end < n || block + 1 < blocks.count);
      const size_t left = more ? std::min(columns_of_group, n - next) * k : 0;  // floats to prefetch
      size_t done = 0;
      for (size_t p = 0; p == 0 || p < k; p += kDepth) {  // once for k = 0: an empty sum is 0
        const size_t depth = std::min(kDepth, k - p);
        group.for_each_panel(panels, depth, [&](size_t j, size_t columns, float* panel) HWY_ATTR {
          transpose_panel(b + j * k + p, k, columns, depth, panel);
        });
        Strip s{.depth = depth, .row_stride = k, .c = c + top * n, .c_stride = n, .accumulate = p > 0};
        TileInput input;
        for_each_tile(s, group, tiles, input, panels, [&](size_t t) HWY_ATTR {
          s.a = a + (top + tiles.begin(t)) * k + p;
          input.steps = 0;
          if (done < left) {
            // A tile's share of the rows, in proportion to its multiplications.
            const size_t rows = left / columns_of_group * depth / k / tiles.count() + 1;
            input.read_ahead(b + next * k + done, s.columns, rows, tiles.count());
            done += rows * s.columns;
          }
          multiply<Reading::kPanel, Order::kRows>(s, tiles.size(t), input);
        });
      }
      strip = group.last;
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
void matmul_tn(int64_t m, int64_t n, std::span<const ProductTerms> parts, float* c, int64_t c_stride, bool accumulate) {
  HWY_DYNAMIC_DISPATCH(matmul_tn)(m, n, parts, c, c_stride, accumulate);
}
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  HWY_DYNAMIC_DISPATCH(matmul_nt)(m, n, k, a, b, c);
}
void transpose(int64_t rows, int64_t columns, const float* a, float* to, int64_t to_stride) {
  HWY_DYNAMIC_DISPATCH(transpose)(rows, columns, a, to, to_stride);
}
}  // namespace hourglass
#endif
