#pragma once
// The exception type of the library.

#include <stdexcept>
#include <string>

namespace hourglass {

/// Kind of a failure. The program maps it to its exit code.
enum class ErrorKind {
  kUsage,     ///< an invalid config, argument or call (exit code 2)
  kData,      ///< data that is missing, malformed or has the wrong shape (exit code 3)
  kDiverged,  ///< training produced a value that is not finite (exit code 4)
  kIo,        ///< a file that cannot be read or written (exit code 5)
};

/// Exception thrown by all of Hourglass. The message says what was found, where, what was expected and what to do. It
/// consists of complete sentences and needs no added context.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace hourglass
