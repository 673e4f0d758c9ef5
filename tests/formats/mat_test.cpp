#include "formats/mat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using namespace std::string_literals;

class Mat : public testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path path_ = test_file(std::string("mat/") + GetParam() + ".mat");
};

INSTANTIATE_TEST_SUITE_P(Version, Mat, testing::Values("plain", "compressed", "v73"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(Mat, ListsTheNumericVariables) {
  std::vector<ArrayInfo> arrays = list_mat(path_);
  const auto images = std::ranges::find(arrays, "images", &ArrayInfo::name);
  ASSERT_NE(images, arrays.end());
  EXPECT_EQ(images->shape, (Shape{4, 3}));
  for (const ArrayInfo& array : arrays) {
    EXPECT_NE(array.name, "text");
    EXPECT_NE(array.name, "complex");
  }
}

TEST_P(Mat, ReadsColumnMajorOrder) {
  const NumberArray array = read_mat(path_, "images");
  EXPECT_EQ(array.type, NumberType::kUint8);
  EXPECT_EQ(array.shape, (Shape{3, 4}));
  EXPECT_EQ(as_doubles(array), (std::vector<double>{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
  EXPECT_EQ(as_doubles(with_dimensions_reversed(array)), counting(12));
}

TEST_P(Mat, ReadsArraysOfHigherRank) {
  const NumberArray array = with_dimensions_reversed(read_mat(path_, "weights"));
  EXPECT_EQ(array.type, NumberType::kFloat64);
  EXPECT_EQ(array.shape, (Shape{2, 3, 2}));
  EXPECT_EQ(as_doubles(array), counting(12, 0.5));
}

TEST_P(Mat, ErrorNamesAMissingVariable) {
  expect_error(ErrorKind::kData, {path_.string(), "no variable 'image'", "Did you mean 'images'?"},
               [&] { read_mat(path_, "image"); });
}

TEST_P(Mat, NeverReadsPastTheEndOfATruncatedFile) {
  const std::string bytes = read_file(path_);
  for_each_truncation(
      bytes, "cut.mat",
      [&](const std::filesystem::path& path, size_t size) {
        try {
          EXPECT_EQ(as_doubles(read_mat(path, "images")), as_doubles(read_mat(path_, "images"))) << size;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::kData) << error.what();
        }
      },
      bytes.size() > 5000 ? 61 : 1);
}

TEST(MatOfVersion5, ReadsLogicalVariables) {
  const NumberArray flags = read_mat(test_file("mat/plain.mat"), "flags");
  EXPECT_EQ(flags.type, NumberType::kBool);
  EXPECT_EQ(as_doubles(flags), (std::vector<double>{0, 1}));
}

TEST(MatOfVersion5, RejectsTextAndComplexNumbers) {
  for (const char* name : {"text", "complex"})
    expect_error(ErrorKind::kData, {name, "not a full array of real numbers"},
                 [&] { read_mat(test_file("mat/plain.mat"), name); });
}

class BrokenMat : public testing::Test {
 protected:
  void expect_rejected(const std::string& bytes, std::vector<std::string> fragments) {
    write_file_atomically(path_, bytes);
    fragments.push_back(path_.string());
    expect_error(ErrorKind::kData, fragments, [&] { read_mat(path_, "images"); });
    expect_error(ErrorKind::kData, fragments, [&] { list_mat(path_); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "x.mat";
};

TEST_F(BrokenMat, IsRejectedByItsHeader) {
  expect_rejected("", {"it is empty"});
  expect_rejected("MATLAB 5.0", {"ends after 10 bytes"});
  expect_rejected(std::string(500, 'x'), {"neither 'IM' nor 'MI'"});
}

TEST_F(BrokenMat, IsRejectedIfItEndsWithinAVariable) {
  const std::string bytes = test_bytes("mat/plain.mat");
  for (size_t size = 129; size < 128 + 72; ++size) expect_rejected(bytes.substr(0, size), {"it ends"});
  expect_rejected(bytes.substr(0, bytes.size() - 1), {"truncated"});
}

TEST_F(BrokenMat, RejectsSizesLargerThanTheFileWithoutAllocatingThem) {
  std::string bytes = test_bytes("mat/plain.mat");
  const size_t dimensions = bytes.find("\x05\0\0\0\x08\0\0\0\x04\0\0\0\x03\0\0\0"s);
  ASSERT_NE(dimensions, std::string::npos);
  bytes.replace(dimensions + 8, 8, "\xff\xff\xff\x7f\xff\xff\xff\x7f"s);
  write_file_atomically(path_, bytes);
  expect_error(ErrorKind::kData, {"'images' declares 2147483647x2147483647 numbers, but contains 12"},
               [&] { read_mat(path_, "images"); });
}

TEST_F(BrokenMat, RejectsANameLongerThanItsVariable) {
  std::string bytes = test_bytes("mat/plain.mat");
  const size_t name = bytes.find("\x01\0\0\0\x06\0\0\0images"s);
  ASSERT_NE(name, std::string::npos);
  bytes[name + 7] = '\xff';
  expect_rejected(bytes, {"declares 4278190086 bytes, but only 32 bytes"});
}

/// Returns an element of a MAT-file: tag, bytes, and padding to a multiple of eight.
std::string mat_element(uint8_t type, const std::string& bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  std::string element{static_cast<char>(type), 0, 0, 0};
  for (int i = 0; i < 4; ++i) element += static_cast<char>(size >> (8 * i));
  return element + bytes + std::string((8 - size % 8) % 8, '\0');
}

/// Returns a variable of a class with an empty name, the given dimensions and contents.
std::string mat_variable(uint8_t class_number, const std::string& dimensions, const std::string& contents) {
  const std::string flags{static_cast<char>(class_number), 0, 0, 0, 0, 0, 0, 0};
  return mat_element(14, mat_element(6, flags) + mat_element(5, dimensions) + mat_element(1, "") + contents);
}

const std::string kOneByOne = "\x01\0\0\0\x01\0\0\0"s;

TEST_F(BrokenMat, SkipsStructsAndCells) {
  const std::string number = mat_variable(6, kOneByOne, mat_element(9, std::string(8, '\0')));
  const std::string field = mat_element(5, "\x04\0\0\0"s) + mat_element(1, "a\0\0\0"s) + number;
  const std::string others = mat_variable(1, kOneByOne, number) + mat_variable(2, kOneByOne, field);
  const std::string bytes = test_bytes("mat/plain.mat");
  write_file_atomically(path_, bytes.substr(0, 128) + others + bytes.substr(128));
  EXPECT_EQ(as_doubles(read_mat(path_, "images")), as_doubles(read_mat(test_file("mat/plain.mat"), "images")));
}

TEST_F(BrokenMat, RejectsNumbersThatTheTypeOfTheVariableCannotHold) {
  const auto read = [&](uint8_t class_number, uint8_t type, const std::string& number) {
    write_file_atomically(path_, test_bytes("mat/plain.mat").substr(0, 128) +
                                     mat_variable(class_number, kOneByOne, mat_element(type, number)));
    return as_doubles(read_mat(path_, ""))[0];
  };
  EXPECT_EQ(read(9, 5, "\xff\0\0\0"s), 255);
  expect_error(ErrorKind::kData, {path_.string(), "is uint8, but contains numbers out of the range"},
               [&] { read(9, 5, "\x2c\x01\0\0"s); });                                      // 300
  expect_error(ErrorKind::kData, {"is uint8"}, [&] { read(9, 5, "\xff\xff\xff\xff"s); });  // -1
  EXPECT_EQ(read(7, 9, "\0\0\0\0\0\0\xf0\x7f"s), INFINITY);
  expect_error(ErrorKind::kData, {"is float32"}, [&] { read(7, 9, "\0\0\0\0\0\0\xe0\x7f"s); });  // 2^1023
}

TEST_F(BrokenMat, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.mat"}, [&] { list_mat(folder_ / "nowhere.mat"); });
  expect_error(ErrorKind::kIo, {folder_.path().string()}, [&] { list_mat(folder_.path()); });
}

}  // namespace
}  // namespace hourglass
