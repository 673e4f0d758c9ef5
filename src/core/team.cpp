#include "core/team.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {

// OpenMP keeps its thread pool between calls, so starting a team takes only a few microseconds.
void run_team(int workers, const std::function<void(int)>& work) {
  std::vector<std::exception_ptr> failures(static_cast<size_t>(workers));
  int started = 0;
#pragma omp parallel num_threads(workers)
  {
    const int worker = omp_get_thread_num();
#pragma omp single
    started = omp_get_num_threads();
    if (started == workers) {
      try {
        work(worker);
      } catch (...) {
        failures[static_cast<size_t>(worker)] = std::current_exception();
      }
    }
  }
  if (started != workers)
    throw Error(ErrorKind::kUsage,
                fmt::format("{} threads were requested, but only {} could be started. Request fewer threads.", workers,
                            started));
  for (const auto& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

Range share(long count, int workers, int worker, long grain) {
  const long grains = (count + grain - 1) / grain;
  return {std::min(count, grains * worker / workers * grain), std::min(count, grains * (worker + 1) / workers * grain)};
}

}  // namespace hourglass
