// Entry point of libFuzzer: calls the parser selected at build time (https://llvm.org/docs/LibFuzzer.html).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kTarget =
      std::ranges::find(hourglass::fuzz_targets(), std::string_view(HOURGLASS_FUZZ_TARGET),
                        [](const hourglass::FuzzTarget& t) { return std::string_view(t.name); });
  kTarget->parse(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
