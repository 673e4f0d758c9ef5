// Tiles that read b where it lies, for the convolutions and for products of few columns or rows. They are compiled once
// for both.
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/strip.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

template <Reading kReading, Order kOrder>
HWY_INLINE void multiply_strip_in_order(Strip s, const Runs& runs) {
  const size_t most = s.vectors < kTileVectors ? kNarrowTileRows : kTileRows;
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

void multiply_strip(const Strip& s, const Runs& runs) {
  if (s.depth_stride == 1)
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kRows>(s, runs)
                 : multiply_strip_in_order<Reading::kColumns, Order::kRows>(s, runs);
  else
    s.is_whole() ? multiply_strip_in_order<Reading::kVectors, Order::kColumns>(s, runs)
                 : multiply_strip_in_order<Reading::kColumns, Order::kColumns>(s, runs);
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
