#include "report/page.h"

#include <algorithm>
#include <stdexcept>

#include "core/json.h"
#include "report/class_colors.h"
#include "report/markup.h"
#include "report/page_parts.h"

namespace hourglass {
namespace {

// JSON for a script element: '<' is escaped, so that no text in it can end the element.
std::string script_json(const nlohmann::ordered_json& data) {
  const std::string json = json_text(data, false);
  std::string escaped;
  escaped.reserve(json.size());
  for (const char c : json) escaped += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return escaped;
}

}  // namespace

std::string_view page_part(std::string_view name) {
  const auto part = std::ranges::find(kPageParts, name, &EmbeddedFile::name);
  if (part == std::end(kPageParts)) throw std::logic_error("no page part " + std::string(name));
  return part->text;
}

std::string html_page(const std::string& title, const nlohmann::ordered_json& data,
                      const std::vector<std::string>& scripts) {
  std::string script = class_colors_script();
  for (const char* shared : {"elements.js", "pictures.js", "charts.js"}) script += page_part(shared);
  for (const std::string& name : scripts) script += page_part(name);

  // The template contains each mark once, in this order.
  std::string page;
  std::string_view rest = page_part("page.html");
  for (const auto& [mark, text] : {std::pair<std::string_view, std::string>{"{{title}}", escape_markup(title)},
                                   {"{{style}}", std::string(page_part("style.css"))},
                                   {"{{data}}", script_json(data)},
                                   {"{{charts}}", std::string(page_part("chart.min.js"))},
                                   {"{{script}}", script}}) {
    const size_t at = rest.find(mark);
    page += rest.substr(0, at);
    page += text;
    rest.remove_prefix(at + mark.size());
  }
  return page += rest;
}

}  // namespace hourglass
