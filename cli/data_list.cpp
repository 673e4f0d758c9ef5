#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "config_flags.h"
#include "data/data_folders.h"
#include "data/named_sets.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct ListArguments {
  explicit ListArguments(Arguments& arguments) : all(arguments), flags(arguments) {
    flags.add("--data-dir", "data.dir", "DIR");
  }
  Arguments& all;
  ConfigFlags flags;
};

/// "60,000 + 10,000": sizes of the training and the test set.
std::string samples(const NamedSet& set) {
  return set.num_train == 0 ? "any number" : count(set.num_train) + " + " + count(set.num_test);
}

std::string classes(const NamedSet& set) {
  return set.class_names.empty() ? "none" : std::to_string(set.class_names.size());
}

/// Its folder, "built in" or "not found".
std::string where(const NamedSet& set, const std::vector<std::filesystem::path>& folders) {
  if (!set.find) return "built in";
  const std::filesystem::path folder = set.find(set, folders);
  return folder.empty() ? "not found" : folder.string();
}

Json to_json(const NamedSet& set, const std::vector<std::filesystem::path>& folders) {
  const std::filesystem::path folder = set.find ? set.find(set, folders) : "";
  return {{"name", set.name},
          {"summary", set.summary},
          {"train", set.num_train},
          {"test", set.num_test},
          {"shape", set.sample_shape},
          {"classes", set.class_names},
          {"license", set.license},
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
  std::vector<std::vector<std::string>> rows = {{"dataset", "train + test", "sample", "classes", "where"}};
  std::vector<std::vector<std::string>> sources = {{"dataset", "download", "license", "what it is, and its source"}};
  for (const NamedSet& set : named_sets()) {
    rows.push_back({set.name, samples(set), to_string(set.sample_shape), classes(set), where(set, folders)});
    sources.push_back(
        {set.name, set.address.empty() ? "" : bytes(set.download_bytes), set.license, set.summary + "; " + set.source});
  }
  arguments.all.output().print(
      fmt::format("{}\n{}\n'hourglass data fetch NAME' downloads a dataset, 'data info NAME' describes it, 'data show "
                  "NAME' draws it,\n'hourglass train --data NAME' trains on it.\n",
                  table("<>>><", rows), table("<><<", sources)),
      [&] {
        Json json = Json::array();
        for (const NamedSet& set : named_sets()) json.push_back(to_json(set, folders));
        return json;
      });
  return kDone;
}

}  // namespace

Action declare_data_list(Arguments& app) {
  const auto arguments = std::make_shared<ListArguments>(app);
  return [arguments] { return list(*arguments); };
}

}  // namespace hourglass::cli
