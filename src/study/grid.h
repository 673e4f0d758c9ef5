#pragma once
// Variants of a run: all combinations of the points of several axes.

#include <functional>
#include <string>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// One choice on an axis: a name, and the config changes it makes.
struct Point {
  std::string name;              ///< "3 layers"
  std::string model;             ///< preset or TOML file to start from; empty: that of another axis or of the base
  std::vector<std::string> set;  ///< options to set: "train.epochs=5"
};

struct Axis {
  std::string name;  ///< "depth"; also the name of its column in result tables
  std::vector<Point> points;
};

struct Variant {
  std::string name;                 ///< the names of its points, joined by '-'
  std::vector<std::string> points;  ///< name of the point on each axis
  Config config;
};

/// Parses an axis such as "train.epochs=5,10": the axis "train.epochs" with one point per value, named after the value.
/// Use ';' as separator if values contain commas, for example lists of layers.
/// Throws Error(kUsage) if the option is unknown (suggests the nearest known one), if there is no value, or if a value
/// occurs twice.
Axis parse_axis(const std::string& text);

/// Returns the config of the model with this name.
using NamedConfig = std::function<Config(const std::string& model)>;

/// Returns all combinations of one point per axis; the last axis varies fastest. Without axes: one variant, named
/// `base.name`. A variant starts from the model of its last point that names one, or else from the base's model. Then
/// it applies `base.set`, the settings of its points in the order of the axes, and `last`.
/// Throws Error(kUsage) if a variant has no model or two variants have the same name. Throws as set_option and
/// check_ranges.
std::vector<Variant> all_variants(const Point& base, const std::vector<Axis>& axes,
                                  const std::vector<std::string>& last, const NamedConfig& named_config);

/// Returns `name` as a folder name: keeps letters, digits and ._=-, replaces other bytes and a leading '.' by '-', and
/// cuts it to 100 bytes.
std::string folder_name(const std::string& name);

/// The folder names of all variants. Names that would be the same folder end in a checksum of the name.
std::vector<std::string> folder_names(const std::vector<std::string>& names);

}  // namespace hourglass
