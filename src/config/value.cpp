#include "config/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/text.h"
#include "core/utf8.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// A basic string of TOML 1.0. Bytes that are not UTF-8 are escaped.
std::string quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : escape_bytes(text)) {
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string number(double value) {
  const std::string digits = fmt::format("{}", value);
  return digits.find_first_not_of("-0123456789") == std::string::npos ? digits + ".0" : digits;
}

template <typename Number>
std::optional<Number> parse_number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The entries between commas; nullopt if one is empty.
std::optional<std::vector<std::string>> split(const std::string& text) {
  std::vector<std::string> entries;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t comma = std::min(text.find(',', begin), text.size());
    entries.push_back(trim(text.substr(begin, comma - begin)));
    if (entries.back().empty()) return std::nullopt;
    begin = comma + 1;
  }
  return entries;
}

bool allowed(const Rule& rule, const Value& value) {
  return std::visit(
      Overloaded{
          [](bool) { return true; }, [&](int64_t integer) { return rule.allows(static_cast<double>(integer)); },
          [&](double real) { return rule.allows(real); },
          [&](const std::string& text) { return rule.choices.empty() || std::ranges::count(rule.choices, text) > 0; },
          [&](const std::vector<std::string>& list) {
            if (rule.choices.empty()) return !list.empty() || rule.text.empty();
            return std::ranges::all_of(list,
                                       [&](const auto& text) { return std::ranges::count(rule.choices, text) > 0; });
          }},
      value);
}

/// Replaces old names of words with the new ones.
void use_new_names(const Field& field, Value& value, const Context& context) {
  const auto use_new_name = [&](std::string& text) {
    for (const auto& [before, now] : field.rule.renamed) {
      if (text != before && !text.starts_with(before + " ")) continue;
      text.replace(0, before.size(), now);
      if (context.log)
        context.log(fmt::format("{}: '{}' is now called '{}'. The old name only works in this version.",
                                field.full_key(), before, now));
    }
  };
  if (auto* text = std::get_if<std::string>(&value)) use_new_name(*text);
  if (auto* list = std::get_if<std::vector<std::string>>(&value)) std::ranges::for_each(*list, use_new_name);
}

std::string expected(const Field& field) {
  const std::string type = type_name(field);
  if (!field.rule.choices.empty())
    return (type == "list of text" ? "a list of " : "one of ") + join(field.rule.choices);
  const std::string kind = type == "integer"        ? "an integer"
                           : type == "number"       ? "a finite number"
                           : type == "list of text" ? "a list of text"
                                                    : type;
  return field.rule.text.empty() ? kind : kind + ", " + field.rule.text;
}

}  // namespace

std::string type_name(const Field& field) {
  Config config;
  return std::visit(Overloaded{[](bool*) { return "true or false"; }, [](int64_t*) { return "integer"; },
                               [](double*) { return "number"; }, [](std::string*) { return "text"; },
                               [](std::vector<std::string>*) { return "list of text"; }},
                    field.locate(config));
}

std::string to_toml(const Value& value) {
  return std::visit(
      Overloaded{[](bool flag) { return std::string(flag ? "true" : "false"); },
                 [](int64_t integer) { return fmt::format("{}", integer); }, [](double real) { return number(real); },
                 [](const std::string& text) { return quote(text); },
                 [](const std::vector<std::string>& list) {
                   std::vector<std::string> quoted;
                   for (const auto& entry : list) quoted.push_back(quote(entry));
                   return "[" + join(quoted) + "]";
                 }},
      value);
}

Value get(const Field& field, Config config) {
  return std::visit([](const auto* place) -> Value { return *place; }, field.locate(config));
}

void reject(const Field& field, const std::string& found, const std::string& where) {
  std::string word = found;
  std::erase_if(word, [](char c) { return c == '"' || c == '[' || c == ']'; });
  const std::string near = nearest(word, field.rule.choices);
  throw Error(ErrorKind::kUsage, fmt::format("{}{} is {}; expected {}.{}", where, field.full_key(), found,
                                             expected(field), near.empty() ? "" : " Did you mean '" + near + "'?"));
}

void set(const Field& field, Config& config, Value value, const std::string& where, const Context& context) {
  use_new_names(field, value, context);
  const ValuePointer place = field.locate(config);
  if (const auto* integer = std::get_if<int64_t>(&value); integer && std::holds_alternative<double*>(place))
    value = static_cast<double>(*integer);
  // Both variants have the same types in the same order.
  if (value.index() != place.index() || !allowed(field.rule, value)) {
    const auto* list = std::get_if<std::vector<std::string>>(&value);
    reject(field, list && list->empty() ? "an empty list" : to_toml(value), where);
  }
  std::visit([&](auto* stored) { *stored = std::get<std::remove_pointer_t<decltype(stored)>>(std::move(value)); },
             place);
}

Value read_text(const Field& field, const std::string& text) {
  Config config;
  std::optional<Value> value;
  std::visit(Overloaded{[&](bool*) {
                          if (text == "true" || text == "false") value = text == "true";
                        },
                        [&](int64_t*) { value = parse_number<int64_t>(text); },
                        [&](double*) { value = parse_number<double>(text); },
                        [&](std::string*) { value = text.starts_with('"') ? read_toml(text) : text; },
                        [&](std::vector<std::string>*) {
                          if (text.empty() && field.rule.text.empty())
                            value = std::vector<std::string>();
                          else if (text.starts_with('['))
                            value = read_toml(text);
                          else if (auto entries = split(text))
                            value = std::move(*entries);
                        }},
             field.locate(config));
  if (!value) reject(field, quote(text), "");
  return *value;
}

}  // namespace hourglass
