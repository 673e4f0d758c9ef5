#pragma once
// Output of a command: text, JSON and files.

#include <cstdio>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hourglass::cli {

using Json = nlohmann::ordered_json;

/// Implements --quiet and --json, and keeps other text out of standard output if a file is written to it ("-").
class Output {
 public:
  void configure(bool quiet, bool json);
  /// Reserves standard output for a file; text then goes to standard error. Throws Error(kUsage) if it is already
  /// reserved or --json was given.
  void claim_standard_output(const std::string& option);

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
  std::string claimed_by_;  // the option that writes to standard output
};

/// Whether the path of a file means standard input or standard output.
inline bool is_standard_stream(const std::filesystem::path& path) { return path == "-"; }

/// Writes a file through a temporary name, or to standard output for "-". Throws Error(kIo).
void write_output(const std::filesystem::path& path, const std::string& bytes);

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
