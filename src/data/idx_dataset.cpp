#include "data/idx_dataset.h"

#include <fmt/format.h>

#include <array>
#include <future>

#include "core/text.h"
#include "formats/idx.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using std::filesystem::path;

struct PartFiles {
  const char* images;
  const char* labels;
};
constexpr PartFiles kTrainFiles{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"};
constexpr PartFiles kTestFiles{"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
constexpr std::array kAllFiles{kTrainFiles.images, kTrainFiles.labels, kTestFiles.images, kTestFiles.labels};

/// The plain or the gzipped file of this name, or an empty path.
path find_file(const path& folder, const std::string& file) {
  std::error_code ignored;
  for (const path& candidate : {folder / file, folder / (file + ".gz")})
    if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
  return {};
}

/// A set's own subfolder comes before what lies in the folder itself.
std::vector<path> places(const std::string& name, const std::vector<path>& folders) {
  std::vector<path> all;
  for (const path& folder : folders) {
    all.push_back(folder / name);
    all.push_back(folder);
  }
  return all;
}

[[noreturn]] void fail_missing(const std::string& name, const std::vector<path>& folders) {
  std::vector<std::string> quoted;
  for (const path& place : places(name, folders)) quoted.push_back(fmt::format("'{}'", place.string()));
  throw Error(ErrorKind::kData,
              fmt::format("The data set '{0}' was not found in {1}. 'hourglass data fetch {0}' downloads it. Where you "
                          "have it already, put the files {2}, each plain or with .gz at the end, into one folder and "
                          "name that as data.dir or in $HOURGLASS_DATA. 'synthetic-digits' needs no files.",
                          name, join(quoted), join({kAllFiles.begin(), kAllFiles.end()})));
}

path required_file(const path& folder, const std::string& file) {
  path found = find_file(folder, file);
  if (found.empty())
    throw Error(ErrorKind::kData,
                fmt::format("'{}' is missing; '{}' holds only some of the files {}.", (folder / file).string(),
                            folder.string(), join({kAllFiles.begin(), kAllFiles.end()})));
  return found;
}

IdxArray read_array(const path& file, size_t rank, const char* expected) {
  IdxArray array = read_idx(file);
  if (array.shape.size() != rank)
    throw Error(ErrorKind::kData, fmt::format("'{}' holds an array of shape {}; {} were expected.", file.string(),
                                              to_string(array.shape), expected));
  if (array.values.empty())
    throw Error(ErrorKind::kData, fmt::format("'{}' holds nothing (its shape is {}); {} were expected.", file.string(),
                                              to_string(array.shape), expected));
  return array;
}

Dataset load_part(const std::string& name, const path& images_file, const path& labels_file) {
  const IdxArray labels = read_array(labels_file, 1, "labels (one dimension)");
  IdxArray images = read_array(images_file, 3, "images (count, height, width)");
  if (images.shape[0] != labels.shape[0])
    throw Error(ErrorKind::kData,
                fmt::format("'{}' holds {} images, but '{}' holds {} labels; one label an image was "
                            "expected.",
                            images_file.string(), images.shape[0], labels_file.string(), labels.shape[0]));
  return Dataset(name, {images.shape[1], images.shape[2], 1}, std::move(images.values),
                 {labels.values.begin(), labels.values.end()});
}

}  // namespace

path find_idx_folder(const std::string& name, const std::vector<path>& folders) {
  for (const path& place : places(name, folders))
    for (const char* file : kAllFiles)
      if (!find_file(place, file).empty()) return place;
  return {};
}

DataParts load_idx_dataset(const std::string& name, const std::vector<path>& folders) {
  const path folder = find_idx_folder(name, folders);
  if (folder.empty()) fail_missing(name, folders);
  std::array<path, kAllFiles.size()> files;
  for (size_t i = 0; i < files.size(); ++i) files[i] = required_file(folder, kAllFiles[i]);

  std::future<Dataset> test = std::async(std::launch::async, [&] { return load_part(name, files[2], files[3]); });
  DataParts parts;
  parts.train = load_part(name, files[0], files[1]);
  parts.test = test.get();
  if (parts.train.sample_shape() != parts.test.sample_shape())
    throw Error(ErrorKind::kData, fmt::format("'{}' holds images of {}, but '{}' of {}.", files[0].string(),
                                              to_string(parts.train.sample_shape()), files[2].string(),
                                              to_string(parts.test.sample_shape())));
  return parts;
}

}  // namespace hourglass
