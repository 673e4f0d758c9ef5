#pragma once
// Output of a command: text, JSON and files.

#include <cstdio>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hourglass::cli {

using Json = nlohmann::ordered_json;

/// Implements --quiet and --json, and keeps other text out of standard output if a file is written to it ("-").
class Output {
 public:
  void configure(bool quiet, bool json);
  /// Registers the file of an option, before the work; "" is ignored. For "-" the file goes to standard output, and
  /// text to standard error. Throws Error(kUsage) for two options with one file, and for "-" with --json.
  void claim(const std::string& option, const std::filesystem::path& path);
  /// Throws Error(kUsage) if a registered file is the input `path`, which would be overwritten.
  void check_input(const std::filesystem::path& path) const;

  /// Prints the result of the command: `text`, or with --json what `json` returns.
  void print(const std::string& text, const std::function<Json()>& json) const;
  /// Prints a line that is not part of the result, on standard error.
  void note(const std::string& line) const;

  bool quiet() const { return quiet_; }
  bool json() const { return json_; }
  /// For text while a command runs: standard output, with --json standard error, with --quiet null.
  std::FILE* stream() const;
  /// For progress and notes: standard error, or with --quiet null.
  std::FILE* notes() const { return quiet_ ? nullptr : stderr; }

 private:
  bool quiet_ = false, json_ = false;
  std::vector<std::pair<std::string, std::filesystem::path>> claimed_;  // options and their files
};

/// Whether the path of a file means standard input or standard output.
inline bool is_standard_stream(const std::filesystem::path& path) { return path == "-"; }

/// Writes a file through a temporary name, or to standard output for "-". Throws Error(kIo).
void write_output(const std::filesystem::path& path, const std::string& bytes);
/// The same for what `write` writes to a stream, as it comes.
void write_output(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

/// A temporary file with the content of standard input. Its extension is detected from the content: .npy, .npz, .png,
/// .jpg, else .csv. The destructor deletes it.
class StandardInputFile {
 public:
  StandardInputFile();
  StandardInputFile(const StandardInputFile&) = delete;
  StandardInputFile& operator=(const StandardInputFile&) = delete;
  ~StandardInputFile();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace hourglass::cli
