#pragma once
// The list of all options. All code that uses options by name is based on it.

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// Allowed values of an option. Numbers must be finite and in the interval. Text must be one of `choices`, if there are
/// any. A list must not be empty if `text` is set.
struct Rule {
  std::string text;  ///< shown to the user: "at least 1", "mse | bce"; empty: anything
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_included = false;
  bool high_included = false;
  std::vector<std::string> choices = {};
  /// Old and new names of words at the start of the text or of a list entry. Old names are accepted for one version.
  std::vector<std::pair<std::string, std::string>> renamed = {};

  bool allows(double value) const;
};

/// Pointer to the value of an option in a Config.
using ValuePointer = std::variant<bool*, int64_t*, double*, std::string*, std::vector<std::string>*>;

/// One option.
struct Field {
  std::string table;                ///< "train"
  std::string key;                  ///< "epochs"
  ValuePointer (*locate)(Config&);  ///< the default is the value in Config{}
  Rule rule;
  std::string help;  ///< one line

  std::string full_key() const { return table + "." + key; }
};

/// All options, in the order of the structs in hourglass/config.h.
const std::vector<Field>& fields();

/// The keys of all options, such as "train.epochs".
std::vector<std::string> full_keys();

}  // namespace hourglass
