#include "formats/image_folder.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

class Folder : public testing::Test {
 protected:
  void add(const std::string& name) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_file_atomically(folder_ / name, "never opened");
  }
  void expect_rejected(const std::vector<std::string>& fragments) {
    expect_error(ErrorKind::kData, fragments, [&] { list_image_folder(folder_.path()); });
  }

  TemporaryFolder folder_;
};

TEST_F(Folder, HasAClassForEachSubfolder) {
  for (const char* name : {"dog/b.jpg", "cat/2.PNG", "dog/a.bmp", "cat/1.jpeg", "cat/3.pgm"}) add(name);
  const ImageFolder found = list_image_folder(folder_.path());
  EXPECT_EQ(found.classes, (std::vector<std::string>{"cat", "dog"}));
  std::vector<std::pair<std::string, int>> files;
  for (const auto& [path, label] : found.files) files.emplace_back(path.filename().string(), label);
  EXPECT_EQ(files, (std::vector<std::pair<std::string, int>>{
                       {"1.jpeg", 0}, {"2.PNG", 0}, {"3.pgm", 0}, {"a.bmp", 1}, {"b.jpg", 1}}));
}

TEST_F(Folder, CanHaveNoClasses) {
  for (const char* name : {"2.png", "1.png"}) add(name);
  const ImageFolder found = list_image_folder(folder_.path());
  EXPECT_TRUE(found.classes.empty());
  ASSERT_EQ(found.files.size(), 2u);
  EXPECT_EQ(found.files[0].path.filename(), "1.png");
}

TEST_F(Folder, SkipsHiddenAndOtherFiles) {
  for (const char* name : {"a/1.png", "a/.1.png", "a/Thumbs.db", ".cache/1.png", "readme.txt"}) add(name);
  const ImageFolder found = list_image_folder(folder_.path());
  EXPECT_EQ(found.classes, std::vector<std::string>{"a"});
  EXPECT_EQ(found.files.size(), 1u);
}

TEST_F(Folder, IsRejectedIfItHasNoImages) { expect_rejected({folder_.path().string(), "contains no images"}); }

TEST_F(Folder, IsRejectedIfAClassIsEmpty) {
  add("full/1.png");
  add("hollow/notes.txt");
  expect_rejected({"class folder without images", "'hollow'"});
}

TEST_F(Folder, IsRejectedIfItHasBothImagesAndClasses) {
  add("class/1.png");
  add("stray.png");
  expect_rejected({"'stray.png'", "both images"});
}

TEST_F(Folder, ErrorNamesAnUnreadableFolder) {
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { list_image_folder(folder_ / "nowhere"); });
}

}  // namespace
}  // namespace hourglass
