#include "data/natural_patches.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/random.h"
#include "formats/image.h"
#include "formats/image_folder.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

enum class StreamUse : uint64_t { kPhotographs, kTrain, kTest };

RandomStream stream(const DataConfig& config, StreamUse use, int64_t index) {
  return {static_cast<uint64_t>(config.patch_seed), RandomPurpose::kPatches,
          static_cast<uint64_t>(use) << 56 | static_cast<uint64_t>(index)};
}

/// Reads an image as {height, width, 3} bytes.
DecodedImage read_rgb(const std::filesystem::path& path, int64_t patch_size) {
  const DecodedImage image = with_bytes(read_image(path));
  if (std::min(image.height, image.width) < patch_size)
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has {}x{} pixels, which is too small for a patch of {}x{} (data.patch_size).",
                            path.string(), image.width, image.height, patch_size, patch_size));
  DecodedImage rgb{image.width, image.height, 3, {}, {}};
  const auto channels = static_cast<size_t>(image.channels);
  for (size_t i = 0; i < image.bytes.size(); i += channels)
    for (size_t c = 0; c < 3; ++c) rgb.bytes.push_back(image.bytes[i + (channels < 3 ? 0 : c)]);
  return rgb;
}

Dataset cut_patches(std::span<const DecodedImage> photographs, int64_t count, const DataConfig& config, StreamUse use) {
  const auto size = static_cast<size_t>(config.patch_size);
  std::vector<uint8_t> values;
  values.reserve(static_cast<size_t>(count) * size * size * 3);
  for (int64_t i = 0; i < count; ++i) {
    RandomStream random = stream(config, use, i);
    const DecodedImage& photograph = photographs[random.below(photographs.size())];
    const auto width = static_cast<size_t>(photograph.width), height = static_cast<size_t>(photograph.height);
    const size_t top = random.below(height - size + 1), left = random.below(width - size + 1);
    for (size_t y = top; y < top + size; ++y) {
      const auto row = photograph.bytes.begin() + static_cast<std::ptrdiff_t>((y * width + left) * 3);
      values.insert(values.end(), row, row + static_cast<std::ptrdiff_t>(size * 3));
    }
  }
  return Dataset("natural-patches", {config.patch_size, config.patch_size, 3}, std::move(values));
}

/// Returns the given fraction of `total`, rounded, so that both sets get at least one.
int64_t share(double fraction, int64_t total) {
  return std::clamp(static_cast<int64_t>(std::llround(fraction * static_cast<double>(total))), int64_t{1}, total - 1);
}

}  // namespace

DataSplit cut_natural_patches(const std::filesystem::path& folder, const DataConfig& config, const Context& context) {
  std::vector<DecodedImage> photographs;
  const ImageFolder found = list_image_folder(folder);
  for (const ImageFolder::File& file : found.files) {
    context.progress("reading photographs", std::ssize(photographs), std::ssize(found.files));
    photographs.push_back(read_rgb(file.path, config.patch_size));
  }
  if (config.test <= 0) return {cut_patches(photographs, config.patches, config, StreamUse::kTrain), {}, {}};

  const auto num_photographs = static_cast<int64_t>(photographs.size());
  if (num_photographs < 2 || config.patches < 2)
    throw Error(ErrorKind::kData,
                fmt::format("'{}' has {} photographs for {} patches; at least two of each were expected, because the "
                            "test set is cut from separate photographs. Use data.test = 0 for no test set.",
                            folder.string(), num_photographs, config.patches));
  RandomStream random = stream(config, StreamUse::kPhotographs, 0);
  for (size_t i = photographs.size(); i > 1; --i) std::swap(photographs[i - 1], photographs[random.below(i)]);
  const auto num_test = static_cast<size_t>(share(config.test, num_photographs));
  const int64_t test_patches = share(config.test, config.patches);
  const std::span<const DecodedImage> all(photographs);
  return {cut_patches(all.subspan(num_test), config.patches - test_patches, config, StreamUse::kTrain),
          cut_patches(all.first(num_test), test_patches, config, StreamUse::kTest),
          {}};
}

}  // namespace hourglass
