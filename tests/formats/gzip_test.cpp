#include "formats/gzip.h"

#include <gtest/gtest.h>

#include <string>

#include "support/expect_error.h"
#include "support/idx_bytes.h"

namespace hourglass {
namespace {

std::string text_of(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

/// Returns bytes that do not compress well.
std::string incompressible(size_t size) {
  std::string bytes;
  uint32_t state = 1;
  for (size_t i = 0; i < size; ++i) {
    state = state * 1664525u + 1013904223u;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

void expect_rejected(const std::string& file, const std::string& found) {
  expect_error(ErrorKind::kData, {"'some.gz'", found}, [&] { gunzip(file, "some.gz"); });
}

TEST(Gzip, IsDetectedByItsFirstBytes) {
  EXPECT_TRUE(is_gzip(gzip("x")));
  EXPECT_FALSE(is_gzip(""));
  EXPECT_FALSE(is_gzip("\x1f"));
  EXPECT_FALSE(is_gzip(std::string("\0\0\x08\x03", 4)));
}

TEST(Gzip, DecompressesWhatWasCompressed) {
  for (size_t size : {0, 1, 17, 100000})
    EXPECT_EQ(text_of(gunzip(gzip(incompressible(size)), "some.gz")), incompressible(size));
}

TEST(Gzip, DecompressesHighCompressionRatios) {
  const std::string zeros(1 << 20, '\0');
  ASSERT_LT(gzip(zeros).size(), zeros.size() / 500);
  EXPECT_EQ(text_of(gunzip(gzip(zeros), "some.gz")), zeros);
}

TEST(Gzip, DecompressesTheStart) {
  const auto start = [](const std::string& file, size_t count) { return text_of(gunzip_start(file, count)); };
  EXPECT_EQ(start(gzip(incompressible(10000)), 100), incompressible(100));
  EXPECT_EQ(start(gzip("short"), 100), "short");
  EXPECT_EQ(start("no gzip", 100), "");
}

TEST(Gzip, StatesItsSize) {
  EXPECT_EQ(gunzip_size(gzip(std::string(1000, 'x'))), 1000u);
  EXPECT_EQ(gunzip_size("short"), 0u);
}

TEST(Gzip, RejectsOtherFiles) {
  expect_rejected("", "1f 8b");
  expect_rejected("hello, world, this is text", "1f 8b");
}

TEST(Gzip, RejectsAFileTruncatedAtAnyByte) {
  const std::string file = gzip(incompressible(300));
  for (size_t size = 0; size < file.size(); ++size) expect_rejected(file.substr(0, size), "not a complete gzip file");
}

TEST(Gzip, RejectsAFlippedByteInTheData) {
  const std::string file = gzip(incompressible(300));
  for (size_t i = 10; i < file.size(); ++i) {
    std::string damaged = file;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    expect_rejected(damaged, "not a complete gzip file");
  }
}

TEST(Gzip, RejectsTrailingBytes) {
  const std::string file = gzip(incompressible(300));
  expect_rejected(file + "x", "not a complete gzip file");
  expect_rejected(file + std::string(8, '\xff'), "8 bytes follow");
  expect_rejected(file + file, "bytes follow");
}

TEST(Gzip, RejectsAWrongSizeInTheTrailer) {
  for (const char* size : {"\x01", "\x7f"}) {
    std::string file = gzip(std::string(100, 'x'));
    file.replace(file.size() - 4, 1, size);
    expect_rejected(file, "not a complete gzip file");
  }
}

}  // namespace
}  // namespace hourglass
