#pragma once
// Local web server for tests, with configurable failures.

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hourglass {

struct HttpRequest {
  std::string path;         ///< "/set/file.gz"
  int64_t range_begin = 0;  ///< N of "Range: bytes=N-"
};

struct HttpReply {
  int status = 200;
  std::string body = "";         ///< the whole file; the server extracts the requested range
  std::string headers = "";      ///< additional headers, each with its "\r\n"
  bool has_ranges = true;        ///< false: range requests are ignored, as by old servers
  size_t stop_after = SIZE_MAX;  ///< maximum number of bytes of the body that are sent
  bool stalls = false;           ///< then keeps the connection open without data until the client disconnects
};

/// Handles one request per connection, one after another, on a free port of the loopback interface.
class HttpServer {
 public:
  explicit HttpServer(std::function<HttpReply(const HttpRequest&)> handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// Returns "http://127.0.0.1:PORT" + `path`.
  std::string url(const std::string& path = "") const;
  /// Received requests, in order.
  std::vector<HttpRequest> requests() const;

 private:
  void serve();
  void handle_connection(int connection);

  std::function<HttpReply(const HttpRequest&)> handler_;
  int listener_ = -1, stop_ = -1, port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

}  // namespace hourglass
