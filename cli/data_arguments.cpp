#include "data_arguments.h"

#include <fmt/format.h>

#include <cstdio>

namespace hourglass::cli {

DataArguments::DataArguments(CLI::App& app) : flags_(app) {
  app.add_option("NAME", name_, "data set ('hourglass data list' lists them)")->type_name("")->required();
  flags_.add("--data-dir", "data.dir", "DIR");
  flags_.add_set();
}

DataConfig DataArguments::config() const {
  Config config;
  flags_.apply(config);
  config.data.name = name_;
  check_ranges(config);
  return config.data;
}

DataParts DataArguments::load() const {
  return load_dataset(config(),
                      {.threads = 0, .log = [](const std::string& line) { fmt::print(stderr, "{}\n", line); }});
}

}  // namespace hourglass::cli
