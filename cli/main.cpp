#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "command.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "terminal.h"

namespace hourglass::cli {
namespace {

struct Command {
  std::string_view name;  // one word, or a group's and its own
  const char* summary;
  Action (*declare)(CLI::App&);
};

constexpr std::array kCommands = {
    Command{"train", "Train an autoencoder", declare_train},
    Command{"evaluate", "Measure what a model learned", declare_evaluate},
    Command{"reconstruct", "Draw originals above their reconstructions", declare_reconstruct},
    Command{"encode", "Write the latents of a data set", declare_encode},
    Command{"report", "Write the page of a run, a sweep or a study: numbers, curves, pictures", declare_report},
    Command{"compare", "Put runs side by side: what differs, metrics, curves, a picture", declare_compare},
    Command{"decode", "Draw and write the images of latents from a file", declare_decode},
    Command{"cluster", "Cluster the latents, scored by the classes", declare_cluster},
    Command{"sample", "Draw images from latents of a density", declare_sample},
    Command{"traverse", "Draw what each latent does", declare_traverse},
    Command{"interpolate", "Draw images on the way between two", declare_interpolate},
    Command{"denoise", "Draw and measure what is made of noisy images", declare_denoise},
    Command{"sweep", "Train every combination of some options, and put the results into a table", declare_sweep},
    Command{"reproduce", "Run a published study: published numbers beside measured ones", declare_reproduce},
    Command{"models", "List the presets, or the layers of one model", declare_models},
    Command{"options", "List every option of a run", declare_options},
    Command{"data list", "List the named data sets and where they lie", declare_data_list},
    Command{"data info", "Measure a data set: range, mean, classes, duplicates", declare_data_info},
    Command{"data show", "Draw a data set, class by class", declare_data_show},
    Command{"data fetch", "Download a data set", declare_data_fetch},
};

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 2 wrong usage or config, 3 bad or missing data, 4 diverged, 5 file not readable or writable,\n"
    "            130 and 143 stopped by Ctrl-C and by SIGTERM, 1 a fault of the program\n";

constexpr const char* kOutputFailed = "Not all of standard output could be written. Is the disk behind it full?";

/// A line for each command whose name starts with `group`.
std::string command_list(const std::string& group) {
  std::string text;
  for (const Command& command : kCommands)
    if (command.name.starts_with(group)) text += fmt::format("  {:<12} {}\n", command.name, command.summary);
  return text;
}

void print_overview() {
  fmt::print(
      "Hourglass trains, measures and shows autoencoders.\n\nUsage: hourglass COMMAND [ARGUMENTS]\n\n{}"
      "\nhourglass COMMAND --help says what a command takes.\nStart with:  hourglass train fc\n\n{}",
      command_list(""), kExitCodes);
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

const Command& find_command(const std::string& name) {
  const auto command = std::ranges::find_if(kCommands, [&](const Command& known) { return known.name == name; });
  if (command != kCommands.end()) return *command;
  std::vector<std::string> names;
  for (const Command& known : kCommands) names.emplace_back(known.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown command '{}'.{}", name, did_you_mean(name, names)));
}

/// Every "--flag" that `app` knows.
std::vector<std::string> long_flags(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  return flags;
}

/// CLI11 would name unknown arguments without their nearest known one, so it is told to collect them.
void refuse_unknown_arguments(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty()) return;
  const auto flag = std::ranges::find_if(unknown, [](const std::string& word) { return word.starts_with("-"); });
  const std::string help = fmt::format(" '{} --help' lists what it takes.", app.get_name());
  if (flag == unknown.end())
    throw Error(ErrorKind::kUsage, fmt::format("Unexpected argument '{}'.{}", unknown.front(), help));
  const std::string near = nearest(*flag, long_flags(app));
  throw Error(ErrorKind::kUsage,
              fmt::format("Unknown flag '{}'.{}", *flag, near.empty() ? help : " Did you mean '" + near + "'?"));
}

int run_command(const Command& command, int argc, char** argv) {
  CLI::App app(std::string(command.summary) + ".", fmt::format("hourglass {}", command.name));
  app.allow_extras();
  app.get_formatter()->column_width(28);
  app.set_help_flag("-h,--help", "print this text");
  const Action action = command.declare(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    refuse_unknown_arguments(app);
    throw Error(ErrorKind::kUsage, fmt::format("{}. '{} --help' lists what it takes.", error.what(), app.get_name()));
  }
  refuse_unknown_arguments(app);
  return action();
}

int run(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name.empty() || is_help(name)) {
    print_overview();
    return name.empty() ? kUsage : kDone;
  }
  if (name == "--version") {
    fmt::print("hourglass {}\n", HOURGLASS_VERSION);
    return kDone;
  }
  const std::string commands = command_list(name + " ");  // of the group that `name` is, if it is one
  const std::string second = argc > 2 ? argv[2] : "";
  if (!commands.empty() && (second.empty() || is_help(second))) {
    fmt::print("Usage: hourglass {} COMMAND [ARGUMENTS]\n\n{}", name, commands);
    return second.empty() ? kUsage : kDone;
  }
  const int words = commands.empty() ? 1 : 2;
  const Command& command = find_command(words == 1 ? name : name + " " + second);
  const int exit_code = run_command(command, argc - words, argv + words);
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) throw Error(ErrorKind::kIo, kOutputFailed);
  return exit_code;
}

int fail(int exit_code, const std::string& message) {
  const Terminal errors(stderr);
  fmt::print(stderr, "{} {}\n", errors.red("hourglass:"), message);
  return exit_code;
}

int guarded(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    return fail(exit_code(error.kind()), error.what());
  } catch (const std::bad_alloc&) {
    return fail(kInternal, "Out of memory. A smaller --batch-size, model or data set needs less.");
  } catch (const std::system_error& error) {  // standard output cannot be written, or a folder not be made
    return fail(kIo, std::ferror(stdout) ? kOutputFailed : fmt::format("{}.", error.what()));
  } catch (const std::exception& error) {
    return fail(kInternal, fmt::format("A fault of the program, please report it: {}", error.what()));
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

int main(int argc, char** argv) { return hourglass::cli::guarded(argc, argv); }
