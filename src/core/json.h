#pragma once
// Reads and writes JSON text. One file instantiates nlohmann's parser and serializer, since each use takes seconds to
// compile.

#include <nlohmann/json.hpp>
#include <string>

namespace hourglass {

/// Objects keep the order of their keys.
using Json = nlohmann::ordered_json;

/// The value of the text; a discarded value (Json::is_discarded) if it is malformed or nested deeper than 100.
Json parse_json(const std::string& text);

/// The value as text: indented by two spaces per level, or on one line. Invalid UTF-8 is replaced.
std::string json_text(const Json& json, bool indented = true);

/// The text at `key` of an object; `otherwise` if it is missing or no text.
std::string text_at(const Json& object, const char* key, const std::string& otherwise = "");

}  // namespace hourglass
