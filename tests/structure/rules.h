#pragma once
// Rules of the source tree that a compiler does not check. Each function returns one line per violation.

#include <filesystem>
#include <string>
#include <vector>

namespace hourglass::structure {

/// Checks the layers: every file under `root`/src, cli and include can include only its own folder and lower layers.
/// Only the kernels can include the SIMD library. Examples can include only public headers.
std::vector<std::string> include_violations(const std::filesystem::path& root);

/// Finds compiler flags in the build files under `root` that make binaries unportable or arithmetic inexact.
std::vector<std::string> build_flag_violations(const std::filesystem::path& root);

/// Finds symbols that the library must not use, in the output of `nm -A -u -C`: symbols that print, read the terminal
/// or end the process.
std::vector<std::string> symbol_violations(const std::string& nm_output);

/// Returns the texts of the ```cpp blocks of a Markdown file.
std::vector<std::string> cpp_blocks(const std::string& markdown);

}  // namespace hourglass::structure
