#include "core/lbfgs_end.h"

#include <fmt/format.h>
#include <lbfgs.h>

#include <limits>
#include <new>
#include <stdexcept>

#include "hourglass/error.h"

namespace hourglass {

LbfgsEnd lbfgs_end(int status) {
  switch (status) {
    case LBFGS_SUCCESS:
    case LBFGS_STOP:
    case LBFGS_ALREADY_MINIMIZED:
      return LbfgsEnd::kConverged;
    case LBFGSERR_MAXIMUMITERATION:
      return LbfgsEnd::kIterations;
    case LBFGSERR_CANCELED:
      return LbfgsEnd::kStopped;
    case LBFGSERR_OUTOFMEMORY:
      throw std::bad_alloc();
    // Ends of a line search.
    case LBFGSERR_OUTOFINTERVAL:
    case LBFGSERR_INCORRECT_TMINMAX:
    case LBFGSERR_ROUNDING_ERROR:
    case LBFGSERR_MINIMUMSTEP:
    case LBFGSERR_MAXIMUMSTEP:
    case LBFGSERR_MAXIMUMLINESEARCH:
    case LBFGSERR_WIDTHTOOSMALL:
    case LBFGSERR_INVALIDPARAMETERS:
    case LBFGSERR_INCREASEGRADIENT:
    case LBFGSERR_LOGICERROR:
      return LbfgsEnd::kNoDescent;
    default:
      throw std::logic_error(fmt::format("libLBFGS rejected an argument (status {})", status));
  }
}

int lbfgs_count(int64_t unknowns) {
  // It rounds up to a multiple of 16.
  constexpr int64_t kMost = std::numeric_limits<int>::max() - 16;
  if (unknowns > kMost)
    throw Error(ErrorKind::kUsage, fmt::format("L-BFGS is limited to {} parameters; there are {}.", kMost, unknowns));
  return static_cast<int>(unknowns);
}

}  // namespace hourglass
