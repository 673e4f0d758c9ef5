#include "optim/lbfgs.h"

#include <lbfgs.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>

#include "core/caught_exception.h"

namespace hourglass {
namespace {

// Norm of the gradient / norm of the parameters. Below this ratio a float32 gradient is only rounding error.
constexpr double kSmallestGradient = 1e-7;

struct Problem {
  std::span<float> params;
  const std::function<ObjectiveAt()>& evaluate;
  const std::function<bool()>& after_iteration;
  int64_t iterations = 0;
  CaughtException exception;
};

// A value that is not finite ends the line search.
double evaluate(void* instance, const double* x, double* gradient, int n, double) {
  Problem& problem = *static_cast<Problem*>(instance);
  std::transform(x, x + n, problem.params.begin(), [](double value) { return static_cast<float>(value); });
  const double value = problem.exception.guard(std::nan(""), [&] {
    const ObjectiveAt evaluation = problem.evaluate();
    std::copy_n(evaluation.gradient, n, gradient);
    return evaluation.value;
  });
  if (problem.exception) std::fill_n(gradient, n, 0.0);
  return value;
}

int progress(void* instance, const double*, const double*, double, double, double, double, int, int, int) {
  Problem& problem = *static_cast<Problem*>(instance);
  ++problem.iterations;
  return problem.exception.guard<int>(LBFGSERR_CANCELED,
                                      [&] { return problem.after_iteration() ? 0 : LBFGSERR_CANCELED; });
}

}  // namespace

LbfgsResult minimize_lbfgs(const LbfgsOptions& options, std::span<float> params,
                           const std::function<ObjectiveAt()>& evaluate_params,
                           const std::function<bool()>& after_iteration) {
  const int n = lbfgs_count(std::ssize(params));
  const std::unique_ptr<double, decltype(&lbfgs_free)> x(lbfgs_malloc(n), &lbfgs_free);
  if (!x) throw std::bad_alloc();
  std::ranges::copy(params, x.get());
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = static_cast<int>(options.memory);
  parameters.max_iterations = static_cast<int>(options.iterations);
  parameters.epsilon = kSmallestGradient;

  Problem problem{params, evaluate_params, after_iteration, 0, {}};
  double value = 0;
  const int status = lbfgs(n, x.get(), &value, evaluate, progress, &problem, &parameters);
  problem.exception.rethrow();
  // If the last line search found no lower point, x is the point before it.
  std::transform(x.get(), x.get() + n, params.begin(), [](double v) { return static_cast<float>(v); });
  return {lbfgs_end(status), problem.iterations};
}

// The point and its gradient, the previous point and gradient, the direction, and per past step the changes of both.
int64_t lbfgs_bytes(const LbfgsOptions& options, int64_t n) {
  return (5 + 2 * options.memory) * n * static_cast<int64_t>(sizeof(double));
}

}  // namespace hourglass
