#include "data/idx_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>

#include "core/text.h"
#include "formats/idx.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using std::filesystem::path;

enum File : size_t { kTrainImages, kTrainLabels, kTestImages, kTestLabels };

/// Returns the plain or gzipped file of this name, or an empty path.
path find_file(const path& folder, const std::string& file) {
  std::error_code ignored;
  for (const path& candidate : {folder / file, folder / (file + ".gz")})
    if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
  return {};
}

[[noreturn]] void reject_missing(const path& folder, const std::string& file) {
  throw Error(ErrorKind::kData,
              fmt::format("'{}' is missing. '{}' has only some of the files {}.", (folder / file).string(),
                          folder.string(), join({kIdxFiles.begin(), kIdxFiles.end()})));
}

NumberArray read_array(const path& file, size_t rank, const char* expected) {
  NumberArray array = read_idx(file);
  if (array.shape.size() != rank || array.type != NumberType::kUint8)
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has values of type {} and shape {}; {} of type uint8 were expected.", file.string(),
                            to_string(array.type), to_string(array.shape), expected));
  if (array.bytes.empty())
    throw Error(ErrorKind::kData, fmt::format("'{}' has no values (its shape is {}); {} were expected.", file.string(),
                                              to_string(array.shape), expected));
  return array;
}

Dataset load_images(const std::string& name, const path& images_file, const path& labels_file) {
  const NumberArray labels = read_array(labels_file, 1, "labels (one dimension)");
  const NumberArray images = read_array(images_file, 3, "images (count, height, width)");
  if (images.shape[0] != labels.shape[0])
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has {} images, but '{}' has {} labels; one label per image was "
                            "expected.",
                            images_file.string(), images.shape[0], labels_file.string(), labels.shape[0]));
  return Dataset(name, {images.shape[1], images.shape[2], 1},
                 SampleStorage::shared(ElementType::kUint8, images.bytes, images.owner, images.is_mapped),
                 {labels.values<uint8_t>().begin(), labels.values<uint8_t>().end()});
}

}  // namespace

bool has_idx_files(const path& folder) {
  return std::ranges::any_of(kIdxFiles, [&](const char* file) { return !find_file(folder, file).empty(); });
}

DataSplit load_idx_folder(const std::string& name, const path& folder, const Context& context) {
  std::array<path, kIdxFiles.size()> files;
  for (size_t i = 0; i < files.size(); ++i) files[i] = find_file(folder, kIdxFiles[i]);
  if (files[kTrainImages].empty() && files[kTrainLabels].empty() && !files[kTestImages].empty() &&
      !files[kTestLabels].empty()) {
    DataSplit split{load_images(name, files[kTestImages], files[kTestLabels]), {}, {}};
    if (context.log)
      context.log(fmt::format("{}: '{}' has only the test set. Its {} images are used as the whole dataset.", name,
                              folder.string(), split.train.size()));
    return split;
  }
  for (size_t i = 0; i < files.size(); ++i)
    if (files[i].empty()) reject_missing(folder, kIdxFiles[i]);

  std::future<Dataset> test = std::async(std::launch::async, [&] { return load_images(name, files[2], files[3]); });
  DataSplit split;
  split.train = load_images(name, files[0], files[1]);
  split.test = test.get();
  if (split.train.sample_shape() != split.test.sample_shape())
    throw Error(ErrorKind::kData, fmt::format("'{}' has images of {}, but '{}' has images of {}.", files[0].string(),
                                              to_string(split.train.sample_shape()), files[2].string(),
                                              to_string(split.test.sample_shape())));
  return split;
}

}  // namespace hourglass
