#include "formats/npy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <vector>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

struct Npy {
  std::string prefix;  // magic number and version
  std::string header;
  std::string values;
};

Npy write_and_split(const Tensor& tensor) {
  const TemporaryFolder folder;
  write_npy(folder / "z.npy", tensor);
  const std::string bytes = read_file(folder / "z.npy");
  const size_t length = static_cast<uint8_t>(bytes.at(8)) + 256u * static_cast<uint8_t>(bytes.at(9));
  return {bytes.substr(0, 8), bytes.substr(10, length), bytes.substr(10 + length)};
}

TEST(NpyWriter, WritesHeaderAndValuesOfFormat1) {
  Tensor tensor({2, 3});
  std::iota(tensor.data(), tensor.data() + 6, 1.5f);
  const Npy npy = write_and_split(tensor);
  EXPECT_EQ(npy.prefix, std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ((10 + npy.header.size()) % 64, 0u);
  EXPECT_TRUE(npy.header.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
  EXPECT_EQ(npy.header.back(), '\n');
  ASSERT_EQ(npy.values.size(), 6 * sizeof(float));
  EXPECT_EQ(std::memcmp(npy.values.data(), tensor.data(), npy.values.size()), 0);
}

TEST(NpyWriter, WritesPythonTuples) {
  EXPECT_NE(write_and_split(Tensor({5})).header.find("'shape': (5,), "), std::string::npos);
  EXPECT_NE(write_and_split(Tensor(Shape{})).header.find("'shape': (), "), std::string::npos);
  EXPECT_NE(write_and_split(Tensor({0, 28, 28, 1})).header.find("'shape': (0, 28, 28, 1), "), std::string::npos);
}

TEST(NpyWriter, WritesIntegers) {
  const TemporaryFolder folder;
  const std::vector<int32_t> labels = {7, -1, 1 << 30};
  write_npy(folder / "labels.npy", labels);
  const std::string bytes = read_file(folder / "labels.npy");
  EXPECT_NE(bytes.find("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }"), std::string::npos);
  ASSERT_EQ(bytes.size() % 64, 12u);
  EXPECT_EQ(std::memcmp(bytes.data() + bytes.size() - 12, labels.data(), 12), 0);
}

TEST(NpyWriter, ErrorNamesAnUnwritablePath) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { write_npy(folder / "nowhere" / "z.npy", Tensor({1})); });
}

}  // namespace
}  // namespace hourglass
