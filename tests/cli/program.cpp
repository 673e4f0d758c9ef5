#include "cli/program.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace hourglass {
namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

int shell_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// Starts `command` in `folder`; `redirect` sets the destination of its output.
template <typename Redirect>
pid_t spawn(const std::filesystem::path& folder, const std::vector<std::string>& command, const Redirect& redirect) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  redirect(&actions);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("Cannot start " + command[0] + ": " + std::strerror(error));
  return pid;
}

}  // namespace

Process::Process(const std::filesystem::path& folder, const std::vector<std::string>& command)
    : out_file_(folder / "stdout.txt"), err_file_(folder / "stderr.txt") {
  pid_ = spawn(folder, command, [&](posix_spawn_file_actions_t* actions) {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, out_file_.c_str(), kFlags, 0600);
    posix_spawn_file_actions_addopen(actions, STDERR_FILENO, err_file_.c_str(), kFlags, 0600);
  });
}

Process::~Process() {
  if (ended_) return;
  send(SIGKILL);
  waitpid(pid_, &status_, 0);
}

bool Process::ended() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

bool Process::wait_for_output(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(90);
  while (std::chrono::steady_clock::now() < deadline) {
    if (read_all(out_file_).find(text) != std::string::npos) return true;
    if (ended()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

void Process::send(int signal_number) { kill(pid_, signal_number); }

Outcome Process::wait() {
  if (!ended_) waitpid(pid_, &status_, 0);
  ended_ = true;
  return {shell_exit_code(status_), read_all(out_file_), read_all(err_file_)};
}

Outcome Workplace::run(const std::vector<std::string>& arguments) const {
  return Process(path(), hourglass_command(arguments)).wait();
}

Outcome Workplace::run_in_terminal(int columns, const std::vector<std::string>& arguments) const {
  const winsize size = {.ws_row = 40, .ws_col = static_cast<unsigned short>(columns), .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1, child_terminal = -1;
  if (openpty(&terminal, &child_terminal, nullptr, nullptr, &size) != 0)
    throw std::runtime_error("Cannot open a terminal");
  const pid_t pid = spawn(path(), hourglass_command(arguments), [&](posix_spawn_file_actions_t* actions) {
    posix_spawn_file_actions_adddup2(actions, child_terminal, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(actions, child_terminal, STDERR_FILENO);
  });
  close(child_terminal);
  Outcome outcome;
  char buffer[4096];
  // After the last writer closes the terminal, read() returns an error, not end of file.
  for (ssize_t n; (n = ::read(terminal, buffer, sizeof buffer)) > 0;)
    outcome.out.append(buffer, static_cast<size_t>(n));
  close(terminal);
  int status = 0;
  waitpid(pid, &status, 0);
  outcome.exit_code = shell_exit_code(status);
  return outcome;
}

std::string Workplace::read(const std::string& name) const { return read_all(folder_ / name); }

void Workplace::write(const std::string& name, const std::string& bytes) const {
  std::filesystem::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << bytes;
}

std::vector<std::string> hourglass_command(const std::vector<std::string>& arguments) {
  return std::vector<std::string>{HOURGLASS_PROGRAM} + arguments;
}

std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::vector<std::string> tiny_training() {
  return {"train",
          "--encoder",
          "linear 16, relu, linear 4",
          "--decoder",
          "linear 16, relu, linear output, sigmoid",
          "--set",
          "data.synthetic_train=200",
          "--set",
          "data.synthetic_test=60",
          "--batch-size",
          "30",
          "--epochs",
          "2",
          "--threads",
          "2"};
}

}  // namespace hourglass
