#include "study/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "collect/stored_images.h"
#include "config/value.h"
#include "core/brightness.h"
#include "hourglass/autoencoder.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"
#include "model/corruption.h"

namespace hourglass {
namespace {

constexpr uint64_t kNoiseSeed = 1;

/// Returns the names of the measurements that are not 0 or NaN in all runs, in order of first appearance.
std::vector<std::string> measured_names(const std::vector<RunRecord>& runs) {
  std::vector<std::string> names;
  for (const RunRecord& run : runs)
    for (const NamedValue& each : run.measurements)
      if (std::ranges::count(names, each.name) == 0) names.push_back(each.name);
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::none_of(runs, [&](const RunRecord& run) {
      const double value = value_of(run.measurements, name);
      return !std::isnan(value) && value != 0;
    });
  });
  return names;
}

double test_or_train_loss(const EpochRecord& record) {
  const double test = record.test.total();
  return std::isnan(test) ? record.train.total() : test;
}

/// Returns the options that decide which images a model sees, as text to compare.
std::string data_key(DataConfig data) {
  data.dir.clear();
  Config config;
  config.data = std::move(data);
  return to_toml(config);
}

/// Picture rows of models that see the same images.
struct SharedImages {
  std::string key;
  Dataset test;
  ValueRange range;  ///< values drawn as black and white
  std::vector<ImageRow> rows;

  void add(const std::string& label, Tensor images) {
    to_brightness(images.values(), range);
    rows.push_back({label, std::move(images)});
  }
};

/// Returns the rows of the first `count` images of `test`: as stored, and as the model sees them if that differs.
SharedImages shared_images(const Autoencoder& model, const DataConfig& data, const Dataset& test, int64_t count) {
  SharedImages shared{data_key(data), model.preprocess(test.slice(0, count)), model.value_scale(), {}};
  std::vector<int64_t> indices(static_cast<size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  const std::string original = "original, " + data.name;
  const std::optional<Tensor> stored = stored_images(model, test, indices);
  if (stored) shared.rows.push_back({original, *stored});
  shared.add(stored ? fmt::format("preprocessed: {}", fmt::join(data.preprocess, ", ")) : original, shared.test.read());
  return shared;
}

}  // namespace

bool same_objective(const std::vector<RunRecord>& runs) {
  std::vector<Config> configs;
  for (const RunRecord& run : runs) configs.push_back(run.config);
  return std::ranges::none_of(option_differences(configs), [](const OptionDifference& difference) {
    return difference.key.starts_with("objective.") || difference.key == "data.name";
  });
}

ResultTable comparison_table(const std::vector<std::string>& names, const std::vector<RunRecord>& runs) {
  std::vector<Config> configs;
  for (const RunRecord& run : runs) configs.push_back(run.config);
  const std::vector<OptionDifference> differences = option_differences(configs);
  const std::vector<std::string> measured = measured_names(runs);

  ResultTable table{{"run"}, {}};
  for (const OptionDifference& difference : differences) table.columns.push_back(difference.key);
  table.columns.insert(table.columns.end(), measured.begin(), measured.end());
  for (size_t i = 0; i < runs.size(); ++i) {
    std::vector<Cell> row = {names[i]};
    for (const OptionDifference& difference : differences) row.emplace_back(difference.values[i]);
    for (const std::string& name : measured) row.emplace_back(value_of(runs[i].measurements, name));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ResultTable loss_curves(const std::vector<std::string>& names, const std::vector<RunRecord>& runs) {
  ResultTable table{{"epoch"}, {}};
  table.columns.insert(table.columns.end(), names.begin(), names.end());
  size_t epochs = 0;
  for (const RunRecord& run : runs) epochs = std::max(epochs, run.history.size());
  for (size_t epoch = 0; epoch < epochs; ++epoch) {
    std::vector<Cell> row = {static_cast<double>(epoch + 1)};
    for (const RunRecord& run : runs)
      row.emplace_back(epoch < run.history.size() ? test_or_train_loss(run.history[epoch]) : kNotMeasured);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<ImageRow> reconstruction_rows(const std::vector<DrawnModel>& models, int64_t count,
                                          const std::string& data_dir, const Context& context) {
  std::vector<SharedImages> groups;
  std::optional<Shape> shape;
  const auto leave_out = [&](const DrawnModel& drawn, const std::string& reason) {
    if (context.log) context.log(fmt::format("{} is not in the picture: {}", drawn.label, reason));
  };
  for (const DrawnModel& drawn : models) {
    try {
      const Autoencoder model = Autoencoder::load(drawn.model);
      DataConfig data = model.config().data;
      if (!data_dir.empty()) data.dir = data_dir;
      if (!is_image(model.sample_shape())) {
        leave_out(drawn,
                  fmt::format("its samples have shape {}; they are not images.", to_string(model.sample_shape())));
        continue;
      }
      if (shape && model.sample_shape() != *shape) {
        leave_out(drawn, fmt::format("its images are {}, those of the first model are {}.",
                                     to_string(model.sample_shape()), to_string(*shape)));
        continue;
      }
      auto group = std::ranges::find(groups, data_key(data), &SharedImages::key);
      if (group == groups.end()) {
        const DataSplit split = load_dataset(data);
        const Dataset& test = split.test.size() > 0 ? split.test : split.train;
        groups.push_back(shared_images(model, data, test, std::min(count, test.size())));
        group = groups.end() - 1;
      }
      shape = model.sample_shape();
      const CorruptionConfig& noise = model.config().corruption;
      if (corrupts(noise)) {
        const Tensor clean = group->test.read();
        Tensor noisy(clean.shape());
        Corruption(noise, model.sample_shape(), model.value_scale())
            .apply(kNoiseSeed, 0, 0, clean.rows(), clean.data(), noisy.data());
        group->add("input, " + describe(noise, model.value_scale()), noisy);
        group->add(drawn.label, model.reconstruct_preprocessed(noisy, context));
      } else {
        group->add(drawn.label, model.reconstruct_preprocessed(group->test, context));
      }
    } catch (const Error& error) {
      leave_out(drawn, error.what());
    }
  }
  std::vector<ImageRow> rows;
  for (SharedImages& group : groups)
    for (ImageRow& row : group.rows) rows.push_back(std::move(row));
  // The rows are aligned by column, so cut all to the length of the shortest.
  int64_t fewest = count;
  for (const ImageRow& row : rows) fewest = std::min(fewest, row.images.rows());
  for (ImageRow& row : rows) {
    if (row.images.rows() == fewest) continue;
    Shape cut_shape = row.images.shape();
    cut_shape[0] = fewest;
    Tensor cut(cut_shape);
    std::copy_n(row.images.data(), cut.size(), cut.data());
    row.images = std::move(cut);
  }
  return rows;
}

}  // namespace hourglass
