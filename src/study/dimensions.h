#pragma once
// The values that vary between the variants of a study, for the charts of its page.

#include <string>
#include <vector>

#include "study/comparison.h"
#include "study/table.h"

namespace hourglass {

/// An axis or option whose value differs between variants.
struct Dimension {
  std::string name;          ///< name of the axis, or key of the option
  std::vector<Cell> values;  ///< one per variant
};

/// Returns the axes of a study (the first `num_axes` columns of its results) and the numeric options that differ.
/// Leaves out an option that is determined by one axis. Also leaves out the only axis of a study if its points are
/// names: it just names the variants.
std::vector<Dimension> dimensions(const ResultTable& results, size_t num_axes,
                                  const std::vector<OptionDifference>& options);

/// Variants that differ only in one number, sorted by this number.
struct Series {
  /// Their points on the other axes; a numeric point is "AXIS NUMBER". Without axes: the names of the variants.
  std::vector<std::string> names;
  std::vector<size_t> variants;  ///< indices
};

/// The series of variants along one numeric dimension.
struct Trend {
  std::string key;             ///< name of the dimension
  std::vector<Series> series;  ///< each of at least two variants
};

/// Returns one trend per numeric dimension that varies while all others are fixed. The trend with the most values comes
/// first. `names`: names of the variants.
std::vector<Trend> trends(const std::vector<std::string>& names, const ResultTable& results, size_t num_axes,
                          const std::vector<OptionDifference>& options);

}  // namespace hourglass
