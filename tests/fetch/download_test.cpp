#include "fetch/download.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "core/file.h"
#include "fetch/part_file.h"
#include "support/expect_error.h"
#include "support/http_server.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

const std::string kBody = [] {
  std::string bytes;
  for (int64_t i = 0; i < 300000; ++i) bytes += static_cast<char>(i * i % 251);
  return bytes;
}();

class DownloadFrom : public testing::Test {
 protected:
  DownloadFrom() { setenv("no_proxy", "127.0.0.1", 1); }

  DownloadResult fetch(const std::string& url) { return download({url, file(), check_}, options_); }
  fs::path file() const { return folder_ / "set/file.gz"; }
  fs::path part() const { return folder_ / "set/file.gz.part"; }
  void write_part(const std::string& bytes) {
    fs::create_directories(part().parent_path());
    write_file_atomically(part(), bytes);
  }
  void expect_complete() {
    EXPECT_EQ(read_file(file()), kBody);
    EXPECT_FALSE(fs::exists(part()));
  }

  TemporaryFolder folder_;
  DownloadOptions options_{.connect_seconds = 5, .stall_seconds = 10, .attempts = 5, .on_progress = {}};
  std::function<std::string(const fs::path&)> check_ = [](const fs::path& path) {
    return read_file(path) == kBody ? "" : "its checksum is wrong";
  };
};

TEST_F(DownloadFrom, AGoodServerSendsTheFileWithProgress) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  DownloadProgress last;
  options_.on_progress = [&](const DownloadProgress& progress) {
    EXPECT_GE(progress.done, last.done);
    last = progress;
  };
  const DownloadResult result = fetch(server.url("/set/file.gz"));
  expect_complete();
  EXPECT_EQ(result.bytes, 300000);
  EXPECT_EQ(result.resumed_at, 0);
  EXPECT_EQ(last.done, 300000);
  EXPECT_EQ(last.total, 300000);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].path, "/set/file.gz");
}

TEST_F(DownloadFrom, AnInterruptedServerIsResumed) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody, .stop_after = 120000}; });
  EXPECT_EQ(fetch(server.url()).resumed_at, 0);
  expect_complete();
  ASSERT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.requests()[1].range_begin, 120000);
  EXPECT_EQ(server.requests()[2].range_begin, 240000);
}

TEST_F(DownloadFrom, AnUnavailableServerKeepsThePartFileForALaterCall) {
  int calls = 0;
  const HttpServer server([&](const HttpRequest&) {
    return ++calls == 1 ? HttpReply{.body = kBody, .stop_after = 50000} : HttpReply{.status = 503};
  });
  expect_error(ErrorKind::kIo, {server.url(), "HTTP 503", "50000 downloaded bytes", part().string(), "to resume"},
               [&] { fetch(server.url()); });
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_EQ(read_file(part()), kBody.substr(0, 50000));

  const HttpServer later([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  EXPECT_EQ(fetch(later.url()).resumed_at, 50000);
  expect_complete();
  ASSERT_EQ(later.requests().size(), 1u);
  EXPECT_EQ(later.requests()[0].range_begin, 50000);
}

TEST_F(DownloadFrom, AServerThatIsInterruptedTooOftenFails) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody, .stop_after = 10}; });
  expect_error(ErrorKind::kIo, {"50 bytes", part().string()}, [&] { fetch(server.url()); });
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(DownloadFrom, AServerWithoutRangesStartsOver) {
  write_part(kBody.substr(0, 1000));
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody, .has_ranges = false}; });
  EXPECT_EQ(fetch(server.url()).resumed_at, 0);
  expect_complete();
}

TEST_F(DownloadFrom, APartFileOfAnotherFileStartsOver) {
  write_part(std::string(1000, 'x'));
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  EXPECT_EQ(fetch(server.url()).resumed_at, 0);
  expect_complete();
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(DownloadFrom, ACompleteOrTooLongPartFileSucceeds) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  write_part(kBody);
  EXPECT_EQ(fetch(server.url()).resumed_at, 300000);
  expect_complete();
  fs::remove(file());
  write_part(kBody + "more");
  EXPECT_EQ(fetch(server.url()).resumed_at, 0);
  expect_complete();
}

TEST_F(DownloadFrom, ADamagedFileIsDeleted) {
  std::string damaged = kBody;
  damaged[77777] ^= 1;
  const HttpServer server([&](const HttpRequest&) { return HttpReply{.body = damaged}; });
  expect_error(ErrorKind::kData, {server.url(), "its checksum is wrong", "deleted"}, [&] { fetch(server.url()); });
  EXPECT_TRUE(fs::is_empty(file().parent_path()));
}

TEST_F(DownloadFrom, AServerWithoutTheFileFails) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.status = 404, .body = "no such page"}; });
  expect_error(ErrorKind::kIo, {server.url(), "no such file", "HTTP 404", "--from"}, [&] { fetch(server.url()); });
  EXPECT_TRUE(fs::is_empty(file().parent_path()));
}

TEST_F(DownloadFrom, AStalledServerFails) {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{.body = kBody, .stop_after = request.range_begin ? 0u : 700u, .stalls = true};
  });
  options_.stall_seconds = 0.2;
  expect_error(ErrorKind::kIo, {server.url(), "127.0.0.1", "sent no data for 0.2 s", "700 downloaded bytes"},
               [&] { fetch(server.url()); });
  EXPECT_EQ(read_file(part()), kBody.substr(0, 700));
}

TEST_F(DownloadFrom, AnExceptionOfTheCallbackReachesTheCallerAndTheDownloadResumes) {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{.body = kBody, .stop_after = request.range_begin ? SIZE_MAX : 50000u, .stalls = true};
  });
  const auto num_open_files = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = num_open_files();
  options_.on_progress = [](const DownloadProgress& progress) {
    if (progress.done == 50000) throw std::out_of_range("the caller's own");
  };
  EXPECT_THROW(fetch(server.url()), std::out_of_range);
  // The end of the server in this process closes a moment later.
  for (int i = 0; i < 200 && num_open_files() > before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(num_open_files(), before) << "the connection is closed";
  EXPECT_EQ(read_file(part()), kBody.substr(0, 50000));
  options_.on_progress = nullptr;
  const HttpServer later([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  EXPECT_EQ(fetch(later.url()).resumed_at, 50000);
  expect_complete();
}

TEST_F(DownloadFrom, AnExceptionBeforeTheFirstByteLeavesNoFile) {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  options_.on_progress = [](const DownloadProgress&) { throw std::out_of_range("the caller's own"); };
  EXPECT_THROW(fetch(server.url()), std::out_of_range);
  EXPECT_TRUE(fs::is_empty(file().parent_path()));
}

TEST_F(DownloadFrom, AnUnreachableServerFails) {
  std::string url;
  {
    url = HttpServer([](const HttpRequest&) { return HttpReply{}; }).url("/file");
  }
  expect_error(ErrorKind::kIo, {url, "no connection to 127.0.0.1:", "network"}, [&] { fetch(url); });
  expect_error(ErrorKind::kIo, {"no connection to nowhere.invalid"}, [&] { fetch("http://nowhere.invalid/file"); });
  EXPECT_TRUE(fs::is_empty(file().parent_path()));
}

TEST_F(DownloadFrom, ARedirectWithoutEncryptionFails) {
  const HttpServer target([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  const HttpServer server([&](const HttpRequest&) {
    return HttpReply{.status = 302, .body = "", .headers = "Location: " + target.url() + "\r\n"};
  });
  expect_error(ErrorKind::kIo, {server.url(), "not https"}, [&] { fetch(server.url()); });
  EXPECT_TRUE(target.requests().empty());
}

TEST_F(DownloadFrom, OtherProtocolsAreRejected) {
  write_file_atomically(folder_ / "local", kBody);
  expect_error(ErrorKind::kIo, {"not https"}, [&] { fetch("file://" + (folder_ / "local").string()); });
}

TEST_F(DownloadFrom, AnExistingFileIsNotReplaced) {
  fs::create_directories(file().parent_path());
  write_file_atomically(file(), "mine");
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  expect_error(ErrorKind::kIo, {file().string(), "exists"}, [&] { fetch(server.url()); });
  EXPECT_EQ(read_file(file()), "mine");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(DownloadFrom, AFileThatAppearsMeanwhileIsNotReplaced) {
  const HttpServer server([&](const HttpRequest&) {
    write_file_atomically(file(), "mine");
    return HttpReply{.body = kBody};
  });
  expect_error(ErrorKind::kIo, {file().string(), "exists"}, [&] { fetch(server.url()); });
  EXPECT_EQ(read_file(file()), "mine");
}

TEST_F(DownloadFrom, ASecondDownloadOfTheFileFails) {
  const PartFile first(file());
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = kBody}; });
  expect_error(ErrorKind::kIo, {part().string(), "another process"}, [&] { fetch(server.url()); });
}

TEST_F(DownloadFrom, ErrorNamesAFolderThatCannotBeCreated) {
  write_file_atomically(folder_ / "set", "a file");
  expect_error(ErrorKind::kIo, {(folder_ / "set").string(), "--data-dir"}, [&] { fetch("http://127.0.0.1:1/file"); });
}

}  // namespace
}  // namespace hourglass
