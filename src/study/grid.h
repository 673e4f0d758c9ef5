#pragma once
// Variants of a run: points on axes, and every combination of them.

#include <functional>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// What a variant is on one axis: a name, and what it changes.
struct Point {
  std::string name;              ///< "3 layers"
  std::string model;             ///< preset or TOML file that it starts from; empty: the other axes' or the base's
  std::vector<std::string> set;  ///< "train.epochs=5"
};

struct Axis {
  std::string name;  ///< "depth"; the column of its points in a table
  std::vector<Point> points;
};

struct Variant {
  std::string name;                 ///< the names of its points, joined by '-'
  std::vector<std::string> points;  ///< the name of its point on each axis
  Config config;
};

/// The axis of "train.epochs=5,10": a point a value, named by it, on the axis "train.epochs". Values that hold commas
/// themselves, as lists of layers do, are separated by ';'.
/// Throws Error(kUsage) for an unknown option, with the nearest known one, for no value, and for a value twice.
Axis parse_axis(const std::string& text);

/// A config by the name of its model.
using NamedConfig = std::function<Config(const std::string& model)>;

/// Every combination of a point of each axis, the last axis running fastest; one variant, named `base.name`, where
/// there are no axes. A variant starts from the config of the last of its points that names a model, else from that of
/// the base, then `base.set` is set in it, then what each point sets, axis by axis, then `last`. Throws Error(kUsage)
/// where a variant names no model, where two have one name, and as set_option and check_ranges.
std::vector<Variant> all_variants(const Point& base, const std::vector<Axis>& axes,
                                  const std::vector<std::string>& last, const NamedConfig& named_config);

/// `name` as a folder's: letters, digits and ._=- stay, the rest becomes '-', and it is cut to 100 bytes.
std::string folder_name(const std::string& name);

}  // namespace hourglass
