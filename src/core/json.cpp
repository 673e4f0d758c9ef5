#include "core/json.h"

#include <algorithm>
#include <cmath>

#include "core/utf8.h"

namespace hourglass {
namespace {

/// Whether the text has more open brackets at a time than any file of Hourglass. The parser recurses when it destroys
/// values.
bool is_too_deep(const std::string& text) {
  constexpr int kDeepest = 100;
  int depth = 0;
  bool is_quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_quoted) {
      if (c == '\\') ++i;
      is_quoted = c != '"';
    } else if (c == '"') {
      is_quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

/// Changes every text and every key of an object.
void change_texts(Json& json, std::string (*change)(const std::string&)) {
  if (json.is_string()) {
    json = change(json.get_ref<const std::string&>());
  } else if (json.is_array()) {
    for (Json& each : json) change_texts(each, change);
  } else if (json.is_object()) {
    Json changed = Json::object();
    for (auto& [key, value] : json.items()) {
      change_texts(value, change);
      changed[change(key)] = std::move(value);
    }
    json = std::move(changed);
  }
}

}  // namespace

Json parse_json(const std::string& text) {
  Json json = is_too_deep(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
  change_texts(json, restore_bytes);
  return json;
}

std::string json_text(Json json, bool indented) {
  change_texts(json, escape_bytes);
  return json.dump(indented ? 2 : -1);
}

std::string text_at(const Json& object, const char* key, const std::string& otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace hourglass
