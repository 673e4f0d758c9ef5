// Runs the parsers on all seed files of the fuzzers and all files on which they ever failed: unchanged, truncated, and
// with single bytes changed. Each parser must throw an Error or return. Needs no fuzzer.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/file.h"
#include "fuzz/targets.h"

namespace hourglass {
namespace {

class FuzzReplay : public testing::TestWithParam<FuzzTarget> {};

INSTANTIATE_TEST_SUITE_P(Of, FuzzReplay, testing::ValuesIn(fuzz_targets().begin(), fuzz_targets().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(FuzzReplay, ThrowsAnErrorOrReturns) {
  const auto folder = std::filesystem::path(HOURGLASS_TEST_DIR) / "files" / GetParam().name;
  int64_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string bytes = read_file(entry.path());
    GetParam().parse(bytes);
    // About 200 positions per file, so that large files take no longer.
    const size_t step = bytes.size() / 200 + 1;
    for (size_t i = 0; i < bytes.size(); i += step) {
      GetParam().parse(bytes.substr(0, i));
      for (const int change : {0x01, 0x80, 0xFF}) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ change);
        GetParam().parse(changed);
      }
    }
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace hourglass
