#pragma once
// A team of worker threads that run one function in parallel.

#include <functional>

namespace hourglass {

/// Calls work(worker) for worker = 0 .. workers - 1, each on its own thread (worker 0 on the caller's), and returns
/// when all are done. Rethrows the exception of the lowest worker number. A worker that throws must not leave others
/// waiting at a Barrier. Subnormal numbers are 0 in work.
void run_team(int workers, const std::function<void(int)>& work);

/// Subrange of [0, count) for `worker`. Subranges are contiguous and in worker order. Their sizes differ by at most one
/// `grain`, and every bound except the last is a multiple of `grain`.
struct Range {
  long begin, end;
  long size() const { return end - begin; }
};
Range share(long count, int workers, int worker, long grain = 1);

}  // namespace hourglass
