#pragma once
// Failures: of the right kind, with a message that names the culprit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {

/// Expects `call` to throw Error(kind) with a message that holds every one of `parts`.
inline void expect_error(ErrorKind kind, const std::vector<std::string>& parts, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "No error was thrown.";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    for (const std::string& part : parts) EXPECT_THAT(error.what(), testing::HasSubstr(part));
  }
}

}  // namespace hourglass
