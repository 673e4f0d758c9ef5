#include "core/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <thread>

#include "core/mapped_file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

int64_t num_files(const TemporaryFolder& folder) {
  return std::distance(std::filesystem::directory_iterator(folder.path()), {});
}

TEST(File, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  for (const std::string& bytes : {std::string(), std::string("a\0b\r\n", 5), std::string(100000, 'x')}) {
    write_file_atomically(folder / "f", bytes);
    EXPECT_EQ(read_file(folder / "f"), bytes);
  }
  EXPECT_EQ(num_files(folder), 1);
}

TEST(File, ReadsAPipeUntilItsEnd) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(folder / "pipe") << std::string(100'000, 'x') << "end"; });
  const std::string text = read_file(folder / "pipe");
  writer.join();
  EXPECT_EQ(text.size(), 100'003u);
  EXPECT_TRUE(text.ends_with("end"));
}

TEST(File, ErrorSaysThatNoProgramWritesToAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_error(ErrorKind::kIo, {"pipe", "no program writes"}, [&] { read_file(folder / "pipe"); });
  expect_error(ErrorKind::kIo, {"pipe", "not a regular file"}, [&] { MappedFile(folder / "pipe"); });
}

TEST(File, ErrorNamesAnUnreadableFile) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"nowhere", "No such file"}, [&] { read_file(folder / "nowhere"); });
  expect_error(ErrorKind::kIo, {folder.path().string(), "folder"}, [&] { read_file(folder.path()); });
}

TEST(File, ErrorNamesAnUnwritablePath) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"nowhere", "No such file"},
               [&] { write_file_atomically(folder / "nowhere" / "f", "x"); });
}

TEST(File, KeepsTheOldFileWhenTheWriterFails) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  const auto broken = [](std::ostream& out) {
    out << "half";
    throw std::runtime_error("stop");
  };
  EXPECT_THROW(write_file_atomically(folder / "f", broken), std::runtime_error);
  EXPECT_EQ(read_file(folder / "f"), "old");
  EXPECT_EQ(num_files(folder), 1);
}

TEST(File, KeepsTheOldFileWhenTheStreamFails) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "f", "old");
  const auto full_disk = [](std::ostream& out) { out.setstate(std::ios::badbit); };
  expect_error(ErrorKind::kIo, {(folder / "f").string()}, [&] { write_file_atomically(folder / "f", full_disk); });
  EXPECT_EQ(read_file(folder / "f"), "old");
  EXPECT_EQ(num_files(folder), 1);
}

TEST(WriteFile, FollowsLinksKeepsPermissionsAndReplacesNoPipe) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  write_file_atomically(folder / "target", std::string("old"));
  fs::permissions(folder / "target", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(folder / "target", folder / "link");
  write_file_atomically(folder / "link", std::string("new"));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target"), "new");
  EXPECT_EQ(fs::status(folder / "target").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] {
    std::ifstream pipe(folder / "pipe");
    std::getline(pipe, received);
  });
  write_file_atomically(folder / "pipe", std::string("through\n"));
  reader.join();
  EXPECT_EQ(received, "through");
  EXPECT_TRUE(fs::is_fifo(folder / "pipe"));
}

}  // namespace
}  // namespace hourglass
