#pragma once
// What the columns of a table have, and which of them are suspect.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// A category and the number of rows that have it.
struct CategoryCount {
  std::string name;
  int64_t rows = 0;
};

struct ColumnStatistics {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::string name;                      ///< "x3" for the fourth feature of a table without names
  std::string kind;                      ///< number | category | time | id | text | ignore | label
  std::optional<int64_t> missing = {};   ///< rows without a value; empty: the column was left out
  std::optional<int64_t> distinct = {};  ///< different values; of numbers and texts among the sampled rows
  double min = kNone, max = kNone;       ///< of numbers; NaN without any
  /// Quantiles of the numbers in the sampled rows, interpolated linearly: 5 %, 50 %, 95 %.
  double low = kNone, median = kNone, high = kNone;
  std::vector<CategoryCount> frequent = {};  ///< of categories and classes: the most frequent, at most five

  /// Whether there are several values, all of them equal.
  bool is_constant(int64_t rows) const { return missing && rows - *missing > 1 && distinct == 1; }
  bool is_mostly_missing(int64_t rows) const { return missing && 2 * *missing > rows; }
};

/// A column that is nearly equal to an earlier one, up to scale and sign.
struct SimilarColumns {
  std::string column, earlier;
  double correlation = 0;  ///< of Pearson, over the rows in which both have a value; 1 for equal categories
};

struct TableStatistics {
  int64_t rows = 0;
  int64_t sampled_rows = 0;               ///< evenly spaced rows of which quantiles and distinct values are
  std::vector<ColumnStatistics> columns;  ///< the features, then times and identifiers, then what was left out, labels
  /// Columns of numbers with |correlation| of at least 0.999, and columns with the same category in each sampled row:
  /// each with the first column that it is similar to. Constant columns are similar to none.
  std::vector<SimilarColumns> similar;
  int64_t features = 0, compared = 0;  ///< number of features, and how many of them were compared, at most 2,000
};

/// Statistics of the stored values of all samples of a table, the sets of `data` together. Missing values, ranges, and
/// shares of categories are of all rows, which are read in blocks. Quantiles, distinct values and similar columns are
/// of at most 20,000 rows; of fewer if the table has more than 3,000 features. `inferred` names the columns that are no
/// features (see load_dataset). Throws Error(kUsage) if a sample is no row of values, or there are none.
TableStatistics table_statistics(const DataSplit& data, const DataConfig& inferred, const Context& context = {});

}  // namespace hourglass
