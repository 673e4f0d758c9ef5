#pragma once
// The description of a study: what is run, what is measured, and what was published.

#include <string>
#include <utility>
#include <vector>

#include "study/grid.h"

namespace hourglass {

/// Numbers of one metric that somebody published.
struct Published {
  std::string metric;
  std::string source;                                  ///< where they stand
  std::string definition;                              ///< where theirs differs from ours, and why a row may miss them
  std::vector<std::pair<std::string, double>> values;  ///< of a variant
};

struct Study {
  std::string name;
  std::string text;  ///< the whole file
  std::string title;
  std::string source;
  std::vector<std::string> notes;
  std::vector<std::string> metrics;
  std::vector<std::string> reports;  ///< the variants whose page is written
  std::vector<std::string> figure;   ///< the variants that are drawn; empty: all
  std::vector<Axis> axes;
  std::vector<Variant> variants;
  std::vector<Published> published;
};

/// Reads a study as TOML:
///   title, source, notes, metrics, figure, reports    text and lists of text
///   grid = ["train.epochs=5,10"]              an axis each, as `parse_axis` reads it
///   [base] model, set                         what all variants start from: a preset, and options
///   [quick] set, metrics                      options, and the metrics in place of all, for a first look
///   [[axis]] name, points = [{ name, model, set }, ...]
///   [[variant]] name, model, set              a point each of the axis "variant"
///   [[published]] metric, source, definition, values = { VARIANT = number }
/// Every combination of the axes, the variants and the grid is run. `source` names the text in messages. With `quick`,
/// a tenth of the epochs (at least one) and quick.set; `last` is set in every variant behind all else.
/// Throws Error(kUsage), with the place, for what is no TOML or an unknown key (and says the nearest known one), for a
/// metric, an option or a model that does not exist, for a variant that names no model, for two of one name, and for a
/// published number of none.
Study parse_study(const std::string& name, const std::string& text, const std::string& source, bool quick = false,
                  const std::vector<std::string>& last = {});

}  // namespace hourglass
