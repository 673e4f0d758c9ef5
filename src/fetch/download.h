#pragma once
// One file from a web server, whole or not at all.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace hourglass {

struct DownloadProgress {
  int64_t done = 0;   ///< bytes, those of an earlier attempt included
  int64_t total = 0;  ///< bytes; 0 where the server has not said
};

/// What to get, and how a caller recognises it.
struct Download {
  std::string url;  ///< http or https; a redirect is followed to https alone
  std::filesystem::path file;
  /// What is wrong with the complete file at this path, or "".
  std::function<std::string(const std::filesystem::path&)> check;
};

struct DownloadOptions {
  double connect_seconds = 20;  ///< for a connection to be made
  double stall_seconds = 30;    ///< without a byte, after which a connection is given up
  int attempts = 5;             ///< connections in all that may break, as long as each brings bytes
  std::function<void(const DownloadProgress&)> on_progress;  ///< may be empty; often
};

struct DownloadResult {
  int64_t bytes = 0;       ///< of the file
  int64_t resumed_at = 0;  ///< of them, those that an earlier call had brought
};

/// Brings `url` into `file`. The bytes are collected in FILE.part; a call that finds one there goes on from its end (by
/// an HTTP range, and from the start where the server has none), as does this call itself after a connection that
/// breaks. `file` takes its name once `check` has found nothing wrong; a file that exists is never replaced.
/// Throws Error(kIo) without a connection, for a server's refusal (what has come is kept in FILE.part), for a folder or
/// disk that takes no more bytes, and where `file` exists; Error(kData) where `check` objects to a file that was
/// fetched from its first byte (FILE.part is then removed).
DownloadResult download(const Download& wanted, const DownloadOptions& options = {});

}  // namespace hourglass
