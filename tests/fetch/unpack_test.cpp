#include "fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

std::string pack(archive* writer, const Files& files) {
  std::string bytes(1 << 20, '\0');
  size_t used = 0;
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

std::string tar_gz(const Files& files) {
  archive* writer = archive_write_new();
  archive_write_set_format_ustar(writer);
  archive_write_add_filter_gzip(writer);
  return pack(writer, files);
}

std::string zip(const Files& files) {
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  return pack(writer, files);
}

class UnpackImages : public testing::Test {
 protected:
  int64_t unpack(const std::string& bytes) {
    write_file_atomically(folder_ / "set.zip", bytes);
    return unpack_images(folder_ / "set.zip", "objects", folder_ / "out");
  }
  /// Also checks that only the archive is left in the folder.
  void expect_rejected(const std::string& bytes, const std::vector<std::string>& fragments) {
    expect_error(ErrorKind::kData, fragments, [&] { unpack(bytes); });
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1);
  }

  TemporaryFolder folder_;
};

TEST_F(UnpackImages, WritesTheImagesOfEachClass) {
  const Files images{{"objects/cup/1.jpg", "one"},
                     {"./objects/cup/2.jpg", std::string(200000, 'x')},
                     {"objects/ant/1.png", "ant"},
                     {"objects/ant/._1.jpg", "hidden"},
                     {"objects/ant/notes.txt", "no image"}};
  EXPECT_EQ(unpack(zip({{"set/Annotations.tar", "other"}, {"set/objects.tar.gz", tar_gz(images)}})), 3);
  EXPECT_EQ(read_file(folder_ / "out/cup/1.jpg"), "one");
  EXPECT_EQ(read_file(folder_ / "out/cup/2.jpg"), std::string(200000, 'x'));
  EXPECT_EQ(read_file(folder_ / "out/ant/1.png"), "ant");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "out/ant"), {}), 1);
}

TEST_F(UnpackImages, NeverWritesOutsideItsFolder) {
  const std::string archive =
      tar_gz({{"objects/../../1.jpg", "out"}, {"/tmp/cup/1.jpg", "out"}, {"objects/../1/2.jpg", "out"}});
  expect_rejected(zip({{"objects.tar.gz", archive}}), {"contains no images"});
}

TEST_F(UnpackImages, RejectsAnArchiveWithoutTheInnerArchive) {
  expect_rejected(zip({{"readme.txt", "hello"}}), {"set.zip", "not contain objects.tar.gz"});
}

TEST_F(UnpackImages, RejectsADamagedArchive) {
  const std::string inner = tar_gz({{"objects/cup/1.jpg", std::string(100000, 'x')}, {"objects/cup/2.jpg", "two"}});
  expect_rejected(zip({{"objects.tar.gz", inner.substr(0, inner.size() / 2)}}), {"set.zip"});
  const std::string whole = zip({{"objects.tar.gz", inner}});
  expect_rejected(whole.substr(0, whole.size() / 3), {"set.zip"});
  expect_rejected("no zip file at all", {"set.zip"});
}

}  // namespace
}  // namespace hourglass
