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

/// A command with its arguments, and the words that complete its first positional.
struct CommandWords {
  std::string name, summary;
  std::vector<ArgumentInfo> arguments;
  std::vector<std::string> positionals;
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
      if (!argument.choices.empty()) words.positionals = argument.choices;
      if (argument.name == "MODEL" || command.name == "models") words.positionals = preset_names();
      if (argument.name == "NAME" && command.name.starts_with("data")) words.positionals = dataset_names();
    }
    all.push_back(std::move(words));
  }
  return all;
}

/// Words after an option; empty: files.
std::vector<std::string> value_words(const ArgumentInfo& argument) {
  if (argument.name == "--data") return dataset_names();
  if (argument.name == "--model") return preset_names();
  return argument.choices;
}

std::vector<std::string> flag_names(const CommandWords& command) {
  std::vector<std::string> names = {"--help"};
  for (const ArgumentInfo& argument : command.arguments)
    if (!argument.is_positional) names.push_back(argument.name);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// First words of all commands; groups such as "data" once.
std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const Command& command : commands()) {
    const std::string word = command.name.substr(0, command.name.find(' '));
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

std::string bash_script() {
  std::string cases;
  std::set<std::string> groups;
  for (const CommandWords& command : all_commands()) {
    if (const size_t space = command.name.find(' '); space != std::string::npos) {
      const std::string group = command.name.substr(0, space);
      std::vector<std::string> members;
      for (const Command& each : commands())
        if (each.name.starts_with(group + " ")) members.push_back(each.name.substr(space + 1));
      if (groups.insert(group).second) cases += fmt::format("    {}) words='{}' ;;\n", group, join(members, " "));
    }
    std::string values;
    for (const ArgumentInfo& argument : command.arguments)
      if (const auto words = value_words(argument); !argument.is_positional && !words.empty())
        values += fmt::format("        {}) words='{}' ;;\n", argument.name, join(words, " "));
    cases += fmt::format(
        "    '{}')\n      case \"$previous\" in\n{}        *) if [[ $current == -* ]]; then words='{}'; else "
        "words='{}'; "
        "fi ;;\n      esac ;;\n",
        command.name, values, join(flag_names(command), " "), join(command.positionals, " "));
  }
  return fmt::format(
      "# bash completion for hourglass: source <(hourglass completion bash)\n"
      "_hourglass() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words= "
      "command=${{COMP_WORDS[1]}}\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{} --help --version' -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  if [[ $command == data ]] && ((COMP_CWORD > 2)); then command+=\" ${{COMP_WORDS[2]}}\"; fi\n"
      "  case \"$command\" in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  if [[ $current != -* && -z ${{COMPREPLY[*]-}} ]]; then COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
      "}}\n"
      "complete -o filenames -F _hourglass hourglass\n",
      join(first_words(), " "), cases);
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

std::string zsh_script() {
  std::string names, cases;
  for (const CommandWords& command : all_commands()) {
    names += fmt::format("    '{}:{}'\n", command.name, single_quoted(command.summary));
    std::string arguments;
    for (const ArgumentInfo& argument : command.arguments) {
      if (argument.is_positional) continue;
      const auto words = value_words(argument);
      const std::string value = argument.value.empty() ? ""
                                : words.empty()        ? fmt::format(":{}:_files", zsh_help(argument.value))
                                                : fmt::format(":{}:({})", zsh_help(argument.value), join(words, " "));
      arguments += fmt::format(" \\\n        '*{}[{}]{}'", argument.name, zsh_help(argument.help), value);
    }
    arguments += command.positionals.empty()
                     ? " \\\n        '*:file:_files'"
                     : fmt::format(" \\\n        '*:name:({})'", join(command.positionals, " "));
    cases += fmt::format("    '{}')\n      _arguments{} ;;\n", command.name, arguments);
  }
  return fmt::format(
      "#compdef hourglass\n"
      "# zsh completion for hourglass: hourglass completion zsh > ~/.zfunc/_hourglass\n"
      "_hourglass() {{\n"
      "  local -a commands=(\n{}  )\n"
      "  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n"
      "  if [[ $command == data ]]; then\n"
      "    if ((CURRENT == 3)); then\n      _values command list info show fetch\n      return\n    fi\n"
      "    command+=\" $words[3]\"\n    shift words\n    ((CURRENT--))\n"
      "  fi\n"
      "  shift words\n  ((CURRENT--))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "compdef _hourglass hourglass\n",
      names, cases);
}

/// Text within single quotes of fish.
std::string fish_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted;
}

std::string fish_script() {
  std::string script = "# fish completion for hourglass: hourglass completion fish | source\n";
  std::set<std::string> groups;
  for (const CommandWords& command : all_commands()) {
    const size_t space = command.name.find(' ');
    std::string condition;
    if (space == std::string::npos) {
      script += fmt::format("complete -c hourglass -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                            fish_quoted(command.summary));
      condition = fmt::format("__fish_seen_subcommand_from {}", command.name);
    } else {
      const std::string group = command.name.substr(0, space), word = command.name.substr(space + 1);
      if (groups.insert(group).second)
        script += fmt::format("complete -c hourglass -n __fish_use_subcommand -a {} -d 'Datasets'\n", group);
      script += fmt::format("complete -c hourglass -n '__fish_seen_subcommand_from {}' -a {} -d '{}'\n", group, word,
                            fish_quoted(command.summary));
      condition = fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}", group, word);
    }
    for (const ArgumentInfo& argument : command.arguments) {
      if (argument.is_positional) continue;
      const auto words = value_words(argument);
      script += fmt::format("complete -c hourglass -n '{}' -l {}{} -d '{}'\n", condition, argument.name.substr(2),
                            argument.value.empty() ? ""
                            : words.empty()        ? " -r"
                                                   : fmt::format(" -xa '{}'", join(words, " ")),
                            fish_quoted(argument.help));
    }
    if (!command.positionals.empty())
      script += fmt::format("complete -c hourglass -n '{}' -a '{}'\n", condition, join(command.positionals, " "));
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
