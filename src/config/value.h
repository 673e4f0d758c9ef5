#pragma once
// One option's value: checked, read from text, written as TOML.

#include <string>
#include <variant>

#include "config/fields.h"

namespace hourglass {

/// A value that has been read but not yet stored.
using Value = std::variant<bool, int64_t, double, std::string, std::vector<std::string>>;

/// "integer", "number", "text", "true or false", "list of text".
std::string type_name(const Field& field);

/// As it is written in TOML. Numbers take the fewest digits that read back to the same bits.
std::string to_toml(const Value& value);

/// The option's value in `config`.
Value get(const Field& field, Config config);

/// Stores `value`; an integer may stand for a number. Throws as `refuse` for another type or a value outside the rule.
void set(const Field& field, Config& config, Value value, const std::string& where);

/// Reads plain text as the option's type; a list is comma-separated. Throws as `refuse` for text that is none.
Value read_text(const Field& field, const std::string& text);

/// Throws Error(kUsage): "<where><key> is <found>; expected ...", with the nearest choice where there is one.
[[noreturn]] void refuse(const Field& field, const std::string& found, const std::string& where);

}  // namespace hourglass
