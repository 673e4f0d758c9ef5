#pragma once
// Samples as they were stored, in memory or in a file, and where the named sets come from.

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

enum class ElementType : uint8_t { kUint8, kFloat32 };

/// The values of samples, one sample behind the other, as they were stored. They never change, and copies share them.
class SampleStorage {
 public:
  /// In memory.
  static SampleStorage of_bytes(std::vector<uint8_t> values);
  static SampleStorage of_floats(std::vector<float> values);
  /// `values`, without a copy, for as long as `owner` lives. `is_mapped`: they lie in a mapped file, whose pages may be
  /// given back (see `release`). Throws Error(kUsage) where they are no whole number of values, or not aligned.
  static SampleStorage shared(ElementType type, std::span<const std::byte> values, std::shared_ptr<const void> owner,
                              bool is_mapped);
  /// `count` values from byte `offset` of a file on, little-endian, without a copy: what is touched is read. The file
  /// must not become shorter while it is in use. Throws Error(kIo) where it cannot be read, Error(kData) where it is
  /// too short, and Error(kUsage) where floats do not start at a multiple of their size.
  static SampleStorage in_file(const std::filesystem::path& path, ElementType type, int64_t offset, int64_t count);

  ElementType type() const { return type_; }
  /// Number of values.
  int64_t size() const { return size_; }
  /// Bytes of one value.
  int64_t element_size() const { return type_ == ElementType::kUint8 ? 1 : 4; }
  /// All values; floats are aligned as floats.
  const std::byte* data() const { return data_; }

  bool is_mapped() const { return is_mapped_; }
  /// Says that values [begin, end) are needed soon, or not again for a while. Does nothing but in a mapped file.
  void expect(int64_t begin, int64_t end) const;
  void release(int64_t begin, int64_t end) const;

 private:
  friend class Dataset;  // which is empty before it is given samples
  SampleStorage(ElementType type, int64_t size) : type_(type), size_(size) {}

  ElementType type_;
  int64_t size_;
  const std::byte* data_ = nullptr;
  std::shared_ptr<const void> owner_;  // of data_
  bool is_mapped_ = false;
};

/// Samples of one shape with an optional label each: some rows of a storage, which copies, slices and selections share.
///
/// What a model sees of a stored value is decided once, when the data are prepared (see Autoencoder::prepare and
/// Preprocessing): until then a byte v stands for v / 255 and a float for itself. Floats that are not finite are values
/// that are missing.
class Dataset {
 public:
  Dataset() = default;
  /// `values`: size x num_elements(sample_shape) values, row-major, images as height x width x channels.
  /// `labels`: empty, or one class number (>= 0) a sample.
  /// Throws Error(kData) where the counts do not fit or there is no sample.
  Dataset(std::string name, Shape sample_shape, SampleStorage values, std::vector<int32_t> labels = {});
  Dataset(std::string name, Shape sample_shape, std::vector<uint8_t> values, std::vector<int32_t> labels = {});

  const std::string& name() const { return name_; }
  /// Shape of one sample, e.g. {28, 28, 1}.
  const Shape& sample_shape() const { return sample_shape_; }
  /// Values in one sample.
  int64_t sample_dim() const { return sample_dim_; }
  /// Number of samples.
  int64_t size() const { return size_; }
  /// What is stored of all samples, in bytes.
  int64_t stored_bytes() const { return size_ * sample_dim_ * storage_.element_size(); }

  bool has_labels() const { return !labels_.empty(); }
  std::span<const int32_t> labels() const { return labels_; }
  /// Names of the classes by label, and of the values of a sample, each empty where they have none.
  const std::vector<std::string>& class_names() const { return class_names_; }
  const std::vector<std::string>& feature_names() const { return feature_names_; }
  /// Throws Error(kData) where a label has no name. Empty: no names.
  void set_class_names(std::vector<std::string> names);
  /// The same samples with their classes numbered as those of `other`: by name, or by number where classes have no
  /// names. Without labels where a class is none of `other`'s.
  Dataset with_classes_of(const Dataset& other) const;
  /// Throws Error(kData) where there is not one name a value of a sample. Empty: no names.
  void set_feature_names(std::vector<std::string> names);

  /// Sample i as it is stored: sample_dim values of storage().type().
  std::span<const uint8_t> sample(int64_t i) const;
  /// Samples [begin, end) as a model sees them, float32, into out[end - begin, sample_dim].
  void read(int64_t begin, int64_t end, float* out) const;
  /// The same as a tensor {end - begin} + sample_shape. Throws Error(kUsage) where the range does not lie inside.
  Tensor read(int64_t begin, int64_t end) const;
  Tensor read() const { return read(0, size_); }

  /// Samples [begin, end), without a copy of their values. Throws Error(kUsage) where the range does not lie inside.
  Dataset slice(int64_t begin, int64_t end) const;
  /// The samples of these numbers, in this order, without a copy of their values. Throws Error(kUsage) where there is
  /// none or one does not exist.
  Dataset select(std::span<const int64_t> samples) const;

  /// What batches are gathered from; see src/data.
  const SampleStorage& storage() const { return storage_; }
  /// The row of the storage that sample i is.
  uint32_t stored_row(int64_t i) const {
    return rows_ ? (*rows_)[static_cast<size_t>(i)] : static_cast<uint32_t>(first_row_ + i);
  }
  bool is_prepared() const { return transform_ != nullptr; }
  const class SampleTransform& transform() const;
  Dataset with_transform(const class SampleTransform& transform) const;
  /// In a mapped file: that samples [begin, end) are needed soon, or not again for a while.
  void expect(int64_t begin, int64_t end) const;
  void release(int64_t begin, int64_t end) const;

 private:
  void check_range(int64_t begin, int64_t end) const;

  std::string name_;
  Shape sample_shape_;
  int64_t sample_dim_ = 0;
  int64_t size_ = 0;
  SampleStorage storage_{ElementType::kUint8, 0};
  int64_t first_row_ = 0;                              // of the storage, where rows_ is null
  std::shared_ptr<const std::vector<uint32_t>> rows_;  // of the storage, sample by sample
  std::vector<int32_t> labels_;
  std::vector<std::string> class_names_, feature_names_;
  std::shared_ptr<const class SampleTransform> transform_;
};

/// The parts of a data set. Nothing is ever fitted or chosen on `test`; `validation` is what choices are made on
/// while training, and may be empty.
struct DataParts {
  Dataset train;
  Dataset test;
  Dataset validation = {};
};

/// Cuts `data` in two by a seeded draw: what stays, and `count` samples that are held out, each in the order of `data`.
/// `stratified`: where there are labels, every class gives its share of the `count`, as nearly as whole samples allow
/// (largest remainders, then smaller labels, first). Throws Error(kUsage) where `count` is not in (0, size).
std::pair<Dataset, Dataset> hold_out(const Dataset& data, int64_t count, uint64_t seed, bool stratified);

/// The parts as the config wants them: of a set as it was given, by ranges of rows (train_rows, validation_rows,
/// test_rows), by a share of the training part (validation) and, for a set without a test part, of all (test); see
/// DataConfig. What was drawn is said to context.log.
/// Throws Error(kUsage) for ranges that are malformed, lie outside, or have rows in common.
DataParts split(const DataParts& given, const DataConfig& config, const Context& context = {});

/// Loads the set that `config.name` names (see `dataset_names`), or the file or folder that it is the path of
/// ("x.csv", "faces.mat", "images.npz:x", "file.h5:/group/x", "photos/"). Files of a named set are looked for in
/// `config.dir`, then in $HOURGLASS_DATA, then in the user's cache folder ($XDG_CACHE_HOME/hourglass or
/// ~/.cache/hourglass). What the options leave open of a file is inferred and said to context.log; where `inferred` is
/// not null it becomes `config` with that filled in. The set is then split as `split` does.
/// Throws Error(kUsage) for an unknown name (and says the nearest known one) and for options that do not fit the file,
/// Error(kData) for files that are missing or malformed, Error(kIo) for a path that cannot be read.
DataParts load_dataset(const DataConfig& config, const Context& context = {}, DataConfig* inferred = nullptr);

/// The short name of what `DataConfig::name` names: "sensors" of "data/sensors.csv", "mnist" of "mnist".
std::string data_title(const std::string& name);

/// Names that `load_dataset` knows.
std::vector<std::string> dataset_names();

}  // namespace hourglass
