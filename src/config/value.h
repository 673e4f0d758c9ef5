#pragma once
// The value of an option: check it, read it from text, write it as TOML.

#include <optional>
#include <string>
#include <variant>

#include "config/fields.h"
#include "hourglass/context.h"

namespace hourglass {

/// A value that has been read but not yet stored.
using Value = std::variant<bool, int64_t, double, std::string, std::vector<std::string>>;

/// "integer", "number", "text", "true or false", "list of text".
std::string type_name(const Field& field);

/// The value as TOML. Numbers have the fewest digits that read back to the same bits.
std::string to_toml(const Value& value);

/// The value of the option in `config`.
Value get(const Field& field, Config config);

/// Stores `value`. An integer is accepted as a number. Old names of words are replaced by the new ones and logged to
/// context.log. Throws as `reject` for a wrong type or a value outside the rule.
void set(const Field& field, Config& config, Value value, const std::string& where, const Context& context = {});

/// Reads a TOML value, such as ["linear 32", "relu"] or "text". Returns nullopt for another type or malformed text.
std::optional<Value> read_toml(const std::string& text);

/// Reads plain text as the type of the option. A list is separated by commas or written as in TOML. Throws as `reject`
/// for text of a wrong type.
Value read_text(const Field& field, const std::string& text);

/// Throws Error(kUsage): "<where><key> is <found>; expected ...", with the nearest choice, if there is one.
[[noreturn]] void reject(const Field& field, const std::string& found, const std::string& where);

}  // namespace hourglass
