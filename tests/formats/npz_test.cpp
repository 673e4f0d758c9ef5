#include "formats/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/npy.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using namespace std::string_literals;

class Npz : public testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path path_ = test_file("npz/"s + GetParam() + ".npz");
};

INSTANTIATE_TEST_SUITE_P(Member, Npz, testing::Values("stored", "deflated"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(Npz, ListsItsArrays) {
  const std::vector<ArrayInfo> arrays = list_npz(path_);
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays[0].name, "x");
  EXPECT_EQ(arrays[0].shape, (Shape{3, 2}));
  EXPECT_EQ(arrays[1].name, "y");
  EXPECT_EQ(arrays[1].shape, Shape{3});
}

TEST_P(Npz, ReadsEachArray) {
  const NumberArray x = read_npz(path_, "x");
  EXPECT_EQ(x.type, NumberType::kFloat32);
  EXPECT_EQ(x.shape, (Shape{3, 2}));
  EXPECT_EQ(as_doubles(x), counting(6));
  EXPECT_EQ(as_doubles(read_npz(path_, "y")), (std::vector<double>{0, 1, 0}));
}

TEST_P(Npz, ErrorNamesAMissingArray) {
  expect_error(ErrorKind::kData, {path_.string(), "no array 'z'"}, [&] { read_npz(path_, "z"); });
}

TEST_P(Npz, IsRejectedIfItIsTruncatedAnywhere) {
  for_each_truncation(read_file(path_), "cut.npz", [](const std::filesystem::path& path, size_t) {
    expect_error(ErrorKind::kData, {path.string()}, [&] { list_npz(path); });
    expect_error(ErrorKind::kData, {path.string()}, [&] { read_npz(path, "x"); });
  });
}

TEST_P(Npz, IsRejectedIfAByteOfAValueIsWrong) {
  const TemporaryFolder folder;
  std::string bytes = read_file(path_);
  // A position within the values of x: after its local header and, in the stored file, also after the npy header.
  const size_t position = GetParam() == "stored"s ? 200 : 90;
  bytes[position] = static_cast<char>(bytes[position] ^ 0x55);
  write_file_atomically(folder / "bad.npz", bytes);
  expect_error(ErrorKind::kData, {"bad.npz"}, [&] { read_npz(folder / "bad.npz", "x"); });
}

TEST(NpzMembers, ThatAreNotArraysAreSkipped) {
  const std::vector<ArrayInfo> arrays = list_npz(test_file("npz/other_member.npz"));
  ASSERT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays[0].name, "x");
}

class BrokenNpz : public testing::Test {
 protected:
  void expect_rejected(const std::string& bytes, const std::vector<std::string>& fragments) {
    write_file_atomically(folder_ / "x.npz", bytes);
    expect_error(ErrorKind::kData, fragments, [&] { read_npz(folder_ / "x.npz", "x"); });
  }
  TemporaryFolder folder_;
};

TEST_F(BrokenNpz, IsRejectedByItsMagic) {
  expect_rejected("", {"x.npz", "it is empty"});
  expect_rejected(std::string(300, 'x'), {"x.npz", "not a valid zip file"});
}

TEST_F(BrokenNpz, RejectsSizesLargerThanTheStoredBytes) {
  std::string bytes = test_bytes("npz/deflated.npz");
  const size_t entry = bytes.find("PK\x01\x02");  // entry of the central directory; sizes at 20 and 24
  ASSERT_NE(entry, std::string::npos);
  bytes.replace(entry + 24, 4, "\xfe\xff\xff\x7f"s);
  expect_rejected(bytes, {"x.npz", "declares 2147483646 bytes"});
}

TEST_F(BrokenNpz, RejectsAMemberOfMoreThanItsHeaderDeclares) {
  write_npz(folder_ / "x.npz", {{"x", npy_of_doubles({1, 2, 3}, {3}) + std::string(800, '\0')}});
  expect_rejected(read_file(folder_ / "x.npz"), {"x.npz", "'x' declares 3 values of 8 bytes, but 824 bytes follow"});
}

TEST_F(BrokenNpz, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.npz"}, [&] { list_npz(folder_ / "nowhere.npz"); });
  expect_error(ErrorKind::kIo, {folder_.path().string(), "irectory"}, [&] { list_npz(folder_.path()); });
}

TEST(NpzWriter, IsReadBack) {
  const TemporaryFolder folder;
  const std::vector<int32_t> labels = {3, 1};
  const std::vector<std::string> names = {"cat", "\xC3\xA9t\xC3\xA9"};
  write_npz(folder / "x.npz", {{"x", npy_bytes(Tensor({2, 2}, std::vector<float>{1, 2, 3, 4.5f}))},
                               {"label", npy_bytes(labels)},
                               {"name", npy_bytes(names)}});
  const NumberArray x = read_npz(folder / "x.npz", "x");
  EXPECT_EQ(x.shape, (Shape{2, 2}));
  EXPECT_EQ(x.values<float>()[3], 4.5f);
  EXPECT_EQ(read_npz(folder / "x.npz", "label").shape, Shape{2});
  EXPECT_EQ(list_npz(folder / "x.npz").size(), 2u) << "text is not an array of numbers";
  const std::string text = npy_bytes(names);
  EXPECT_THAT(text.substr(0, 64), testing::HasSubstr("'<U3'"));
  const char32_t expected[] = {'c', 'a', 't', 0xE9, 't', 0xE9};
  EXPECT_EQ(text.substr(text.size() - sizeof expected),
            std::string(reinterpret_cast<const char*>(expected), sizeof expected));
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { write_npz(folder / "nowhere" / "x.npz", {}); });
}

}  // namespace
}  // namespace hourglass
