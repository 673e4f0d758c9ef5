#pragma once
// The rules of the source tree that a compiler does not check. Each function returns one line a violation.

#include <filesystem>
#include <string>
#include <vector>

namespace hourglass::structure {

/// Includes run one way: every file under `root`/src, cli and include includes only its own folder and those below it,
/// only the kernels see the SIMD library, and examples see only the public headers.
std::vector<std::string> include_violations(const std::filesystem::path& root);

/// Compiler flags in the build files under `root` that make a binary unportable or its arithmetic inexact.
std::vector<std::string> build_flag_violations(const std::filesystem::path& root);

/// Symbols that compiled code must not need, given the output of `nm -A -u -C`: those that print, read the terminal,
/// or end the process.
std::vector<std::string> symbol_violations(const std::string& nm_output);

/// The text of the first ```cpp block of a Markdown file, or "" where there is none.
std::string first_cpp_block(const std::string& markdown);

}  // namespace hourglass::structure
