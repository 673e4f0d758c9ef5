#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "hourglass/config.h"
#include "model/grammar.h"

namespace hourglass::cli {
namespace {

std::string table_of(const std::string& key) { return key.substr(0, key.find('.')); }

std::string plain_reference() {
  std::string text;
  for (const OptionInfo& option : options()) {
    const std::string values = option.range.empty() ? option.type : option.range;
    text += fmt::format("{} = {}\n    {} ({})\n", option.key, option.default_value, option.help, values);
  }
  text += "\nlayers of model.encoder and model.decoder\n";
  for (const LayerForm& form : layer_forms())
    text += fmt::format("{}{}{}\n    {}\n", form.example, *form.options ? " " : "", form.options, form.help);
  return text;
}

/// Text for a cell of a Markdown table.
std::string cell(std::string text) {
  for (size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', bar + 2)) text.insert(bar, "\\");
  return text;
}

std::string markdown_reference() {
  std::string text =
      "# Options\n\n"
      "Every option of a run, in the order of a `config.toml`. Made by `hourglass options --markdown`; a test checks "
      "that it is current.\n\n"
      "An option is set in a TOML file under its table, or on the command line with `--set`, where a list is written "
      "with commas:\n\n"
      "    hourglass train fc --set train.learning_rate=5e-4 --set \"model.encoder=linear 256, relu, linear 32\"\n";
  std::string name;
  for (const OptionInfo& option : options()) {
    if (table_of(option.key) != name) {
      name = table_of(option.key);
      text += fmt::format("\n## [{}]\n\n| option | type | default | values | meaning |\n|---|---|---|---|---|\n", name);
    }
    text += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", option.key.substr(name.size() + 1), option.type,
                        option.default_value, cell(option.range), cell(option.help));
  }
  text +=
      "\n## Layers\n\n"
      "What `model.encoder` and `model.decoder` are lists of. An activation behind a linear layer or a convolution is "
      "computed with it.\n\n"
      "| layer | options, and their defaults | meaning |\n|---|---|---|\n";
  for (const LayerForm& form : layer_forms())
    text += fmt::format("| `{}` | {} | {} |\n", form.example, *form.options ? fmt::format("`{}`", form.options) : "",
                        form.help);
  return text;
}

}  // namespace

Action declare_options(CLI::App& app) {
  const auto markdown = std::make_shared<bool>(false);
  app.add_flag("--markdown", *markdown, "as a Markdown page, docs/options.md");
  return [markdown] {
    fmt::print("{}", *markdown ? markdown_reference() : plain_reference());
    return kDone;
  };
}

}  // namespace hourglass::cli
