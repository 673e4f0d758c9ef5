#pragma once
// Measures the peak speed of the processor.

namespace hourglass::bench {

/// Runs fused multiply-adds on `threads` threads for about `seconds`, with all operands in registers. Returns the
/// GFLOP/s of all threads together; an FMA counts as two operations.
double fma_peak_gflops(int threads, double seconds);

}  // namespace hourglass::bench
