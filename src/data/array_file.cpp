#include "data/array_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "formats/hdf5.h"
#include "formats/idx.h"
#include "formats/mat.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/safetensors.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

/// Number of dimensions with a size other than 1.
int64_t num_long_dimensions(const Shape& shape) {
  return std::ranges::count_if(shape, [](int64_t size) { return size != 1; });
}

std::string list(const std::vector<ArrayInfo>& arrays) {
  std::vector<std::string> texts;
  for (const ArrayInfo& array : arrays) texts.push_back(fmt::format("{} ({})", array.name, to_string(array.shape)));
  return join(texts);
}

}  // namespace

ArrayFile::ArrayFile(DataPath path) : path_(std::move(path)) {
  switch (path_.kind) {
    case FileKind::kNpz:
      arrays_ = list_npz(path_.file);
      return;
    case FileKind::kMat:
      arrays_ = list_mat(path_.file);
      return;
    case FileKind::kHdf5:
      arrays_ = list_hdf5(path_.file);
      return;
    case FileKind::kSafetensors:
      arrays_ = list_safetensors(path_.file);
      return;
    default:
      only_ = path_.kind == FileKind::kNpy ? read_npy(path_.file) : read_idx(path_.file);
      arrays_ = {{"", only_.shape}};
  }
}

const ArrayInfo& ArrayFile::info(const std::string& name) const {
  return *std::ranges::find(arrays_, name, &ArrayInfo::name);
}

bool ArrayFile::has(const std::string& name) const {
  return std::ranges::find(arrays_, name, &ArrayInfo::name) != arrays_.end();
}

NumberArray ArrayFile::read(const std::string& name) const {
  if (info(name).is_sparse)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a sparse matrix, which is read as samples only, not as labels.", source(name)));
  switch (path_.kind) {
    case FileKind::kNpz:
      return read_npz(path_.file, name);
    case FileKind::kMat:
      return read_mat(path_.file, name);
    case FileKind::kHdf5:
      return read_hdf5(path_.file, name);
    case FileKind::kSafetensors:
      return read_safetensors_array(path_.file, name);
    default:
      return only_;
  }
}

SparseMatrix ArrayFile::read_sparse(const std::string& name) const {
  switch (path_.kind) {
    case FileKind::kNpz:
      return read_sparse_npz(path_.file);
    case FileKind::kMat:
      return read_sparse_mat(path_.file, name);
    default:
      return read_sparse_hdf5(path_.file, name);
  }
}

std::string ArrayFile::source(const std::string& name) const {
  return name.empty() ? path_.file.string() : path_.file.string() + ":" + name;
}

std::string ArrayFile::choose_samples(const std::string& requested) const {
  if (!requested.empty()) {
    if (has(requested)) return requested;
    if (arrays_.size() == 1 && arrays_[0].name.empty())
      throw Error(ErrorKind::kUsage,
                  fmt::format("'{}' contains a single array without a name; '{}' was requested (data.variable).",
                              path_.file.string(), requested));
    std::vector<std::string> names;
    for (const ArrayInfo& array : arrays_) names.push_back(array.name);
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' has no numeric array '{}' (data.variable).{}", path_.file.string(), requested,
                            names.empty() ? " It has no numeric arrays." : did_you_mean(requested, names)));
  }
  std::vector<ArrayInfo> candidates;
  std::ranges::copy_if(arrays_, std::back_inserter(candidates),
                       [](const ArrayInfo& array) { return num_long_dimensions(array.shape) > 1; });
  if (candidates.size() == 1) return candidates[0].name;
  if (std::ranges::find(candidates, "X", &ArrayInfo::name) != candidates.end()) return "X";
  if (candidates.empty() && arrays_.size() == 1) return arrays_[0].name;
  if (arrays_.empty()) throw Error(ErrorKind::kData, fmt::format("'{}' has no numeric arrays.", path_.file.string()));
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' has several arrays: {}. Name the array of samples as {}:NAME or "
                          "with data.variable.",
                          path_.file.string(), list(candidates.empty() ? arrays_ : candidates), path_.file.string()));
}

std::string ArrayFile::find_labels(const std::string& samples) const {
  constexpr std::array kUsual{"labels", "label", "y", "targets", "target", "classes", "class"};
  const Shape& shape = info(samples).shape;
  const size_t slash = samples.rfind('/');
  const std::string group = slash == std::string::npos ? "" : samples.substr(0, slash + 1);
  for (const char* name : kUsual) {
    if (!has(group + name) || group + name == samples || info(group + name).is_sparse) continue;
    const Shape& labels = info(group + name).shape;
    const int64_t count = product_within(labels, INT64_MAX);
    if (num_long_dimensions(labels) <= 1 && (count == shape.front() || count == shape.back())) return group + name;
  }
  return "";
}

}  // namespace hourglass
