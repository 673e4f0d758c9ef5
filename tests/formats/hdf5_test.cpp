#include "formats/hdf5.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

const std::filesystem::path kFile = test_file("hdf5/arrays.h5");

TEST(Hdf5, ListsTheNumericDatasetsOfAllGroups) {
  std::vector<std::pair<std::string, Shape>> found;
  for (const ArrayInfo& array : list_hdf5(kFile)) found.emplace_back(array.name, array.shape);
  EXPECT_EQ(found,
            (std::vector<std::pair<std::string, Shape>>{
                {"group/big", {2, 3}}, {"group/packed", {4, 4}}, {"half", {2, 3}}, {"labels", {3}}, {"x", {3, 2}}}));
}

TEST(Hdf5, ReadsEveryKindOfStorage) {
  struct Expected {
    const char* name;
    NumberType type;
    size_t count;
  };
  for (const auto& [name, type, count] :
       {Expected{"x", NumberType::kFloat32, 6}, Expected{"/x", NumberType::kFloat32, 6},
        Expected{"group/packed", NumberType::kInt16, 16}, Expected{"group/big", NumberType::kFloat64, 6},
        Expected{"half", NumberType::kFloat16, 6}}) {
    const NumberArray array = read_hdf5(kFile, name);
    EXPECT_EQ(array.type, type) << name;
    EXPECT_EQ(as_doubles(array), counting(count)) << name;
  }
  EXPECT_EQ(read_hdf5(test_file("hdf5/one.h5"), "data").type, NumberType::kUint8);
}

TEST(Hdf5, ReadsHalfPrecisionAsItIsStored) {
  const auto file = test_file("hdf5/halves.h5");
  for (const auto& [name, type] : {std::pair{"float16", NumberType::kFloat16},
                                   {"bfloat16", NumberType::kBfloat16},
                                   {"big", NumberType::kFloat32}}) {
    const NumberArray array = read_hdf5(file, name);
    EXPECT_EQ(array.type, type) << name;
    EXPECT_EQ(as_doubles(array), counting(6)) << name;
  }
}

TEST(Hdf5, ErrorNamesAMissingDataset) {
  expect_error(ErrorKind::kData, {"arrays.h5", "no dataset 'labls'", "Did you mean 'labels'?"},
               [] { read_hdf5(kFile, "labls"); });
}

TEST(Hdf5, RejectsNonNumericObjects) {
  expect_error(ErrorKind::kData, {"'text'", "not an array of real numbers"}, [] { read_hdf5(kFile, "text"); });
  expect_error(ErrorKind::kData, {"no dataset 'group'", "group/big"}, [] { read_hdf5(kFile, "group"); });
}

TEST(Hdf5, KeepsTheLibrarySilent) {
  testing::internal::CaptureStderr();
  expect_error(ErrorKind::kData, {}, [] { read_hdf5(kFile, "nowhere"); });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Hdf5, ReadsTextsOfFixedAndVariableLength) {
  const auto cells = test_file("hdf5/cells.h5");
  EXPECT_EQ(read_hdf5_texts(cells, "obs/cell"), (std::vector<std::string>{"AAA", "CCC", "GGG"}));
  EXPECT_EQ(read_hdf5_texts(cells, "obs/site"), (std::vector<std::string>{"lung", "", "heart"}));
  expect_error(ErrorKind::kData, {"'obs/number' is not an array of text"},
               [&] { read_hdf5_texts(cells, "obs/number"); });
  expect_error(ErrorKind::kData, {"no dataset 'obs/kind'"}, [&] { read_hdf5_texts(cells, "obs/kind"); });
}

TEST(Hdf5, ListsAGroup) {
  EXPECT_EQ(list_hdf5_group(kFile, "group"), (std::vector<std::string>{"big", "packed"}));
  EXPECT_EQ(list_hdf5_group(kFile, ""), (std::vector<std::string>{"group", "half", "labels", "text", "x"}));
  EXPECT_TRUE(list_hdf5_group(kFile, "x").empty());
  EXPECT_TRUE(list_hdf5_group(kFile, "nowhere").empty());
}

class BrokenHdf5 : public testing::Test {
 protected:
  void expect_rejected(const std::string& bytes, std::vector<std::string> fragments) {
    write_file_atomically(path_, bytes);
    fragments.push_back(path_.string());
    expect_error(ErrorKind::kData, fragments, [&] { read_hdf5(path_, "x"); });
  }
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "x.h5";
};

TEST_F(BrokenHdf5, IsRejectedByItsSignature) {
  expect_rejected("", {"it is empty"});
  expect_rejected(std::string(3000, 'x'), {"no HDF5 signature"});
}

TEST_F(BrokenHdf5, IsRejectedIfItIsTruncatedAnywhere) {
  const std::string bytes = test_bytes("hdf5/one.h5");
  for_each_truncation(
      bytes, "cut.h5",
      [](const std::filesystem::path& path, size_t) {
        expect_error(ErrorKind::kData, {path.string()}, [&] { read_hdf5(path, "data"); });
      },
      17);
}

TEST_F(BrokenHdf5, RejectsValuesThatWereNeverWritten) {
  const hid_t file = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t sizes[] = {1000000, 1000000};
  const hid_t space = H5Screate_simple(2, sizes, nullptr);
  H5Dclose(H5Dcreate2(file, "x", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
  H5Fclose(file);
  expect_error(ErrorKind::kData, {"'x' declares 1000000x1000000 values, but only 0 bytes"},
               [&] { read_hdf5(path_, "x"); });
}

TEST_F(BrokenHdf5, TextsAreRejectedIfTheyAreTruncatedAnywhere) {
  for_each_truncation(
      test_bytes("hdf5/cells.h5"), "cut.h5",
      [](const std::filesystem::path& path, size_t) {
        expect_error(ErrorKind::kData, {path.string()}, [&] { read_hdf5_texts(path, "obs/cell"); });
      },
      997);
}

TEST_F(BrokenHdf5, RejectsTextsThatAreLargerThanTheFile) {
  // All elements refer to the first text.
  constexpr hsize_t kCount = 1000;
  const std::string text(10000, 'x');
  std::vector<const char*> texts(kCount, "y");
  texts[0] = text.c_str();
  const hid_t file = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &kCount, nullptr);
  H5Tset_size(type, H5T_VARIABLE);
  const hid_t dataset = H5Dcreate2(file, "x", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data());
  const size_t start = H5Dget_offset(dataset);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Tclose(type);
  H5Fclose(file);
  constexpr size_t kReference = 16;
  std::string bytes = read_file(path_);
  for (size_t i = 1; i < kCount; ++i)
    bytes.replace(start + i * kReference, kReference, bytes.substr(start, kReference));
  write_file_atomically(path_, bytes);
  expect_error(ErrorKind::kData, {path_.string(), "texts of its dataset 'x'"}, [&] { read_hdf5_texts(path_, "x"); });
}

TEST_F(BrokenHdf5, ErrorSaysThatAnotherProgramIsWriting) {
  write_file_atomically(path_, test_bytes("hdf5/one.h5"));
  const int file = ::open(path_.c_str(), O_RDWR);
  ASSERT_EQ(::flock(file, LOCK_EX), 0);
  expect_error(ErrorKind::kIo, {path_.string(), "another program has it open for writing"}, [&] { list_hdf5(path_); });
  ::close(file);
  EXPECT_EQ(list_hdf5(path_).size(), 1u);
}

TEST_F(BrokenHdf5, ErrorSaysThatTheFileWasNotClosed) {
  // The status flags of the superblock of version 3: a program opened the file for writing and ended.
  const hid_t plist = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(plist, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  H5Fclose(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, plist));
  H5Pclose(plist);
  std::string bytes = read_file(path_);
  ASSERT_EQ(bytes[8], 3);
  bytes[11] = 1;
  expect_rejected(bytes, {"did not close it"});
}

TEST_F(BrokenHdf5, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.h5"}, [&] { list_hdf5(folder_ / "nowhere.h5"); });
  expect_error(ErrorKind::kIo, {folder_.path().string(), "irectory"}, [&] { list_hdf5(folder_.path()); });
}

}  // namespace
}  // namespace hourglass
