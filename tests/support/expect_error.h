#pragma once
// Checks the kind and message of errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {

/// Expects `call` to throw Error(kind) with a message that contains all `fragments`.
inline void expect_error(ErrorKind kind, const std::vector<std::string>& fragments, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "No error was thrown.";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    for (const std::string& fragment : fragments) EXPECT_THAT(error.what(), testing::HasSubstr(fragment));
  }
}

}  // namespace hourglass
