#include "data/image_folder_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <sstream>

#include "core/team.h"
#include "data/resampling.h"
#include "formats/image.h"
#include "formats/image_folder.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

struct Size {
  int height, width;
  Resampling resampling;
};

/// Returns the size of the first preprocessing step, ignoring "gray" steps, which do not change the size. Returns
/// nullopt if the step is not a resize or is malformed. Malformed steps are rejected later, when the steps are parsed.
std::optional<Size> size_while_reading(const std::vector<std::string>& steps) {
  const auto step = std::ranges::find_if(steps, [](const std::string& text) { return text != "gray"; });
  if (step == steps.end()) return std::nullopt;
  std::istringstream words(*step);
  std::string word, resampling, more;
  Size size{};
  if (!(words >> word >> size.height >> size.width >> resampling) || words >> more || word != "resize" ||
      std::min(size.height, size.width) < 1 || std::max(size.height, size.width) > kMostPixels ||
      (resampling != "area" && resampling != "bilinear"))
    return std::nullopt;
  size.resampling = resampling == "area" ? Resampling::kArea : Resampling::kBilinear;
  return size;
}

DecodedImage resized(const DecodedImage& image, const Size& size) {
  const std::vector<float> values(image.bytes.begin(), image.bytes.end());
  DecodedImage result{size.width, size.height, image.channels, {}};
  std::vector<float> new_values(static_cast<size_t>(size.width) * static_cast<size_t>(size.height) *
                                static_cast<size_t>(image.channels));
  Resampler(image.height, image.width, size.height, size.width, image.channels, size.resampling)
      .resize(values.data(), new_values.data());
  for (const float value : new_values) result.bytes.push_back(static_cast<uint8_t>(std::lround(value)));
  return result;
}

using Images = std::vector<std::optional<DecodedImage>>;

/// Decodes all files and resizes each image if `size` is given. Skipped images are nullopt.
Images decode_all(const ImageFolder& found, const std::optional<Size>& size, bool skip_undecodable,
                  const Context& context) {
  Images images(found.files.size());
  std::atomic<size_t> next = 0;
  const int workers = std::min(num_threads(context), static_cast<int>(std::min<size_t>(images.size(), 1024)));
  run_team(workers, [&](int worker) {
    for (size_t i = next++; i < images.size(); i = next++) {
      if (worker == 0) context.progress("reading images", static_cast<int64_t>(i), static_cast<int64_t>(images.size()));
      try {
        DecodedImage image = read_image(found.files[i].path);
        images[i] = size ? resized(image, *size) : std::move(image);
      } catch (const Error& error) {
        if (skip_undecodable && error.kind() == ErrorKind::kData) continue;
        next = images.size();
        throw Error(error.kind(), std::string(error.what()) +
                                      (error.kind() == ErrorKind::kData
                                           ? " To skip images that cannot be decoded, set data.skip_undecodable=true."
                                           : ""));
      }
    }
  });
  return images;
}

bool has_colors(const DecodedImage& image) { return image.channels >= 3; }

/// Appends `channels` values per pixel. Gray is repeated, alpha is dropped.
void append_pixels(const DecodedImage& image, int channels, std::vector<uint8_t>& values) {
  const size_t num_pixels = image.bytes.size() / static_cast<size_t>(image.channels);
  const int step = has_colors(image) ? 1 : 0;
  for (size_t pixel = 0; pixel < num_pixels; ++pixel)
    for (int channel = 0; channel < channels; ++channel)
      values.push_back(image.bytes[pixel * static_cast<size_t>(image.channels) + static_cast<size_t>(channel * step)]);
}

void check_sizes(const ImageFolder& found, const Images& images) {
  const auto first = std::ranges::find_if(images, [](const auto& image) { return image.has_value(); });
  const auto other = std::ranges::find_if(images, [&](const auto& image) {
    return image && (image->width != (*first)->width || image->height != (*first)->height);
  });
  if (other == images.end()) return;
  const auto describe = [&](const auto& image) {
    return fmt::format("'{}' is {}x{}", found.files[static_cast<size_t>(image - images.begin())].path.string(),
                       (*image)->height, (*image)->width);
  };
  throw Error(ErrorKind::kData,
              fmt::format("All images of a dataset must have the same size, but {} and {} (height x width). To "
                          "resize them, start data.preprocess with a step such as \"resize 32 32 area\" "
                          "(height, width).",
                          describe(first), describe(other)));
}

}  // namespace

Dataset load_image_folder(const std::filesystem::path& folder, const DataConfig& config, const Context& context,
                          std::filesystem::path root) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(folder, ignored);
  const ImageFolder found = is_file ? ImageFolder{{}, {{folder, 0}}} : list_image_folder(folder);
  if (root.empty()) root = folder;
  const std::filesystem::path names_from = is_file ? folder.parent_path() : root;
  const std::optional<Size> size = size_while_reading(config.preprocess);
  Images images = decode_all(found, size, config.skip_undecodable, context);
  const auto is_decoded = [](const std::optional<DecodedImage>& image) { return image.has_value(); };
  const auto count = std::ranges::count_if(images, is_decoded);
  if (count == 0)
    throw Error(ErrorKind::kData,
                fmt::format("None of the {} images in '{}' can be decoded.", images.size(), folder.string()));
  check_sizes(found, images);
  const auto is_color = [](const std::optional<DecodedImage>& image) { return image && has_colors(*image); };
  const int channels = std::ranges::any_of(images, is_color) ? 3 : 1;

  const DecodedImage& first = **std::ranges::find_if(images, is_decoded);
  const Shape shape{first.height, first.width, channels};
  std::vector<uint8_t> values;
  values.reserve(static_cast<size_t>(count * num_elements(shape)));
  std::vector<int32_t> labels;
  std::vector<std::string> names;
  for (size_t i = 0; i < images.size(); ++i) {
    if (!images[i]) continue;
    names.push_back(found.files[i].path.lexically_relative(names_from).string());
    append_pixels(*images[i], channels, values);
    images[i].reset();
    if (!found.classes.empty()) labels.push_back(found.files[i].label);
  }
  if (context.log) {
    const auto skipped = static_cast<int64_t>(images.size()) - count;
    context.log(fmt::format("{}: {} images{} of {}{}{}", folder.string(), count, size ? ", resized," : "",
                            to_string(shape),
                            found.classes.empty() ? "" : fmt::format(" in {} classes", found.classes.size()),
                            skipped ? fmt::format("; skipped {} that cannot be decoded", skipped) : ""));
  }
  // The path of a folder can end in a slash.
  Dataset data((root.has_filename() ? root : root.parent_path()).filename().string(), shape, std::move(values),
               std::move(labels));
  data.set_class_names(found.classes);
  data.set_sample_names(std::move(names));
  return data;
}

}  // namespace hourglass
