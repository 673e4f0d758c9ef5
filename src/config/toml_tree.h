#pragma once
// Parses TOML with toml++.

#define TOML_HEADER_ONLY 0  // compiled once, in toml_tree.cpp
#include <toml++/toml.h>

#include <string>

namespace hourglass {

/// Parses TOML text. Throws Error(kUsage) with "SOURCE:LINE:COLUMN: " if it is not valid TOML.
toml::table parse_toml(const std::string& text, const std::string& source);

}  // namespace hourglass
