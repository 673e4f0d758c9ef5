#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "command.h"
#include "core/text.h"
#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass::cli {
namespace {

/// Words that complete an argument, and whether a file can stand there as well.
struct Words {
  std::vector<std::string> known;
  bool or_file = true;
};

/// A command with its arguments, and the words that complete its positionals.
struct CommandWords {
  std::string name, summary;
  std::vector<ArgumentInfo> arguments;
  Words positionals;

  /// "data" for "data list", else "".
  std::string group() const {
    const size_t space = name.find(' ');
    return space == std::string::npos ? "" : name.substr(0, space);
  }
  std::string last_word() const { return name.substr(name.find(' ') + 1); }
};

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

std::vector<CommandWords> all_commands() {
  std::vector<CommandWords> all;
  for (const Command& command : commands()) {
    Arguments arguments("hourglass " + command.name, command.summary);
    const Action action = command.declare(arguments);
    CommandWords words{command.name, command.summary, arguments.list(), {}};
    for (const ArgumentInfo& argument : words.arguments) {
      if (!argument.is_positional) continue;
      if (!argument.choices.empty()) words.positionals = {argument.choices, false};
      if (argument.name == "MODEL") words.positionals = {preset_names()};
      if (command.name == "models") words.positionals = {preset_names(), false};
      if (argument.name == "NAME" && command.name.starts_with("data"))
        words.positionals = {dataset_names(), command.name != "data fetch"};
    }
    all.push_back(std::move(words));
  }
  return all;
}

/// Words after an option.
Words value_words(const ArgumentInfo& argument) {
  if (argument.name == "--data") return {dataset_names()};
  if (argument.name == "--model") return {preset_names()};
  return {argument.choices, argument.choices.empty()};
}

/// The help text without the details that follow a colon, a semicolon or a parenthesis.
std::string short_help(const std::string& help) {
  return help.substr(0, std::min({help.find(':'), help.find(';'), help.find(" (")}));
}

std::vector<std::string> flag_names(const CommandWords& command) {
  std::vector<std::string> names = {"--help"};
  for (const ArgumentInfo& argument : command.arguments)
    if (!argument.is_positional) names.push_back(argument.name);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// The second words of a group, in order.
std::vector<std::string> members(const std::string& group) {
  std::vector<std::string> words;
  for (const Command& command : commands())
    if (command.name.starts_with(group + " ")) words.push_back(command.name.substr(group.size() + 1));
  return words;
}

/// A first word of the command line with its help.
struct FirstWord {
  std::string word, help;
};

/// First words of all commands; a group such as "data" once.
std::vector<FirstWord> first_words() {
  std::vector<FirstWord> words;
  for (const CommandWords& command : all_commands()) {
    if (command.group().empty())
      words.push_back({command.name, command.summary});
    else if (std::ranges::find(words, command.group(), &FirstWord::word) == words.end())
      words.push_back({command.group(), "Datasets: " + join(members(command.group()))});
  }
  return words;
}

std::string bash_script() {
  std::string cases;
  std::set<std::string> groups;
  for (const CommandWords& command : all_commands()) {
    if (const std::string group = command.group(); !group.empty() && groups.insert(group).second)
      cases += fmt::format("    {}) words='{}' ;;\n", group, join(members(group), " "));
    std::string values;
    for (const ArgumentInfo& argument : command.arguments)
      if (const auto words = value_words(argument).known; !argument.is_positional && !words.empty())
        values += fmt::format("        {}) words='{}' ;;\n", argument.name, join(words, " "));
    cases += fmt::format(
        "    '{}')\n      case \"$previous\" in\n{}        *) if [[ $current == -* ]]; then words='{}'; else "
        "words='{}'; "
        "fi ;;\n      esac ;;\n",
        command.name, values, join(flag_names(command), " "), join(command.positionals.known, " "));
  }
  std::string words;
  for (const FirstWord& first : first_words()) words += first.word + " ";
  return fmt::format(
      "# bash completion for hourglass: source <(hourglass completion bash)\n"
      "_hourglass() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words= "
      "command=${{COMP_WORDS[1]}}\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{}--help --version' -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  if [[ $command == data ]] && ((COMP_CWORD > 2)); then command+=\" ${{COMP_WORDS[2]}}\"; fi\n"
      "  case \"$command\" in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  if [[ $current != -* && -z ${{COMPREPLY[*]-}} ]]; then COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
      "}}\n"
      "complete -o filenames -F _hourglass hourglass\n",
      words, cases);
}

/// Text within single quotes of a shell.
std::string single_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted;
}

/// Help text for an option of zsh's _arguments, where brackets and colons have a meaning.
std::string zsh_help(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '[' || c == ']' || c == ':' ? std::string("\\") + c : std::string(1, c);
  return single_quoted(escaped);
}

/// What zsh's _arguments offers: the words, files, or both.
std::string zsh_action(const Words& words) {
  if (words.known.empty()) return "_files";
  const std::string known = join(words.known, " ");
  return words.or_file ? fmt::format("{{compadd -- {}; _files}}", known) : fmt::format("({})", known);
}

std::string zsh_script() {
  std::string names, cases;
  std::set<std::string> groups;
  for (const FirstWord& first : first_words()) names += fmt::format("    '{}:{}'\n", first.word, zsh_help(first.help));
  for (const CommandWords& command : all_commands()) {
    if (const std::string group = command.group(); !group.empty()) groups.insert(group);
    std::string arguments;
    for (const ArgumentInfo& argument : command.arguments) {
      if (argument.is_positional) continue;
      const std::string value =
          argument.value.empty() ? ""
                                 : fmt::format(":{}:{}", zsh_help(argument.value), zsh_action(value_words(argument)));
      arguments += fmt::format(" \\\n        '*{}[{}]{}'", argument.name, zsh_help(short_help(argument.help)), value);
    }
    arguments += fmt::format(" \\\n        '*:argument:{}'", zsh_action(command.positionals));
    cases += fmt::format("    '{}')\n      _arguments{} ;;\n", command.name, arguments);
  }
  std::string second_words;
  for (const std::string& group : groups)
    second_words += fmt::format(
        "  if [[ $command == {} ]]; then\n"
        "    if ((CURRENT == 3)); then\n      _values command {}\n      return\n    fi\n"
        "    command+=\" $words[3]\"\n    shift words\n    ((CURRENT--))\n"
        "  fi\n",
        group, join(members(group), " "));
  return fmt::format(
      "#compdef hourglass\n"
      "# zsh completion for hourglass: hourglass completion zsh > ~/.zfunc/_hourglass\n"
      "_hourglass() {{\n"
      "  local -a commands=(\n{}  )\n"
      "  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n{}"
      "  shift words\n  ((CURRENT--))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      // As a file in fpath it completes; read with `source` it is registered.
      "if [[ $funcstack[1] == _hourglass ]]; then _hourglass \"$@\"; else compdef _hourglass hourglass; fi\n",
      names, second_words, cases);
}

/// Text within single quotes of fish.
std::string fish_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted;
}

std::string fish_script() {
  std::string script =
      "# fish completion for hourglass: hourglass completion fish | source\n"
      "complete -c hourglass -f -n __fish_use_subcommand\n";
  for (const FirstWord& first : first_words())
    script += fmt::format("complete -c hourglass -n __fish_use_subcommand -a {} -d '{}'\n", first.word,
                          fish_quoted(first.help));
  for (const CommandWords& command : all_commands()) {
    std::string condition = fmt::format("__fish_seen_subcommand_from {}", command.last_word());
    if (const std::string group = command.group(); !group.empty()) {
      const std::string of_group = "__fish_seen_subcommand_from " + group;
      script += fmt::format("complete -c hourglass -f -n '{}; and not __fish_seen_subcommand_from {}' -a {} -d '{}'\n",
                            of_group, join(members(group), " "), command.last_word(), fish_quoted(command.summary));
      condition = of_group + "; and " + condition;
    }
    for (const ArgumentInfo& argument : command.arguments) {
      if (argument.is_positional) continue;
      const Words words = value_words(argument);
      const std::string known = join(words.known, " ");
      script += fmt::format("complete -c hourglass -n '{}' -l {}{} -d '{}'\n", condition, argument.name.substr(2),
                            argument.value.empty() ? ""
                            : words.known.empty()  ? " -r"
                                                   : fmt::format(" -{} '{}'", words.or_file ? "ra" : "xa", known),
                            fish_quoted(short_help(argument.help)));
    }
    if (const Words& words = command.positionals; !words.known.empty())
      script += fmt::format("complete -c hourglass{} -n '{}' -a '{}'\n", words.or_file ? "" : " -f", condition,
                            join(words.known, " "));
  }
  return script;
}

}  // namespace

Action declare_completion(Arguments& app) {
  const auto shell = std::make_shared<std::string>();
  app.add("SHELL", *shell, "bash, zsh or fish").one_of({"bash", "zsh", "fish"}).required();
  app.set_footer(
      "To use it now:\n"
      "  source <(hourglass completion bash)\n"
      "  source <(hourglass completion zsh)\n"
      "  hourglass completion fish | source");
  return [shell, &app] {
    const std::string script = *shell == "bash" ? bash_script() : *shell == "zsh" ? zsh_script() : fish_script();
    app.output().print(script, [&] { return Json{{"shell", *shell}, {"script", script}}; });
    return kDone;
  };
}

}  // namespace hourglass::cli
