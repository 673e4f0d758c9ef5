#include "data/data_path.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/file.h"
#include "hourglass/dataset.h"
#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

TEST(DataPath, IsAnExistingPathOrLooksLikeOne) {
  for (const char* name :
       {"x.csv", "x.npy", "x.h5:/a/b", "x.npz:a", "folder/", "a/b", "/tmp", "train-images-idx3-ubyte"})
    EXPECT_TRUE(is_data_path(name)) << name;
  for (const char* name : {"", "mnist", "fashion_mnist", "synthetic-digits"}) EXPECT_FALSE(is_data_path(name)) << name;
}

TEST(DataPath, IsNotAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe.csv").c_str(), 0600), 0);
  expect_error(ErrorKind::kIo, {"pipe.csv", "not a regular file", "'-'"},
               [&] { parse_data_path((folder / "pipe.csv").string()); });
}

TEST(DataPath, DetectsTheFormatByContentThenByName) {
  const TemporaryFolder folder;
  const auto kind_of = [&](const std::string& bytes, const std::string& name) {
    write_file_atomically(folder / name, bytes);
    return parse_data_path((folder / name).string()).kind;
  };
  EXPECT_EQ(kind_of(test_bytes("npy/u1.npy"), "x.dat"), FileKind::kNpy);
  EXPECT_EQ(kind_of(test_bytes("npz/stored.npz"), "x.zip"), FileKind::kNpz);
  EXPECT_EQ(kind_of(test_bytes("mat/plain.mat"), "x"), FileKind::kMat);
  EXPECT_EQ(kind_of(test_bytes("mat/v73.mat"), "y"), FileKind::kMat);
  EXPECT_EQ(kind_of(test_bytes("hdf5/one.h5"), "x.csv"), FileKind::kHdf5);
  EXPECT_EQ(kind_of(test_bytes("idx/images"), "x"), FileKind::kIdx);
  EXPECT_EQ(kind_of(test_bytes("idx/images.gz"), "x"), FileKind::kIdx);
  EXPECT_EQ(kind_of("1,2\n3,4\n", "x"), FileKind::kTable);
  EXPECT_EQ(kind_of("no array", "x.npy"), FileKind::kNpy);
  EXPECT_EQ(parse_data_path(folder.path().string()).kind, FileKind::kImages);
}

TEST(DataPath, SplitsTheArrayAfterAColon) {
  const std::string file = test_file("hdf5/arrays.h5").string();
  const DataPath path = parse_data_path(file + ":/group/big");
  EXPECT_EQ(path.file, file);
  EXPECT_EQ(path.array, "group/big");
  EXPECT_EQ(path.kind, FileKind::kHdf5);
}

TEST(DataPath, TakesASingleImage) {
  EXPECT_EQ(parse_data_path(test_file("image/gray.png").string()).kind, FileKind::kImages);
}

TEST(DataPath, RejectsOtherFiles) {
  expect_error(ErrorKind::kIo, {"nowhere.csv"}, [] { parse_data_path("nowhere.csv"); });
  const TemporaryFolder folder;
  write_file_atomically(folder / "x", std::string("ab\0cd", 5));
  expect_error(ErrorKind::kData, {"unknown format"}, [&] { parse_data_path((folder / "x").string()); });
}

TEST(DataTitle, IsShort) {
  EXPECT_EQ(data_title("mnist"), "mnist");
  EXPECT_EQ(data_title("data/sensors.csv"), "sensors");
  EXPECT_EQ(data_title("a.h5:/group/x"), "x");
  EXPECT_EQ(data_title("photos/cats/"), "cats");
}

}  // namespace
}  // namespace hourglass
