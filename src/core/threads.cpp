#include <omp.h>

#include <algorithm>

#include "hourglass/context.h"

namespace hourglass {

int num_threads(const Context& context) {
  return context.threads > 0 ? context.threads : std::max(1, omp_get_num_procs());
}

}  // namespace hourglass
