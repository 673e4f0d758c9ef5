#pragma once
// Table of the named datasets: description, source and loader.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// File that `hourglass data fetch` downloads.
struct SetFile {
  std::string name;
  std::string md5;  ///< of the published file; if the publisher gives no checksum, of its `values`
  std::vector<uint8_t> (*values)(const std::filesystem::path& file) = nullptr;
  std::string unpacks_to = "";  ///< folder to which the inner archive NAME.tar.gz is unpacked; "": not unpacked
};

/// Folders to search, in order.
using Folders = std::vector<std::filesystem::path>;

struct NamedSet {
  std::string name;
  std::string summary;    ///< content of a sample
  int64_t num_train = 0;  ///< number of training samples; 0: set in the config
  int64_t num_test = 0;   ///< number of test samples; 0: set in the config
  Shape sample_shape;
  std::vector<std::string> class_names;  ///< by label; empty: no labels
  std::string license;
  std::string source;          ///< home page, for display
  std::string address;         ///< URL of the folder of `files`, with a trailing slash; "": none
  int64_t download_bytes = 0;  ///< approximate size of all files
  std::vector<SetFile> files;
  std::string remedy;  ///< instruction for users who already have the files; "": no files needed
  /// Returns the folder or file of the dataset, or "" if it is not in `folders`. nullptr: built in.
  std::filesystem::path (*find)(const NamedSet& set, const Folders& folders) = nullptr;
  /// Loads the published split from the path that `find` returned. Without a test set if none is published.
  DataSplit (*load)(const NamedSet& set, const std::filesystem::path& found, const DataConfig& config,
                    const Context& context) = nullptr;
};

/// All named datasets, in display order.
const std::vector<NamedSet>& named_sets();

/// Returns the dataset `name`. Throws Error(kUsage) with the closest known name if it is unknown.
const NamedSet& named_set(const std::string& name);

/// Loads the published split of a dataset. Throws as load_dataset, and Error(kData) with instructions if its files are
/// not found.
DataSplit load_named_set(const NamedSet& set, const DataConfig& config, const Context& context);

}  // namespace hourglass
