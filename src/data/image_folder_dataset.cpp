#include "data/image_folder_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <sstream>
#include <string_view>
#include <type_traits>

#include "core/mapped_file.h"
#include "core/team.h"
#include "core/text.h"
#include "data/resampling.h"
#include "formats/image.h"
#include "formats/image_folder.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr const char* kNoLabels = "none";  // data.labels

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

/// An image that becomes a sample.
struct Item {
  size_t file;
  int page;
  ImageInfo info;
};

bool has_colors(int channels) { return channels >= 3; }

/// Runs task(i) for i in [0, count) on all workers. With config.skip_undecodable, skip(i) replaces a task that finds
/// malformed data.
template <typename Task, typename Skip>
void for_each_image(const char* what, size_t count, const DataConfig& config, const Context& context, const Task& task,
                    const Skip& skip) {
  std::atomic<size_t> next = 0;
  const int workers = std::min(num_threads(context), static_cast<int>(std::min<size_t>(count, 1024)));
  run_team(workers, [&](int worker) {
    for (size_t i = next++; i < count; i = next++) {
      if (worker == 0) context.progress(what, static_cast<int64_t>(i), static_cast<int64_t>(count));
      try {
        task(i);
      } catch (const Error& error) {
        if (config.skip_undecodable && error.kind() == ErrorKind::kData) {
          skip(i);
          continue;
        }
        next = count;
        throw Error(error.kind(), std::string(error.what()) +
                                      (error.kind() == ErrorKind::kData
                                           ? " To skip images that cannot be decoded, set data.skip_undecodable=true."
                                           : ""));
      }
    }
  });
}

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

/// Reads the headers of all files.
std::vector<Item> list_items(const ImageFolder& found, const DataConfig& config, const Context& context) {
  std::vector<ImageInfo> infos(found.files.size());
  for_each_image(
      "reading headers of images", found.files.size(), config, context,
      [&](size_t i) {
        const MappedFile file(found.files[i].path);
        infos[i] = image_info(text_of(file), found.files[i].path.string());
      },
      [&](size_t i) { infos[i].pages = 0; });
  std::vector<Item> items;
  for (size_t i = 0; i < infos.size(); ++i)
    for (int page = 0; page < infos[i].pages; ++page) items.push_back({i, page, infos[i]});
  return items;
}

std::string size_text(const ImageFolder& found, const Item& item) {
  return fmt::format("'{}' is {}x{}", found.files[item.file].path.string(), item.info.height, item.info.width);
}

void check_sizes(const ImageFolder& found, const std::vector<Item>& items, const std::vector<std::string>& steps) {
  const auto other = std::ranges::find_if(items, [&](const Item& item) {
    return item.info.width != items[0].info.width || item.info.height != items[0].info.height;
  });
  if (other == items.end()) return;
  const auto step = std::ranges::find_if(steps, [](const std::string& text) { return text.starts_with("resize"); });
  throw Error(
      ErrorKind::kData,
      fmt::format("All images of a dataset must have the same size, but {} and {} (height x width). {}To resize "
                  "them, start data.preprocess with a step such as \"resize 32 32 area\" (height and width from "
                  "1 to {}; area or bilinear).",
                  size_text(found, items[0]), size_text(found, *other),
                  step == steps.end() ? "" : fmt::format("The step '{}' does not resize them. ", *step), kMostPixels));
}

/// Writes `channels` values of each pixel to `out`. Gray is repeated, color is weighted to gray, alpha is dropped.
/// `convert`: from a value of the image to one of the sample.
template <typename T, typename Out, typename Convert>
void write_pixels(const T* pixels, int64_t count, int from, int channels, Out* out, const Convert& convert) {
  for (int64_t pixel = 0; pixel < count; ++pixel, pixels += from) {
    if (has_colors(from) && channels == 1)  // ITU-R BT.709, as the step gray
      *out++ = convert(0.2126f * static_cast<float>(pixels[0]) + 0.7152f * static_cast<float>(pixels[1]) +
                       0.0722f * static_cast<float>(pixels[2]));
    else
      for (int channel = 0; channel < channels; ++channel)
        *out++ = convert(static_cast<float>(pixels[has_colors(from) ? channel : 0]));
  }
}

/// The images of a folder as samples of one type: uint8_t, or float.
template <typename Value>
class Samples {
 public:
  Samples(size_t count, const Shape& shape, bool resizes, Resampling resampling)
      : shape_(shape),
        resizes_(resizes),
        resampling_(resampling),
        values_(count * static_cast<size_t>(num_elements(shape))) {}

  void store(const DecodedImage& image, size_t i) {
    if (!resizes_ && (image.height != shape_[0] || image.width != shape_[1]))
      throw Error(ErrorKind::kData, fmt::format("A page of {}x{} pixels follows one of {}x{}.", image.height,
                                                image.width, shape_[0], shape_[1]));
    Value* out = values_.data() + i * static_cast<size_t>(num_elements(shape_));
    if (image.is_deep())
      store_pixels(image.deep.data(), image, 65535, out);
    else
      store_pixels(image.bytes.data(), image, 255, out);
  }

  /// Removes the samples of which `keep` is false.
  std::vector<Value> take(const std::vector<char>& keep) {
    const auto size = static_cast<size_t>(num_elements(shape_));
    size_t kept = 0;
    for (size_t i = 0; i < keep.size(); ++i)
      if (keep[i])
        std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                    values_.begin() + static_cast<std::ptrdiff_t>(kept++ * size));
    values_.resize(kept * size);
    return std::move(values_);
  }

 private:
  template <typename T>
  void store_pixels(const T* pixels, const DecodedImage& image, float largest, Value* out) const {
    const auto channels = static_cast<int>(shape_[2]);
    const auto convert = [&](float value) {
      if constexpr (std::is_same_v<Value, uint8_t>)
        return static_cast<uint8_t>(std::lround(value * (255 / largest)));
      else
        return value / largest;
    };
    const int64_t count = shape_[0] * shape_[1];
    if (!resizes_) return write_pixels(pixels, count, image.channels, channels, out, convert);
    std::vector<float> resized(static_cast<size_t>(count * image.channels));
    Resampler(image.height, image.width, shape_[0], shape_[1], image.channels, resampling_)
        .resize(pixels, resized.data());
    write_pixels(resized.data(), count, image.channels, channels, out, convert);
  }

  Shape shape_;
  bool resizes_;
  Resampling resampling_;
  std::vector<Value> values_;
};

/// "a.png, b.png and 3 more"
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kMostNamed = 4;
  const std::vector<std::string> first(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostNamed)));
  return join(first) + (names.size() > kMostNamed ? fmt::format(" and {} more", names.size() - kMostNamed) : "");
}

/// Says what was converted or left out.
void log_conversions(const ImageFolder& found, const std::vector<Item>& items, int channels, bool is_float,
                     const Context& context) {
  if (!context.log) return;
  if (!found.others.empty()) {
    std::vector<std::string> names;
    for (const auto& path : found.others) names.push_back(path.filename().string());
    context.log(fmt::format("{} files are not images and are left out: {}.", names.size(), some_of(names)));
  }
  std::vector<std::string> gray, color, alpha, deep;
  for (const Item& item : items) {
    const std::string name = found.files[item.file].path.filename().string();
    (has_colors(item.info.channels) ? color : gray).push_back(name);
    if (item.info.channels % 2 == 0) alpha.push_back(name);
    if (item.info.is_deep) deep.push_back(name);
  }
  if (channels == 3 && !gray.empty())
    context.log(
        fmt::format("{} of {} images are gray and are read as color, since others have color: {}. To read all as "
                    "gray, start data.preprocess with gray.",
                    gray.size(), items.size(), some_of(gray.size() < color.size() ? gray : color)));
  if (channels == 1 && !color.empty())
    context.log(fmt::format("{} of {} images have color and are read as gray, like the training set: {}.", color.size(),
                            items.size(), some_of(color)));
  if (!alpha.empty())
    context.log(fmt::format("{} images have transparency, which is dropped: {}.", alpha.size(), some_of(alpha)));
  if (!deep.empty())
    context.log(is_float ? fmt::format("{} of {} images have 16 bits: values are v / 65535.", deep.size(), items.size())
                         : fmt::format("{} images have 16 bits and are rounded to 8, like the training set: {}.",
                                       deep.size(), some_of(deep)));
}

}  // namespace

Dataset load_image_folder(const std::filesystem::path& folder, const DataConfig& config, const Context& context,
                          std::filesystem::path root, const Dataset* like) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(folder, ignored);
  const ImageFolder found = is_file ? ImageFolder{{}, {{folder, 0}}, {}} : list_image_folder(folder);
  if (root.empty()) root = folder;
  const std::filesystem::path names_from = is_file ? folder.parent_path() : root;
  const std::optional<Size> size = size_while_reading(config.preprocess);
  const std::vector<Item> items = list_items(found, config, context);
  const auto reject_all = [&] {
    throw Error(ErrorKind::kData,
                fmt::format("None of the {} images in '{}' can be decoded.", found.files.size(), folder.string()));
  };
  if (items.empty()) reject_all();
  if (!size) check_sizes(found, items, config.preprocess);

  const bool is_color = std::ranges::any_of(items, [](const Item& item) { return has_colors(item.info.channels); });
  const bool is_deep = std::ranges::any_of(items, [](const Item& item) { return item.info.is_deep; });
  const int channels = like ? static_cast<int>(like->sample_shape()[2]) : is_color ? 3 : 1;
  const bool is_float = like ? like->storage().type() != ElementType::kUint8 : is_deep;
  const Shape shape{size ? size->height : items[0].info.height, size ? size->width : items[0].info.width, channels};
  log_conversions(found, items, channels, is_float, context);

  std::vector<char> keep(items.size(), 1);
  const auto read_all = [&](auto samples) {
    for_each_image(
        "reading images", items.size(), config, context,
        [&](size_t i) {
          const std::filesystem::path& path = found.files[items[i].file].path;
          const MappedFile file(path);
          samples.store(decode_image(text_of(file), path.string(), items[i].page), i);
        },
        [&](size_t i) { keep[i] = 0; });
    return samples.take(keep);
  };
  const Resampling resampling = size ? size->resampling : Resampling::kArea;
  const SampleStorage storage =
      is_float ? SampleStorage::of_floats(read_all(Samples<float>(items.size(), shape, size.has_value(), resampling)))
               : SampleStorage::of_bytes(read_all(Samples<uint8_t>(items.size(), shape, size.has_value(), resampling)));
  const auto count = std::ranges::count(keep, 1);
  if (count == 0) reject_all();

  const bool has_classes = !found.classes.empty() && config.labels != kNoLabels;
  std::vector<int32_t> labels;
  std::vector<std::string> names;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!keep[i]) continue;
    const ImageFolder::File& file = found.files[items[i].file];
    names.push_back(file.path.lexically_relative(names_from).string());
    if (items[i].info.pages > 1) names.back() += fmt::format(":{}", items[i].page + 1);
    if (has_classes) labels.push_back(file.label);
  }
  if (context.log) {
    const auto skipped = static_cast<int64_t>(found.files.size()) - count;
    context.log(fmt::format("{}: {} images{} of {}{}{}", folder.string(), count, size ? ", resized," : "",
                            to_string(shape), has_classes ? fmt::format(" in {} classes", found.classes.size()) : "",
                            skipped > 0 ? fmt::format("; skipped {} that cannot be decoded", skipped) : ""));
  }
  // The path of a folder can end in a slash.
  Dataset data((root.has_filename() ? root : root.parent_path()).filename().string(), shape, storage,
               std::move(labels));
  if (has_classes) data.set_class_names(found.classes);
  data.set_sample_names(std::move(names));
  return data;
}

}  // namespace hourglass
