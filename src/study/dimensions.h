#pragma once
// What varies between the variants of a study, as numbers and words to draw over.

#include <string>
#include <vector>

#include "study/comparison.h"
#include "study/table.h"

namespace hourglass {

/// Something that is not the same in all variants.
struct Dimension {
  std::string name;          ///< of an axis, or the key of an option
  std::vector<Cell> values;  ///< one a variant
};

/// The axes of a study (the first `num_axes` columns of its results), and the numbers among the options that differ.
/// An option that follows from the point on one axis is left out beside it. The axis of a study that has no other, and
/// whose points are names, is not among them: it names the variants.
std::vector<Dimension> dimensions(const ResultTable& results, size_t num_axes,
                                  const std::vector<OptionDifference>& options);

/// Variants that differ in one number alone, in its order.
struct Series {
  std::vector<std::string> names;  ///< their points on the other axes, numbers with its name; without axes, their own
  std::vector<size_t> variants;
};

/// What happens along a number.
struct Trend {
  std::string key;             ///< of a dimension
  std::vector<Series> series;  ///< of two variants at least
};

/// A trend for each number that varies while all else stays, the one with most values first. `names` are those of the
/// variants.
std::vector<Trend> trends(const std::vector<std::string>& names, const ResultTable& results, size_t num_axes,
                          const std::vector<OptionDifference>& options);

}  // namespace hourglass
