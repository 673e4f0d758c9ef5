#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace hourglass {
namespace {

/// Waits until `file` is readable. Returns false if `stop` is readable, or after ten seconds.
bool readable(int file, int stop) {
  std::array<pollfd, 2> files{{{file, POLLIN, 0}, {stop, POLLIN, 0}}};
  return poll(files.data(), files.size(), 10000) > 0 && files[1].revents == 0;
}

/// Returns the request up to its empty line, or less if the client disconnects.
std::string read_request(int connection, int stop) {
  std::string text;
  std::array<char, 4096> block;
  while (text.find("\r\n\r\n") == std::string::npos && readable(connection, stop)) {
    const ssize_t count = recv(connection, block.data(), block.size(), 0);
    if (count <= 0) break;
    text.append(block.data(), static_cast<size_t>(count));
  }
  return text;
}

void send_all(int connection, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

HttpRequest parse(const std::string& text) {
  HttpRequest request;
  const size_t begin = text.find(' ') + 1;
  request.path = text.substr(begin, text.find(' ', begin) - begin);
  const std::string range = "Range: bytes=";
  if (const size_t at = text.find(range); at != std::string::npos)
    request.range_begin = std::stoll(text.substr(at + range.size()));
  return request;
}

}  // namespace

HttpServer::HttpServer(std::function<HttpReply(const HttpRequest&)> handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_ = eventfd(0, EFD_CLOEXEC);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || stop_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("Cannot start a server on the loopback interface.");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(listener_);
  close(stop_);
}

std::string HttpServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::serve() {
  std::array<pollfd, 2> files{{{listener_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (poll(files.data(), files.size(), -1) >= 0 && files[1].revents == 0) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    handle_connection(connection);
    close(connection);
  }
}

void HttpServer::handle_connection(int connection) {
  const std::string text = read_request(connection, stop_);
  if (text.find("\r\n\r\n") == std::string::npos) return;
  const HttpRequest request = parse(text);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  HttpReply reply = handler_(request);
  if (reply.status == 200 && reply.has_ranges && request.range_begin > 0) {
    const auto begin = static_cast<size_t>(request.range_begin), total = reply.body.size();
    reply.status = begin < total ? 206 : 416;
    reply.headers += "Content-Range: bytes " +
                     (begin < total ? std::to_string(begin) + "-" + std::to_string(total - 1) : std::string("*")) +
                     "/" + std::to_string(total) + "\r\n";
    reply.body.erase(0, std::min(begin, total));
  }
  send_all(connection, "HTTP/1.1 " + std::to_string(reply.status) + " Reply\r\nContent-Length: " +
                           std::to_string(reply.body.size()) + "\r\nConnection: close\r\n" + reply.headers + "\r\n");
  send_all(connection, reply.body.substr(0, reply.stop_after));
  if (reply.stalls) readable(connection, stop_);
}

}  // namespace hourglass
