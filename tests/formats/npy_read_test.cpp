#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/mapped_file.h"
#include "formats/npy.h"
#include "support/expect_error.h"
#include "support/test_files.h"

namespace hourglass {
namespace {

using namespace std::string_literals;

struct Stored {
  const char* file;
  NumberType type;
};

class NpyType : public testing::TestWithParam<Stored> {};

INSTANTIATE_TEST_SUITE_P(
    Read, NpyType,
    testing::Values(Stored{"i1", NumberType::kInt8}, Stored{"u1", NumberType::kUint8},
                    Stored{"little_i2", NumberType::kInt16}, Stored{"big_i2", NumberType::kInt16},
                    Stored{"little_u2", NumberType::kUint16}, Stored{"big_u2", NumberType::kUint16},
                    Stored{"little_i4", NumberType::kInt32}, Stored{"big_i4", NumberType::kInt32},
                    Stored{"little_u4", NumberType::kUint32}, Stored{"big_u4", NumberType::kUint32},
                    Stored{"little_i8", NumberType::kInt64}, Stored{"big_i8", NumberType::kInt64},
                    Stored{"little_u8", NumberType::kUint64}, Stored{"big_u8", NumberType::kUint64},
                    Stored{"little_f2", NumberType::kFloat16}, Stored{"big_f2", NumberType::kFloat16},
                    Stored{"little_f4", NumberType::kFloat32}, Stored{"big_f4", NumberType::kFloat32},
                    Stored{"little_f8", NumberType::kFloat64}, Stored{"big_f8", NumberType::kFloat64},
                    Stored{"version2", NumberType::kFloat32}, Stored{"version3", NumberType::kFloat32}),
    [](const auto& test) { return std::string(test.param.file); });

TEST_P(NpyType, IsReadAsNumPyWroteIt) {
  const NumberArray array = read_npy(test_file("npy/"s + GetParam().file + ".npy"));
  EXPECT_EQ(array.shape, (Shape{2, 3}));
  EXPECT_EQ(array.type, GetParam().type);
  EXPECT_EQ(as_doubles(array), counting(6));
}

TEST(NpyRead, KeepsBooleans) {
  const NumberArray array = read_npy(test_file("npy/b1.npy"));
  EXPECT_EQ(array.type, NumberType::kBool);
  EXPECT_EQ(as_doubles(array), (std::vector<double>{0, 1, 0, 1, 0, 1}));
}

TEST(NpyRead, ConvertsFortranOrderToRows) {
  const NumberArray array = read_npy(test_file("npy/fortran_f4.npy"));
  EXPECT_EQ(array.shape, (Shape{2, 3, 4}));
  EXPECT_EQ(as_doubles(array), counting(24));
}

TEST(NpyRead, DoesNotCopyPlainValues) {
  const std::filesystem::path path = test_file("npy/little_f4.npy");
  auto file = std::make_shared<const MappedFile>(path);
  const NumberArray array = parse_npy(file->bytes(), file, "x");
  EXPECT_EQ(array.bytes.data(), file->bytes().data() + 128);
}

TEST(NpyRead, ReadsASingleNumber) { EXPECT_EQ(read_npy(test_file("npy/scalar.npy")).shape, Shape{}); }

class BrokenNpy : public testing::Test {
 protected:
  static NumberArray parse(const std::string& bytes) {
    return parse_npy(std::as_bytes(std::span(bytes)), nullptr, "x.npy");
  }
  static void expect_rejected(const std::string& bytes, std::vector<std::string> fragments) {
    fragments.emplace_back("'x.npy' is not a valid npy file");
    expect_error(ErrorKind::kData, fragments, [&] { parse(bytes); });
  }
  /// Returns a file of format 1.0.
  static std::string file(const std::string& dict, const std::string& values) {
    return "\x93NUMPY\x01\x00"s + static_cast<char>(dict.size() & 0xFF) + static_cast<char>(dict.size() >> 8) + dict +
           values;
  }
  static std::string file_of(const std::string& type, const std::string& shape, const std::string& values) {
    return file("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }", values);
  }
};

TEST_F(BrokenNpy, IsRejectedIfItIsTruncatedAnywhere) {
  const std::string bytes = test_bytes("npy/little_f4.npy");
  for (size_t size = 0; size < bytes.size(); ++size) expect_rejected(bytes.substr(0, size), {});
  expect_rejected("", {"it is empty"});
  expect_rejected(bytes.substr(0, 50), {"ends after 50 bytes, within its header"});
  expect_rejected(bytes.substr(0, bytes.size() - 1), {"declares 2x3 values of 4 bytes, but 23 bytes follow"});
  expect_rejected(bytes + "x", {"25 bytes follow"});
}

TEST_F(BrokenNpy, IsRejectedByItsMagic) {
  expect_rejected("PK\x03\x04 and more", {"\\x93NUMPY"});
  expect_rejected("\x93NUMPY\x09\0 1234567890"s, {"format version 9"});
}

TEST_F(BrokenNpy, RejectsSizesThatOverflowWithoutAllocatingThem) {
  expect_rejected(file_of("<f4", "(4294967296, 4294967296, 4294967296)", "1234"), {"declares 4294967296x"});
  expect_rejected(file_of("<f8", "(9223372036854775807,)", "12345678"), {"declares 9223372036854775807"});
  expect_rejected(file_of("<f4", "(99999999999999999999,)", "1234"), {"out of range"});
  expect_rejected(file_of("<f4", "(-1,)", "1234"), {"out of range"});
}

TEST_F(BrokenNpy, RejectsTooManyDimensions) {
  std::string shape = "(";
  for (int i = 0; i < 33; ++i) shape += "1,";
  expect_rejected(file_of("<f4", shape + ")", "1234"), {"more than 32 dimensions"});
}

TEST_F(BrokenNpy, RejectsNonNumericValues) {
  expect_rejected(test_bytes("npy/text.npy"), {"'<U1'", "numbers were expected"});
  expect_rejected(file_of("|O", "(1,)", "12345678"), {"Python objects"});
  expect_rejected(file_of("<c8", "(1,)", "12345678"), {"'<c8'"});
  expect_rejected(file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "1234"), {"records"});
}

TEST_F(BrokenNpy, RejectsAHeaderThatIsNotADict) {
  for (const char* dict :
       {"", "{", "{}", "no dict", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"})
    expect_rejected(file(dict, "1234"), {"not a dict"});
}

TEST_F(BrokenNpy, HeaderCanHaveOtherNotations) {
  for (const char* dict : {"{\"shape\": (1,), \"descr\": \"<f4\", \"fortran_order\": False}",
                           "{'fortran_order':True,'shape':(1L,),'descr':'=f4'}\n"})
    EXPECT_EQ(parse(file(dict, "\0\0\x80\x3f"s)).values<float>()[0], 1.0f) << dict;
}

TEST_F(BrokenNpy, HalfPrecisionIsExactForEveryValue) {
  std::string halves;
  for (int i = 0; i < 65536; ++i) halves += {static_cast<char>(i & 0xFF), static_cast<char>(i >> 8)};
  const NumberArray array = parse(file_of("<f2", "(65536,)", halves));
  const std::span<const Float16> values = array.values<Float16>();
  for (int i = 0; i < 65536; ++i) {
    const int exponent = i >> 10 & 31, fraction = i & 1023;
    const double size = exponent == 0    ? std::ldexp(fraction, -24)
                        : exponent == 31 ? (fraction ? NAN : INFINITY)
                                         : std::ldexp(1024 + fraction, exponent - 25);
    const float value = values[static_cast<size_t>(i)];
    EXPECT_EQ(std::signbit(value), i > 32767);
    if (std::isnan(size))
      EXPECT_TRUE(std::isnan(value));
    else
      EXPECT_EQ(std::abs(static_cast<double>(value)), size) << i;
  }
}

TEST_F(BrokenNpy, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"nowhere.npy"}, [] { read_npy("nowhere.npy"); });
}

}  // namespace
}  // namespace hourglass
