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

[[noreturn]] void fail_missing(const std::string& name, const std::vector<path>& places, const std::string& home_page) {
  std::vector<std::string> quoted;
  for (const path& place : places) quoted.push_back(fmt::format("'{}'", place.string()));
  throw Error(ErrorKind::kData,
              fmt::format("The data set '{}' was not found in {}. Expected there: the files {}, each plain or with .gz "
                          "at the end. Get them from {} and name their folder as data.dir or in $HOURGLASS_DATA. "
                          "'synthetic-digits' needs no files.",
                          name, join(quoted), join({kAllFiles.begin(), kAllFiles.end()}), home_page));
}

path find_folder(const std::string& name, const std::vector<path>& folders, const std::string& home_page) {
  std::vector<path> places;
  for (const path& folder : folders) {
    places.push_back(folder / name);
    places.push_back(folder);
  }
  for (const path& place : places)
    for (const char* file : kAllFiles)
      if (!find_file(place, file).empty()) return place;
  fail_missing(name, places, home_page);
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

DataParts load_idx_dataset(const std::string& name, const std::vector<path>& folders, const std::string& home_page) {
  const path folder = find_folder(name, folders, home_page);
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
