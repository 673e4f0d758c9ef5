#pragma once
// Preprocessing of samples.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// The stored form of the training samples. Other samples of a model must have the same.
struct StoredForm {
  std::optional<ElementType>
      element_type;  ///< kUint8 or kFloat32 (numbers); none: unknown, in a model file of an earlier version
  /// All values are from 0 to 1; a byte v is v / 255.
  bool is_unit = true;
  std::vector<std::string> feature_names;            ///< empty: none
  std::vector<std::string> class_names;              ///< by label; empty: none
  std::vector<std::vector<std::string>> categories;  ///< by feature (Dataset::categories); empty: all are numbers
  std::vector<double> origin;  ///< the steps see differences from it (Dataset::origin); empty: all 0
};

/// The steps of data.preprocess and their parameters, which are fitted on the training set. Each step is a line of
/// text:
///   none                    changes nothing; keeps a table as it is, whose features are otherwise standardized
///   impute mean | impute median | impute X   replaces missing values (NaN or infinite) by the mean or median of the
///                                            feature in the training set, or by X; must be the first step. A feature
///                                            without any value is an error, or with empty=Y becomes Y
///   scale LOW HIGH          maps the range of all values to LOW ... HIGH. The range is known from the previous steps
///                           (bytes: 0 ... 1) or else the minimum and maximum of the training set
///   one_hot                 a feature with categories becomes one value per category: 1 for that of the sample, else
///   0;
///                           all are 0 if it is missing or unknown. Later steps leave these values as they are. The
///                           widths are added to the text: one_hot 2=5 for feature 2 with 5 categories
///   minmax [LOW HIGH]       maps the range of each feature in the training set to LOW ... HIGH (default: 0 ... 1)
///   standardize             subtracts the mean of each feature and divides by its standard deviation (divided by n)
///   robust [clip=K]         subtracts the median of each feature and divides by its interquartile range (IQR). clip=K
///                           limits the results to -K ... K; then a feature with an IQR of 0 is divided by its standard
///                           deviation, and another value of a constant feature becomes -K or K
///   remove_mean image|global  subtracts the mean of the sample, or of the whole training set
///   clip K image|global     clips to the mean +- K standard deviations of the sample, or of the whole training set
///   gray                    0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709)
///   resize H W area|bilinear  resizes an image. area: each pixel is the mean of the area it covers. bilinear: the
///                           weighted mean of nearby pixels (linear interpolation if the image is enlarged)
///   crop H W                keeps the center of the image
///   pad N [value=0]         adds N pixels on each side
///   whiten pca|zca [epsilon=1e-5] [components=N]   makes values uncorrelated with variance 1. pca: along the principal
///                           components (all, or the first N). zca: rotated back, so that they resemble the sample
///   binarize T              1 if the value is above T, else 0
///   bernoulli               1 with the probability given by the value, else 0; must be the last step. Training draws
///                           again in every step; otherwise the draw depends on the stored sample only
/// Features that are constant in the training set become 0 in standardize, minmax and robust; context.log reports them.
class Preprocessing {
 public:
  /// No steps: a byte v becomes v / 255, a float stays as it is.
  Preprocessing() = default;

  /// Parses the steps and fits them on `train`, which must not be preprocessed yet.
  /// Throws Error(kUsage) for an unknown step or one that does not fit the samples, and Error(kData) for missing values
  /// without an impute step or for data that a step cannot be fitted on.
  static Preprocessing fit(const std::vector<std::string>& steps, const Dataset& train, const Context& context = {});

  /// Fitted parameters as named arrays, and the constructor from them. `find` returns the array of a name: it must have
  /// num_elements(shape) finite values. Throws Error(kUsage) as in fit, and the errors of `find`.
  struct Learned {
    std::string name;  ///< "preprocessing.0.mean"
    Shape shape;
    std::span<const float> values;
  };
  std::vector<Learned> learned() const;
  using Find = std::function<std::span<const float>(const std::string& name, const Shape& shape)>;
  static Preprocessing restore(const std::vector<std::string>& steps, const Shape& input_shape, const Find& find);

  /// Sample shapes before and after preprocessing. Empty without steps.
  const Shape& input_shape() const { return input_shape_; }
  const Shape& output_shape() const { return output_shape_; }
  /// What `apply` compares other samples with.
  const StoredForm& stored_form() const { return stored_form_; }
  void set_stored_form(StoredForm form) { stored_form_ = std::move(form); }
  /// Range of the values of the preprocessed training set.
  ValueRange range() const { return range_; }

  /// Returns the preprocessed samples with their labels and names. Steps on single values are computed while batches
  /// are gathered; other steps are computed here once and stored as floats.
  /// Bytes are converted to what was learned: v / 255, or v if the training samples were floats beyond 0 ... 1.
  /// Throws Error(kUsage) for samples of another shape, with features of other names or in another order, floats beyond
  /// 0 ... 1 (by more than 1) if bytes were learned, or samples that another preprocessing was applied to; Error(kData)
  /// for missing values (see fit). Samples that this preprocessing, or an equal one, was applied to are returned
  /// unchanged.
  Dataset apply(const Dataset& samples, const Context& context = {}) const;
  /// The samples with the features of the training set, in its order and with its categories, if both have names. Other
  /// columns are left out, which context.log reports; values of unknown categories become -1 and are counted. Throws
  /// Error(kUsage) if a feature is missing or of another kind. `apply` does the same. `unknown`: if not null, the
  /// values of unknown categories are added to it by feature, instead of being reported.
  Dataset match(const Dataset& samples, const Context& context = {},
                std::map<std::string, int64_t>* unknown = nullptr) const;
  /// Positions in a preprocessed sample at which stored features begin, and the number of its values; empty if each
  /// value is a feature of its own.
  const std::vector<int64_t>& feature_starts() const { return feature_starts_; }
  /// The values of each feature with categories in a preprocessed sample, in the order of the features. Empty if a step
  /// after one_hot mixes them with other values.
  const std::vector<ValueGroup>& categories() const { return categories_; }
  /// Throws Error(kUsage) for stored samples of another shape, or with features of other names or in another order.
  void check_features(const Dataset& samples) const;

  /// Hash of the steps and their fitted parameters; never 0. Datasets keep it (Dataset::preprocessed_by).
  uint64_t fingerprint() const { return fingerprint_; }

  /// Inverts the steps from the last to the first, and stops at a step that has no inverse (clip, binarize and
  /// bernoulli count as the identity). `samples`: preprocessed, {n, ...}.
  Tensor invert(const Tensor& samples) const;
  /// Text of the step at which `invert` stops, or "" if it inverts all steps.
  std::string invert_ends_at() const;

 private:
  static constexpr uint64_t kNoSteps = 14695981039346656037u;  // of the FNV-1a hash

  Preprocessing(const std::vector<std::string>& steps, const Shape& input_shape);
  void check_form(const Dataset& samples, const Context& context) const;
  size_t first_inverted() const;
  void update_fingerprint();

  Shape input_shape_, output_shape_;
  std::vector<std::string> texts_;
  StoredForm stored_form_;
  std::vector<int64_t> feature_starts_;
  std::vector<ValueGroup> categories_;
  std::vector<std::shared_ptr<class Step>> steps_;  // shared by copies; constant after fitting
  std::vector<float> range_values_ = {0, 1};
  ValueRange range_;
  uint64_t fingerprint_ = kNoSteps;
};

/// Reports what Preprocessing::match counted.
void report_unknown_categories(const std::map<std::string, int64_t>& unknown, const std::string& source,
                               const Context& context);

}  // namespace hourglass
