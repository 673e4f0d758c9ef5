#pragma once
// Assembles one HTML file from the shared parts, the scripts of one kind of page, and its data.

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace hourglass {

/// An embedded file of src/report/page, or "chart.min.js".
std::string_view page_part(std::string_view name);

/// `data` is the input of the page's scripts. `scripts` are names of page parts that run after the shared ones.
/// Markup in title and data is escaped and shown as text.
std::string html_page(const std::string& title, const nlohmann::ordered_json& data,
                      const std::vector<std::string>& scripts);

}  // namespace hourglass
