#pragma once
// The one table of the data sets that go by a name: what they are, where they come from, how they are read.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"

namespace hourglass {

/// A file that `hourglass data fetch` brings.
struct SetFile {
  std::string name;
  std::string md5;  ///< of the file as its publisher offers it, or of its `values` where none is published
  std::vector<uint8_t> (*values)(const std::filesystem::path& file) = nullptr;
  std::string unpacks_to = "";  ///< the folder that the archive NAME.tar.gz in this archive becomes; "": stays as it is
};

/// Folders that are looked through, first to last.
using Folders = std::vector<std::filesystem::path>;

struct NamedSet {
  std::string name;
  std::string summary;    ///< what a sample shows
  int64_t num_train = 0;  ///< samples of the whole set; 0: as many as are asked for
  int64_t num_test = 0;
  Shape sample_shape;
  std::vector<std::string> class_names;  ///< by label; empty: no labels
  std::string licence;
  std::string source;          ///< its home page, for people
  std::string address;         ///< on the web, of the folder of `files`, with a slash at the end; "": none
  int64_t download_bytes = 0;  ///< of all files, about
  std::vector<SetFile> files;
  std::string remedy;  ///< how a person who has the files already makes them found; "": needs none
  /// The folder or file it lies in, "" where there is none in `folders`; nullptr: it is built in.
  std::filesystem::path (*find)(const NamedSet& set, const Folders& folders) = nullptr;
  /// Its parts as they were given, from where it was found; without a test part where none was given.
  DataParts (*load)(const NamedSet& set, const std::filesystem::path& found, const DataConfig& config,
                    const Context& context) = nullptr;
};

/// All of them, in the order in which they are listed.
const std::vector<NamedSet>& named_sets();

/// Throws Error(kUsage) for an unknown name and says the nearest known one.
const NamedSet& named_set(const std::string& name);

/// Its parts as they were given. Throws Error(kData) for a set that is found nowhere, saying what to do, and as
/// load_dataset.
DataParts load_named_set(const NamedSet& set, const DataConfig& config, const Context& context);

}  // namespace hourglass
