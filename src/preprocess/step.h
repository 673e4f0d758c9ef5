#pragma once
// One step of preprocessing.

#include <optional>
#include <string>
#include <vector>

#include "data/sample_transform.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// What a step learns from.
struct Fitting {
  const Dataset& train;             ///< the training part as the steps before leave it
  std::optional<ValueRange> range;  ///< that all values keep to, where the steps before decide it
  const Context& context;
  std::string where;  ///< "data.preprocess step 2 ('standardize')", for messages
};

/// A step is planned from its text and the shape of a sample, then learns from the training part or takes what an
/// equal step learned, and from then on stays as it is.
class Step {
 public:
  Step(Shape input_shape, Shape output_shape)
      : input_shape_(std::move(input_shape)), output_shape_(std::move(output_shape)) {}
  virtual ~Step() = default;

  const Shape& input_shape() const { return input_shape_; }
  const Shape& output_shape() const { return output_shape_; }
  int64_t input_dim() const { return num_elements(input_shape_); }
  int64_t output_dim() const { return num_elements(output_shape_); }

  virtual void fit(const Fitting&) {}
  /// What was learned; stored with the model and read back into the same places, after which `ready` is called.
  struct Learned {
    std::string name;
    Shape shape;
    std::vector<float>* values;
  };
  virtual std::vector<Learned> learned() { return {}; }
  virtual void ready() {}

  /// Whether the step works on each value by itself. Then it is taken up by the pass that gathers batches: `fold` adds
  /// it behind what `transform` does, or returns false where that has no room for it.
  virtual bool folds() const { return false; }
  virtual bool fold(SampleTransform&) const { return false; }
  /// Any other step computes y[rows, output_dim] from x[rows, input_dim], once for every sample.
  virtual void apply(int64_t /*rows*/, const float* /*x*/, float* /*y*/) const {}

  /// Whether values can be brought back, x[rows, input_dim] from y[rows, output_dim].
  virtual bool inverts() const { return false; }
  virtual void invert(int64_t /*rows*/, const float* /*y*/, float* /*x*/) const {}

  /// The range that values of the range `before` are brought to; nothing where it has to be measured.
  virtual std::optional<ValueRange> range(std::optional<ValueRange> before) const = 0;

 private:
  Shape input_shape_, output_shape_;
};

}  // namespace hourglass
