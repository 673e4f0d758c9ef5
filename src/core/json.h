#pragma once
// Reads and writes JSON text. In memory, text is bytes, such as the name of a file. In JSON, bytes that are not UTF-8
// are escaped (core/utf8.h). One file instantiates nlohmann's parser and serializer, since each use takes seconds to
// compile.

#include <nlohmann/json.hpp>
#include <string>

namespace hourglass {

/// Objects keep the order of their keys.
using Json = nlohmann::ordered_json;

/// The value of the text; a discarded value (Json::is_discarded) if it is malformed or nested deeper than 100.
Json parse_json(const std::string& text);

/// The value as text: indented by two spaces per level, or on one line.
std::string json_text(Json json, bool indented = true);

/// The number, or null if it is not finite, which JSON cannot hold.
Json json_number(double value);

/// The text at `key` of an object; `otherwise` if it is missing or no text.
std::string text_at(const Json& object, const char* key, const std::string& otherwise = "");

}  // namespace hourglass
