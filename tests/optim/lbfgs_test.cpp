#include "optim/lbfgs.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "hourglass/error.h"

namespace hourglass {
namespace {

// Rosenbrock function of eight pairs of variables. The minimum is at 1 for all variables.
class Rosenbrock {
 public:
  std::array<float, 16> x{};
  int64_t evaluations = 0;

  ObjectiveAt evaluate() {
    ++evaluations;
    double value = 0;
    for (size_t i = 0; i < x.size(); i += 2) {
      const double a = static_cast<double>(x[i]), b = static_cast<double>(x[i + 1]), t = b - a * a;
      value += 100 * t * t + (1 - a) * (1 - a);
      gradient_[i] = static_cast<float>(-400 * a * t - 2 * (1 - a));
      gradient_[i + 1] = static_cast<float>(200 * t);
    }
    return {value, gradient_.data()};
  }
  LbfgsResult minimize(
      int64_t iterations, const std::function<bool()>& after_iteration = [] { return true; }) {
    return minimize_lbfgs(
        {iterations, 10}, x, [this] { return evaluate(); }, after_iteration);
  }

 private:
  std::array<float, 16> gradient_{};
};

TEST(Lbfgs, FindsTheMinimum) {
  Rosenbrock rosenbrock;
  rosenbrock.minimize(100);
  for (const float x : rosenbrock.x) EXPECT_NEAR(x, 1, 1e-3);
  EXPECT_LT(rosenbrock.evaluate().value, 1e-6);
  EXPECT_LT(rosenbrock.evaluations, 200);
}

TEST(Lbfgs, EndsAfterTheGivenIterations) {
  Rosenbrock rosenbrock;
  int64_t accepted = 0;
  double before = rosenbrock.evaluate().value;
  const LbfgsResult result = rosenbrock.minimize(7, [&] {
    ++accepted;
    const double value = rosenbrock.evaluate().value;
    EXPECT_LT(value, before);
    before = value;
    return true;
  });
  EXPECT_EQ(result.end, LbfgsEnd::kIterations);
  EXPECT_EQ(result.iterations, 7);
  EXPECT_EQ(accepted, 7);
}

TEST(Lbfgs, StopsWhenAsked) {
  Rosenbrock rosenbrock;
  const LbfgsResult result = rosenbrock.minimize(50, [] { return false; });
  EXPECT_EQ(result.end, LbfgsEnd::kStopped);
  EXPECT_EQ(result.iterations, 1);
}

TEST(Lbfgs, FindsNoDescentFromAMinimum) {
  Rosenbrock rosenbrock;
  rosenbrock.x.fill(1);
  const LbfgsResult result = rosenbrock.minimize(50);
  EXPECT_EQ(result.end, LbfgsEnd::kConverged);
  EXPECT_EQ(result.iterations, 0);
}

TEST(Lbfgs, NonFiniteValueIsNoDescent) {
  std::array<float, 16> x{}, gradient{};
  x.fill(2);
  gradient.fill(1);
  int64_t evaluations = 0;
  const LbfgsResult result = minimize_lbfgs(
      {50, 10}, x,
      [&]() -> ObjectiveAt {
        return {evaluations++ == 0 ? 1 : std::numeric_limits<double>::quiet_NaN(), gradient.data()};
      },
      [] { return true; });
  EXPECT_EQ(result.end, LbfgsEnd::kNoDescent);
  EXPECT_EQ(result.iterations, 0);
  for (const float value : x) EXPECT_EQ(value, 2);
}

TEST(Lbfgs, ExceptionOfTheObjectiveReachesTheCaller) {
  std::array<float, 16> x{};
  EXPECT_THROW(minimize_lbfgs(
                   {50, 10}, x, []() -> ObjectiveAt { throw std::runtime_error("x"); }, [] { return true; }),
               std::runtime_error);
}

TEST(Lbfgs, EveryStatusHasAnEnd) {
  EXPECT_EQ(lbfgs_end(0), LbfgsEnd::kConverged);
  EXPECT_THROW(lbfgs_end(-1022), std::bad_alloc);
  EXPECT_THROW(lbfgs_end(-1018), std::logic_error) << "an invalid tolerance";
  EXPECT_THROW(lbfgs_count(int64_t{1} << 31), Error);
}

TEST(Lbfgs, SameStartGivesTheSameBits) {
  Rosenbrock first, second;
  first.minimize(20);
  second.minimize(20);
  EXPECT_EQ(first.x, second.x);
}

}  // namespace
}  // namespace hourglass
