#include "support/check_layer.h"

#include <algorithm>
#include <cmath>

#include "support/guarded_floats.h"

namespace hourglass {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// Small enough to rarely cross the kink of a ReLU, large enough to make the rounding error of y negligible.
constexpr float kStep = 2e-3f;
constexpr double kTolerance = 2e-3;

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

bool same_bits(const GuardedFloats& a, const GuardedFloats& b) {
  return std::ranges::equal(
      a.values(), b.values(), {}, [](float v) { return std::bit_cast<uint32_t>(v); },
      [](float v) { return std::bit_cast<uint32_t>(v); });
}

// A layer with buffers for one batch. Arrays are initialized with NaN to detect values that are never written.
struct Bench {
  Bench(const Layer& tested, int64_t in, int64_t num_rows, uint64_t seed)
      : layer(tested),
        rows(num_rows),
        out(num_elements(tested.output_shape())),
        x(random_floats(rows * in, seed)),
        weights(random_floats(rows * out, seed + 1)),
        y(rows * out),
        saved(rows * tested.saved_size()),
        scratch(tested.scratch_size(rows)) {
    RandomStream random(seed, RandomPurpose::kInitialWeights, 1);
    const std::vector<ParameterSpec> specs = layer.parameters();
    for (size_t i = 0; i < specs.size(); ++i) {
      params.emplace_back(num_elements(specs[i].shape));
      layer.initialize(i, "torch_uniform", params.back().values(), random);
      initialized = initialized && params.back().intact() && all_finite(params.back().values());
    }
  }

  // A training step on the whole batch.
  Pass pass() const { return {.rows = rows, .training = true, .batch_rows = rows, .seed = 1, .step = 1}; }

  // Returns the weighted sum of the outputs.
  double forward() {
    std::vector<const float*> pointers;
    for (const GuardedFloats& each : params) pointers.push_back(each.data());
    layer.forward(pass(), pointers, x.data(), y.data(), {saved.data(), scratch.data()});
    double sum = 0;
    for (int64_t i = 0; i < y.size(); ++i) sum += static_cast<double>(weights[i]) * static_cast<double>(y[i]);
    return sum;
  }

  // Returns the gradients of the parameters, and writes diff_x if it is not null.
  std::vector<GuardedFloats> backward(GuardedFloats* diff_x) {
    std::vector<const float*> pointers;
    std::vector<GuardedFloats> diff_params;
    for (const GuardedFloats& each : params) {
      pointers.push_back(each.data());
      diff_params.emplace_back(each.size());
    }
    std::vector<float*> diff_pointers;
    for (GuardedFloats& each : diff_params) diff_pointers.push_back(each.data());
    GuardedFloats diff_y(weights.values());
    layer.backward(pass(), pointers, x.data(), y.data(), {saved.data(), scratch.data()}, diff_y.data(),
                   diff_x ? diff_x->data() : nullptr, diff_pointers);
    return diff_params;
  }

  const Layer& layer;
  int64_t rows, out;
  GuardedFloats x, weights, y, saved, scratch;
  std::vector<GuardedFloats> params;
  bool initialized = true;
};

// Checks `diff`, the gradient with respect to `values`.
AssertionResult check_gradient(Bench& bench, const std::string& what, GuardedFloats& values,
                               const GuardedFloats& diff) {
  if (!diff.intact()) return AssertionFailure() << "The gradient of " << what << " is written out of bounds.";
  if (!all_finite(diff.values()))
    return AssertionFailure() << "The gradient of " << what << " is not completely written.";
  double largest = 0;
  for (float value : diff.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
  for (int64_t i = 0; i < values.size(); ++i) {
    const float before = values[i];
    values.data()[i] = before + kStep;
    const float above = values[i];
    const double high = bench.forward();
    values.data()[i] = before - kStep;
    const double width = static_cast<double>(above) - static_cast<double>(values[i]);
    const double expected = (high - bench.forward()) / width;
    values.data()[i] = before;
    if (!(std::abs(static_cast<double>(diff[i]) - expected) <= kTolerance * largest))
      return AssertionFailure() << "The gradient of " << what << "[" << i << "] is " << diff[i]
                                << "; the finite difference is " << expected << ".";
  }
  return AssertionSuccess();
}

}  // namespace

AssertionResult check_layer(const Layer& layer, int64_t in, int64_t rows, uint64_t seed) {
  Bench bench(layer, in, rows, seed);
  if (!bench.initialized) return AssertionFailure() << "initialize() does not fill the arrays of parameters().";
  bench.forward();
  if (!bench.y.intact() || !bench.saved.intact()) return AssertionFailure() << "forward() writes out of bounds.";
  if (!all_finite(bench.y.values()))
    return AssertionFailure() << "forward() does not fill its outputs, or reads out of bounds.";
  const GuardedFloats first = bench.y;
  bench.forward();
  if (!same_bits(first, bench.y)) return AssertionFailure() << "A second forward pass gives a different result.";

  GuardedFloats diff_x(rows * in);
  const std::vector<GuardedFloats> diff_params = bench.backward(&diff_x);
  bench.forward();  // backward() can overwrite what forward() saved
  const std::vector<GuardedFloats> diff_alone = bench.backward(nullptr);
  if (AssertionResult result = check_gradient(bench, "x", bench.x, diff_x); !result) return result;
  const std::vector<ParameterSpec> specs = layer.parameters();
  for (size_t i = 0; i < specs.size(); ++i) {
    // Running statistics are not trained and have no gradient.
    if (specs[i].kind != ParameterKind::kState)
      if (AssertionResult result = check_gradient(bench, specs[i].role, bench.params[i], diff_params[i]); !result)
        return result;
    if (!same_bits(diff_params[i], diff_alone[i]))
      return AssertionFailure() << "The gradient of " << specs[i].role
                                << " changes if the gradient of x is not requested.";
  }
  return AssertionSuccess();
}

}  // namespace hourglass
