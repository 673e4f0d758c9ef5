#include "core/file_lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

TEST(FolderLock, IsHeldByOneProcessAndNamesIt) {
  const TemporaryFolder folder;
  {
    const FolderLock lock(folder.path());
    expect_error(ErrorKind::kUsage,
                 {folder.path().string(), "in use by process " + std::to_string(getpid()) + " on host"},
                 [&] { const FolderLock second(folder.path()); });
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "nothing is left over";
  const FolderLock again(folder.path());
}

TEST(FolderLock, OfAKilledProcessIsNoObstacle) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    const FolderLock lock(folder.path());
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(std::filesystem::is_empty(folder.path()));
  const FolderLock lock(folder.path());
}

// Another process renames or removes the file between the opening and the locking.
TEST(OpenLocked, IsOfTheFileThatHasThePathNow) {
  const TemporaryFolder folder;
  const std::optional<int> first = open_locked(folder / "x");
  ASSERT_TRUE(first);
  EXPECT_FALSE(open_locked(folder / "x"));
  std::filesystem::rename(folder / "x", folder / "y");
  const std::optional<int> second = open_locked(folder / "x");
  ASSERT_TRUE(second);
  EXPECT_EQ(write(*second, "a", 1), 1);
  close(*first);
  close(*second);
  EXPECT_EQ(read_file(folder / "x"), "a");
  EXPECT_EQ(read_file(folder / "y"), "");
}

}  // namespace
}  // namespace hourglass
