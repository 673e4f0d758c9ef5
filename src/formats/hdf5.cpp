#include "formats/hdf5.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>

#include "core/caught_exception.h"
#include "core/text.h"
#include "formats/hdf5_handle.h"
#include "formats/hdf5_texts.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

/// Maximum compression ratio of DEFLATE (zlib's technical notes).
constexpr int64_t kLargestRatio = 1032;
constexpr size_t kLongestText = 4096;

/// Type of numbers in memory: our name and that of HDF5.
struct MemoryType {
  NumberType type;
  hid_t hdf5_type;
};

std::optional<MemoryType> memory_type(hid_t stored) {
  const size_t size = H5Tget_size(stored);
  const H5T_class_t kind = H5Tget_class(stored);
  if (kind == H5T_FLOAT) {
    // HDF5 has no native types of half precision. They are read as they are stored.
    if (size == 2 && H5Tget_order(stored) == H5T_ORDER_LE) {
      size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
      if (H5Tget_fields(stored, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0) return std::nullopt;
      if (exponent_bits == 5 && mantissa_bits == 10) return MemoryType{NumberType::kFloat16, stored};
      if (exponent_bits == 8 && mantissa_bits == 7) return MemoryType{NumberType::kBfloat16, stored};
    }
    if (size == 2 || size == 4) return MemoryType{NumberType::kFloat32, H5T_NATIVE_FLOAT};
    if (size == 8) return MemoryType{NumberType::kFloat64, H5T_NATIVE_DOUBLE};
    return std::nullopt;
  }
  // h5py writes booleans as a one-byte enumeration. It must be read without conversion.
  if (kind == H5T_ENUM && size == 1) return MemoryType{NumberType::kBool, stored};
  if (kind != H5T_INTEGER) return std::nullopt;
  const bool is_signed = H5Tget_sign(stored) == H5T_SGN_2;
  switch (size) {
    case 1:
      return is_signed ? MemoryType{NumberType::kInt8, H5T_NATIVE_INT8}
                       : MemoryType{NumberType::kUint8, H5T_NATIVE_UINT8};
    case 2:
      return is_signed ? MemoryType{NumberType::kInt16, H5T_NATIVE_INT16}
                       : MemoryType{NumberType::kUint16, H5T_NATIVE_UINT16};
    case 4:
      return is_signed ? MemoryType{NumberType::kInt32, H5T_NATIVE_INT32}
                       : MemoryType{NumberType::kUint32, H5T_NATIVE_UINT32};
    case 8:
      return is_signed ? MemoryType{NumberType::kInt64, H5T_NATIVE_INT64}
                       : MemoryType{NumberType::kUint64, H5T_NATIVE_UINT64};
    default:
      return std::nullopt;
  }
}

std::optional<Shape> shape_of(hid_t dataset) {
  const Hdf5Space space(H5Dget_space(dataset));
  const int rank =
      space && H5Sget_simple_extent_type(space.get()) == H5S_SIMPLE ? H5Sget_simple_extent_ndims(space.get()) : -1;
  if (rank < 1) return std::nullopt;
  std::vector<hsize_t> sizes(static_cast<size_t>(rank));
  if (H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr) != rank) return std::nullopt;
  Shape shape;
  for (hsize_t size : sizes) shape.push_back(static_cast<int64_t>(std::min<hsize_t>(size, INT64_MAX)));
  return shape;
}

/// The text attribute of an object, or "".
std::string text_attribute(hid_t object, const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  const Hdf5Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const Hdf5Type type(attribute ? H5Aget_type(attribute.get()) : -1);
  const Hdf5Space space(attribute ? H5Aget_space(attribute.get()) : -1);
  if (!type || !space || H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1)
    return {};
  if (H5Tis_variable_str(type.get()) > 0) {
    char* stored = nullptr;
    if (H5Aread(attribute.get(), type.get(), &stored) < 0 || !stored) return {};
    const std::unique_ptr<char, herr_t (*)(void*)> owner(stored, H5free_memory);
    return stored;
  }
  if (H5Tget_size(type.get()) > kLongestText) return {};
  std::string text(H5Tget_size(type.get()), '\0');
  if (H5Aread(attribute.get(), type.get(), text.data()) < 0) return {};
  return text.substr(0, text.find('\0'));
}

/// The integers of an attribute or dataset, or nothing if there are not `count` of them.
std::vector<int64_t> integers_of(const Hdf5Space& space, const Hdf5Type& type, int64_t count, const auto& read) {
  if (!space || !type || H5Tget_class(type.get()) != H5T_INTEGER || H5Sget_simple_extent_npoints(space.get()) != count)
    return {};
  std::vector<int64_t> integers(static_cast<size_t>(count));
  return read(integers.data()) < 0 ? std::vector<int64_t>() : integers;
}

std::vector<int64_t> integer_attribute(hid_t object, const char* name, int64_t count) {
  if (H5Aexists(object, name) <= 0) return {};
  const Hdf5Attribute attribute(H5Aopen(object, name, H5P_DEFAULT));
  if (!attribute) return {};
  return integers_of(Hdf5Space(H5Aget_space(attribute.get())), Hdf5Type(H5Aget_type(attribute.get())), count,
                     [&](int64_t* to) { return H5Aread(attribute.get(), H5T_NATIVE_INT64, to); });
}

std::vector<int64_t> integer_dataset(hid_t group, const char* name, int64_t count) {
  const Hdf5Object dataset(H5Dopen2(group, name, H5P_DEFAULT));
  if (!dataset) return {};
  return integers_of(
      Hdf5Space(H5Dget_space(dataset.get())), Hdf5Type(H5Dget_type(dataset.get())), count,
      [&](int64_t* to) { return H5Dread(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, to); });
}

/// A sparse matrix that is stored as a group of three datasets.
struct SparseGroup {
  int64_t num_rows, num_columns;
  bool by_columns;
  const char *starts, *indices, *values;  ///< names of the datasets
};

/// Returns the sparse matrix in a group, or nullopt if the group is none that is known: those of AnnData
/// (https://anndata.readthedocs.io/en/latest/fileformat-prose.html), of 10x Genomics
/// (https://www.10xgenomics.com/support/software/cell-ranger/latest/analysis/outputs/cr-outputs-h5-matrices) and of
/// MATLAB.
std::optional<SparseGroup> sparse_group(hid_t group) {
  const auto has = [&](const char* name) { return H5Lexists(group, name, H5P_DEFAULT) > 0; };
  if (const auto rows = integer_attribute(group, "MATLAB_sparse", 1); !rows.empty() && has("jc")) {
    const Hdf5Object starts(H5Dopen2(group, "jc", H5P_DEFAULT));
    const auto shape = starts ? shape_of(starts.get()) : std::nullopt;
    if (!shape) return std::nullopt;
    return SparseGroup{rows[0], product_within(*shape, INT64_MAX) - 1, true, "jc", "ir", "data"};
  }
  if (!has("data") || !has("indices") || !has("indptr")) return std::nullopt;
  // "csr_matrix" and "csc_matrix"; earlier versions wrote "csr" and "csc".
  std::string encoding = text_attribute(group, "encoding-type");
  if (encoding.empty()) encoding = text_attribute(group, "h5sparse_format");
  if (encoding.starts_with("csr") || encoding.starts_with("csc")) {
    std::vector<int64_t> shape = integer_attribute(group, "shape", 2);
    if (shape.empty()) shape = integer_attribute(group, "h5sparse_shape", 2);
    if (shape.empty()) return std::nullopt;
    return SparseGroup{shape[0], shape[1], encoding.starts_with("csc"), "indptr", "indices", "data"};
  }
  if (!has("barcodes")) return std::nullopt;
  const std::vector<int64_t> shape = integer_dataset(group, "shape", 2);  // of features and cells
  if (shape.empty()) return std::nullopt;
  return SparseGroup{shape[1], shape[0], false, "indptr", "indices", "data"};
}

/// Whether another process has locked the file, as the HDF5 library does while it writes.
bool is_locked_for_writing(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return is_locked;
}

/// The innermost message of the last error of the HDF5 library.
std::string last_hdf5_error() {
  std::array<char, 256> text{};
  const auto keep_first = [](unsigned depth, const H5E_error2_t* error, void* to) -> herr_t {
    if (depth == 0 && error->desc) std::snprintf(static_cast<char*>(to), sizeof text, "%s", error->desc);
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, text.data());
  return text.data();
}

/// One HDF5 file. Every error message names it.
class File {
 public:
  explicit File(const fs::path& path) : source_(path.string()), file_(open(path)) {}

  std::vector<ArrayInfo> list() const {
    struct Found {
      std::vector<std::pair<std::string, H5O_type_t>> objects;
      CaughtException exception;
    } found;
    const auto collect = [](hid_t, const char* name, const H5O_info_t* info, void* user) -> herr_t {
      auto& all = *static_cast<Found*>(user);
      return all.exception.guard(-1, [&] {
        all.objects.emplace_back(name, info->type);
        return 0;
      });
    };
    const herr_t status = H5Ovisit2(file_.get(), H5_INDEX_NAME, H5_ITER_INC, collect, &found, H5O_INFO_BASIC);
    found.exception.rethrow();
    if (status < 0) fail("its groups are damaged");
    std::vector<ArrayInfo> arrays;
    std::string sparse = "\n";  // the last sparse group, with a slash; a group comes before its datasets
    for (const auto& [name, type] : found.objects) {
      if (name.starts_with(sparse)) continue;
      const Hdf5Object object(H5Oopen(file_.get(), name.c_str(), H5P_DEFAULT));
      if (!object) continue;
      if (type == H5O_TYPE_GROUP) {
        const auto group = sparse_group(object.get());
        if (!group) continue;
        arrays.push_back({name, {group->num_rows, group->num_columns}, true});
        sparse = name + "/";
      } else if (type == H5O_TYPE_DATASET) {
        const Hdf5Type number(H5Dget_type(object.get()));
        const auto shape = shape_of(object.get());
        if (shape && number && memory_type(number.get())) arrays.push_back({name, *shape});
      }
    }
    return arrays;
  }

  NumberArray read(const std::string& name) const {
    const Hdf5Object dataset(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT));
    if (!dataset) fail_missing(name);
    const Hdf5Type stored_type(H5Dget_type(dataset.get()));
    const auto type = stored_type ? memory_type(stored_type.get()) : std::nullopt;
    const auto shape = shape_of(dataset.get());
    if (!type || !shape) fail(fmt::format("its dataset '{}' is not an array of real numbers", name));
    check_sizes(name, dataset.get(), *shape, static_cast<int64_t>(size_of(type->type)));
    auto [array, bytes] = allocate_numbers(*shape, type->type);
    if (!bytes.empty() && H5Dread(dataset.get(), type->hdf5_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
      fail(
          fmt::format("its dataset '{}' is truncated, damaged, or compressed by a filter that is not installed", name));
    return array;
  }

  std::vector<std::string> read_texts(const std::string& name) const {
    const Hdf5Object dataset(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT));
    if (!dataset) fail_missing(name);
    const Hdf5Type type(H5Dget_type(dataset.get()));
    const auto shape = shape_of(dataset.get());
    if (!type || !shape || H5Tget_class(type.get()) != H5T_STRING)
      fail(fmt::format("its dataset '{}' is not an array of text", name));
    check_sizes(name, dataset.get(), *shape, static_cast<int64_t>(H5Tget_size(type.get())));
    // The file has each text of variable length once.
    auto texts = texts_of_dataset(dataset.get(), type.get(), static_cast<size_t>(num_elements(*shape)), file_size_);
    if (!texts) fail(fmt::format("the texts of its dataset '{}' are truncated or damaged", name));
    return std::move(*texts);
  }

  std::vector<std::string> list_group(const std::string& name) const {
    const Hdf5Object group(H5Oopen(file_.get(), name.empty() ? "/" : name.c_str(), H5P_DEFAULT));
    H5G_info_t info;
    std::vector<std::string> names;
    if (!group || H5Iget_type(group.get()) != H5I_GROUP || H5Gget_info(group.get(), &info) < 0) return names;
    std::array<char, kLongestText> text{};
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      if (H5Lget_name_by_idx(group.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, text.data(), text.size(), H5P_DEFAULT) <
          0)
        fail(fmt::format("its group '{}' is damaged", name));
      names.emplace_back(text.data());
    }
    return names;
  }

  SparseMatrix read_sparse(const std::string& name) const {
    const Hdf5Object object(H5Oopen(file_.get(), name.c_str(), H5P_DEFAULT));
    const auto group = object ? sparse_group(object.get()) : std::nullopt;
    if (!group) fail(fmt::format("its group '{}' is not a sparse matrix", name));
    // MATLAB writes no values and indices of a matrix without values.
    const auto part = [&](const char* dataset) {
      const bool is_there = H5Lexists(object.get(), dataset, H5P_DEFAULT) > 0;
      return is_there ? read(name + "/" + dataset) : allocate_numbers({0}, NumberType::kUint64).first;
    };
    return sparse_matrix(group->num_rows, group->num_columns, group->by_columns, part(group->starts),
                         part(group->indices), part(group->values), [&](const std::string& found) {
                           fail(fmt::format("its sparse matrix '{}' is damaged: {}", name, found));
                         });
  }

  std::string read_text(const std::string& name, const std::string& attribute) const {
    const Hdf5Object object(H5Oopen(file_.get(), name.c_str(), H5P_DEFAULT));
    return object ? text_attribute(object.get(), attribute) : std::string();
  }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::kData, fmt::format("'{}' is not a valid HDF5 file: {}.", source_, found));
  }

  [[noreturn]] void fail_missing(const std::string& name) const {
    std::vector<std::string> names;
    for (const ArrayInfo& array : list()) names.push_back(array.name);
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has no dataset '{}'.{}", source_, name,
                            names.empty() ? " It has no numeric datasets." : did_you_mean(name, names)));
  }

  Hdf5File open(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", source_, error.message()));
    file_size_ = static_cast<int64_t>(size);
    if (size == 0) fail("it is empty");
    if (H5Fis_hdf5(source_.c_str()) <= 0) fail("it has no HDF5 signature");
    Hdf5File file(H5Fopen(source_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    if (file) return file;
    const std::string reason = last_hdf5_error();
    if (is_locked_for_writing(source_))
      throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': another program has it open for writing. Wait until "
                                              "it is closed, or read a copy.",
                                              source_));
    fail(fmt::format("it is truncated or damaged, or the program that wrote it did not close it ({})", reason));
  }

  /// Checks that the stored bytes can contain the values and the chunks that the file declares.
  void check_sizes(const std::string& name, hid_t dataset, const Shape& shape, int64_t number_size) const {
    const Hdf5Plist plist(H5Dget_create_plist(dataset));
    const H5D_layout_t layout = plist ? H5Pget_layout(plist.get()) : H5D_LAYOUT_ERROR;
    if (layout == H5D_VIRTUAL || H5Pget_external_count(plist.get()) > 0)
      fail(fmt::format("its dataset '{}' is stored in other files; name the file that contains it", name));
    const auto stored = static_cast<int64_t>(H5Dget_storage_size(dataset));
    const int64_t most_bytes = std::min(stored, file_size_) * (layout == H5D_CHUNKED ? kLargestRatio : 1);
    // Half-precision values take twice as much memory.
    if (product_within(shape, 2 * most_bytes / number_size) < 0)
      fail(fmt::format("its dataset '{}' declares {} values, but only {} bytes are stored", name, to_string(shape),
                       stored));
    if (layout != H5D_CHUNKED) return;
    std::vector<hsize_t> sizes(shape.size());
    Shape chunk;
    if (H5Pget_chunk(plist.get(), static_cast<int>(sizes.size()), sizes.data()) != static_cast<int>(sizes.size()))
      fail(fmt::format("the chunks of its dataset '{}' are damaged", name));
    for (hsize_t size : sizes) chunk.push_back(static_cast<int64_t>(std::min<hsize_t>(size, INT64_MAX)));
    if (product_within(chunk, kLargestRatio * file_size_ / number_size) < 0)
      fail(fmt::format("its dataset '{}' declares chunks of {} values in a file of {} bytes", name, to_string(chunk),
                       file_size_));
  }

  QuietHdf5 quiet_;
  std::string source_;
  int64_t file_size_ = 0;
  Hdf5File file_;
};

}  // namespace

std::vector<ArrayInfo> list_hdf5(const fs::path& path) { return File(path).list(); }

NumberArray read_hdf5(const fs::path& path, const std::string& name) { return File(path).read(name); }

SparseMatrix read_sparse_hdf5(const fs::path& path, const std::string& name) { return File(path).read_sparse(name); }

std::vector<std::string> read_hdf5_texts(const fs::path& path, const std::string& name) {
  return File(path).read_texts(name);
}

std::vector<std::string> list_hdf5_group(const fs::path& path, const std::string& name) {
  return File(path).list_group(name);
}

std::string read_hdf5_text(const fs::path& path, const std::string& name, const std::string& attribute) {
  return File(path).read_text(name, attribute);
}

}  // namespace hourglass
