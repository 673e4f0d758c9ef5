#pragma once
// One HTML file from the parts that all pages share, the scripts of one kind of page, and its data.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hourglass {

/// A file of src/report/page, or "chart.min.js", that was put into the library when it was built.
std::string_view page_part(std::string_view name);

/// `data` is what the page's scripts draw. `scripts` are names of page parts that run behind the shared ones.
/// Text in title and data is shown as text, whatever it holds.
std::string html_page(const std::string& title, const nlohmann::ordered_json& data,
                      const std::vector<std::string>& scripts);

}  // namespace hourglass
