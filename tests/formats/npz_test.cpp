#include "formats/npz.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"
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

TEST_P(Npz, NamesAnArrayThatIsNotThere) {
  expect_error(ErrorKind::kData, {path_.string(), "no array 'z'"}, [&] { read_npz(path_, "z"); });
}

TEST_P(Npz, IsRefusedWhereverItIsCut) {
  for_each_cut(read_file(path_), "cut.npz", [](const std::filesystem::path& path, size_t) {
    expect_error(ErrorKind::kData, {path.string()}, [&] { list_npz(path); });
    expect_error(ErrorKind::kData, {path.string()}, [&] { read_npz(path, "x"); });
  });
}

TEST_P(Npz, IsRefusedWhereAByteOfAValueIsAnother) {
  const TemporaryFolder folder;
  std::string bytes = read_file(path_);
  // Within the values of x: behind its local header, and for the stored one behind the npy header too.
  const size_t position = GetParam() == "stored"s ? 200 : 90;
  bytes[position] = static_cast<char>(bytes[position] ^ 0x55);
  write_file_atomically(folder / "bad.npz", bytes);
  expect_error(ErrorKind::kData, {"bad.npz"}, [&] { read_npz(folder / "bad.npz", "x"); });
}

TEST(NpzMembers, ThatAreNoArraysAreLeftOut) {
  const std::vector<ArrayInfo> arrays = list_npz(test_file("npz/other_member.npz"));
  ASSERT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays[0].name, "x");
}

class BrokenNpz : public testing::Test {
 protected:
  void expect_refused(const std::string& bytes, const std::vector<std::string>& parts) {
    write_file_atomically(folder_ / "x.npz", bytes);
    expect_error(ErrorKind::kData, parts, [&] { read_npz(folder_ / "x.npz", "x"); });
  }
  TemporaryFolder folder_;
};

TEST_F(BrokenNpz, IsRefusedByItsMagic) {
  expect_refused("", {"x.npz", "it is empty"});
  expect_refused(std::string(300, 'x'), {"x.npz", "no intact zip file"});
}

TEST_F(BrokenNpz, RefusesSizesBeyondWhatIsStored) {
  std::string bytes = test_bytes("npz/deflated.npz");
  const size_t entry = bytes.find("PK\x01\x02");  // of the central directory; sizes at 20 and 24
  ASSERT_NE(entry, std::string::npos);
  bytes.replace(entry + 24, 4, "\xfe\xff\xff\x7f"s);
  expect_refused(bytes, {"x.npz", "promises 2147483646 bytes"});
}

TEST_F(BrokenNpz, NamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.npz"}, [&] { list_npz(folder_ / "nowhere.npz"); });
  expect_error(ErrorKind::kIo, {folder_.path().string(), "irectory"}, [&] { list_npz(folder_.path()); });
}

}  // namespace
}  // namespace hourglass
