#pragma once
// How a minimization by libLBFGS ended.

#include <cstdint>

namespace hourglass {

enum class LbfgsEnd {
  kConverged,   ///< the norm of the gradient is below the tolerance
  kIterations,  ///< the maximum number of iterations was reached
  kNoDescent,   ///< the last line search found no lower point
  kStopped      ///< a callback ended it
};

/// The end of a status that lbfgs() returned. Throws std::bad_alloc if memory was missing, std::logic_error for a
/// status that names an invalid argument.
LbfgsEnd lbfgs_end(int status);

/// The number of unknowns for libLBFGS. Throws Error(kUsage) if there are more than it can count.
int lbfgs_count(int64_t unknowns);

}  // namespace hourglass
