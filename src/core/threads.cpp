#include <omp.h>

#include <algorithm>

#include "core/cpu_quota.h"
#include "hourglass/context.h"

namespace hourglass {
namespace {

/// Workers wait for each other in short loops, so more of them than cores are slower than fewer.
int default_threads() {
  // omp_get_max_threads follows OMP_NUM_THREADS.
  return std::max(1, std::min({num_cores(), omp_get_max_threads(), omp_get_thread_limit()}));
}

}  // namespace

int num_threads(const Context& context) { return context.threads > 0 ? context.threads : default_threads(); }

}  // namespace hourglass
