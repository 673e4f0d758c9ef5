#include "fetch_display.h"

#include <fmt/format.h>

#include <cmath>

#include "text.h"

namespace hourglass::cli {
namespace {

constexpr std::chrono::milliseconds kRewriteEvery{100};
constexpr std::chrono::seconds kPrintEvery{10};

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

/// "  train-images-idx3-ubyte.gz  [######------]  41 %  4.1 MB of 9.9 MB  2.2 MB/s  0:03 left"
std::string FetchDisplay::line(const DownloadProgress& progress, double seconds) const {
  const double rate = seconds > 0 ? static_cast<double>(progress.done - begin_) / seconds : 0;
  const std::string speed = bytes(std::llround(rate)) + "/s";
  if (progress.total == 0) return fmt::format("  {}  {}  {}", file_, bytes(progress.done), speed);
  const double part = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  const double left = rate > 0 ? static_cast<double>(progress.total - progress.done) / rate : 0;
  return fmt::format("  {}  {} {:3.0f} %  {} of {}  {}{}", file_, progress_bar(part), 100 * part, bytes(progress.done),
                     bytes(progress.total), speed, left > 0 ? "  " + duration(left) + " left" : "");
}

void FetchDisplay::on_progress(const DownloadProgress& progress) {
  if (begin_ < 0) begin_ = progress.done;
  const auto now = Clock::now();
  if (now - last_shown_ < kRewriteEvery) return;
  last_shown_ = now;
  if (terminal_.is_live()) {
    terminal_.rewrite(line(progress, seconds_between(start_, now)));
  } else if (now - last_printed_ >= kPrintEvery) {
    last_printed_ = now;
    terminal_.print(line(progress, seconds_between(start_, now)));
  }
}

void FetchDisplay::on_end(const DownloadResult& result) {
  const std::string resumed =
      result.resumed_at > 0 ? fmt::format(" ({} from an earlier download)", bytes(result.resumed_at)) : "";
  terminal_.print(fmt::format("  {}  {}{} in {}, checksum correct", file_, bytes(result.bytes), resumed,
                              duration(seconds_between(start_, Clock::now()))));
}

}  // namespace hourglass::cli
