#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "command.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "terminal.h"

namespace hourglass::cli {
namespace {

constexpr const char* kOutputFailed = "Cannot write all of standard output. Is the disk full?";

/// One line for each command whose name starts with `group`.
std::string command_list(const std::string& group) {
  std::string text;
  for (const Command& command : commands())
    if (command.name.starts_with(group)) text += fmt::format("  {:<12} {}\n", command.name, command.summary);
  return text;
}

void print_overview() {
  fmt::print(
      "Hourglass trains, measures, compares and shows autoencoders.\n\nUsage: hourglass COMMAND [ARGUMENTS]\n\n{}"
      "\n'hourglass COMMAND --help' lists the arguments of a command.\nStart with:  hourglass train fc\n\n{}",
      command_list(""), exit_code_text());
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

const Command& find_command(const std::string& name) {
  const auto command = std::ranges::find(commands(), name, &Command::name);
  if (command != commands().end()) return *command;
  std::vector<std::string> names;
  for (const Command& known : commands()) names.push_back(known.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown command '{}'.{}", name, did_you_mean(name, names)));
}

int run_command(const Command& command, int argc, char** argv) {
  Arguments arguments("hourglass " + command.name, command.summary);
  const Action action = command.declare(arguments);
  return arguments.parse(argc, argv) ? action() : kDone;
}

/// "hourglass help COMMAND".
int show_help(std::vector<std::string> words) {
  const std::string name = join(words, " ");
  Arguments arguments("hourglass " + name, find_command(name).summary);
  const Action action = find_command(name).declare(arguments);
  std::string program = "hourglass", help = "--help";
  char* given[] = {program.data(), help.data()};
  arguments.parse(2, given);
  return kDone;
}

int run(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name == "help" && argc > 2) return show_help({argv + 2, argv + argc});
  if (name.empty() || is_help(name)) {
    print_overview();
    return name.empty() ? kUsage : kDone;
  }
  if (name == "--version") {
    fmt::print("hourglass {}\n", HOURGLASS_VERSION);
    return kDone;
  }
  const std::string group = command_list(name + " ");  // the commands of the group `name`, if it is a group
  const std::string second = argc > 2 ? argv[2] : "";
  if (!group.empty() && (second.empty() || is_help(second))) {
    fmt::print("Usage: hourglass {} COMMAND [ARGUMENTS]\n\n{}", name, group);
    return second.empty() ? kUsage : kDone;
  }
  const int words = group.empty() ? 1 : 2;
  const int exit_code = run_command(find_command(words == 1 ? name : name + " " + second), argc - words, argv + words);
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) throw Error(ErrorKind::kIo, kOutputFailed);
  return exit_code;
}

int fail(int exit_code, const std::string& message) {
  const Terminal errors(stderr);
  // Nothing can be said if standard error cannot be written.
  std::fputs(fmt::format("{} {}\n", errors.red("hourglass:"), message).c_str(), stderr);
  return exit_code;
}

int guarded(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    return fail(exit_code(error.kind()), error.what());
  } catch (const std::bad_alloc&) {
    return fail(kInternal, "Out of memory. Use a smaller --batch-size, model or dataset.");
  } catch (const std::system_error& error) {  // standard output cannot be written, or a folder cannot be made
    return fail(kIo, std::ferror(stdout) ? kOutputFailed : fmt::format("{}.", error.what()));
  } catch (const std::exception& error) {
    return fail(kInternal, fmt::format("Error in the program, please report it: {}", error.what()));
  }
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return kUsage;
    case ErrorKind::kData:
      return kData;
    case ErrorKind::kDiverged:
      return kDiverged;
    case ErrorKind::kIo:
      return kIo;
  }
  return kInternal;
}

}  // namespace hourglass::cli

namespace {

/// Reading a mapped file beyond its new end raises SIGBUS. Only write() and _exit() are safe here.
void end_at_lost_page(int) {
  constexpr char kText[] =
      "\nhourglass: A data file became shorter while it was read, or its disk failed. Restore the file and repeat the "
      "command; training continues from its last epoch with --resume.\n";
  if (write(STDERR_FILENO, kText, sizeof kText - 1) < 0) _exit(hourglass::cli::kInternal);
  _exit(hourglass::cli::kIo);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit of file sizes fails instead
  std::signal(SIGBUS, end_at_lost_page);
  return hourglass::cli::guarded(argc, argv);
}
