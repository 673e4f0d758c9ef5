#include "data/load_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <optional>

#include "core/text.h"
#include "data/annotations.h"
#include "data/array_file.h"
#include "data/class_labels.h"
#include "data/data_path.h"
#include "data/image_folder_dataset.h"
#include "data/sample_layout.h"
#include "data/sample_values.h"
#include "data/table_columns.h"
#include "formats/csv_table.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kNoLabels = "none";

NumberArray as_array(std::vector<float> values, Shape shape) {
  const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
  return {std::move(shape), NumberType::kFloat32, std::as_bytes(std::span(*owner)), owner, false};
}

void check_count(const ClassLabels& labels, int64_t num_samples, const std::string& labels_source,
                 const std::string& source) {
  if (static_cast<int64_t>(labels.labels.size()) != num_samples)
    throw Error(ErrorKind::kData, fmt::format("'{}' has {} labels, but '{}' has {} samples; one label per sample was "
                                              "expected.",
                                              labels_source, labels.labels.size(), source, num_samples));
}

/// A table of integers whose number of columns is a square contains square images, as in common tables of digits.
Shape square_image(const Shape& sample_shape) {
  if (sample_shape.size() != 1) return sample_shape;
  const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(sample_shape[0]))));
  return side >= 8 && side * side == sample_shape[0] ? Shape{side, side, 1} : sample_shape;
}

/// "3 classes: setosa, versicolor, virginica"
std::string classes_text(const ClassLabels& labels) {
  constexpr size_t kMostNamed = 6;
  const int32_t count = labels.labels.empty() ? 0 : *std::ranges::max_element(labels.labels) + 1;
  if (labels.names.empty() || labels.names.size() > kMostNamed) return fmt::format("{} classes", count);
  return fmt::format("{} class{}: {}", count, count == 1 ? "" : "es", join(labels.names));
}

/// Reads labels from a table: from `column`, or the only one. `num_samples` tells whether the first line is a name.
ClassLabels label_table(const DataPath& path, const std::string& column, int64_t num_samples) {
  CsvOptions options;
  if (!column.empty()) {
    options.label_column = column;
    options.only_labels = true;
    const CsvTable table = read_csv(path.file, options);
    return class_labels(table.labels, path.file.string());
  }
  options.label_column = "1";
  options.only_labels = true;
  options.header = CsvOptions::Header::kNo;
  CsvTable table = read_csv(path.file, options);
  if (table.num_fields > 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' (data.labels) has several columns. Name that of the labels with data.label_column.",
                            path.file.string()));
  if (static_cast<int64_t>(table.labels.size()) == num_samples + 1) table.labels.erase(table.labels.begin());
  return class_labels(table.labels, path.file.string());
}

/// Reads labels from a separate file, which has an array or a table.
ClassLabels load_labels(const DataConfig& config, int64_t num_samples) {
  const std::string& source = config.labels;
  const DataPath path = parse_data_path(source);
  if (path.kind == FileKind::kImages)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' (data.labels) is a folder; a file of labels was expected.", source));
  if (path.kind == FileKind::kTable) return label_table(path, config.label_column, num_samples);
  const ArrayFile file(path);
  const auto& arrays = file.arrays();
  if (path.array.empty() && arrays.size() != 1)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' (data.labels) has {} arrays. Name one as {}:NAME.", source, arrays.size(), source));
  const std::string name = path.array.empty() ? arrays.front().name : path.array;
  return read_labels(file, name);
}

/// Samples and labels read from an array or table, before they become a Dataset.
struct Samples {
  std::string source;  // for messages
  std::string title;
  NumberArray array;  // {n} + sample shape; without numbers if `sparse` has them
  std::optional<SparseMatrix> sparse;
  std::vector<std::string> feature_names, sample_names, identity_columns;
  std::vector<std::vector<std::string>> categories, identity;
  std::vector<double> origin;
  bool is_table = false;
  std::optional<ClassLabels> labels;
  std::string labels_source;
};

/// The options that were inferred: "data.header=yes, data.values=numbers".
std::string inferred_text(const DataConfig& given, const DataConfig& inferred, bool is_image) {
  std::vector<std::string> texts;
  const auto add = [&](const char* key, const std::string& before, const std::string& after) {
    if ((before.empty() || before == "auto") && after != before) texts.push_back(fmt::format("data.{}={}", key, after));
  };
  add("header", given.header, inferred.header);
  if (inferred.orientation == "columns") add("orientation", given.orientation, inferred.orientation);
  if (is_image) {
    add("layout", given.layout, inferred.layout);
    add("shape", given.shape, inferred.shape);
  }
  add("values", given.values, inferred.values);
  return join(texts);
}

Dataset to_dataset(Samples samples, const DataConfig& config, const Context& context, DataConfig& inferred,
                   bool has_more = false) {
  const int64_t count = samples.array.shape.front();
  Shape sample_shape{samples.array.shape.begin() + 1, samples.array.shape.end()};
  if (samples.labels) check_count(*samples.labels, count, samples.labels_source, samples.source);
  const ArrayFacts facts{samples.source, samples.feature_names, samples.is_table, samples.origin};
  SampleValues values =
      samples.sparse ? sparse_values(*samples.sparse, config, facts) : sample_values(samples.array, config, facts);
  if (values.is_bytes && config.shape.empty()) sample_shape = square_image(sample_shape);
  inferred.values = values.is_bytes ? "bytes" : "numbers";
  inferred.shape = to_string(sample_shape);
  if (context.log) {
    context.log(fmt::format(
        "{}: {}{} samples of {}{}{}", samples.source, has_more ? "the first " : "", count,
        sample_shape.size() == 1 ? fmt::format("{} values", sample_shape[0]) : to_string(sample_shape),
        ", " + values.text,
        samples.labels ? fmt::format("; labels from {}, {}", samples.labels_source, classes_text(*samples.labels))
                       : ""));
    if (const std::string text = inferred_text(config, inferred, sample_shape.size() > 1); !text.empty())
      context.log(fmt::format("Inferred: {}. To override: --set KEY=VALUE.", text));
    for (const std::string& note : values.notes) context.log(note);
  }
  Dataset data(samples.title, std::move(sample_shape), std::move(values.storage),
               samples.labels ? std::move(samples.labels->labels) : std::vector<int32_t>());
  if (samples.labels) data.set_class_names(std::move(samples.labels->names));
  if (!samples.feature_names.empty()) data.set_feature_names(std::move(samples.feature_names));
  data.set_sample_names(std::move(samples.sample_names));
  data.set_categories(std::move(samples.categories));
  if (!samples.identity_columns.empty())
    data.set_identity(std::move(samples.identity_columns), std::move(samples.identity));
  if (!values.origin.empty()) data.set_origin(std::move(values.origin));
  return data;
}

bool has_label_file(const DataConfig& config) { return !config.labels.empty() && config.labels != kNoLabels; }

/// Reads the names of the samples and features of a matrix. Features that have names are columns of a table.
void read_names(const ArrayFile& file, const std::string& name, const SampleLayout& layout, const Context& context,
                Samples& samples) {
  MatrixNames names = matrix_names(file, name);
  if (layout.samples_last) std::swap(names.rows, names.columns);
  samples.sample_names = std::move(names.rows);
  if (layout.sample_shape.size() != 1 || names.columns.empty()) return;
  const std::vector<RenamedName> renamed = number_duplicates(names.columns);
  if (context.log && !renamed.empty())
    context.log(fmt::format("Several features of '{}' have the same name, such as '{}'; feature {} is called '{}'.",
                            samples.source, renamed[0].before, renamed[0].index + 1, names.columns[renamed[0].index]));
  samples.feature_names = std::move(names.columns);
  samples.is_table = true;
}

/// Loads one array of a file. `labels_name`: array of labels in the same file, or "".
Dataset load_array(const ArrayFile& file, const std::string& name, const std::string& labels_name,
                   const DataConfig& config, const Context& context, DataConfig& inferred) {
  Samples samples;
  samples.source = file.source(name);
  samples.title = data_title(config.name);
  std::optional<int64_t> num_labels;
  if (!labels_name.empty()) {
    samples.labels_source = file.source(labels_name);
    samples.labels = read_labels(file, labels_name);
    num_labels = static_cast<int64_t>(samples.labels->labels.size());
  }
  const SampleLayout layout = infer_layout(file.info(name).shape, file.is_matlab(), num_labels, config, samples.source);
  inferred.orientation = layout.samples_last ? "columns" : "rows";
  inferred.layout = layout.channels_first ? "nchw" : "nhwc";
  read_names(file, name, layout, context, samples);
  if (file.info(name).is_sparse) {
    samples.sparse = arranged(file.read_sparse(name), layout, samples.source);
    samples.array.shape = layout.sample_shape;
    samples.array.shape.insert(samples.array.shape.begin(), samples.sparse->num_slices());
  } else {
    samples.array = arranged(file.read(name), file.is_matlab(), layout);
  }
  if (labels_name.empty() && !config.labels.empty() && config.labels != kNoLabels) {
    samples.labels_source = config.labels;
    samples.labels = load_labels(config, samples.array.shape.front());
  }
  return to_dataset(std::move(samples), config, context, inferred);
}

/// Returns the name of the labels in the same file, or "" if there are none or they are in a separate file.
std::string labels_within(const ArrayFile& file, const std::string& samples, const DataConfig& config) {
  if (config.labels.empty()) return file.find_labels(samples);
  return has_labels(file, config.labels) ? config.labels : "";
}

DataSplit load_arrays(const DataPath& path, const DataConfig& config, const Context& context, DataConfig& inferred) {
  const ArrayFile file(path);
  const std::string requested = config.variable.empty() ? path.array : config.variable;
  if (requested.empty() && file.has("x_train") && file.has("x_test")) {
    const auto load = [&](const std::string& name, const DataConfig& known) {
      const bool has_labels = config.labels != kNoLabels && file.has("y_" + name);
      return load_array(file, "x_" + name, has_labels ? "y_" + name : "", known, context, inferred);
    };
    // The training set decides for both sets. The number of test samples can be the size of another dimension.
    Dataset train = load("train", config);
    DataConfig decided = inferred;
    decided.shape = config.shape;
    return {std::move(train), load("test", decided)};
  }
  const std::string name = file.choose_samples(requested);
  return {load_array(file, name, labels_within(file, name, config), config, context, inferred), {}};
}

DataSplit load_folder(const DataPath& path, const DataConfig& config, const Context& context) {
  std::error_code ignored;
  const auto subfolder = [&](const char* name) { return path.file / name; };
  if (std::filesystem::is_directory(subfolder("train"), ignored) &&
      std::filesystem::is_directory(subfolder("test"), ignored)) {
    Dataset train = load_image_folder(subfolder("train"), config, context, path.file);
    Dataset test = load_image_folder(subfolder("test"), config, context, path.file, &train);
    return {std::move(train), std::move(test)};
  }
  return {load_image_folder(path.file, config, context), {}};
}

void check_sets_match(const DataSplit& split, const std::string& source) {
  if (split.test.size() > 0 && split.test.sample_shape() != split.train.sample_shape())
    throw Error(ErrorKind::kData,
                fmt::format("The training samples of '{}' have shape {}, but the test samples have shape {}.", source,
                            to_string(split.train.sample_shape()), to_string(split.test.sample_shape())));
}

/// Numbers the classes of both sets alike. Classes that only the test set has follow those of the training set.
void number_classes_alike(DataSplit& split, const Context& context) {
  if (!split.train.has_labels() || !split.test.has_labels()) return;
  const size_t known = split.train.class_names().size();
  split.test = split.test.with_class_numbers(split.train.class_names());
  const std::vector<std::string>& names = split.test.class_names();
  if (known == 0 || names.size() == known) return;
  if (context.log)
    context.log(fmt::format("The training set has no samples of: {}.",
                            join({names.begin() + static_cast<std::ptrdiff_t>(known), names.end()})));
  split.train.set_class_names(names);
}

/// Options of tables have no effect on other data. The label column can be that of a file of labels.
void reject_table_options(const DataConfig& config) {
  const bool has_label_file = !config.labels.empty() && config.labels != kNoLabels;
  const char* option = !config.ignored_columns.empty()                   ? "data.ignored_columns"
                       : !config.columns.empty()                         ? "data.columns"
                       : !config.time_features.empty()                   ? "data.time_features"
                       : config.header != DataConfig().header            ? "data.header"
                       : !config.label_column.empty() && !has_label_file ? "data.label_column"
                                                                         : nullptr;
  if (option)
    throw Error(ErrorKind::kUsage, fmt::format("{} is an option of tables. '{}' is not a table. Labels are named by "
                                               "data.labels: an array of the same file, or a file.",
                                               option, config.name));
}

}  // namespace

bool reads_blocks(const DataConfig& config) {
  return is_data_path(config.name) && parse_data_path(config.name).kind == FileKind::kTable && !has_label_file(config);
}

CsvOptions table_options(const DataConfig& config) {
  CsvOptions options = csv_options(config);
  if (has_label_file(config)) options.label_column = "";  // it is a column of that file
  if (config.labels == kNoLabels && !options.label_column.empty()) {
    options.ignored_columns.push_back(options.label_column);
    options.label_column = "";
  }
  return options;
}

Dataset dataset_of_table(CsvTable table, const DataConfig& config, const Context& context, DataConfig& inferred,
                         bool has_more) {
  const CsvOptions options = table_options(config);
  Samples samples;
  samples.source = parse_data_path(config.name).file.string();
  samples.title = data_title(config.name);
  samples.is_table = true;
  if (table.columns.empty())
    throw Error(ErrorKind::kData, fmt::format("'{}' has no value columns, only labels.", samples.source));
  if (!fills_gaps(config)) reject_gaps(table, samples.source);
  if (context.log)
    for (const std::string& note : table.notes) context.log(note);
  inferred.header = table.has_header ? "yes" : "no";
  keep_inferred_columns(table, options, inferred);
  note_columns(table, samples.source, context);
  const auto num_columns = static_cast<int64_t>(table.columns.size());
  if (!options.label_column.empty()) {
    samples.labels_source = "column " + options.label_column;
    samples.labels = class_labels(table.labels, samples.source);
  } else if (has_label_file(config)) {
    samples.labels_source = config.labels;
    samples.labels = load_labels(config, table.num_rows);
  } else {
    note_unused_labels(table, context);
  }
  samples.origin = std::move(table.origin);
  samples.identity_columns = std::move(table.identity_columns);
  samples.identity = std::move(table.identity);
  samples.array = as_array(std::move(table.values), {table.num_rows, num_columns});
  const SampleLayout layout = infer_layout(samples.array.shape, false, std::nullopt, config, samples.source);
  if (layout.samples_last)
    throw Error(ErrorKind::kUsage, "data.orientation=columns is only for arrays. A table has one sample per row.");
  samples.array = arranged(samples.array, false, layout);
  if (table.has_header && layout.sample_shape.size() == 1) samples.feature_names = std::move(table.columns);
  if (layout.sample_shape.size() == 1) samples.categories = std::move(table.categories);
  return to_dataset(std::move(samples), config, context, inferred, has_more);
}

void fit_options_to_path(DataConfig& config) {
  const bool is_path = is_data_path(config.name);
  const DataPath path = is_path ? parse_data_path(config.name) : DataPath();
  if (!is_path || path.kind != FileKind::kTable) {
    config.label_column = "";
    config.ignored_columns.clear();
    config.columns.clear();
    config.decimal = DataConfig().decimal;
    config.date_order = DataConfig().date_order;
    config.time_features.clear();
    config.header = DataConfig().header;
  }
  std::error_code ignored;
  const bool has_arrays = is_path && path.kind != FileKind::kTable && path.kind != FileKind::kImages;
  if (config.labels == kNoLabels) return;
  try {
    if (!has_arrays || std::filesystem::exists(config.labels, ignored) || !has_labels(ArrayFile(path), config.labels))
      config.labels = "";
  } catch (const Error&) {  // the file has other columns
    config.labels = "";
  }
}

DataSplit load_path(const DataConfig& config, const Context& context, DataConfig& inferred) {
  const DataPath path = parse_data_path(config.name);
  if (path.kind != FileKind::kTable) reject_table_options(config);
  DataSplit split;
  if (path.kind == FileKind::kImages)
    split = load_folder(path, config, context);
  else if (path.kind == FileKind::kTable)
    split.train = dataset_of_table(read_csv(path.file, table_options(config), context), config, context, inferred);
  else
    split = load_arrays(path, config, context, inferred);
  check_sets_match(split, config.name);
  number_classes_alike(split, context);
  return split;
}

}  // namespace hourglass
