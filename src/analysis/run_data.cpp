#include "hourglass/run_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/option_differences.h"
#include "core/text.h"
#include "data/all_samples.h"
#include "data/load_path.h"
#include "data/table_columns.h"
#include "hourglass/error.h"
#include "hourglass/fingerprint.h"

namespace hourglass {
namespace {

using Training = RunDataOptions::Training;

bool is_split(const DataConfig& config) {
  return config.test > 0 || config.validation > 0 || !config.train_rows.empty() || !config.validation_rows.empty() ||
         !config.test_rows.empty();
}

Dataset choose(const DataSplit& sets, const std::string& part, const RunDataOptions& options) {
  const Dataset& chosen = part == "train" ? sets.train : part == "test" ? sets.test : sets.validation;
  if (chosen.size() > 0) return chosen;
  const std::string name = data_title(options.data.name), set = part == "train" ? "training" : part;
  throw Error(ErrorKind::kUsage,
              options.is_other
                  ? fmt::format("'{}' has no {} set of its own. Use all samples with --part all, or split them with "
                                "--set data.test=0.2.",
                                name, set)
                  : fmt::format("The run has no {} set. Use another --part.", set));
}

/// Whether the options read the data of the run in its split. The folder can differ.
bool is_own_split(const Autoencoder& model, const RunDataOptions& options) {
  Config own, asked;
  own.data = model.config().data;
  asked.data = options.data;
  return !options.is_other && option_differences({own, asked}).empty();
}

/// Throws if the sets of the run are not the data that the model was trained on.
void check_unchanged(const Autoencoder& model, const DataSplit& sets, const Context& context) {
  if (model.trained_on())  // not of an earlier version
    check_fingerprint(*model.trained_on(), sets,
                      "Restore the data. To use the new data as other data, name them with --data.", context);
}

/// The training set of the run, which other data are compared with.
void load_training_set(const Autoencoder& model, const RunDataOptions& options, RunData& data, const Context& context) {
  DataConfig config = model.config().data;
  config.dir = options.data.dir;
  try {
    const DataSplit own = load_dataset(config, context);
    check_unchanged(model, own, context);
    data.sets.train = own.train;
  } catch (const Error& error) {
    const std::string message = fmt::format(
        "{} The training set of the model is needed to fit what is measured on '{}'. To fit on '{}' instead, "
        "add --set data.test=0.2.",
        error.what(), data.other, data.other);
    if (options.training == Training::kRequired) throw Error(error.kind(), message);
    data.note = message;
  }
}

/// So that what is fitted on the training set can be compared with the labels of `chosen`.
void number_classes_alike(RunData& data) {
  if (!data.sets.train.has_labels() || !data.chosen.has_labels()) return;
  data.chosen = data.chosen.with_classes_of(data.sets.train);
  if (!data.chosen.has_labels())
    data.note = fmt::format("The classes of '{}' are not those of the run's data '{}'; they are ignored.", data.other,
                            data.sets.train.name());
}

}  // namespace

std::string RunData::description() const {
  const std::string set = part == "all" ? "" : part == "train" ? "training " : part + " ";
  return set + samples_noun(chosen.sample_shape()) + (other.empty() ? "" : " of " + other);
}

std::string RunData::label() const { return other.empty() ? part : part + " of " + other; }

namespace {

// The options that read `name` as the training data were read, but whole.
DataConfig other_data_config(const DataConfig& trained_on, const Preprocessing& preprocessing,
                             const std::string& name) {
  DataConfig config = unsplit(trained_on);
  config.name = name;
  // The number of columns of another table is compared with that of the model, which says more.
  if (preprocessing.input_shape().size() == 1) config.shape = "";
  fit_options_to_path(config);
  return config;
}

// Other rows often lack the label, and columns that the model ignores.
std::string leave_out_missing_columns(const DataConfig& trained_on, DataConfig& config) {
  std::string note;
  for (const std::string& column : missing_columns(config)) {
    if (column == trained_on.label_column && column == config.label_column) {
      config.label_column = "";
      note = fmt::format("'{}' has no column '{}': its rows have no labels.", data_title(config.name), column);
    } else if (std::ranges::find(trained_on.ignored_columns, column) != trained_on.ignored_columns.end()) {
      std::erase(config.ignored_columns, column);
    } else {
      // A missing feature is reported when the samples are compared with those of the model.
      std::erase_if(config.columns,
                    [&](const std::string& entry) { return trim(entry.substr(0, entry.rfind(':'))) == column; });
    }
  }
  return note;
}

}  // namespace

RunDataOptions other_data(const Autoencoder& model, const std::string& name) {
  return {.data = other_data_config(model.config().data, model.preprocessing(), name), .is_other = true};
}

Dataset load_other_data(const DataConfig& trained_on, const Preprocessing& preprocessing, const std::string& name,
                        const std::function<void(DataConfig&)>& overrides, std::string& note, const Context& context) {
  DataConfig config = other_data_config(trained_on, preprocessing, name);
  if (overrides) overrides(config);
  note = leave_out_missing_columns(trained_on, config);
  return preprocessing.match(all_samples(config, context), context)
      .with_class_numbers(preprocessing.stored_form().class_names);
}

DatasetBlocks open_other_data(const DataConfig& trained_on, const Preprocessing& preprocessing, const std::string& name,
                              const std::function<void(DataConfig&)>& overrides, std::string& note,
                              const Context& context) {
  DataConfig config = other_data_config(trained_on, preprocessing, name);
  if (overrides) overrides(config);
  note = leave_out_missing_columns(trained_on, config);
  return {config, context};
}

namespace {

RunData load(const Autoencoder& model, const RunDataOptions& options, const Context& context) {
  const bool splits = !options.is_other || is_split(options.data);
  RunData data;
  data.part = !options.part.empty() ? options.part : splits ? "test" : "all";
  data.other = options.is_other ? data_title(options.data.name) : "";
  data.is_own = is_own_split(model, options);
  const auto check = [&](const DataSplit& sets) {
    if (data.is_own) check_unchanged(model, sets, context);
  };
  if (data.part == "all") data.chosen = all_samples(options.data, context);
  const bool drops_rows = !options.data.train_rows.empty() || !options.data.validation_rows.empty() ||
                          !options.data.test_rows.empty() || options.data.subset > 0;
  if (data.part == "all" && !drops_rows) check({data.chosen, {}, {}});
  if (splits && (data.part != "all" || options.training != Training::kNotUsed)) {
    data.sets = load_dataset(options.data, context);
    check(data.sets);
    if (options.part.empty() && !options.is_other && data.sets.test.size() == 0) {
      data.part = "train";
      data.note = "The run has no test set; the training set is used.";
    }
    if (data.part != "all") data.chosen = choose(data.sets, data.part, options);
    return data;
  }
  if (data.part != "all") {
    DataSplit own = load_dataset(options.data, context);
    if (own.test.size() == 0) own.train = {};  // the data have no sets of their own
    data.chosen = choose(own, data.part, options);
  }
  if (options.is_other && options.training != Training::kNotUsed) {
    load_training_set(model, options, data, context);
    data.labeled = data.chosen;
    number_classes_alike(data);
  } else if (options.is_other) {
    data.chosen = data.chosen.with_class_numbers(model.preprocessing().stored_form().class_names);
  }
  return data;
}

}  // namespace

RunData load_run_data(const Autoencoder& model, const RunDataOptions& options, const Context& context) {
  if (!options.is_other) {
    RunData data = load(model, options, context);
    data.labeled = data.chosen;
    return data;
  }
  RunDataOptions available = options;
  const std::string note = leave_out_missing_columns(model.config().data, available.data);
  RunData data = load(model, available, context);
  if (data.labeled.size() == 0) data.labeled = data.chosen;
  const auto add_note = [&](const std::string& line) { data.note += (data.note.empty() ? "" : "\n") + line; };
  if (!note.empty() && data.note.empty()) add_note(note);
  if (!data.chosen.is_preprocessed()) data.chosen = model.preprocessing().match(data.chosen, {.log = add_note});
  return data;
}

}  // namespace hourglass
