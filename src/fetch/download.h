#pragma once
// Downloads one file from a web server, completely or not at all.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace hourglass {

struct DownloadProgress {
  int64_t done = 0;   ///< bytes, including those of earlier attempts
  int64_t total = 0;  ///< bytes; 0 if the server does not report it
};

/// File to download, and how the caller checks it.
struct Download {
  std::string url;  ///< http or https; redirects are followed only to https
  std::filesystem::path file;
  /// Returns the problem with the complete file at this path, or "" if it is correct.
  std::function<std::string(const std::filesystem::path&)> check;
};

struct DownloadOptions {
  double connect_seconds = 20;  ///< timeout for connecting
  double stall_seconds = 30;    ///< time without data after which a connection is closed
  int attempts = 5;             ///< maximum number of connections; a retry requires that the last one brought data
  std::function<void(const DownloadProgress&)> on_progress;  ///< can be empty; called often
};

struct DownloadResult {
  int64_t bytes = 0;       ///< size of the file
  int64_t resumed_at = 0;  ///< of these, bytes that an earlier call downloaded
};

/// Downloads `url` to `file`. Bytes are first written to FILE.part. If FILE.part exists, the download resumes at its
/// end by an HTTP range request, or starts over if the server does not support ranges. An interrupted connection is
/// resumed in the same way. FILE.part is renamed to `file` after `check` returns "". An existing file is never
/// replaced. Throws Error(kIo) if there is no connection, the server rejects the request (FILE.part is kept), a folder
/// or the disk is not writable, or `file` exists. Throws Error(kData) if `check` finds a problem in a file that was
/// downloaded from its first byte (FILE.part is then removed). An exception of `on_progress` ends the download and
/// reaches the caller; FILE.part is kept.
DownloadResult download(const Download& wanted, const DownloadOptions& options = {});

}  // namespace hourglass
