#include "arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "config_flags.h"
#include "core/text.h"
#include "hourglass/error.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

/// The validator that Argument::one_of adds starts its description with this, so that `list` finds the choices.
constexpr const char* kChoicesBegin = "{";

/// Wraps the texts of the help at the width of the terminal.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(28); }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    constexpr size_t kNarrowest = 24;
    const size_t column = get_column_width();
    std::string text = "  " + make_option_name(option, is_positional) + make_option_opts(option);
    if (text.size() >= column) text += "\n";
    text += std::string(column - (text.ends_with('\n') ? 0 : text.size()), ' ');
    return text + wrapped(make_option_desc(option), column, std::max(terminal_width(stdout), column + kNarrowest));
  }
  std::string make_footer(const CLI::App* app) const override {
    return wrapped_paragraphs(app->get_footer(), terminal_width(stdout));
  }
};

bool is_positional(const CLI::Option& option) { return option.get_lnames().empty(); }

std::string name_of(const CLI::Option& option) {
  return is_positional(option) ? option.get_name(true) : "--" + option.get_lnames().front();
}

/// The argument as it was given, or "" if it was not.
std::string words_of(const CLI::Option& option) {
  if (option.count() == 0) return "";
  const std::string name = is_positional(option) ? "" : name_of(option);
  if (option.get_items_expected_max() == 0) return " " + name;
  std::vector<std::string> values = option.results();
  if (option.get_delimiter() != '\0') values = {join(values, std::string(1, option.get_delimiter()))};
  std::string words;
  for (const std::string& value : values) {
    if (!name.empty()) words += " " + name;
    words += (value.starts_with('-') && !name.empty() ? "=" : " ") + shell_word(value);
  }
  return words;
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  for (size_t i = 0;; ++i) {
    const CLI::Validator* validator = nullptr;
    try {
      validator = const_cast<CLI::Option&>(option).get_validator(static_cast<int>(i));
    } catch (const CLI::OptionNotFound&) {
      return {};
    }
    const std::string text = validator->get_description();
    if (!text.starts_with(kChoicesBegin)) continue;
    std::vector<std::string> choices;
    for (size_t begin = 1; begin < text.size();) {
      const size_t end = std::min(text.find_first_of(",}", begin), text.size());
      choices.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return choices;
  }
}

/// Throws for arguments that CLI11 did not know, with the nearest known flag.
void reject_unknown(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty()) return;
  const auto flag = std::ranges::find_if(unknown, [](const std::string& word) { return word.starts_with("-"); });
  const std::string help = fmt::format(" '{} --help' lists its arguments.", app.get_name());
  if (flag == unknown.end() && app.get_option_no_throw("--data") && names_data(unknown.front()))
    throw Error(ErrorKind::kUsage, fmt::format("Unexpected argument '{0}'. Data are given as --data {1}.",
                                               unknown.front(), shell_word(unknown.front())));
  if (flag == unknown.end())
    throw Error(ErrorKind::kUsage, fmt::format("Unexpected argument '{}'.{}", unknown.front(), help));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::string near = nearest(*flag, known);
  throw Error(ErrorKind::kUsage,
              fmt::format("Unknown option '{}'.{}", *flag, near.empty() ? help : " Did you mean '" + near + "'?"));
}

}  // namespace

Argument& Argument::value(const std::string& name) {
  option_->type_name(name);
  return *this;
}

Argument& Argument::required() {
  option_->required();
  return *this;
}

Argument& Argument::range(double low, double high) {
  const auto check = [low, high](const std::string& text) {
    double number = 0;
    return CLI::detail::lexical_cast(text, number) && number >= low && number <= high
               ? std::string()
               : fmt::format("{} is not a number from {} to {}", text, low, high);
  };
  option_->check(CLI::Validator(check, ""));
  return *this;
}

Argument& Argument::one_of(std::vector<std::string> choices) {
  const auto check = [choices](const std::string& text) {
    if (std::ranges::find(choices, text) != choices.end()) return std::string();
    const std::string near = nearest(text, choices);
    return fmt::format("'{}' is not one of {}{}", text, join(choices),
                       near.empty() ? "" : ". Did you mean '" + near + "'?");
  };
  option_->check(CLI::Validator(check, kChoicesBegin + join(choices, ",") + "}"));
  return *this;
}

Argument& Argument::separated() {
  option_->delimiter(',');
  return *this;
}

Argument& Argument::repeatable() {
  option_->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return *this;
}

Argument& Argument::shows_default() {
  option_->capture_default_str();
  return *this;
}

Argument& Argument::excludes(const std::string& other) {
  option_->excludes(app_->get_option(other));
  return *this;
}

bool Argument::given() const { return option_->count() > 0; }

Arguments::Arguments(const std::string& name, const std::string& summary)
    : app_(std::make_unique<CLI::App>(summary + ".", name)) {
  // CLI11 would reject unknown arguments without naming the nearest known one.
  app_->allow_extras();
  app_->formatter(std::make_shared<HelpFormatter>());
  app_->set_help_flag("-h,--help", "print this text");
  add("--quiet", quiet_, "print nothing except errors");
  add("--json", json_, "print the result as JSON; everything else goes to standard error");
}

Arguments::~Arguments() = default;

Argument Arguments::add_target(const std::string& name, Target target, const std::string& help) {
  CLI::Option* option = std::visit(
      [&](auto* value) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(value), bool*>)
          return app_->add_flag(name, *value, help);
        else
          return app_->add_option(name, *value, help);
      },
      target);
  if (!name.starts_with("--")) option->type_name("");
  // Of a single value that was given twice, the last counts, as shells expect.
  if (option->get_items_expected_max() == 1) option->take_last();
  return {*app_, *option};
}

void Arguments::set_footer(const std::string& text) {
  footer_ = text;
  app_->footer(text);
}

bool Arguments::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", help());
    return false;
  } catch (const CLI::ParseError& error) {
    reject_unknown(*app_);
    throw Error(ErrorKind::kUsage, fmt::format("{}. '{} --help' lists its arguments.", error.what(), app_->get_name()));
  }
  reject_unknown(*app_);
  output_.configure(quiet_, json_);
  return true;
}

bool Arguments::given(const std::string& name) const {
  const CLI::Option* option = app_->get_option_no_throw(name);
  return option && option->count() > 0;
}

void Arguments::reject_unused(const std::vector<std::string>& names, const std::string& reason) const {
  for (const std::string& name : names)
    if (given(name)) throw Error(ErrorKind::kUsage, fmt::format("{} has no effect here: {}", name, reason));
}

std::string Arguments::command_line() const {
  std::string text = app_->get_name();
  for (const CLI::Option* option : std::as_const(*app_).get_options())
    if (const std::string name = name_of(*option); name != "--quiet" && name != "--json") text += words_of(*option);
  return text;
}

std::string Arguments::help() const { return app_->help(); }

std::vector<ArgumentInfo> Arguments::list() const {
  std::vector<ArgumentInfo> arguments;
  for (const CLI::Option* option : std::as_const(*app_).get_options()) {
    const bool is_flag = option->get_items_expected_max() == 0;
    arguments.push_back({name_of(*option), is_flag ? "" : option->get_type_name(), option->get_description(),
                         choices_of(*option), is_positional(*option)});
  }
  return arguments;
}

}  // namespace hourglass::cli
