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

// Returns the undefined symbols of a library or program, listed by nm.
std::string undefined_symbols(const std::string& binary) {
  const std::string command = std::string(HOURGLASS_NM) + " -A -u -C '" + binary + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  if (!pipe) throw std::runtime_error("Cannot run " + command);
  std::string output;
  std::array<char, 4096> block;
  while (const size_t count = std::fread(block.data(), 1, block.size(), pipe.get())) output.append(block.data(), count);
  return output;
}

TEST(Includes, FollowTheLayersInThisTree) { EXPECT_THAT(include_violations(kRoot), IsEmpty()); }

TEST(Includes, ViolationsAreFound) {
  EXPECT_THAT(include_violations(kBad),
              UnorderedElementsAre(
                  AllOf(HasSubstr("src/core/upward.cpp:3"), HasSubstr("core must not include data")),
                  AllOf(HasSubstr("src/core/upward.cpp:4"), HasSubstr("core must not include train")),
                  AllOf(HasSubstr("src/data/simd.cpp:2"), HasSubstr("only src/kernels can include it")),
                  AllOf(HasSubstr("src/kernels/cpu/sideways.cpp:3"), HasSubstr("kernels must not include layers")),
                  AllOf(HasSubstr("src/layers/relative.h:4"), HasSubstr("must be relative to src/")),
                  AllOf(HasSubstr("src/stray.cpp"), HasSubstr("is not assigned to a layer")),
                  AllOf(HasSubstr("include/hourglass/dataset.h:4"), HasSubstr("data must not include model")),
                  AllOf(HasSubstr("include/hourglass/unknown.h"), HasSubstr("is not assigned to a layer")),
                  AllOf(HasSubstr("examples/private.cpp:3"), HasSubstr("only public headers"))));
}

TEST(BuildFlags, KeepBinariesPortableAndArithmeticExact) { EXPECT_THAT(build_flag_violations(kRoot), IsEmpty()); }

TEST(BuildFlags, ViolationsAreFound) {
  EXPECT_THAT(build_flag_violations(kBad),
              ElementsAre(HasSubstr("flags.cmake: -march=native"), HasSubstr("flags.cmake: -Ofast"),
                          HasSubstr("flags.cmake: -ffast-math")));
}

TEST(Library, NeitherPrintsNorEndsTheProcess) {
  const std::string symbols = undefined_symbols(HOURGLASS_LIBRARY);
  ASSERT_THAT(symbols, HasSubstr("operator new")) << "nm found no symbols in " << HOURGLASS_LIBRARY;
  std::vector<std::string> violations = symbol_violations(symbols);
#ifndef NDEBUG
  // Debug builds contain the asserts of third-party headers. The library itself has none.
  std::erase_if(violations, [](const std::string& violation) { return violation.ends_with("__assert_fail"); });
#endif
  EXPECT_THAT(violations, IsEmpty());
}

TEST(Library, PrintingAndEndingTheProcessAreFound) {
  const auto violations = symbol_violations(undefined_symbols(HOURGLASS_BAD_LIBRARY));
  for (const char* symbol : {"std::cout", "puts", "stderr", "abort", "exit"})
    EXPECT_THAT(violations, Contains(HasSubstr(std::string(": ") + symbol)));
  EXPECT_THAT(violations, Not(Contains(HasSubstr("snprintf"))));
}

TEST(Readme, ItsProgramsAreTheCompiledExamples) {
  const std::vector<std::string> blocks = cpp_blocks(read(kRoot / "README.md"));
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0], read(kRoot / "examples" / "train_digits.cpp"));
  EXPECT_EQ(blocks[1], read(kRoot / "examples" / "float_matrix.cpp"));
}

TEST(Readme, OnlyBlocksOfCppAreUsed) {
  EXPECT_THAT(cpp_blocks("a\n```sh\nls\n```\n```cpp\nint x;\n```\n```cpp\nint y;\n```\n"),
              ElementsAre("int x;\n", "int y;\n"));
  EXPECT_THAT(cpp_blocks("no code"), IsEmpty());
}

}  // namespace
}  // namespace hourglass::structure
