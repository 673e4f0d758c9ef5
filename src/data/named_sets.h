#pragma once
// The one table of the data sets that go by a name: what they are, where they come from, how they are read.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// A file that `hourglass data fetch` brings.
struct SetFile {
  std::string name;
  std::string md5;  ///< of the file as its publisher offers it
};

struct NamedSet {
  std::string name;
  std::string summary;    ///< what a sample shows
  int64_t num_train = 0;  ///< samples of the whole set; 0: as many as are asked for
  int64_t num_test = 0;
  Shape sample_shape;
  std::vector<std::string> class_names;  ///< by label; empty: no labels
  std::string licence;
  std::string source;          ///< its home page, for people
  std::string address;         ///< on the web, of the folder of `files`, with a slash at the end; "": built in
  int64_t download_bytes = 0;  ///< of all files
  std::vector<SetFile> files;
  /// Where it lies, "" where nowhere in `folders`; nullptr for a set that is built in.
  std::filesystem::path (*find)(const NamedSet& set, const std::vector<std::filesystem::path>& folders);
  /// Throws as load_dataset.
  DataParts (*load)(const NamedSet& set, const DataConfig& config);
};

/// All of them, in the order in which they are listed.
const std::vector<NamedSet>& named_sets();

/// Throws Error(kUsage) for an unknown name and says the nearest known one.
const NamedSet& named_set(const std::string& name);

}  // namespace hourglass
