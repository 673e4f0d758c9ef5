#include "formats/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

/// Returns a file with this header and `num_value_bytes` zero bytes.
std::string file_of(const std::string& header, size_t num_value_bytes) {
  const uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + std::string(num_value_bytes, '\0');
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets,
                   const std::string& dtype = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

class Safetensors : public testing::Test {
 protected:
  SafetensorsFile read(const std::string& bytes) {
    write_file_atomically(path_, bytes);
    return read_safetensors(path_);
  }
  void expect_rejected(const std::string& bytes, std::vector<std::string> fragments) {
    fragments.push_back(path_.string());
    expect_error(ErrorKind::kData, fragments, [&] { read(bytes); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_F(Safetensors, ReadsArraysOfEveryNumberType) {
  const auto file = test_file("safetensors/halves.safetensors");
  std::vector<std::string> names;
  for (const ArrayInfo& array : list_safetensors(file)) names.push_back(array.name);
  EXPECT_EQ(names, (std::vector<std::string>{"half", "bfloat", "byte", "odd"}))
      << "a type that is not known is left out";
  for (const auto& [name, type] : {std::pair{"half", NumberType::kFloat16},
                                   {"bfloat", NumberType::kBfloat16},
                                   {"byte", NumberType::kUint8},
                                   {"odd", NumberType::kFloat16}}) {
    const NumberArray array = read_safetensors_array(file, name);
    EXPECT_EQ(array.type, type) << name;
    EXPECT_EQ(as_doubles(array), counting(type == NumberType::kUint8 ? 3 : 6)) << name;
    EXPECT_EQ(array.is_mapped, std::string(name) != "odd") << "it is not aligned, so it is copied";
  }
  expect_error(ErrorKind::kUsage, {"no tensor of numbers 'tiny'"}, [&] { read_safetensors_array(file, "tiny"); });
}

TEST_F(Safetensors, ReadsWhatItWrote) {
  const std::vector<float> weight = {1, -2.5f, 3e-30f, 4, 5, 6}, bias = {7, 8, 9}, scalar = {10};
  const std::map<std::string, std::string> metadata = {{"config", "a = \"\xc3\xa4\"\n"}, {"version", "1"}};
  write_safetensors(
      path_, metadata,
      std::vector<SafetensorsView>{
          {"z.weight", {2, 3}, weight}, {"a.bias", {3}, bias}, {"scalar", {}, scalar}, {"none", {0, 4}, {}}});
  const SafetensorsFile file = read_safetensors(path_);
  EXPECT_EQ(file.metadata, metadata);
  ASSERT_EQ(file.tensors.size(), 4u);
  EXPECT_EQ(file.tensors[0].name, "z.weight");
  EXPECT_EQ(file.tensors[0].shape, (Shape{2, 3}));
  EXPECT_TRUE(std::equal(weight.begin(), weight.end(), file.tensors[0].values.begin(), file.tensors[0].values.end()));
  EXPECT_EQ(file.tensors[1].name, "a.bias");
  EXPECT_TRUE(std::equal(bias.begin(), bias.end(), file.tensors[1].values.begin(), file.tensors[1].values.end()));
  EXPECT_EQ(file.tensors[2].shape, Shape{});
  EXPECT_EQ(file.tensors[2].values.at(0), 10);
  EXPECT_EQ(file.tensors[3].shape, (Shape{0, 4}));
}

TEST_F(Safetensors, WritesTheStandardLayout) {
  const std::vector<float> values = {1, 2};
  write_safetensors(path_, {{"k", "v"}}, std::vector<SafetensorsView>{{"t", {2}, values}});
  const std::string bytes = read_file(path_);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  EXPECT_EQ(length % 8, 0u);
  ASSERT_EQ(bytes.size(), 8 + length + 8);
  EXPECT_EQ(bytes[8], '{');
  EXPECT_EQ(nlohmann::json::parse(bytes.substr(8, length)), nlohmann::json::parse(R"({"__metadata__": {"k": "v"},
            "t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})"));
  EXPECT_EQ(std::memcmp(bytes.data() + 8 + length, values.data(), 8), 0);
}

TEST_F(Safetensors, ReadsAFileWithoutTensors) {
  EXPECT_TRUE(read(file_of("{}", 0)).tensors.empty());
  write_safetensors(path_, {}, {});
  EXPECT_TRUE(read_safetensors(path_).metadata.empty());
}

TEST_F(Safetensors, RejectsAFileTruncatedAtAnyByte) {
  const std::string bytes = file_of("{" + tensor("t", "[2]", "[0,8]") + "}", 8);
  ASSERT_EQ(read(bytes).tensors.size(), 1u);
  for (size_t size = 0; size < bytes.size(); ++size) expect_rejected(bytes.substr(0, size), {});
}

TEST_F(Safetensors, RejectsAHeaderLongerThanTheFile) {
  expect_rejected(std::string(8, '\xff') + "{}", {"header of 18446744073709551615 bytes", "only 2"});
}

TEST_F(Safetensors, RejectsAHeaderThatIsNotAJsonObject) {
  expect_rejected(file_of("", 0), {"not valid JSON"});
  expect_rejected(file_of("{\"t\":", 0), {"not valid JSON"});
  expect_rejected(file_of("[1, 2]", 0), {"not a JSON object"});
  expect_rejected(file_of("{\"\xff\": 1}", 0), {"not valid JSON"});
}

TEST_F(Safetensors, RejectsOtherTypes) {
  expect_rejected(file_of("{" + tensor("half", "[2]", "[0,4]", "F16") + "}", 4), {"'half'", "F16", "F32"});
  expect_rejected(file_of(R"({"t":{"dtype":32,"shape":[1],"data_offsets":[0,4]}})", 4), {"'t'", "dtype 32"});
}

TEST_F(Safetensors, RejectsIncompleteEntries) {
  expect_rejected(file_of(R"({"t":5})", 0), {"'t'", "needs dtype"});
  expect_rejected(file_of(R"({"t":{"dtype":"F32","shape":[1]}})", 4), {"'t'", "data_offsets"});
}

TEST_F(Safetensors, RejectsMalformedMetadata) {
  expect_rejected(file_of(R"({"__metadata__":[]})", 0), {"__metadata__"});
  expect_rejected(file_of(R"({"__metadata__":{"version":1}})", 0), {"'version'", "not a string"});
}

TEST_F(Safetensors, RejectsMalformedOffsets) {
  for (const char* offsets :
       {"[0]", "[4,0]", "[0,4,8]", "[-4,0]", "[0,4.0]", "[\"0\",4]", "7", "[0,18446744073709551616]"})
    expect_rejected(file_of("{" + tensor("t", "[1]", offsets) + "}", 4), {"'t'", "data_offsets"});
}

TEST_F(Safetensors, RejectsOffsetsPastTheEndOfTheFile) {
  expect_rejected(file_of("{" + tensor("t", "[2]", "[0,8]") + "}", 4), {"'t'", "byte 8", "only 4"});
}

TEST_F(Safetensors, RejectsShapesThatDoNotMatchTheirBytes) {
  for (const char* shape : {"[1]", "[3]", "[]", "[0]", "[2,2]", "[-1,-2]", "[2.0]", "\"2\"", "[4294967296,4294967296]",
                            "[9223372036854775807,4]", "[18446744073709551615]"})
    expect_rejected(file_of("{" + tensor("t", shape, "[0,8]") + "}", 8), {"'t'", "shape"});
}

TEST_F(Safetensors, RejectsOverlappingTensors) {
  expect_rejected(file_of("{" + tensor("a", "[2]", "[0,8]") + "," + tensor("b", "[2]", "[4,12]") + "}", 12),
                  {"'b'", "overlap"});
}

TEST_F(Safetensors, RejectsGaps) {
  expect_rejected(file_of("{" + tensor("a", "[1]", "[0,4]") + "," + tensor("b", "[1]", "[8,12]") + "}", 12),
                  {"'b'", "gap"});
  expect_rejected(file_of("{" + tensor("a", "[1]", "[4,8]") + "}", 8), {"'a'", "gap"});
  expect_rejected(file_of("{" + tensor("a", "[1]", "[0,4]") + "}", 9), {"5 bytes follow the last tensor"});
}

TEST_F(Safetensors, RejectsDuplicateNames) {
  const std::string entry = tensor("twin", "[1]", "[0,4]");
  expect_rejected(file_of("{" + entry + "," + entry + "}", 4), {"'twin' twice"});
  expect_rejected(file_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0), {"'k' twice"});
}

TEST_F(Safetensors, RejectsWritingAnInvalidFile) {
  const std::vector<float> values = {1, 2};
  const auto write = [&](const std::string& name, const Shape& shape) {
    write_safetensors(path_, {}, std::vector<SafetensorsView>{{"first", {2}, values}, {name, shape, values}});
  };
  expect_error(ErrorKind::kUsage, {"'first'", "twice"}, [&] { write("first", {2}); });
  expect_error(ErrorKind::kUsage, {"'__metadata__'", "reserved"}, [&] { write("__metadata__", {2}); });
  expect_error(ErrorKind::kUsage, {"'t'", "3x1", "2 values"}, [&] { write("t", {3, 1}); });
  expect_error(ErrorKind::kUsage, {"UTF-8"}, [&] { write("\xff", {2}); });
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(Safetensors, ErrorNamesAMissingFolder) {
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { write_safetensors(folder_ / "nowhere" / "m.safetensors", {}, {}); });
}

}  // namespace
}  // namespace hourglass
