#pragma once
// The list of all options. Everything that knows options by name is made from it.

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "hourglass/config.h"

namespace hourglass {

/// Which values an option may take. Numbers must lie in the interval and be finite, text must be one of `choices`
/// where there are any, and a list must not be empty where `text` is set.
struct Rule {
  std::string text;  ///< for people: "at least 1", "mse | bce"; empty: anything
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_included = false;
  bool high_included = false;
  std::vector<std::string> choices = {};

  bool allows(double value) const;
};

/// Where an option's value lies in a Config.
using ValuePointer = std::variant<bool*, int64_t*, double*, std::string*, std::vector<std::string>*>;

/// One option.
struct Field {
  std::string table;                ///< "train"
  std::string key;                  ///< "epochs"
  ValuePointer (*locate)(Config&);  ///< the default is what it finds in Config{}
  Rule rule;
  std::string help;  ///< one line

  std::string full_key() const { return table + "." + key; }
};

/// Every option, in the order of the structs in hourglass/config.h.
const std::vector<Field>& fields();

/// The keys of all options, "train.epochs".
std::vector<std::string> full_keys();

}  // namespace hourglass
