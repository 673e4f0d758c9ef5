#include "core/cpu_quota.h"

#include <omp.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <sstream>
#include <string>

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// cpu.max: "200000 100000", microseconds of processor time per period, or "max 100000".
double limit_of_version2(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  double quota = 0, period = 0;
  return file >> quota >> period && quota > 0 && period > 0 ? quota / period : kNoLimit;
}

double limit_of_version1(const fs::path& group) {
  std::ifstream quota_file(group / "cpu.cfs_quota_us"), period_file(group / "cpu.cfs_period_us");
  double quota = 0, period = 0;  // a quota of -1: no limit
  return quota_file >> quota && period_file >> period && quota > 0 && period > 0 ? quota / period : kNoLimit;
}

/// The least limit of `root`/`group` and of the groups that contain it. In a container, only `root` may be visible.
template <typename Limit>
double least_limit(const fs::path& root, const std::string& group, const Limit& limit) {
  double least = limit(root);
  for (fs::path path = fs::path(group).relative_path(); !path.empty(); path = path.parent_path())
    least = std::min(least, limit(root / path));
  return least;
}

}  // namespace

double cpu_quota(const fs::path& process, const fs::path& root) {
  double least = kNoLimit;
  std::ifstream groups(process);
  for (std::string line; std::getline(groups, line);) {
    // "0::/user.slice" is version 2, "4:cpu,cpuacct:/docker/1" version 1.
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), group = line.substr(second + 1);
    if (controllers.empty()) least = std::min(least, least_limit(root, group, limit_of_version2));
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');)
      if (name == "cpu")
        for (const fs::path& folder : {root / "cpu", root / controllers})
          least = std::min(least, least_limit(folder, group, limit_of_version1));
  }
  return least;
}

int num_cores() {
  static const double kQuota = std::max(1.0, cpu_quota());
  return static_cast<int>(std::min(static_cast<double>(omp_get_num_procs()), kQuota));
}

}  // namespace hourglass
