#pragma once
// Runs the built program as a shell would.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace hourglass {

struct Outcome {
  int exit_code = 0;  ///< 128 + signal number if a signal ended the process
  std::string out;    ///< standard output
  std::string err;    ///< standard error
};

/// A program that runs in `folder` and writes its output to files there. The destructor kills it and waits for it.
class Process {
 public:
  Process(const std::filesystem::path& folder, const std::vector<std::string>& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Waits until the standard output contains `text`. Returns false if the process ends first, or after 90 seconds.
  bool wait_for_output(const std::string& text);
  void send(int signal_number);
  Outcome wait();

 private:
  bool ended();

  std::filesystem::path out_file_, err_file_;
  pid_t pid_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

/// A folder to run the program in.
class Workplace {
 public:
  /// Runs `hourglass ARGUMENTS` and waits for its end.
  Outcome run(const std::vector<std::string>& arguments) const;
  /// Runs it in a terminal with `columns` columns. `out` is everything written to the terminal.
  Outcome run_in_terminal(int columns, const std::vector<std::string>& arguments) const;

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_.path(); }
  /// Returns the bytes of a file, or "" if it is missing.
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;

 private:
  TemporaryFolder folder_;
};

/// Returns the command `hourglass ARGUMENTS`.
std::vector<std::string> hourglass_command(const std::vector<std::string>& arguments);

/// Returns `first` followed by `second`.
std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string>& second);

/// Returns arguments that train a tiny model on a few synthetic digits in milliseconds.
std::vector<std::string> tiny_training();

}  // namespace hourglass
