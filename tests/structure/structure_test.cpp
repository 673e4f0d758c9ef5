#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "structure/rules.h"

namespace hourglass::structure {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const std::filesystem::path kRoot = HOURGLASS_ROOT;
const std::filesystem::path kBad = kRoot / "tests" / "structure" / "bad";

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What the code in a library or program needs from outside, as nm lists it.
std::string undefined_symbols(const std::string& binary) {
  const std::string command = std::string(HOURGLASS_NM) + " -A -u -C '" + binary + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  if (!pipe) throw std::runtime_error("Cannot run " + command);
  std::string output;
  std::array<char, 4096> block;
  while (const size_t count = std::fread(block.data(), 1, block.size(), pipe.get())) output.append(block.data(), count);
  return output;
}

TEST(Includes, RunOneWayInThisTree) { EXPECT_THAT(include_violations(kRoot), IsEmpty()); }

TEST(Includes, EveryBadOneIsFound) {
  EXPECT_THAT(include_violations(kBad),
              UnorderedElementsAre(
                  AllOf(HasSubstr("src/core/upward.cpp:3"), HasSubstr("core is not on top of data")),
                  AllOf(HasSubstr("src/core/upward.cpp:4"), HasSubstr("core is not on top of train")),
                  AllOf(HasSubstr("src/data/simd.cpp:2"), HasSubstr("only src/kernels may include it")),
                  AllOf(HasSubstr("src/kernels/cpu/sideways.cpp:3"), HasSubstr("kernels is not on top of layers")),
                  AllOf(HasSubstr("src/layers/relative.h:4"), HasSubstr("written from src/")),
                  AllOf(HasSubstr("src/stray.cpp"), HasSubstr("is in no layer")),
                  AllOf(HasSubstr("include/hourglass/dataset.h:4"), HasSubstr("data is not on top of model")),
                  AllOf(HasSubstr("include/hourglass/unknown.h"), HasSubstr("is in no layer")),
                  AllOf(HasSubstr("examples/private.cpp:3"), HasSubstr("only public headers"))));
}

TEST(BuildFlags, KeepBinariesPortableAndArithmeticExact) { EXPECT_THAT(build_flag_violations(kRoot), IsEmpty()); }

TEST(BuildFlags, EveryBadOneIsFound) {
  EXPECT_THAT(build_flag_violations(kBad),
              ElementsAre(HasSubstr("flags.cmake: -march=native"), HasSubstr("flags.cmake: -Ofast"),
                          HasSubstr("flags.cmake: -ffast-math")));
}

TEST(Library, NeitherPrintsNorEndsTheProcess) {
  const std::string symbols = undefined_symbols(HOURGLASS_LIBRARY);
  ASSERT_THAT(symbols, HasSubstr("operator new")) << "nm read nothing from " << HOURGLASS_LIBRARY;
  std::vector<std::string> violations = symbol_violations(symbols);
#ifndef NDEBUG
  // Builds for debugging hold the asserts of the libraries' headers; the library has none of its own.
  std::erase_if(violations, [](const std::string& violation) { return violation.ends_with("__assert_fail"); });
#endif
  EXPECT_THAT(violations, IsEmpty());
}

TEST(Library, PrintingAndEndingTheProcessWouldBeFound) {
  const auto violations = symbol_violations(undefined_symbols(HOURGLASS_BAD_LIBRARY));
  for (const char* symbol : {"std::cout", "puts", "stderr", "abort", "exit"})
    EXPECT_THAT(violations, Contains(HasSubstr(std::string(": ") + symbol)));
  EXPECT_THAT(violations, Not(Contains(HasSubstr("snprintf"))));
}

TEST(Readme, SnippetIsTheCompiledExample) {
  const std::string snippet = first_cpp_block(read(kRoot / "README.md"));
  ASSERT_FALSE(snippet.empty());
  EXPECT_EQ(snippet, read(kRoot / "examples" / "train_digits.cpp"));
}

TEST(Readme, FirstBlockAloneIsTaken) {
  EXPECT_EQ(first_cpp_block("a\n```sh\nls\n```\n```cpp\nint x;\n```\n```cpp\nint y;\n```\n"), "int x;\n");
  EXPECT_EQ(first_cpp_block("no code"), "");
}

}  // namespace
}  // namespace hourglass::structure
