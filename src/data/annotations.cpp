#include "data/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/text.h"
#include "formats/hdf5.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kMissing = "missing";

/// The path of an object of an HDF5 file: "obs/kind" is "kind" in the group "obs".
struct ObjectPath {
  explicit ObjectPath(const std::string& path)
      : group(path.substr(0, path.find('/') == std::string::npos ? 0 : path.rfind('/'))),
        name(path.substr(path.rfind('/') + 1)) {}

  std::string group, name;
};

std::string within(const std::string& group, const std::string& name) {
  return group.empty() ? name : group + "/" + name;
}

bool has_object(const ArrayFile& file, const std::string& path) {
  const ObjectPath object(path);
  return std::ranges::binary_search(list_hdf5_group(file.path().file, object.group), object.name);
}

/// The elements of an array of text or numbers.
Texts read_texts(const ArrayFile& file, const std::string& name) {
  if (!file.has(name)) return read_hdf5_texts(file.path().file, name);
  Texts texts;
  visit_numbers(file.read(name), [&](auto numbers) {
    for (const auto number : numbers) texts.push_back(fmt::format("{}", number));
  });
  return texts;
}

/// The category of each sample, "" if it is missing.
Texts read_categories(const ArrayFile& file, const std::string& codes, const std::string& categories) {
  const Texts names = read_texts(file, categories);
  Texts texts;
  visit_numbers(file.read(codes), [&](auto numbers) {
    for (const auto number : numbers) {
      const auto code = static_cast<double>(number);
      if (!(code >= -1 && code < static_cast<double>(names.size())))
        throw Error(ErrorKind::kData,
                    fmt::format("'{}' has the code {}; numbers from -1 to {} were expected, since '{}' "
                                "has {} categories.",
                                file.source(codes), number, std::ssize(names) - 1, categories, names.size()));
      texts.push_back(code < 0 ? "" : names[static_cast<size_t>(code)]);
    }
  });
  return texts;
}

/// The value of each sample, "" where the mask is not 0.
Texts read_masked(const ArrayFile& file, const std::string& values, const std::string& mask) {
  Texts texts = read_texts(file, values);
  visit_numbers(file.read(mask), [&](auto hidden) {
    for (size_t i = 0; i < std::min(texts.size(), hidden.size()); ++i)
      if (hidden[i] != 0) texts[i].clear();
  });
  return texts;
}

/// The text of each sample; nothing for a column of numbers.
std::optional<Texts> read_column(const ArrayFile& file, const std::string& name) {
  const auto part = [&](const char* of) { return within(name, of); };
  if (file.has(part("codes")) && has_object(file, part("categories")))
    return read_categories(file, part("codes"), part("categories"));
  if (file.has(part("mask")) && has_object(file, part("values")))
    return read_masked(file, part("values"), part("mask"));
  if (!file.has(name)) return read_hdf5_texts(file.path().file, name);
  // AnnData before 0.8.
  const ObjectPath object(name);
  const std::string categories = within(within(object.group, "__categories"), object.name);
  return has_object(file, categories) ? std::optional(read_categories(file, name, categories)) : std::nullopt;
}

/// The names of the rows of an AnnData table such as `obs`.
Texts read_index(const ArrayFile& file, const std::string& table) {
  const std::string index = read_hdf5_text(file.path().file, table, "_index");
  return index.empty() || !has_object(file, within(table, index)) ? Texts() : read_texts(file, within(table, index));
}

MatrixNames names_of_10x(const ArrayFile& file, const std::string& matrix) {
  MatrixNames names{read_texts(file, within(matrix, "barcodes")), {}};
  // "gene_names" and "genes" are of Cell Ranger before 3.
  for (const char* candidate : {"features/name", "features/id", "gene_names", "genes"})
    if (names.columns.empty() && has_object(file, within(matrix, candidate)))
      names.columns = read_texts(file, within(matrix, candidate));
  return names;
}

MatrixNames names_of_anndata(const ArrayFile& file, const std::string& matrix) {
  const ObjectPath path(matrix), parent(path.group);
  const bool is_raw = path.name == "X" && parent.name == "raw", is_layer = parent.name == "layers";
  if (is_raw || is_layer || parent.name == "obsm") {
    MatrixNames names{read_index(file, within(parent.group, "obs")), {}};
    if (is_raw || is_layer) names.columns = read_index(file, within(is_raw ? path.group : parent.group, "var"));
    return names;
  }
  if (path.name != "X") return {};
  return {read_index(file, within(path.group, "obs")), read_index(file, within(path.group, "var"))};
}

}  // namespace

MatrixNames matrix_names(const ArrayFile& file, const std::string& matrix) {
  const ArrayInfo& info = file.info(matrix);
  if (file.path().kind != FileKind::kHdf5 || info.shape.size() != 2) return {};
  const bool is_10x = info.is_sparse && has_object(file, within(matrix, "barcodes"));
  MatrixNames names = is_10x ? names_of_10x(file, matrix) : names_of_anndata(file, matrix);
  if (std::ssize(names.rows) != info.shape[0]) names.rows.clear();
  if (std::ssize(names.columns) != info.shape[1]) names.columns.clear();
  return names;
}

bool has_labels(const ArrayFile& file, const std::string& name) {
  if (file.has(name)) return true;
  if (file.path().kind != FileKind::kHdf5 || name.starts_with('/')) return false;
  const ObjectPath object(name);
  const Texts known = list_hdf5_group(file.path().file, object.group);
  if (std::ranges::binary_search(known, object.name)) return true;
  std::error_code ignored;
  if (object.group.empty() || known.empty() || std::filesystem::exists(name, ignored)) return false;
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' has no '{}' (data.labels).{} To use no labels, set data.labels=none.",
                          file.source(object.group), object.name, did_you_mean(object.name, known)));
}

ClassLabels read_labels(const ArrayFile& file, const std::string& name) {
  const std::string source = file.source(name);
  if (!has_labels(file, name)) {
    Texts known;
    for (const ArrayInfo& array : file.arrays()) known.push_back(array.name);
    throw Error(ErrorKind::kUsage, fmt::format("'{}' has no array '{}' (data.labels).{}", file.path().file.string(),
                                               name, did_you_mean(name, known)));
  }
  auto texts = file.path().kind == FileKind::kHdf5 ? read_column(file, name) : std::nullopt;
  if (!texts) return class_labels(file.read(name), source);
  std::ranges::replace(*texts, std::string(), std::string(kMissing));
  return class_labels(*texts, source);
}

}  // namespace hourglass
