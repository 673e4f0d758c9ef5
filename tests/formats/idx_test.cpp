#include "formats/idx.h"

#include <gtest/gtest.h>

#include <string>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/idx_bytes.h"
#include "support/temporary_folder.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using namespace std::string_literals;

class Idx : public testing::Test {
 protected:
  NumberArray read(const std::string& bytes) {
    write_file_atomically(path_, bytes);
    return read_idx(path_);
  }
  void expect_rejected(const std::string& bytes, std::vector<std::string> fragments) {
    fragments.push_back(path_.string());
    expect_error(ErrorKind::kData, fragments, [&] { read(bytes); });
    expect_error(ErrorKind::kData, fragments, [&] { read(gzip(bytes)); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "images";
};

TEST_F(Idx, ReadsArraysOfAnyRank) {
  for (const std::vector<uint32_t>& sizes : {std::vector<uint32_t>{6}, {2, 3}, {1, 3, 2}, {1, 2, 1, 3, 1}}) {
    const NumberArray array = read(idx_header(sizes) + "\x00\x01\x02\xfd\xfe\xff"s);
    EXPECT_EQ(array.shape, Shape(sizes.begin(), sizes.end()));
    EXPECT_EQ(as_doubles(array), (std::vector<double>{0, 1, 2, 253, 254, 255}));
  }
}

TEST_F(Idx, DetectsGzipRegardlessOfTheName) {
  const std::string bytes = idx_header({2, 2}) + "abcd";
  EXPECT_EQ(as_doubles(read(gzip(bytes))), (std::vector<double>{'a', 'b', 'c', 'd'}));
  write_file_atomically(folder_ / "plain.gz", bytes);
  EXPECT_EQ(read_idx(folder_ / "plain.gz").shape, (Shape{2, 2}));
}

TEST_F(Idx, ReadsAnArrayWithoutElements) {
  EXPECT_EQ(read(idx_header({0, 28, 28})).shape, (Shape{0, 28, 28}));
  EXPECT_EQ(read(idx_header({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0})).bytes.size(), 0u);
}

TEST_F(Idx, RejectsAnEmptyFile) { expect_rejected("", {"empty file"}); }

TEST_F(Idx, RejectsAFileShorterThanItsHeader) {
  expect_rejected("\0\0\x08"s, {"only 3 bytes"});
  expect_rejected(idx_header({1, 28, 28}).substr(0, 15), {"only 15 bytes", "header of 16 bytes"});
}

TEST_F(Idx, RejectsAWrongMagicNumber) {
  expect_rejected("\x89PNG and more"s, {"89 50 4e 47", "00 00 <type>"});
  expect_rejected("\0\1\x08\1\0\0\0\1x"s, {"00 01 08 01"});
}

TEST_F(Idx, ReadsEveryElementType) {
  const auto values = [&](char type, const std::string& bytes) {
    return as_doubles(read(idx_header({2}, type) + bytes));
  };
  EXPECT_EQ(values(0x09, "\x01\xff"s), (std::vector<double>{1, -1}));
  EXPECT_EQ(values(0x0B, "\x01\x02\xff\xfe"s), (std::vector<double>{258, -2}));
  EXPECT_EQ(values(0x0C, "\0\0\1\0\xff\xff\xff\xff"s), (std::vector<double>{256, -1}));
  EXPECT_EQ(values(0x0D, "\x3f\x80\0\0\xc0\0\0\0"s), (std::vector<double>{1, -2}));
  EXPECT_EQ(values(0x0E, "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0"s), (std::vector<double>{1, -2}));
}

TEST_F(Idx, MapsBytesWithoutACopy) {
  EXPECT_TRUE(read(idx_header({4}) + "abcd").is_mapped);
  EXPECT_FALSE(read(gzip(idx_header({4}) + "abcd")).is_mapped);
}

TEST_F(Idx, RejectsUnknownElementTypes) {
  expect_rejected(idx_header({1}, 0x42) + "1", {"unknown element type 0x42"});
  expect_rejected(idx_header({2}, 0x0D) + "1234567", {"7 bytes of values", "2 float32"});
}

TEST_F(Idx, RejectsAnArrayWithoutDimensions) { expect_rejected(idx_header({}) + "1", {"rank 0"}); }

TEST_F(Idx, RejectsAFileWithTooFewValues) { expect_rejected(idx_header({2, 3}) + "12345", {"5 bytes", "2x3"}); }

TEST_F(Idx, RejectsAFileWithTooManyValues) { expect_rejected(idx_header({2, 3}) + "1234567", {"7 bytes", "2x3"}); }

TEST_F(Idx, RejectsHugeSizesWithoutAllocatingThem) {
  expect_rejected(idx_header({0xFFFFFFFF}) + "1", {"4294967295"});
  expect_rejected(idx_header({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "1", {"4294967295x4294967295x4294967295"});
}

TEST_F(Idx, RejectsACompressedFileOfMoreThanItsHeaderDeclares) {
  const std::string file = gzip(idx_header({4}) + std::string(1 << 20, 'x'));
  expect_error(ErrorKind::kData, {path_.string(), "1048576 bytes of values", "4 uint8 values"}, [&] { read(file); });
}

TEST_F(Idx, ErrorNamesADamagedGzipFile) {
  const std::string file = gzip(idx_header({4}) + "abcd");
  expect_error(ErrorKind::kData, {path_.string(), "gzip"}, [&] { read(file.substr(0, file.size() - 3)); });
}

TEST_F(Idx, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { read_idx(folder_ / "nowhere"); });
}

}  // namespace
}  // namespace hourglass
