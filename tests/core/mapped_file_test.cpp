#include "core/mapped_file.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

TEST(MappedFile, HasTheBytesOfTheFileAfterRelease) {
  const TemporaryFolder folder;
  std::string text(100'000, 'a');
  text[50'000] = 'b';
  write_file_atomically(folder / "file", text);
  const MappedFile file(folder / "file");
  ASSERT_EQ(file.bytes().size(), text.size());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(std::to_integer<char>(file.bytes()[50'000]), 'b');
    EXPECT_EQ(std::to_integer<char>(file.bytes().back()), 'a');
    release_mapped(file.bytes());
    expect_mapped(file.bytes().subspan(40'000, 20'000));
  }
}

TEST(MappedFile, IsEmptyForAnEmptyFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "empty", "");
  EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(MappedFile, RejectsMissingFilesAndFolders) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"missing"}, [&] { MappedFile file(folder / "missing"); });
  expect_error(ErrorKind::kIo, {"not a regular file"}, [&] { MappedFile file(folder.path()); });
}

}  // namespace
}  // namespace hourglass
