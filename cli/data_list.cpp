#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "config_flags.h"
#include "data/data_folders.h"
#include "data/named_sets.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct ListArguments {
  explicit ListArguments(CLI::App& app) : flags(app) {
    flags.add("--data-dir", "data.dir", "DIR");
    app.add_flag("--json", json, "print JSON");
  }
  ConfigFlags flags;
  bool json = false;
};

/// "60,000 + 10,000": of the training and the test part.
std::string samples(const NamedSet& set) {
  return set.num_train == 0 ? "any number" : count(set.num_train) + " + " + count(set.num_test);
}

std::string classes(const NamedSet& set) {
  return set.class_names.empty() ? "none" : std::to_string(set.class_names.size());
}

/// Its folder, or how to get it.
std::string where(const NamedSet& set, const std::vector<std::filesystem::path>& folders) {
  if (!set.find) return "built in";
  const std::filesystem::path folder = set.find(set, folders);
  return folder.empty() ? "not here" : folder.string();
}

Json to_json(const NamedSet& set, const std::vector<std::filesystem::path>& folders) {
  const std::filesystem::path folder = set.find ? set.find(set, folders) : "";
  return {{"name", set.name},
          {"summary", set.summary},
          {"train", set.num_train},
          {"test", set.num_test},
          {"shape", set.sample_shape},
          {"classes", set.class_names},
          {"licence", set.licence},
          {"source", set.source},
          {"address", set.address},
          {"download_bytes", set.download_bytes},
          {"here", !set.find || !folder.empty()},
          {"folder", folder.string()}};
}

int list(const ListArguments& arguments) {
  Config config;
  arguments.flags.apply(config);
  const auto folders = data_folders(config.data);
  if (arguments.json) {
    Json json = Json::array();
    for (const NamedSet& set : named_sets()) json.push_back(to_json(set, folders));
    fmt::print("{}\n", json.dump(2));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {{"data set", "train + test", "sample", "classes", "where"}};
  std::vector<std::vector<std::string>> sources = {{"data set", "download", "licence", "what it is, and its source"}};
  for (const NamedSet& set : named_sets()) {
    rows.push_back({set.name, samples(set), to_string(set.sample_shape), classes(set), where(set, folders)});
    sources.push_back(
        {set.name, set.address.empty() ? "" : bytes(set.download_bytes), set.licence, set.summary + "; " + set.source});
  }
  fmt::print("{}\n{}", table("<>>><", rows), table("<><<", sources));
  fmt::print(
      "\nhourglass data fetch NAME downloads one, hourglass data info NAME measures it, hourglass data show NAME draws "
      "it,\nhourglass train --data NAME trains on it.\n");
  return kDone;
}

}  // namespace

Action declare_data_list(CLI::App& app) {
  const auto arguments = std::make_shared<ListArguments>(app);
  return [arguments] { return list(*arguments); };
}

}  // namespace hourglass::cli
