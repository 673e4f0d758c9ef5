#pragma once
// Datasets: stored samples, in memory or in a file, and how they are loaded and split.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Bytes stand for 0 ... 1; all others are numbers, which are widened to float32 when they are read.
enum class ElementType : uint8_t { kUint8, kFloat32, kFloat16, kBfloat16 };

/// "uint8", "float32", "float16", "bfloat16"
const char* to_string(ElementType type);

/// A value of a sample in sparse storage, at a position in the sample.
struct SparseValue {
  uint32_t column;
  float value;
};

/// Stored values of samples, one sample after the other. They never change. Copies share them.
class SampleStorage {
 public:
  /// Storage in memory.
  static SampleStorage of_bytes(std::vector<uint8_t> values);
  static SampleStorage of_floats(std::vector<float> values);
  /// Refers to `values` without a copy and keeps `owner` alive. `is_mapped`: they are in a mapped file, whose pages can
  /// be released (see `release`). Throws Error(kUsage) if the bytes are not a whole number of values or not aligned.
  static SampleStorage shared(ElementType type, std::span<const std::byte> values, std::shared_ptr<const void> owner,
                              bool is_mapped);
  /// Maps `count` little-endian values that start at byte `offset` of a file, without a copy. Pages are read on first
  /// access. The file must not become shorter while it is in use. Throws Error(kIo) if it cannot be read, Error(kData)
  /// if it is too short, and Error(kUsage) if floats do not start at a multiple of their size.
  static SampleStorage in_file(const std::filesystem::path& path, ElementType type, int64_t offset, int64_t count);

  /// Storage in memory of samples of `sample_dim` floats most of which are 0: sample i has values[starts[i], starts[i +
  /// 1]), in ascending order of their columns; all its other values are 0. `starts` ends with the number of values.
  static SampleStorage sparse(std::vector<int64_t> starts, std::vector<SparseValue> values, int64_t sample_dim);

  ElementType type() const { return type_; }
  bool is_sparse() const { return !starts_.empty(); }
  /// The stored values of a sample in sparse storage.
  std::span<const SparseValue> sparse_row(int64_t i) const {
    const auto* values = reinterpret_cast<const SparseValue*>(data_);
    return {values + starts_[static_cast<size_t>(i)], values + starts_[static_cast<size_t>(i) + 1]};
  }
  /// Number of values, zeros included.
  int64_t size() const { return size_; }
  /// Size of one value in bytes.
  int64_t element_size() const { return type_ == ElementType::kUint8 ? 1 : type_ == ElementType::kFloat32 ? 4 : 2; }
  /// All values, aligned for their type. Of sparse storage: the stored ones, as SparseValue.
  const std::byte* data() const { return data_; }

  bool is_mapped() const { return is_mapped_; }
  /// Hints that values [begin, end) are needed soon (expect), or not again for a while (release). Only has an effect in
  /// a mapped file.
  void expect(int64_t begin, int64_t end) const;
  void release(int64_t begin, int64_t end) const;

 private:
  friend class Dataset;  // a default Dataset has an empty storage
  SampleStorage(ElementType type, int64_t size) : type_(type), size_(size) {}

  ElementType type_;
  int64_t size_;
  const std::byte* data_ = nullptr;
  std::span<const int64_t> starts_;    // of the samples in sparse storage, else empty
  std::shared_ptr<const void> owner_;  // keeps data_ and starts_ alive
  bool is_mapped_ = false;
};

/// Samples of one shape, each with an optional label. The samples are rows of a storage that copies, slices and
/// selections share.
///
/// `read` returns a stored byte v as v / 255 and a stored float unchanged, until the dataset is preprocessed (see
/// Autoencoder::preprocess and Preprocessing). Floats that are not finite are missing values.
class Dataset {
 public:
  Dataset() = default;
  /// `values`: size x num_elements(sample_shape) values, row-major, images as height x width x channels.
  /// `labels`: empty, or one class number (>= 0) per sample.
  /// Throws Error(kData) if the counts do not match or there are no samples.
  Dataset(std::string name, Shape sample_shape, SampleStorage values, std::vector<int32_t> labels = {});
  Dataset(std::string name, Shape sample_shape, std::vector<uint8_t> values, std::vector<int32_t> labels = {});
  /// A dataset of a copy of `values`: row-major, of `shape` {n, ...}, such as a matrix {rows, features}. `labels`:
  /// empty, or one class number per sample. Values that are not finite are missing values. Throws Error(kUsage) if the
  /// number of values does not match the shape, Error(kData) if there are no samples or the number of labels is not n.
  static Dataset from(std::span<const float> values, const Shape& shape, std::vector<int32_t> labels = {},
                      const std::string& name = "data");
  static Dataset from(const Tensor& values, std::vector<int32_t> labels = {}, const std::string& name = "data");

  const std::string& name() const { return name_; }
  /// Shape of one sample, e.g. {28, 28, 1}.
  const Shape& sample_shape() const { return sample_shape_; }
  /// Number of values of one sample.
  int64_t sample_dim() const { return sample_dim_; }
  /// Number of samples.
  int64_t size() const { return size_; }
  /// Stored size of all samples in bytes.
  int64_t stored_bytes() const;

  bool has_labels() const { return !labels_.empty(); }
  std::span<const int32_t> labels() const { return labels_; }
  /// Names of the classes, by label, and of the features. Empty if there are no names.
  const std::vector<std::string>& class_names() const { return class_names_; }
  /// The name of a class; its number if the classes have no names.
  std::string class_name(int32_t label) const;
  const std::vector<std::string>& feature_names() const { return feature_names_; }
  /// Throws Error(kData) if a label has no name. Empty: no names.
  void set_class_names(std::vector<std::string> names);
  /// The same samples with the class numbers of `other`, matched by name, or by number if classes have no names. The
  /// result has no labels if `other` lacks one of the classes.
  Dataset with_classes_of(const Dataset& other) const;
  /// The same samples with class numbers by name: the position in `names`. Classes that are not in `names` follow, in
  /// their order. Without `names`, classes named by numbers have that number; other classes do not change.
  Dataset with_class_numbers(std::vector<std::string> names) const;
  /// Throws Error(kData) if there is not one name per feature. Empty: no names.
  void set_feature_names(std::vector<std::string> names);
  /// A stored float of feature j is the difference of the value from origin()[j]: numbers far from 0 that differ
  /// little, such as times in seconds since 1970, are kept apart in float32. Empty: all 0. `read` adds the origin.
  std::span<const double> origin() const {
    return origin_ ? std::span<const double>(*origin_) : std::span<const double>();
  }
  /// Throws Error(kUsage) if there is not one origin per feature, or values are bytes.
  void set_origin(std::vector<double> origin);
  /// The categories of each feature, empty for a feature of numbers: a value is the position of its category, or -1 if
  /// it is missing or unknown. Empty: all features are numbers.
  const std::vector<std::vector<std::string>>& categories() const { return categories_; }
  /// Throws Error(kData) if there is not one list per feature.
  void set_categories(std::vector<std::vector<std::string>> categories);
  /// Columns of texts that identify the samples, such as times and identifiers. Slices and selections keep them.
  const std::vector<std::string>& identity_columns() const { return identity_columns_; }
  const std::vector<std::string>& identity(int64_t i) const { return (*identity_)[stored_row(i)]; }
  /// `texts`: one list per stored row, with one text per column. Throws Error(kUsage) if their number does not match.
  void set_identity(std::vector<std::string> columns, std::vector<std::vector<std::string>> texts);
  /// Names of the samples, such as the files of images. Slices and selections keep them.
  bool has_sample_names() const { return sample_names_ != nullptr; }
  const std::string& sample_name(int64_t i) const { return (*sample_names_)[stored_row(i)]; }
  /// Throws Error(kUsage) if there is not one name per stored row. Empty: no names.
  void set_sample_names(std::vector<std::string> names);

  /// Stored bytes of sample i: sample_dim values of storage().type(), or the values of SampleStorage::sparse_row.
  std::span<const uint8_t> sample(int64_t i) const;
  /// Writes samples [begin, end) as the model sees them, float32, to out[end - begin, sample_dim].
  void read(int64_t begin, int64_t end, float* out) const;
  /// The same as a tensor {end - begin} + sample_shape. Throws Error(kUsage) if the range is not within [0, size).
  Tensor read(int64_t begin, int64_t end) const;
  Tensor read() const { return read(0, size_); }

  /// Samples [begin, end), without a copy of their values. Throws Error(kUsage) if the range is not within [0, size).
  Dataset slice(int64_t begin, int64_t end) const;
  /// The samples with these indices, in this order, without a copy of their values. Throws Error(kUsage) if `samples`
  /// is empty or an index does not exist.
  Dataset select(std::span<const int64_t> samples) const;

  /// The storage that batches are gathered from; see src/data.
  const SampleStorage& storage() const { return storage_; }
  /// Row of the storage of sample i.
  uint32_t stored_row(int64_t i) const {
    return rows_ ? (*rows_)[static_cast<size_t>(i)] : static_cast<uint32_t>(first_row_ + i);
  }
  bool is_preprocessed() const { return transform_ != nullptr; }
  const class SampleTransform& transform() const;
  Dataset with_transform(const class SampleTransform& transform) const;
  /// Preprocessing::fingerprint of the applied preprocessing; 0: none.
  uint64_t preprocessed_by() const { return preprocessed_by_; }
  void set_preprocessed_by(uint64_t fingerprint) { preprocessed_by_ = fingerprint; }
  /// Hints for a mapped file: samples [begin, end) are needed soon (expect), or not again for a while (release).
  void expect(int64_t begin, int64_t end) const;
  void release(int64_t begin, int64_t end) const;

 private:
  void check_range(int64_t begin, int64_t end) const;

  std::string name_;
  Shape sample_shape_;
  int64_t sample_dim_ = 0;
  int64_t size_ = 0;
  SampleStorage storage_{ElementType::kUint8, 0};
  int64_t first_row_ = 0;                              // row of the storage of sample 0, if rows_ is null
  std::shared_ptr<const std::vector<uint32_t>> rows_;  // row of the storage of each sample, or null
  std::vector<int32_t> labels_;
  std::vector<std::string> class_names_, feature_names_, identity_columns_;
  std::vector<std::vector<std::string>> categories_;
  std::shared_ptr<const std::vector<std::vector<std::string>>> identity_;  // by stored row
  std::shared_ptr<const std::vector<std::string>> sample_names_;           // by stored row
  std::shared_ptr<const std::vector<double>> origin_;                      // by feature, or null
  std::shared_ptr<const class SampleTransform> add_origin_;                // or null
  std::shared_ptr<const class SampleTransform> transform_;
  uint64_t preprocessed_by_ = 0;
};

/// All samples of `first`, then those of `second`, with the class numbers of `first`. Values are copied: as bytes if
/// both store bytes, sparse if both are, else as floats. Throws Error(kData) if the shapes differ.
Dataset concatenate(const Dataset& first, const Dataset& second);

/// The training, test and validation set. `test` is never used to fit or choose anything. `validation` is used for
/// decisions during training; it can be empty.
struct DataSplit {
  Dataset train;
  Dataset test;
  Dataset validation = {};
};

/// Splits `data` at random with a seed. Returns the remaining samples and `count` held-out samples, both in the order
/// of `data`. `stratified`: if there are labels, the held-out share of each class is the same, rounded to whole samples
/// (largest remainders first, then smaller labels). Throws Error(kUsage) if `count` is not in (0, size).
std::pair<Dataset, Dataset> hold_out(const Dataset& data, int64_t count, uint64_t seed, bool stratified);

/// Splits `given` as the config says: by ranges of rows (train_rows, validation_rows, test_rows), by a share of the
/// training set (validation) and, without a test set, by a share of all samples (test); see DataConfig. Logs random
/// splits to context.log.
/// Throws Error(kUsage) for ranges that are malformed, out of bounds, or overlap.
DataSplit split(const DataSplit& given, const DataConfig& config, const Context& context = {});

/// The same sets with a validation set, if the config asks for one and there is none: what `split` draws.
DataSplit with_validation(const DataSplit& given, const DataConfig& config, const Context& context = {});

/// Loads and splits (see `split`) the dataset `config.name`: a name from `dataset_names`, or the path of a file or
/// folder ("x.csv", "faces.mat", "images.npz:x", "file.h5:/group/x", "photos/"). Files of a named dataset are searched
/// in `config.dir`, then in $HOURGLASS_DATA, then in the user's cache folder ($XDG_CACHE_HOME/hourglass or
/// ~/.cache/hourglass). Options that are not set are inferred from the file and logged to context.log. If `inferred` is
/// not null, it is set to `config` with the inferred options.
/// Throws Error(kUsage) for an unknown name (and suggests the nearest one) and for options that do not fit the file,
/// Error(kData) for files that are missing or malformed, Error(kIo) for a path that cannot be read.
DataSplit load_dataset(const DataConfig& config, const Context& context = {}, DataConfig* inferred = nullptr);

/// Short name of a dataset: "sensors" for "data/sensors.csv", "mnist" for "mnist".
std::string data_title(const std::string& name);

/// Names of the datasets that `load_dataset` knows.
std::vector<std::string> dataset_names();

}  // namespace hourglass
