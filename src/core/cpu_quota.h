#pragma once
// The share of processors that a container allows.

#include <filesystem>

namespace hourglass {

/// Number of cores that the control groups of this process allow, the least of the group and its parents; infinity
/// without a limit. Reads version 2 (cpu.max) and version 1 (cpu.cfs_quota_us). `process`: /proc/self/cgroup, `root`:
/// /sys/fs/cgroup, or copies of them. Files that are missing or malformed are no limit.
double cpu_quota(const std::filesystem::path& process = "/proc/self/cgroup",
                 const std::filesystem::path& root = "/sys/fs/cgroup");

/// Number of cores that this process can use: those of its affinity, at most the quota, at least 1.
int num_cores();

}  // namespace hourglass
