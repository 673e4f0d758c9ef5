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

#include "fetch/part_file.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Clock = std::chrono::steady_clock;
using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

/// The status of a server whose file ends where the range that was asked for begins, or before.
constexpr long kNothingBehind = 416;

/// One connection, as libcurl's callbacks see it.
struct Connection {
  PartFile& part;
  const DownloadOptions& options;
  int64_t begin = 0;  ///< bytes that were there before it
  int write_error = 0;
  bool stalled = false;
  Clock::time_point last_byte = Clock::now();
};

struct Answer {
  CURLcode code;
  long status;  ///< of HTTP; 0: none came
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
  if (options.on_progress) options.on_progress({connection.begin + done, total > 0 ? connection.begin + total : 0});
  // libcurl's own limit is an average over seconds, and later for it.
  const std::chrono::duration<double> silence = Clock::now() - connection.last_byte;
  connection.stalled = silence.count() > options.stall_seconds;
  return connection.stalled;
}

/// Asks for what is missing behind the end of `part`.
Answer connect(const std::string& url, PartFile& part, const DownloadOptions& options) {
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
  Answer answer{code, 0, connection.write_error, connection.stalled, ""};
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  answer.reason = reason[0] ? reason.data() : curl_easy_strerror(answer.code);
  return answer;
}

/// "example.org" of "https://example.org/file".
std::string host(const std::string& url) {
  const size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

/// Why nothing came, and what to do.
std::string explanation(const Answer& answer, const std::string& url, const DownloadOptions& options) {
  if (answer.stalled)
    return fmt::format("no byte came from {} for {:g} s. Try again later.", host(url), options.stall_seconds);
  switch (answer.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return fmt::format("there is no connection to {} ({}). Is this machine on a network that reaches it?", host(url),
                         answer.reason);
    case CURLE_HTTP_RETURNED_ERROR:
      if (answer.status == 404 || answer.status == 410)
        return fmt::format("the server has no such file (HTTP {}). It may have moved; --from names another place.",
                           answer.status);
      return fmt::format("the server refuses it (HTTP {}). Try again later, or name another place with --from.",
                         answer.status);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("{} did not answer in time ({}). Try again later.", host(url), answer.reason);
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fmt::format("it is, or leads to, an address that is not https ({}).", answer.reason);
    default:
      return fmt::format("{}. Try again later.", answer.reason);
  }
}

std::string disk_explanation(const Answer& answer, const PartFile& part) {
  return fmt::format("'{}' takes no more bytes ({}). Make room there, or name another folder with --data-dir.",
                     part.path().string(), std::strerror(answer.write_error));
}

[[noreturn]] void refuse(const std::string& url, const std::string& problem, PartFile& part) {
  part.discard();
  throw Error(ErrorKind::kData, fmt::format("What came from '{}' is not the file that was expected: {}. It was thrown "
                                            "away; try again, or name another place with --from.",
                                            url, problem));
}

[[noreturn]] void fail(const std::string& url, const std::string& why, PartFile& part) {
  std::string kept;
  if (part.size() > 0)
    kept = fmt::format(" The {} bytes that came are kept in '{}', and the same command goes on from there.",
                       part.size(), part.path().string());
  else
    part.discard();
  throw Error(ErrorKind::kIo, fmt::format("Cannot download '{}': {}{}", url, why, kept));
}

}  // namespace

DownloadResult download(const Download& wanted, const DownloadOptions& options) {
  std::error_code ignored;
  if (std::filesystem::exists(wanted.file, ignored))
    throw Error(ErrorKind::kIo, fmt::format("'{}' exists already and is left as it is.", wanted.file.string()));
  PartFile part(wanted.file);
  DownloadResult result{0, part.size()};
  for (int attempt = 1;; ++attempt) {
    const int64_t begin = part.size();
    const Answer answer = connect(wanted.url, part, options);
    const bool is_complete = answer.code == CURLE_OK || (begin > 0 && answer.status == kNothingBehind);
    if (is_complete) {
      const std::string problem = wanted.check(part.path());
      if (problem.empty()) break;
      if (result.resumed_at == 0) refuse(wanted.url, problem, part);
    }
    if (answer.write_error != 0) fail(wanted.url, disk_explanation(answer, part), part);
    const bool start_anew = is_complete || answer.code == CURLE_RANGE_ERROR;
    const bool broke_on_the_way = part.size() > begin;
    if (attempt >= options.attempts || !(start_anew || broke_on_the_way))
      fail(wanted.url, explanation(answer, wanted.url, options), part);
    if (start_anew) {  // an earlier call left another file's bytes, or the server has no ranges
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
