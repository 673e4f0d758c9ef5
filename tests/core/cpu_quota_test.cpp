#include "core/cpu_quota.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/temporary_folder.h"

namespace hourglass {
namespace {

class CpuQuota : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  double quota() const { return cpu_quota(folder_ / "cgroup", folder_ / "fs"); }

  TemporaryFolder folder_;
};

TEST_F(CpuQuota, OfVersion2IsTheLeastOfTheGroupAndItsParents) {
  write("cgroup", "0::/a/b\n");
  write("fs/cpu.max", "max 100000\n");
  EXPECT_TRUE(std::isinf(quota()));
  write("fs/a/cpu.max", "150000 100000\n");
  write("fs/a/b/cpu.max", "400000 100000\n");
  EXPECT_DOUBLE_EQ(quota(), 1.5);
}

TEST_F(CpuQuota, OfVersion1IsThatOfTheCpuController) {
  write("cgroup", "11:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n");
  write("fs/memory/docker/1/cpu.cfs_quota_us", "1000");
  write("fs/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "200000\n");
  write("fs/cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(quota(), 2);
  write("fs/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "-1\n");
  EXPECT_TRUE(std::isinf(quota()));
}

TEST_F(CpuQuota, IsNoLimitIfFilesAreMissingOrMalformed) {
  EXPECT_TRUE(std::isinf(quota()));
  write("cgroup", "no group\n0::/a\n");
  write("fs/a/cpu.max", "many 0\n");
  EXPECT_TRUE(std::isinf(quota()));
}

}  // namespace
}  // namespace hourglass
