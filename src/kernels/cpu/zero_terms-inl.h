// Many factors are 0: dark borders of images, binarized and masked images, dead units. A product skips a term that is 0
// in all rows of a tile. The other terms are listed here.
// Files that use foreach_target include it once per instruction set.
#if defined(HOURGLASS_ZERO_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HOURGLASS_ZERO_TERMS_INL_H_
#undef HOURGLASS_ZERO_TERMS_INL_H_
#else
#define HOURGLASS_ZERO_TERMS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// A list is used for all columns, so it pays off only for this many columns.
constexpr size_t kColumnsWorthAList = 64;
// A list is given up if none of the first kDenseTerms terms is 0. Most factors have no zeros.
constexpr size_t kDenseTerms = 64;
// A list must skip at least 1 / 4 (rows) or 1 / 8 (columns) of the terms to pay off. With a list not all values of
// consecutive rows of `a` are read, so they leave the cache before the loss and the weight gradient need them.
constexpr size_t kWorthwhileRows = 4, kWorthwhileColumns = 8;

// The terms of each tile of rows that are not 0.
constexpr size_t kMostListedRows = 512, kMostListedTerms = 256;
struct Lists {
  uint32_t terms[kMostListedRows / kTileRows][kMostListedTerms + kLanes];
  size_t counts[kMostListedRows / kTileRows];
  size_t tiles = 0;  // the first tiles have lists
};

// terms[0..] = all p < depth for which a[i * stride + p] != 0 for some i < rows. Returns their number, or depth if the
// list is given up.
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
    if (p + kLanes == kDenseTerms && count == kDenseTerms) return depth;
  }
  for (; p < depth; ++p) {
    bool used = false;
    for (size_t i = 0; i < rows; ++i) used |= a[i * stride + p] != 0;
    terms[count] = static_cast<uint32_t>(p);
    count += used;
  }
  return count;
}

// Lists the terms of each tile of rows until a list does not pay off.
HWY_INLINE void list_rows(const Tiles& tiles, const float* a, size_t stride, size_t depth, Lists& lists) {
  for (lists.tiles = 0; lists.tiles < tiles.count(); ++lists.tiles) {
    const size_t first = tiles.begin(lists.tiles), rows = tiles.size(lists.tiles);
    const size_t count = terms_of_rows(a + first * stride, stride, rows, depth, lists.terms[lists.tiles]);
    if (count + depth / kWorthwhileRows > depth) return;
    lists.counts[lists.tiles] = count;
  }
}

// terms[0..] = all p < depth for which one of the kTileRows values copy[p, .] is not 0. Returns their number, or depth
// if the list is given up.
HWY_INLINE size_t terms_of_copy(const float* copy, size_t depth, uint32_t* HWY_RESTRICT terms) {
  const hn::CappedTag<float, kTileRows> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  size_t count = 0;
  for (size_t p = 0; p < depth; ++p, copy += kTileRows) {
    auto any = hn::LoadU(d, copy);
    for (size_t i = hn::Lanes(d); i < kTileRows; i += hn::Lanes(d)) any = hn::Or(any, hn::LoadU(d, copy + i));
    terms[count] = static_cast<uint32_t>(p);
    count += !hn::AllTrue(du, hn::Eq(hn::ShiftLeft<1>(hn::BitCast(du, any)), hn::Zero(du)));
    if (p + 1 == kDenseTerms && count == kDenseTerms) return depth;
  }
  return count;
}

// The same for the copied columns of matmul_tn.
HWY_INLINE void list_copies(const Tiles& tiles, const float* copy, size_t depth, Lists& lists) {
  for (lists.tiles = 0; lists.tiles < tiles.count(); ++lists.tiles) {
    const size_t count = terms_of_copy(copy + lists.tiles * depth * kTileRows, depth, lists.terms[lists.tiles]);
    if (count + depth / kWorthwhileColumns > depth) return;
    lists.counts[lists.tiles] = count;
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
