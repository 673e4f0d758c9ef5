#pragma once
// Study files: which variants to run, which metrics to measure, and which numbers were published.

#include <string>
#include <utility>
#include <vector>

#include "study/grid.h"

namespace hourglass {

/// A published number.
struct PublishedValue {
  std::string name;  ///< of the variant
  double value;
  std::string digits;  ///< as it was published, "0.060": its last digit is the error that rounding allows
};

/// Published numbers of one metric.
struct Published {
  std::string metric;
  std::string source;      ///< where they were published
  std::string definition;  ///< differences to our definition, or why we may miss them
  std::vector<PublishedValue> values;
};

struct Study {
  std::string name;
  std::string text;  ///< content of the file
  std::string title;
  std::string source;
  std::vector<std::string> notes;
  std::vector<std::string> metrics;
  std::vector<std::string> reports;  ///< names of the variants that get a report page
  std::vector<std::string> figure;   ///< names of the variants in the figure; empty: all
  std::vector<Axis> axes;
  std::vector<Variant> variants;
  std::vector<Published> published;
};

/// Parses a study from TOML:
///   title, source, notes, metrics, figure, reports    strings and lists of strings
///   grid = ["train.epochs=5,10"]              one axis per entry, see `parse_axis`
///   [base] model, set                         preset and options that all variants start from
///   [quick] set, metrics                      options and metrics of the short form
///   [[axis]] name, points = [{ name, model, set }, ...]
///   [[variant]] name, model, set              one point of the axis "variant"
///   [[published]] metric, source, definition, values = { VARIANT = number }
/// The study runs all combinations of the axes, the variants and the grid. `source`: name of the text in messages.
/// `quick`: run a tenth of the epochs (at least one) with quick.set. `last`: options set last in every variant.
/// Throws Error(kUsage) with the position for invalid TOML, an unknown key (suggests the nearest known one), an unknown
/// metric, option or model, a variant without a model, two variants with the same name, and a published number of an
/// unknown variant.
Study parse_study(const std::string& name, const std::string& text, const std::string& source, bool quick = false,
                  const std::vector<std::string>& last = {});

}  // namespace hourglass
