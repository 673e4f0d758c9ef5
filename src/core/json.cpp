#include "core/json.h"

namespace hourglass {

Json parse_json(const std::string& text) { return Json::parse(text, nullptr, false); }

std::string json_text(const Json& json, bool indented) {
  return json.dump(indented ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hourglass
