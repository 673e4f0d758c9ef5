#include "fetch/checksum.h"

#include <gtest/gtest.h>

#include <string_view>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

std::string md5_of_text(std::string_view text) {
  return md5({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(Md5, MatchesTheTestSuiteOfTheStandard) {  // RFC 1321, A.5
  EXPECT_EQ(md5_of_text(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_of_text("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(md5_of_text("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5, OfAFileEqualsThatOfItsBytes) {
  const TemporaryFolder folder;
  const std::string bytes = std::string(3 << 20, 'x') + "end";
  write_file_atomically(folder / "file", bytes);
  EXPECT_EQ(md5_of_file(folder / "file"), md5_of_text(bytes));
  write_file_atomically(folder / "empty", "");
  EXPECT_EQ(md5_of_file(folder / "empty"), md5_of_text(""));
}

TEST(Md5, ErrorNamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"/no/such/file"}, [] { md5_of_file("/no/such/file"); });
}

}  // namespace
}  // namespace hourglass
