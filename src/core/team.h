#pragma once
// A team of worker threads that run one function side by side.

#include <functional>

namespace hourglass {

/// Calls work(worker) for worker = 0 .. workers - 1, each on a thread of its own, worker 0 on the caller's, and returns
/// when all are done. The first exception, by worker number, is thrown to the caller; a worker that throws must not
/// leave others waiting at a Barrier.
void run_team(int workers, const std::function<void(int)>& work);

/// The part of [0, count) that belongs to `worker`: contiguous, in order, sizes differing by at most one `grain`,
/// every bound but the last a multiple of `grain`.
struct Range {
  long begin, end;
  long size() const { return end - begin; }
};
Range share(long count, int workers, int worker, long grain = 1);

}  // namespace hourglass
