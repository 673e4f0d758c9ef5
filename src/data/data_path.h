#pragma once
// A user's own file or folder as `data.name`, and what it is.

#include <filesystem>
#include <string>

namespace hourglass {

enum class FileKind { kImageFolder, kIdx, kNpy, kNpz, kMat, kHdf5, kTable };

/// "IDX", "NumPy array", ...
const char* to_string(FileKind kind);

struct DataPath {
  std::filesystem::path file;
  std::string array;  ///< what follows a colon, "x" of "file.npz:x" and "group/x" of "file.h5:/group/x"; may be empty
  FileKind kind = FileKind::kTable;
};

/// Whether `name` means a path and no named set: it exists, has a folder in it, or ends as a data file does.
bool is_data_path(const std::string& name);

/// Splits `name` and looks at the first bytes of the file, then at its name, for what it is.
/// Throws Error(kIo) where there is no such file, Error(kData) where it is of no known kind.
DataPath parse_data_path(const std::string& name);

}  // namespace hourglass
