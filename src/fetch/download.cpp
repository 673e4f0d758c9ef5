#include "fetch/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <thread>

#include "core/caught_exception.h"
#include "fetch/part_file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Clock = std::chrono::steady_clock;
using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

/// HTTP status: the requested range starts at or after the end of the file.
constexpr long kRangeNotSatisfiable = 416;

/// State of one connection, shared with libcurl's callbacks.
struct Connection {
  PartFile& part;
  const DownloadOptions& options;
  int64_t begin = 0;  ///< bytes present before the connection started
  int write_error = 0;
  bool stalled = false;
  CaughtException exception = {};
  Clock::time_point last_byte = Clock::now();
};

struct Response {
  CURLcode code;
  long status;  ///< HTTP status; 0: no response
  int write_error;
  bool stalled;
  std::string reason;
};

size_t on_bytes(char* bytes, size_t, size_t count, void* user) {
  auto& connection = *static_cast<Connection*>(user);
  connection.last_byte = Clock::now();
  if (connection.part.append(bytes, count)) return count;
  connection.write_error = errno;
  return 0;
}

int on_transfer(void* user, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  auto& connection = *static_cast<Connection*>(user);
  const DownloadOptions& options = connection.options;
  const bool goes_on = connection.exception.guard(false, [&] {
    if (options.on_progress) options.on_progress({connection.begin + done, total > 0 ? connection.begin + total : 0});
    return true;
  });
  // libcurl's own limit uses an average over several seconds, so it reacts later.
  const std::chrono::duration<double> silence = Clock::now() - connection.last_byte;
  connection.stalled = silence.count() > options.stall_seconds;
  return connection.stalled || !goes_on;
}

/// Requests the bytes after the end of `part`.
Response connect(const std::string& url, PartFile& part, const DownloadOptions& options) {
  Connection connection{part, options, part.size()};
  const Curl curl(curl_easy_init(), curl_easy_cleanup);
  std::array<char, CURL_ERROR_SIZE> reason{};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_USERAGENT, "hourglass");
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 10L);
  set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, std::lround(options.connect_seconds * 1000));
  set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(part.size()));
  set(CURLOPT_WRITEFUNCTION, on_bytes);
  set(CURLOPT_WRITEDATA, &connection);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, on_transfer);
  set(CURLOPT_XFERINFODATA, &connection);
  set(CURLOPT_ERRORBUFFER, reason.data());
  const CURLcode code = curl_easy_perform(curl.get());
  connection.exception.rethrow();
  Response response{code, 0, connection.write_error, connection.stalled, ""};
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &response.status);
  response.reason = reason[0] ? reason.data() : curl_easy_strerror(response.code);
  return response;
}

/// Returns "example.org" for "https://example.org/file".
std::string host(const std::string& url) {
  const size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

/// Reason for the failure, and what to do.
std::string explanation(const Response& response, const std::string& url, const DownloadOptions& options) {
  if (response.stalled)
    return fmt::format("{} sent no data for {:g} s. Try again later.", host(url), options.stall_seconds);
  switch (response.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return fmt::format("there is no connection to {} ({}). Check the network connection of this machine.", host(url),
                         response.reason);
    case CURLE_HTTP_RETURNED_ERROR:
      if (response.status == 404 || response.status == 410)
        return fmt::format(
            "the server has no such file (HTTP {}). It may have moved. Use --from to name another address.",
            response.status);
      return fmt::format(
          "the server rejected the request (HTTP {}). Try again later, or name another address with --from.",
          response.status);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("{} did not answer in time ({}). Try again later.", host(url), response.reason);
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fmt::format("the address, or a redirect of it, is not https ({}).", response.reason);
    default:
      return fmt::format("{}. Try again later.", response.reason);
  }
}

std::string disk_explanation(const Response& response, const PartFile& part) {
  return fmt::format("cannot write to '{}' ({}). Free some space there, or name another folder with --data-dir.",
                     part.path().string(), std::strerror(response.write_error));
}

[[noreturn]] void reject(const std::string& url, const std::string& problem, PartFile& part) {
  part.discard();
  throw Error(ErrorKind::kData,
              fmt::format("The file from '{}' is not the expected file: {}. It was deleted. Try again, "
                          "or name another address with --from.",
                          url, problem));
}

[[noreturn]] void fail(const std::string& url, const std::string& why, PartFile& part) {
  std::string kept;
  if (part.size() > 0)
    kept = fmt::format(" The {} downloaded bytes are kept in '{}'. Run the same command again to resume.", part.size(),
                       part.path().string());
  throw Error(ErrorKind::kIo, fmt::format("Cannot download '{}': {}{}", url, why, kept));
}

}  // namespace

DownloadResult download(const Download& wanted, const DownloadOptions& options) {
  std::error_code ignored;
  if (std::filesystem::exists(wanted.file, ignored))
    throw Error(ErrorKind::kIo, fmt::format("'{}' already exists and is not replaced.", wanted.file.string()));
  PartFile part(wanted.file);
  DownloadResult result{0, part.size()};
  for (int attempt = 1;; ++attempt) {
    const int64_t begin = part.size();
    const Response response = connect(wanted.url, part, options);
    const bool is_complete = response.code == CURLE_OK || (begin > 0 && response.status == kRangeNotSatisfiable);
    if (is_complete) {
      const std::string problem = wanted.check(part.path());
      if (problem.empty()) break;
      if (result.resumed_at == 0) reject(wanted.url, problem, part);
    }
    if (response.write_error != 0) fail(wanted.url, disk_explanation(response, part), part);
    const bool start_over = is_complete || response.code == CURLE_RANGE_ERROR;
    const bool received_bytes = part.size() > begin;
    if (attempt >= options.attempts || !(start_over || received_bytes))
      fail(wanted.url, explanation(response, wanted.url, options), part);
    if (start_over) {  // an earlier call left bytes of another file, or the server does not support ranges
      part.restart();
      result.resumed_at = 0;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
  result.bytes = part.size();
  part.finish();
  return result;
}

}  // namespace hourglass
