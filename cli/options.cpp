#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

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
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markdown_reference() {
  std::string text =
      "# Options\n\n"
      "All options of a run, in the order of `config.toml`. `hourglass options --markdown` writes this page; a test "
      "checks that it is current.\n\n"
      "Set an option in a TOML file under its table, or on the command line with `--set`. There a list is separated "
      "by commas, or written as in TOML:\n\n"
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
      "`model.encoder` and `model.decoder` are lists of these layers. An activation after a linear layer or a "
      "convolution is computed with it.\n\n"
      "| layer | options and defaults | meaning |\n|---|---|---|\n";
  for (const LayerForm& form : layer_forms())
    text += fmt::format("| `{}` | {} | {} |\n", form.example, *form.options ? fmt::format("`{}`", form.options) : "",
                        form.help);
  return text;
}

}  // namespace

Action declare_options(Arguments& app) {
  const auto markdown = std::make_shared<bool>(false);
  app.add("--markdown", *markdown, "as a Markdown page, docs/options.md").excludes("--json");
  return [markdown, &app] {
    app.output().print(*markdown ? markdown_reference() : plain_reference(), [] {
      Json json = Json::array();
      for (const OptionInfo& option : options())
        json.push_back({{"key", option.key},
                        {"type", option.type},
                        {"default", option.default_value},
                        {"values", option.range},
                        {"help", option.help}});
      return json;
    });
    return kDone;
  };
}

}  // namespace hourglass::cli
