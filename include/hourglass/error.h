#pragma once
// The one exception type of the library.

#include <stdexcept>
#include <string>

namespace hourglass {

/// What a failure is about. The program turns it into its exit code.
enum class ErrorKind {
  kUsage,     ///< a config, an argument or a call that cannot work (exit code 2)
  kData,      ///< data that is missing, malformed or does not fit (exit code 3)
  kDiverged,  ///< training reached a value that is not finite (exit code 4)
  kIo,        ///< a file that cannot be read or written (exit code 5)
};

/// Thrown by everything in Hourglass. The message says what was found, where, what was expected
/// and what to do about it; it is complete sentences for a person and needs no context added.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace hourglass
