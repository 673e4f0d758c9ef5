#pragma once
// Exceptions of functions that a C library calls. They must not pass through its frames, which release nothing.

#include <exception>

namespace hourglass {

/// Takes an exception past a C library: from the callback, which it ends, to the caller of the library.
class CaughtException {
 public:
  /// Returns the result of `call`. If it throws, or an earlier one did, returns `otherwise`, the value that tells the
  /// library to end.
  template <typename Result, typename Call>
  Result guard(Result otherwise, const Call& call) noexcept {
    if (exception_) return otherwise;
    try {
      return call();
    } catch (...) {
      exception_ = std::current_exception();
      return otherwise;
    }
  }

  explicit operator bool() const { return exception_ != nullptr; }
  /// Called after the library has returned: throws the exception, if there was one.
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::exception_ptr exception_;
};

}  // namespace hourglass
