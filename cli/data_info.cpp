#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "column_text.h"
#include "command.h"
#include "core/json.h"
#include "data/description.h"
#include "data_arguments.h"
#include "results.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct InfoArguments {
  explicit InfoArguments(Arguments& arguments) : data(arguments) {}
  DataArguments data;
};

struct Part {
  const char* name;
  const Dataset& data;
  PartDescription description;
};

/// Describes the sets that have samples.
std::vector<Part> describe_parts(const DataSplit& parts) {
  std::vector<Part> described;
  for (const auto& [name, data] :
       {std::pair{"train", &parts.train}, std::pair{"validation", &parts.validation}, std::pair{"test", &parts.test}})
    if (data->size() > 0) described.push_back({name, *data, describe(*data)});
  return described;
}

size_t num_classes(const std::vector<Part>& parts) {
  size_t most = 0;
  for (const Part& part : parts) most = std::max(most, part.description.class_counts.size());
  return most;
}

int64_t class_count(const Part& part, size_t label) {
  const auto& counts = part.description.class_counts;
  return label < counts.size() ? counts[label] : 0;
}

int64_t num_missing(const std::vector<Part>& parts) {
  int64_t sum = 0;
  for (const Part& part : parts) sum += part.description.num_missing;
  return sum;
}

std::string values_table(const std::vector<Part>& parts) {
  const bool shows_missing = num_missing(parts) > 0;
  std::vector<std::vector<std::string>> rows = {
      {"set", "samples", "lowest", "highest", "mean", "std", "constant", "repeated"}};
  if (shows_missing) rows[0].emplace_back("missing");
  for (const auto& [name, data, numbers] : parts) {
    rows.push_back({name, count(numbers.num_samples), fmt::format("{:.6g}", numbers.min),
                    fmt::format("{:.6g}", numbers.max), fmt::format("{:.6g}", numbers.mean),
                    fmt::format("{:.6g}", numbers.standard_deviation), count(numbers.num_constant),
                    count(numbers.num_repeated)});
    if (shows_missing) rows.back().push_back(count(numbers.num_missing));
  }
  return table("<>>>>>>>>", rows);
}

std::string class_table(const std::vector<Part>& parts) {
  std::vector<std::vector<std::string>> rows = {{"label", "class"}};
  for (const Part& part : parts) rows[0].emplace_back(part.name);
  for (size_t label = 0; label < num_classes(parts); ++label) {
    rows.push_back({std::to_string(label), parts[0].data.class_name(static_cast<int32_t>(label))});
    for (const Part& part : parts) rows.back().push_back(count(class_count(part, label)));
  }
  return table("><" + std::string(parts.size(), '>'), rows);
}

std::string description_text(const DataSplit& data, const std::vector<Part>& parts, const DataConfig& config,
                             const std::optional<TableStatistics>& columns) {
  std::string text = fmt::format("{}: samples of {}, {} values each, {}\n\n{}", described(data.train, config),
                                 to_string(data.train.sample_shape()), count(data.train.sample_dim()),
                                 data.train.storage().type() == ElementType::kUint8 ? "stored as bytes"
                                 : data.train.storage().is_sparse()                 ? "stored as sparse float32"
                                                                                    : "stored as float32",
                                 values_table(parts));
  text += fmt::format(
      "  lowest ... std  over all {} of all samples{}\n"
      "  constant        features with the same value in all samples of the set\n"
      "  repeated        samples that are equal to an earlier sample of the set{}\n",
      data.train.categories().empty() ? "values" : "numbers",
      config.preprocess.empty() ? "; a byte v counts as v / 255" : ", preprocessed",
      config.preprocess.empty() ? "" : ", as stored");
  if (num_missing(parts) > 0)
    text += "  missing         values that are not there. To train: --set \"data.preprocess=impute median\"\n";
  if (columns) text += "\n" + columns_text(*columns);
  if (num_classes(parts) > 0) text += "\n" + class_table(parts);
  for (size_t i = 1; i < parts.size(); ++i)
    text += fmt::format("\n{} of the {} {} samples are also in the training set.\n",
                        count(num_shared(parts[i].data, data.train)), count(parts[i].data.size()), parts[i].name);
  return text;
}

Json to_json(const DataSplit& data, const std::vector<Part>& parts, const DataConfig& config,
             const std::optional<TableStatistics>& columns) {
  Json json = {{"name", data.train.name()},
               {"preprocess", config.preprocess},
               {"shape", data.train.sample_shape()},
               {"stored_as", to_string(data.train.storage().type())},
               {"class_names", data.train.class_names()}};
  for (const auto& [name, part, numbers] : parts) {
    json[name] = {{"num_samples", numbers.num_samples},
                  {"min", json_number(numbers.min)},
                  {"max", json_number(numbers.max)},
                  {"mean", json_number(numbers.mean)},
                  {"standard_deviation", json_number(numbers.standard_deviation)},
                  {"num_missing", numbers.num_missing},
                  {"num_constant_values", numbers.num_constant},
                  {"num_repeated", numbers.num_repeated},
                  {"class_counts", numbers.class_counts}};
    if (&part != &data.train) json[name]["num_in_train"] = num_shared(part, data.train);
  }
  if (columns) json["table"] = columns_json(*columns);
  return json;
}

int info(const InfoArguments& arguments) {
  DataConfig inferred;
  const DataSplit stored = arguments.data.load_stored(inferred);
  std::optional<TableStatistics> columns;
  if (stored.train.sample_shape().size() == 1) columns = table_statistics(stored, inferred);
  const DataConfig config = arguments.data.config();
  const DataSplit data = arguments.data.preprocessed(stored);
  const std::vector<Part> parts = describe_parts(data);
  arguments.data.output().print(description_text(data, parts, config, columns),
                                [&] { return to_json(data, parts, config, columns); });
  return kDone;
}

}  // namespace

Action declare_data_info(Arguments& app) {
  const auto arguments = std::make_shared<InfoArguments>(app);
  return [arguments] { return info(*arguments); };
}

}  // namespace hourglass::cli
