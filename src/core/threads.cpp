#include <omp.h>

#include <algorithm>

#include "core/cpu_quota.h"
#include "hourglass/context.h"

namespace hourglass {
namespace {

/// Workers wait for each other in short loops, so more of them than cores are slower than fewer.
int default_threads() {
  static const double kQuota = std::max(1.0, cpu_quota());
  // omp_get_max_threads follows OMP_NUM_THREADS, omp_get_num_procs the affinity of the process.
  const int threads = std::min({omp_get_num_procs(), omp_get_max_threads(), omp_get_thread_limit()});
  return std::max(1, static_cast<int>(std::min(static_cast<double>(threads), kQuota)));
}

}  // namespace

int num_threads(const Context& context) { return context.threads > 0 ? context.threads : default_threads(); }

}  // namespace hourglass
