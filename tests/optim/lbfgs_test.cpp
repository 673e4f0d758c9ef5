#include "optim/lbfgs.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace hourglass {
namespace {

// Rosenbrock's valley in eight pairs of variables, lowest at 1 everywhere.
class Valley {
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

TEST(Lbfgs, FindsTheBottomOfAValley) {
  Valley valley;
  valley.minimize(100);
  for (const float x : valley.x) EXPECT_NEAR(x, 1, 1e-3);
  EXPECT_LT(valley.evaluate().value, 1e-6);
  EXPECT_LT(valley.evaluations, 200);
}

TEST(Lbfgs, EndsAfterItsIterations) {
  Valley valley;
  int64_t accepted = 0;
  double before = valley.evaluate().value;
  const LbfgsResult result = valley.minimize(7, [&] {
    ++accepted;
    const double value = valley.evaluate().value;
    EXPECT_LT(value, before);
    before = value;
    return true;
  });
  EXPECT_EQ(result.end, LbfgsEnd::kIterations);
  EXPECT_EQ(result.iterations, 7);
  EXPECT_EQ(accepted, 7);
}

TEST(Lbfgs, StopsWhenAsked) {
  Valley valley;
  const LbfgsResult result = valley.minimize(50, [] { return false; });
  EXPECT_EQ(result.end, LbfgsEnd::kStopped);
  EXPECT_EQ(result.iterations, 1);
}

TEST(Lbfgs, NothingIsLowerThanAMinimum) {
  Valley valley;
  valley.x.fill(1);
  const LbfgsResult result = valley.minimize(50);
  EXPECT_EQ(result.end, LbfgsEnd::kNoDescent);
  EXPECT_EQ(result.iterations, 0);
}

TEST(Lbfgs, ValueThatIsNotFiniteIsNoDescent) {
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

TEST(Lbfgs, SameStartGivesTheSameBits) {
  Valley first, second;
  first.minimize(20);
  second.minimize(20);
  EXPECT_EQ(first.x, second.x);
}

}  // namespace
}  // namespace hourglass
