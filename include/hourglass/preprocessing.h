#pragma once
// What is done to samples before a model sees them.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// The steps of data.preprocess, with what they learned from the training part. Every step is a line of text:
///   impute mean | impute median | impute X   values that are missing (not a number, or infinite) become those of their
///                                            feature in the training part, or X; the first step
///   scale LOW HIGH          the range of all values to LOW ... HIGH. The range is what the steps before decide (bytes:
///                           0 ... 1), else from the smallest to the largest value of the training part
///   minmax [LOW HIGH]       the same for every feature, always of the training part, to 0 ... 1 unless given
///   standardize             every feature less its mean, by its standard deviation (dividing by the count)
///   robust                  every feature less its median, by the distance between its quartiles
///   remove_mean image|global  less the mean of the sample, or of the whole training part
///   clip K image|global     cut to the mean +- K standard deviations of the sample, or of the whole training part
///   grey                    0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709)
///   resize H W area|bilinear  each pixel the mean of the area it covers, or the weighted mean of the pixels near it,
///                           which is linear interpolation where the image grows
///   crop H W                the middle of the image
///   pad N [value=0]         N pixels more on each side
///   whiten pca|zca [epsilon=1e-5] [components=N]   uncorrelated values of variance 1: along the principal components
///                           (all, or the first N), or turned back so that they resemble the sample
///   binarize T              1 where the value is above T, else 0
///   bernoulli               1 with the probability that the value is, else 0, drawn anew in every step of training;
///                           elsewhere always the same draw for the same stored sample; the last step
/// Features that have the same value in all training samples are 0 after standardize, minmax and robust, which is said
/// to context.log.
class Preprocessing {
 public:
  /// No step: a byte is its part of 255, a float itself.
  Preprocessing() = default;

  /// Plans the steps for samples like those of `train`, which must not be prepared, and lets them learn from it.
  /// Throws Error(kUsage) for a step that is none or does not fit, and Error(kData) for values that are missing where
  /// nothing is to be done about them, or that a step cannot learn from.
  static Preprocessing fit(const std::vector<std::string>& steps, const Dataset& train, const Context& context = {});

  /// What the steps learned, as named arrays, and the way back: `find` hands out the values of a name, which must be
  /// num_elements(shape) finite ones. Throws Error(kUsage) as fit, and what `find` throws.
  struct Learned {
    std::string name;  ///< "preprocessing.0.mean"
    Shape shape;
    std::span<const float> values;
  };
  std::vector<Learned> learned() const;
  using Find = std::function<std::span<const float>(const std::string& name, const Shape& shape)>;
  static Preprocessing restore(const std::vector<std::string>& steps, const Shape& input_shape, const Find& find);

  /// Of the samples as they are stored, and as a model sees them. Empty where there is no step.
  const Shape& input_shape() const { return input_shape_; }
  const Shape& output_shape() const { return output_shape_; }
  /// Of the values that a model sees of the training part.
  ValueRange range() const { return range_; }

  /// The same samples as a model is to see them, with their labels and names. What can be computed while batches are
  /// gathered is left to that; the rest is computed here, once, and stored as floats.
  /// Throws Error(kUsage) for samples of another shape and Error(kData) for missing values (see fit).
  Dataset apply(const Dataset& samples, const Context& context = {}) const;

  /// Back towards the units of the stored samples: the steps are undone from the last on, up to the first that cannot
  /// be (clip, binarize and bernoulli are taken to change nothing). `samples`: {n, ...} as a model sees them.
  Tensor invert(const Tensor& samples) const;
  /// The step at which `invert` ends, as it is written, or "" where the stored units are reached.
  std::string invert_ends_at() const;

 private:
  Preprocessing(const std::vector<std::string>& steps, const Shape& input_shape);
  size_t first_inverted() const;

  Shape input_shape_, output_shape_;
  std::vector<std::string> texts_;
  std::vector<std::shared_ptr<class Step>> steps_;  // shared by copies, and never changed once they have learned
  std::vector<float> range_values_ = {0, 1};
  ValueRange range_;
};

}  // namespace hourglass
