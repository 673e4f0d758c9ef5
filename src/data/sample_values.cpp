#include "data/sample_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "formats/column_precision.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr double kLargestByte = 255;
/// A table with fewer columns rarely contains pixels.
constexpr int64_t kFewestPixels = 64;

bool are_bytes(const NumberArray& array, const ValueSummary& summary, const std::string& choice,
               const ArrayFacts& facts) {
  const bool fit = summary.is_whole && summary.min >= 0 && summary.max <= kLargestByte && summary.num_not_finite == 0;
  if (choice == "bytes") {
    if (!summary.is_whole && summary.min >= 0 && summary.max <= 1) return false;  // scaled already
    if (!fit)
      throw Error(ErrorKind::kUsage,
                  fmt::format("'{}' has values from {:g} to {:g}{}. Integers from 0 to 255 were expected, or numbers "
                              "from 0 to 1, since data.values is bytes: it was set, or the training set has bytes. To "
                              "train on other numbers, set data.values=numbers.",
                              facts.source, summary.min, summary.max, summary.is_whole ? "" : ", not all integers"));
    return true;
  }
  if (choice != "auto" || facts.is_table) return false;
  const int64_t num_values = num_elements({array.shape.begin() + 1, array.shape.end()});
  const bool is_image = array.shape.size() == 4 || num_values >= kFewestPixels;
  return fit && summary.max > 1 && (array.type == NumberType::kUint8 || is_image);
}

/// The origin of each feature of a matrix, if float32 is too coarse for one; else empty. Appends a note for each
/// feature that is rounded.
std::vector<double> find_origin(const NumberArray& array, const ArrayFacts& facts, std::vector<std::string>& notes) {
  if (array.shape.size() != 2 || size_of(array.type) < sizeof(float) || array.type == NumberType::kFloat32) return {};
  const auto dim = static_cast<size_t>(array.shape[1]);
  std::vector<ColumnPrecision> columns(dim);
  visit_numbers(array, [&](auto values) {
    for (size_t i = 0; i < values.size(); ++i) columns[i % dim].add(values[i]);
  });
  std::vector<double> origin(dim);
  bool needed = false;
  for (size_t j = 0; j < dim; ++j) {
    if (!columns[j].needs_origin()) continue;
    needed = true;
    origin[j] = columns[j].origin();
    if (columns[j].lost() > 0)
      notes.push_back(
          fmt::format("Value {} of '{}' has integers that differ by less than float32 can hold: they are "
                      "rounded by up to {:g}.",
                      j, facts.source, columns[j].lost()));
  }
  return needed ? origin : std::vector<double>();
}

SampleStorage as_bytes(const NumberArray& array) {
  if (array.type == NumberType::kUint8)
    return SampleStorage::shared(ElementType::kUint8, array.bytes, array.owner, array.is_mapped);
  return visit_numbers(array, [](auto values) {
    std::vector<uint8_t> bytes(values.size());
    std::ranges::transform(values, bytes.begin(), [](auto value) { return static_cast<uint8_t>(value); });
    return SampleStorage::of_bytes(std::move(bytes));
  });
}

/// Not a number stands for all values that are not finite, which sparse storage cannot tell apart.
float narrow(auto value) {
  const auto number = static_cast<float>(value);
  return std::isfinite(number) ? number : std::numeric_limits<float>::quiet_NaN();
}

/// The type in which numbers are stored as they are; nullopt: they are converted to float32.
std::optional<ElementType> element_type(NumberType type) {
  switch (type) {
    case NumberType::kFloat32:
      return ElementType::kFloat32;
    case NumberType::kFloat16:
      return ElementType::kFloat16;
    case NumberType::kBfloat16:
      return ElementType::kBfloat16;
    default:
      return std::nullopt;
  }
}

SampleStorage as_floats(const NumberArray& array, bool has_gaps, const std::vector<double>& origin) {
  if (const auto type = element_type(array.type); type && !has_gaps)
    return SampleStorage::shared(*type, array.bytes, array.owner, array.is_mapped);
  return visit_numbers(array, [&](auto values) {
    std::vector<float> floats(values.size());
    if (origin.empty())
      std::ranges::transform(values, floats.begin(), [](auto value) { return static_cast<float>(value); });
    else
      for (size_t i = 0; i < values.size(); ++i)
        floats[i] = static_cast<float>(static_cast<long double>(values[i]) -
                                       static_cast<long double>(origin[i % origin.size()]));
    return SampleStorage::of_floats(std::move(floats));
  });
}

/// The range of the values, of which the array has the differences from the origin.
void add_origin(const NumberArray& array, const std::vector<double>& origin, ValueSummary& summary) {
  summary.min = std::numeric_limits<double>::infinity();
  summary.max = -summary.min;
  visit_numbers(array, [&](auto values) {
    for (size_t i = 0; i < values.size(); ++i) {
      const double value = static_cast<double>(values[i]) + origin[i % origin.size()];
      if (!std::isfinite(value)) continue;
      summary.min = std::min(summary.min, value);
      summary.max = std::max(summary.max, value);
    }
  });
}

[[noreturn]] void fail_not_finite(int64_t count, int64_t row, int64_t column, const ArrayFacts& facts) {
  throw Error(
      ErrorKind::kData,
      fmt::format("'{}' has {} missing or infinite values, the first in sample {} (counted from 0), "
                  "{}. To impute them from the training set, train with --set \"data.preprocess=impute median\".",
                  facts.source, count, row,
                  facts.feature_names.empty()
                      ? fmt::format("value {}", column)
                      : fmt::format("column '{}'", facts.feature_names[static_cast<size_t>(column)])));
}

void check_range(const ValueSummary& summary, const std::string& source) {
  constexpr double kLargestFloat = std::numeric_limits<float>::max();
  if (summary.max > kLargestFloat || summary.min < -kLargestFloat)
    throw Error(ErrorKind::kData, fmt::format("'{}' has values from {:g} to {:g}, outside the range of float32.",
                                              source, summary.min, summary.max));
}

/// The values of one slice in the order of their columns, each column once, without zeros.
void append_row(std::vector<SparseValue>& row, std::vector<SparseValue>& values) {
  std::ranges::stable_sort(row, {}, &SparseValue::column);
  for (size_t i = 0; i < row.size();) {
    SparseValue sum = row[i++];
    while (i < row.size() && row[i].column == sum.column) sum.value += row[i++].value;
    if (sum.value != 0) values.push_back(sum);
  }
}

/// A note if float32 is too coarse for columns of the matrix, whose values have no origin.
std::vector<std::string> rounding_notes(const SparseMatrix& matrix, const std::string& source) {
  struct Column {
    ColumnPrecision precision;
    int64_t count = 0;
  };
  std::vector<Column> columns(static_cast<size_t>(matrix.slice_size()));
  visit_numbers(matrix.values, [&](auto numbers) {
    for (size_t i = 0; i < numbers.size(); ++i) {
      Column& column = columns[matrix.indices[i]];
      column.precision.add(numbers[i]);
      ++column.count;
    }
  });
  int64_t coarse = 0;
  for (Column& column : columns) {
    if (column.count < matrix.num_slices()) column.precision.add(0.0);
    coarse += column.precision.needs_origin();
  }
  if (coarse == 0) return {};
  return {
      fmt::format("{} of the {} columns of '{}' have values that float32 rounds coarsely, such as large integers or "
                  "numbers far from 0 that differ little. A dense matrix is stored as differences, which keeps them.",
                  coarse, columns.size(), source)};
}

}  // namespace

bool fills_gaps(const DataConfig& config) {
  return !config.preprocess.empty() && config.preprocess.front().starts_with("impute");
}

SampleValues sample_values(const NumberArray& array, const DataConfig& config, const ArrayFacts& facts) {
  if (array.bytes.empty())
    throw Error(ErrorKind::kData, fmt::format("'{}' has an array of shape {}, which has no values.", facts.source,
                                              to_string(array.shape)));
  ValueSummary summary = summarize(array);
  if (!facts.origin.empty()) add_origin(array, facts.origin, summary);
  check_range(summary, facts.source);
  const bool has_gaps = summary.num_not_finite > 0;
  const int64_t num_values = num_elements({array.shape.begin() + 1, array.shape.end()});
  if (has_gaps && !fills_gaps(config))
    fail_not_finite(summary.num_not_finite, summary.first_not_finite / num_values,
                    summary.first_not_finite % num_values, facts);
  const bool is_bytes = are_bytes(array, summary, config.values, facts);
  std::vector<std::string> notes;
  std::vector<double> origin = facts.origin;
  if (!is_bytes && origin.empty()) origin = find_origin(array, facts, notes);
  if (is_bytes && summary.max <= 1)
    notes.push_back(
        fmt::format("All values of '{}' are 0 or 1 and are read as bytes, so that 1 becomes 1/255. If they "
                    "are from 0 to 1 already, set data.values=numbers.",
                    facts.source));
  SampleStorage storage =
      is_bytes ? as_bytes(array) : as_floats(array, has_gaps, facts.origin.empty() ? origin : std::vector<double>());
  return {std::move(storage),
          is_bytes,
          summary.num_not_finite,
          is_bytes ? "bytes, 0...255 for 0...1" : fmt::format("values {:.4g} to {:.4g}", summary.min, summary.max),
          std::move(origin),
          std::move(notes)};
}

SampleValues sparse_values(const SparseMatrix& matrix, const DataConfig& config, const ArrayFacts& facts) {
  if (matrix.num_slices() == 0 || matrix.slice_size() == 0)
    throw Error(ErrorKind::kData, fmt::format("'{}' has a sparse matrix of {}x{}, which has no values.", facts.source,
                                              matrix.num_rows, matrix.num_columns));
  ValueSummary summary = summarize(matrix.values);
  if (num_elements(matrix.values.shape) / matrix.slice_size() < matrix.num_slices()) {
    summary.min = std::min(summary.min, 0.0);
    summary.max = std::max(summary.max, 0.0);
  }
  check_range(summary, facts.source);
  if (summary.num_not_finite > 0 && !fills_gaps(config)) {
    const auto after = std::ranges::upper_bound(matrix.starts, summary.first_not_finite);
    fail_not_finite(summary.num_not_finite, after - matrix.starts.begin() - 1,
                    matrix.indices[static_cast<size_t>(summary.first_not_finite)], facts);
  }
  // The values stay numbers; those of bytes are scaled as bytes are.
  const bool is_bytes = config.values == "bytes" && are_bytes(matrix.values, summary, config.values, facts);
  const float scale = is_bytes ? static_cast<float>(1 / kLargestByte) : 1.0f;
  std::vector<int64_t> starts = {0};
  std::vector<SparseValue> values, row;
  values.reserve(matrix.indices.size());
  visit_numbers(matrix.values, [&](auto numbers) {
    for (size_t slice = 0; slice + 1 < matrix.starts.size(); ++slice) {
      row.clear();
      for (auto i = static_cast<size_t>(matrix.starts[slice]); i < static_cast<size_t>(matrix.starts[slice + 1]); ++i)
        row.push_back({matrix.indices[i], narrow(numbers[i]) * scale});
      append_row(row, values);
      starts.push_back(static_cast<int64_t>(values.size()));
    }
  });
  const auto infinite = std::ranges::find_if(values, [](const SparseValue& each) { return std::isinf(each.value); });
  if (infinite != values.end())
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has several values at one place, in column {} (counted from 0), whose "
                            "sum is outside the range of float32.",
                            facts.source, infinite->column));
  const double share = static_cast<double>(values.size()) / static_cast<double>(matrix.num_slices()) /
                       static_cast<double>(matrix.slice_size());
  return {SampleStorage::sparse(std::move(starts), std::move(values), matrix.slice_size()),
          false,
          summary.num_not_finite,
          fmt::format("sparse, {:.3g} % not 0, values {:.4g} to {:.4g}{}", 100 * share, summary.min, summary.max,
                      is_bytes ? " divided by 255" : ""),
          {},
          is_bytes ? std::vector<std::string>() : rounding_notes(matrix, facts.source)};
}

}  // namespace hourglass
