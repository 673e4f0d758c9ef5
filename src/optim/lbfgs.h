#pragma once
// The limited-memory BFGS method, by libLBFGS.

#include <cstdint>
#include <functional>
#include <span>

namespace hourglass {

struct LbfgsOptions {
  int64_t iterations;  ///< at most
  int64_t memory;      ///< steps whose change of the gradient is remembered
};

/// The objective at a point.
struct ObjectiveAt {
  double value;
  const float* gradient;  ///< as long as the parameters; must stay until the next evaluation
};

enum class LbfgsEnd {
  kIterations,  ///< all were made
  kNoDescent,   ///< no lower point was found along the last direction
  kStopped      ///< by `after_iteration`
};
struct LbfgsResult {
  LbfgsEnd end;
  int64_t iterations;  ///< made: points that were accepted
};

/// Minimises a smooth function of params (a multiple of 16 floats) from where they are: L-BFGS (Liu, Nocedal 1989) with
/// the line search of More and Thuente (1994), in float64; the function is evaluated at float32 values. `evaluate`
/// reads the point in params; `after_iteration` is called at every point that is accepted and returns whether to go
/// on. params end at the last of those. An evaluation that is not finite counts as no descent. Neither function may
/// throw. Nothing is remembered between calls, so a call depends on its arguments alone. Throws std::bad_alloc.
LbfgsResult minimize_lbfgs(const LbfgsOptions& options, std::span<float> params,
                           const std::function<ObjectiveAt()>& evaluate, const std::function<bool()>& after_iteration);

/// Bytes that a call takes for `n` params.
int64_t lbfgs_bytes(const LbfgsOptions& options, int64_t n);

}  // namespace hourglass
