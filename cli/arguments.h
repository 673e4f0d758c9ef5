#pragma once
// The arguments of one command. Each is declared once; parsing, help, shell completion and man page follow from it.
// CLI11 does the work and is included in arguments.cpp alone: each file that includes it takes seconds to compile.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "output.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace hourglass::cli {

/// One declared argument. The calls can be chained.
class Argument {
 public:
  /// Names the value in the help, such as "N".
  Argument& value(const std::string& name);
  Argument& required();
  /// Accepts numbers from `low` to `high`.
  Argument& range(double low, double high);
  Argument& one_of(std::vector<std::string> choices);
  /// Takes several values, separated by commas.
  Argument& separated();
  /// Can be given several times, with one value each.
  Argument& repeatable();
  /// Shows the current value of the variable as the default in the help.
  Argument& shows_default();
  /// Cannot be given together with `other`.
  Argument& excludes(const std::string& other);

  bool given() const;

 private:
  friend class Arguments;
  Argument(CLI::App& app, CLI::Option& option) : app_(&app), option_(&option) {}

  CLI::App* app_;
  CLI::Option* option_;
};

/// What completion and man page show of an argument.
struct ArgumentInfo {
  std::string name;   ///< "--epochs" or, of a positional, "RUN"
  std::string value;  ///< "N"; empty for a flag
  std::string help;
  std::vector<std::string> choices;  ///< the only values it can have; empty: any
  bool is_positional;
};

class Arguments {
 public:
  /// `name`: "hourglass train". `summary`: one line without a period. Declares --quiet and --json.
  Arguments(const std::string& name, const std::string& summary);
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments();

  using Target = std::variant<bool*, int*, int64_t*, uint64_t*, double*, std::string*, std::vector<std::string>*,
                              std::vector<int64_t>*, std::vector<double>*>;
  /// Declares an argument that sets `target`, which must outlive the parsing: a flag if `target` is bool, a positional
  /// if `name` does not start with "--".
  template <typename T>
  Argument add(const std::string& name, T& target, const std::string& help) {
    return add_target(name, &target, help);
  }
  /// Text after the list of arguments in the help.
  void set_footer(const std::string& text);

  /// Returns false if only the help was asked for, which it prints. Throws Error(kUsage) for arguments that are
  /// unknown, missing or invalid.
  bool parse(int argc, char** argv);
  bool given(const std::string& name) const;
  /// Throws Error(kUsage) if one of `names` was given: "--count has no effect: REASON".
  void reject_unused(const std::vector<std::string>& names, const std::string& reason) const;
  /// The command as it was given, as words for a shell, without --quiet and --json.
  std::string command_line() const;

  std::string help() const;
  std::vector<ArgumentInfo> list() const;
  const std::string& footer() const { return footer_; }
  Output& output() { return output_; }
  const Output& output() const { return output_; }

 private:
  Argument add_target(const std::string& name, Target target, const std::string& help);

  std::unique_ptr<CLI::App> app_;
  std::vector<std::vector<std::string>> choices_;
  std::string footer_;
  Output output_;
  bool quiet_ = false, json_ = false;
};

}  // namespace hourglass::cli
