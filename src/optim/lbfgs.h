#pragma once
// Limited-memory BFGS method. Uses libLBFGS.

#include <cstdint>
#include <functional>
#include <span>

#include "core/lbfgs_end.h"

namespace hourglass {

struct LbfgsOptions {
  int64_t iterations;  ///< maximum number of iterations
  int64_t memory;      ///< number of past steps used for the Hessian approximation
};

/// Value and gradient of the objective at a point.
struct ObjectiveAt {
  double value;
  const float* gradient;  ///< as long as the parameters; must stay valid until the next evaluation
};

struct LbfgsResult {
  LbfgsEnd end;
  int64_t iterations;  ///< number of accepted points
};

/// Minimizes a smooth function of params (a multiple of 16 floats), starting at their current values. Uses L-BFGS (Liu,
/// Nocedal 1989) with the line search of More and Thuente (1994) in float64; the function is evaluated at float32
/// values. `evaluate` reads the point from params. `after_iteration` is called at each accepted point and returns
/// whether to continue. At the end params are the last accepted point. A value that is not finite counts as no descent.
/// An exception of either function ends it and reaches the caller. No state is kept between calls. Throws
/// std::bad_alloc, and Error(kUsage) for more parameters than libLBFGS can count.
LbfgsResult minimize_lbfgs(const LbfgsOptions& options, std::span<float> params,
                           const std::function<ObjectiveAt()>& evaluate, const std::function<bool()>& after_iteration);

/// Number of bytes that a call allocates for `n` params.
int64_t lbfgs_bytes(const LbfgsOptions& options, int64_t n);

}  // namespace hourglass
