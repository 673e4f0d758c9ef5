#pragma once
// The data that a trained model is measured on: its own splits, or other data.

#include <functional>
#include <string>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/dataset_blocks.h"

namespace hourglass {

/// Which data to load for a trained model, and which samples of them to use.
struct RunDataOptions {
  DataConfig data;        ///< where and how to read; starts from the config of the model
  bool is_other = false;  ///< `data.name` was given by the caller: read whole unless data.test or data.test_rows is set
  std::string part = "";  ///< train | validation | test | all; empty: "test", without a test set "train", of other data
                          ///< that are not split "all"
  /// Whether the training set of the run is loaded as well, for what is fitted on it.
  enum class Training { kNotUsed, kIfAvailable, kRequired } training = Training::kRequired;
};

/// The loaded data.
struct RunData {
  DataSplit sets;        ///< train: what classifiers, clusters and mixtures are fitted on; empty if it was not loaded
  Dataset chosen;        ///< the samples to use
  std::string part;      ///< which these are: "train", "validation", "test" or "all"
  std::string other;     ///< name of the data if they are not those of the run, else ""
  std::string note;      ///< what the user should know: a training set that is missing, classes that differ; can be ""
  bool is_own = true;    ///< the data are those of the run, in its split
  Dataset labeled = {};  ///< `chosen` with the classes of its data, also those that the training set lacks

  /// "training images", "all rows of sensors", "test images of kmnist"
  std::string description() const;
  /// "test", "test of kmnist", "all of sensors": the key of the evaluation in evaluation.json.
  std::string label() const;
};

/// The options that read `name` for `model` as its own data were read, but whole, with labels of their own.
RunDataOptions other_data(const Autoencoder& model, const std::string& name);

/// All samples of the data `name`, read with the options `trained_on` that the training data of a model were read with,
/// and with the class numbers of the model. A label column and ignored columns can be missing. `note` is set to what
/// the user should know, or to "". `overrides` changes the options before the data are read; empty: no changes. Throws
/// as load_dataset.
Dataset load_other_data(const DataConfig& trained_on, const Preprocessing& preprocessing, const std::string& name,
                        const std::function<void(DataConfig&)>& overrides, std::string& note,
                        const Context& context = {});

/// The same data, to be read block by block. Categories are not matched yet; class numbers are those of a block.
DatasetBlocks open_other_data(const DataConfig& trained_on, const Preprocessing& preprocessing, const std::string& name,
                              const std::function<void(DataConfig&)>& overrides, std::string& note,
                              const Context& context = {});

/// Loads the data of a run. With part "all" the samples are in the order of the files, the training samples first if
/// the dataset has a test set of its own. Labels of `chosen` are numbered as those of the model. Other classes follow;
/// if the training set is loaded as well, labels are dropped instead, with a note. Throws as load_dataset,
/// Error(kUsage) if the part does not exist, and Error(kData) if the data of the run are not those that the model was
/// trained on.
RunData load_run_data(const Autoencoder& model, const RunDataOptions& options, const Context& context = {});

}  // namespace hourglass
