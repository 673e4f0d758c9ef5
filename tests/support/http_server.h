#pragma once
// A web server on this machine that misbehaves as a test asks, and ends with the test.

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hourglass {

struct HttpRequest {
  std::string path;         ///< "/set/file.gz"
  int64_t range_begin = 0;  ///< of "Range: bytes=N-"
};

struct HttpReply {
  int status = 200;
  std::string body = "";         ///< the whole file, of which a range is taken here
  std::string headers = "";      ///< further ones, each with its "\r\n"
  bool has_ranges = true;        ///< false: a range is ignored, as old servers do
  size_t stop_after = SIZE_MAX;  ///< bytes of the body that are sent, of those promised
  bool stalls = false;           ///< the connection then stays open without a byte until the other side leaves
};

/// Answers one request a connection, one after another, on a free port of the loopback.
class HttpServer {
 public:
  explicit HttpServer(std::function<HttpReply(const HttpRequest&)> answer);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// "http://127.0.0.1:PORT" and `path`.
  std::string url(const std::string& path = "") const;
  /// Those that came, first to last.
  std::vector<HttpRequest> requests() const;

 private:
  void serve();
  void answer_one(int connection);

  std::function<HttpReply(const HttpRequest&)> answer_;
  int listener_ = -1, stop_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

}  // namespace hourglass
