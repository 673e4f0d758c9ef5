#pragma once
// What the silicon can do at most, measured.

namespace hourglass::bench {

/// Fused multiply-adds on `threads` threads at once, all operands in registers, for about `seconds`: GFLOP/s of all
/// threads together, an FMA counted as two.
double fma_peak_gflops(int threads, double seconds);

}  // namespace hourglass::bench
