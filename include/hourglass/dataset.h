#pragma once
// Images in memory as they were stored, and where the named sets come from.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Samples of one shape, kept as uint8 (one byte a value; 0..255 stands for 0..1), with an optional label each.
class Dataset {
 public:
  Dataset() = default;
  /// `values`: size x num_elements(sample_shape) bytes, row-major, images as height x width x channels.
  /// `labels`: empty, or one class number (>= 0) a sample.
  /// Throws Error(kData) where the counts do not fit or there is no sample.
  Dataset(std::string name, Shape sample_shape, std::vector<uint8_t> values, std::vector<int32_t> labels = {});

  const std::string& name() const { return name_; }
  /// Shape of one sample, e.g. {28, 28, 1}.
  const Shape& sample_shape() const { return sample_shape_; }
  /// Values in one sample.
  int64_t sample_dim() const { return sample_dim_; }
  /// Number of samples.
  int64_t size() const { return size_; }
  /// All bytes, sample after sample.
  std::span<const uint8_t> values() const { return values_; }
  std::span<const uint8_t> sample(int64_t i) const;
  bool has_labels() const { return !labels_.empty(); }
  std::span<const int32_t> labels() const { return labels_; }
  /// A copy of samples [begin, end). Throws Error(kUsage) where the range does not lie inside.
  Dataset slice(int64_t begin, int64_t end) const;

 private:
  std::string name_;
  Shape sample_shape_;
  int64_t sample_dim_ = 0;
  int64_t size_ = 0;
  std::vector<uint8_t> values_;
  std::vector<int32_t> labels_;
};

/// The two parts of a data set. Nothing is ever fitted or chosen on `test`.
struct DataParts {
  Dataset train;
  Dataset test;
};

/// Loads the set that `config.name` names (see `dataset_names`). Files are looked for in `config.dir`, then in
/// $HOURGLASS_DATA, then in the user's cache folder ($XDG_CACHE_HOME/hourglass or ~/.cache/hourglass).
/// Throws Error(kUsage) for an unknown name (and says the nearest known one) and Error(kData) for files that are
/// missing or malformed.
DataParts load_dataset(const DataConfig& config);

/// Names that `load_dataset` knows.
std::vector<std::string> dataset_names();

}  // namespace hourglass
