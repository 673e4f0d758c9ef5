#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "command.h"

namespace hourglass::cli {
namespace {

/// Text for troff: a backslash is escaped, and so is a dot or quote at the start of a line.
std::string troff(const std::string& text) {
  std::string escaped;
  bool starts_line = true;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else {
      if (starts_line && (c == '.' || c == '\'')) escaped += "\\&";
      if (c == '-')
        escaped += "\\-";
      else
        escaped += c;
    }
    starts_line = c == '\n';
  }
  return escaped;
}

std::string command_section(const Command& command) {
  Arguments arguments("hourglass " + command.name, command.summary);
  const Action action = command.declare(arguments);
  std::string usage, list;
  for (const ArgumentInfo& argument : arguments.list()) {
    if (argument.name == "--help") continue;
    if (argument.is_positional) usage += " " + argument.name;
    const std::string value = argument.value.empty() ? "" : " \\fI" + troff(argument.value) + "\\fR";
    list += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", troff(argument.name), value, troff(argument.help));
  }
  std::string section =
      fmt::format(".SS \"hourglass {}{} [OPTIONS]\"\n{}.\n{}", command.name, usage, troff(command.summary), list);
  if (!arguments.footer().empty()) section += fmt::format(".PP\n.nf\n{}\n.fi\n", troff(arguments.footer()));
  return section;
}

std::string manual_page() {
  std::string page = fmt::format(
      ".TH HOURGLASS 1 \"\" \"hourglass {}\" \"User Commands\"\n"
      ".SH NAME\nhourglass \\- train, measure, compare and show autoencoders\n"
      ".SH SYNOPSIS\n.B hourglass\n.I COMMAND\n[\\fIARGUMENTS\\fR]\n"
      ".SH DESCRIPTION\nHourglass trains autoencoders on pictures, tables and arrays on the CPU, measures what they "
      "learned, and shows it as pictures and as pages for the browser.\n"
      ".SH COMMANDS\n",
      HOURGLASS_VERSION);
  for (const Command& command : commands()) page += command_section(command);
  return page + ".SH EXIT STATUS\n.nf\n" + troff(exit_code_text()) + ".fi\n" +
         ".SH ENVIRONMENT\n.TP\n.B HOURGLASS_DATA\nfolder with datasets, if \\-\\-data\\-dir is not given\n.TP\n"
         ".B NO_COLOR\nif set, no colors in the terminal\n";
}

}  // namespace

Action declare_manual(Arguments& app) {
  app.set_footer("Example:\n  hourglass manual | man -l -");
  return [&app] {
    app.output().print(manual_page(), [] { return Json{{"manual", manual_page()}}; });
    return kDone;
  };
}

}  // namespace hourglass::cli
