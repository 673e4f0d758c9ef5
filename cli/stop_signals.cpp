#include "stop_signals.h"

namespace hourglass::cli {
namespace {

// A signal handler can only use global lock-free atomics.
std::atomic<bool> stop_requested = false;
std::atomic<int> last_signal = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void request_stop(int signal_number) {
  last_signal = signal_number;
  stop_requested = true;
}

}  // namespace

StopSignals::StopSignals() {
  stop_requested = false;
  last_signal = 0;
  struct sigaction action {};
  action.sa_handler = request_stop;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
  // nohup ignores SIGHUP.
  sigaction(SIGHUP, nullptr, &old_hangup_);
  if (old_hangup_.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

StopSignals::~StopSignals() {
  sigaction(SIGHUP, &old_hangup_, nullptr);
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

const std::atomic<bool>* StopSignals::flag() const { return &stop_requested; }

int StopSignals::exit_code() const { return last_signal ? 128 + last_signal : 0; }

}  // namespace hourglass::cli
