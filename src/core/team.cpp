#include "core/team.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "core/subnormals.h"
#include "hourglass/error.h"

namespace hourglass {

namespace {

void guarded(int worker, const std::function<void(int)>& work, std::vector<std::exception_ptr>& failures) {
  const FlushSubnormals flush;
  try {
    work(worker);
  } catch (...) {
    failures[static_cast<size_t>(worker)] = std::current_exception();
  }
}

void run_threads(int workers, const std::function<void(int)>& work, std::vector<std::exception_ptr>& failures) {
  std::vector<std::thread> threads;
  try {
    // They wait until all are there: a worker alone would wait at a barrier forever.
    std::latch ready(workers);
    std::atomic<bool> complete = false;
    const auto start = [&](int worker) {
      ready.arrive_and_wait();
      if (complete) guarded(worker, work, failures);
    };
    int started = 1;
    try {
      for (; started < workers; ++started) threads.emplace_back(start, started);
      complete = true;
    } catch (const std::system_error&) {
      ready.count_down(workers - started);
    }
    start(0);
    for (std::thread& thread : threads) thread.join();
    if (complete) return;
  } catch (const std::bad_alloc&) {
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("{} threads cannot be started on this system. Use fewer, with --threads.", workers));
}

}  // namespace

// OpenMP keeps its thread pool between calls, so starting a team takes only a few microseconds.
void run_team(int workers, const std::function<void(int)>& work) {
  std::vector<std::exception_ptr> failures(static_cast<size_t>(workers));
  int started = 0;
#pragma omp parallel num_threads(workers)
  {
    const int worker = omp_get_thread_num();
#pragma omp single
    started = omp_get_num_threads();
    if (started == workers) guarded(worker, work, failures);
  }
  // OpenMP starts fewer threads with OMP_THREAD_LIMIT, OMP_DYNAMIC, or within another team. The number of workers
  // decides the bits of a result, so they are started in another way.
  if (started != workers) run_threads(workers, work, failures);
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

Range share(long count, int workers, int worker, long grain) {
  const long grains = (count + grain - 1) / grain;
  return {std::min(count, grains * worker / workers * grain), std::min(count, grains * (worker + 1) / workers * grain)};
}

}  // namespace hourglass
