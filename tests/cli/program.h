#pragma once
// Runs the built program as a shell would.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace hourglass {

struct Outcome {
  int exit_code = 0;  ///< 128 plus the signal's number where one ended it
  std::string out;    ///< standard output
  std::string err;    ///< standard error
};

/// A program that runs in `folder`, with its output in files there. Killed and waited for at the end of its life.
class Process {
 public:
  Process(const std::filesystem::path& folder, const std::vector<std::string>& command);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Waits until its standard output holds `text`; false where it ends, or 90 seconds pass, before.
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
  /// Runs `hourglass ARGUMENTS` to its end.
  Outcome run(const std::vector<std::string>& arguments) const;
  /// The same in a terminal of so many columns; `out` is all that the terminal got.
  Outcome run_in_terminal(int columns, const std::vector<std::string>& arguments) const;

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_.path(); }
  /// The bytes of a file, "" where there is none.
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;

 private:
  TemporaryFolder folder_;
};

/// `hourglass ARGUMENTS` as a command.
std::vector<std::string> hourglass_command(const std::vector<std::string>& arguments);

/// `first` and then `second`.
std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string>& second);

/// Arguments that train a tiny model on a few synthetic digits within milliseconds.
std::vector<std::string> tiny_training();

}  // namespace hourglass
