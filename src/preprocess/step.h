#pragma once
// Interface of preprocessing steps.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/sample_transform.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// Inputs of Step::fit.
struct Fitting {
  const Dataset& train;             ///< training set after the previous steps
  std::optional<ValueRange> range;  ///< range of all values, if the previous steps determine it
  const Context& context;
  std::string where;                    ///< position for messages: "data.preprocess step 2 ('standardize')"
  std::span<const double> origin = {};  ///< values of `train` are differences from it, by feature; empty: all 0
  std::vector<bool> is_category = {};   ///< features that are categories, which steps on numbers leave as they are
  bool skips(size_t feature) const { return feature < is_category.size() && is_category[feature]; }
  double origin_of(size_t feature) const { return origin.empty() ? 0 : origin[feature]; }
};

/// A step is constructed from its text and the sample shape. Then it is either fitted on the training set or its
/// parameters are restored. After that it does not change.
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
  /// Fitted parameters. They are stored with the model and restored in place, and then `parameters_changed` is called.
  struct Parameter {
    std::string name;
    Shape shape;
    std::vector<float>* values;
  };
  virtual std::vector<Parameter> parameters() { return {}; }
  virtual void parameters_changed() {}

  /// Whether the step computes each value independently. If so, it can run while batches are gathered: `fold` appends
  /// it to `transform`, or returns false if it cannot be appended.
  virtual bool folds() const { return false; }
  virtual bool fold(SampleTransform&) const { return false; }
  /// Computes y[rows, output_dim] from x[rows, input_dim], once per sample. For steps that do not fold.
  virtual void apply(int64_t /*rows*/, const float* /*x*/, float* /*y*/) const {}

  /// Whether the step has an inverse, which computes x[rows, input_dim] from y[rows, output_dim].
  virtual bool inverts() const { return false; }
  virtual void invert(int64_t /*rows*/, const float* /*y*/, float* /*x*/) const {}

  /// Returns the output range for values in the range `before`, or nothing if it must be measured.
  virtual std::optional<ValueRange> range(std::optional<ValueRange> before) const = 0;

 private:
  Shape input_shape_, output_shape_;
};

}  // namespace hourglass
