#pragma once
// Parses `data.name` as the path of a user's file or folder, and detects its format.

#include <filesystem>
#include <string>

#include "hourglass/config.h"

namespace hourglass {

enum class FileKind { kImages, kIdx, kNpy, kNpz, kMat, kHdf5, kSafetensors, kTable };

/// "IDX", "npy", ...
const char* to_string(FileKind kind);

struct DataPath {
  std::filesystem::path file;
  std::string array;  ///< after the colon: "x" in "file.npz:x", "group/x" in "file.h5:/group/x"; can be empty
  FileKind kind = FileKind::kTable;
};

/// Whether `name` is a path and not a named dataset: it exists, contains a folder, or has the extension of a data file.
bool is_data_path(const std::string& name);

/// Whether the name ends as one of a file of data or of an image, before ":ARRAY".
bool has_data_extension(const std::string& name);

/// Splits `name` and detects the format from the first bytes of the file, then from its name.
/// Throws Error(kIo) if the file does not exist, Error(kData) if its format is unknown.
DataPath parse_data_path(const std::string& name);

/// Makes the folder and the files of the options absolute, so that a run finds its data from any working folder. A name
/// of data.labels that is an array of the data stays.
void make_paths_absolute(DataConfig& config);

}  // namespace hourglass
