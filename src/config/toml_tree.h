#pragma once
// TOML as toml++ reads it.

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <string>

namespace hourglass {

/// Throws Error(kUsage) with "SOURCE:LINE:COLUMN: " for what is no TOML.
toml::table parse_toml(const std::string& text, const std::string& source);

}  // namespace hourglass
