#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "command.h"
#include "core/brightness.h"
#include "data/description.h"
#include "data_arguments.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "picture_options.h"
#include "text.h"

namespace hourglass::cli {
namespace {

struct ShowArguments {
  explicit ShowArguments(Arguments& arguments) : data(arguments), picture(arguments) {
    arguments.add("--out", out, "PNG file, - for standard output; default: NAME.png, NAME-2.png ...").value("FILE");
    arguments.add("--part", part, "which samples").one_of({"train", "validation", "test"}).shows_default();
    arguments
        .add("--count", count,
             fmt::format("number of images per class, or in all if there are no classes; a picture has at most {}",
                         kMostDrawn))
        .value("N")
        .range(1, 1000);
  }
  DataArguments data;
  std::string out;
  std::string part = "train";
  int64_t count = 0;  // 0: a default number
  PictureOptions picture;
};

constexpr int64_t kOfEachClass = 12, kOfAll = 96;
constexpr int kColumns = 16;

/// `count` of them, evenly spaced, because adjacent samples of a dataset are often similar.
std::vector<int64_t> evenly_spaced(const std::vector<int64_t>& samples, int64_t count) {
  const auto available = static_cast<int64_t>(samples.size());
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < std::min(count, available); ++i)
    chosen.push_back(samples[static_cast<size_t>(i * available / std::min(count, available))]);
  return chosen;
}

/// The images with these indices, padded with white images up to `count`.
Tensor images(const Dataset& data, const std::vector<int64_t>& samples, int64_t count, float white) {
  const Tensor read = data.select(samples).read();
  Shape shape = read.shape();
  shape[0] = count;
  Tensor padded(shape);
  std::ranges::fill(padded.values(), white);
  std::ranges::copy(read.values(), padded.data());
  return padded;
}

/// The rows of the picture, and how many samples they show.
struct Shown {
  std::vector<ImageRow> rows;
  int64_t num_samples = 0;
  std::string how;  ///< of which classes; empty if there are none
};

/// A row of each class, and of the first classes only if there are too many for a picture.
Shown class_rows(const Dataset& data, int64_t count_of_each, float white) {
  std::map<int32_t, std::vector<int64_t>> by_label;
  for (int64_t i = 0; i < data.size(); ++i) by_label[data.labels()[static_cast<size_t>(i)]].push_back(i);
  const auto num_classes = static_cast<int64_t>(by_label.size()), num_rows = std::min(num_classes, kMostDrawn);
  size_t most = 0;
  for (const auto& [label, samples] : by_label) most = std::max(most, samples.size());
  const int64_t width = std::min({count_of_each, static_cast<int64_t>(most), kMostDrawn / num_rows});
  Shown shown;
  shown.how = num_rows < num_classes ? fmt::format(", the first {} of {} classes", count(num_rows), count(num_classes))
                                     : ", class by class";
  for (const auto& [label, samples] : by_label) {
    if (static_cast<int64_t>(shown.rows.size()) == num_rows) break;
    const std::string number = std::to_string(label), name = data.class_name(label);
    const std::vector<int64_t> chosen = evenly_spaced(samples, width);
    shown.num_samples += static_cast<int64_t>(chosen.size());
    shown.rows.push_back({fmt::format("{}{} ({})", name == number ? "" : number + " ", name,
                                      count(static_cast<int64_t>(samples.size()))),
                          images(data, chosen, width, white)});
  }
  return shown;
}

Shown one_row(const Dataset& data, int64_t num_images) {
  std::vector<int64_t> all(static_cast<size_t>(data.size()));
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int64_t>(i);
  const int64_t shown = std::min(num_images, data.size());
  return {{{"", images(data, evenly_spaced(all, shown), shown, 1)}}, shown, ""};
}

/// The values of black and white. Values outside [0, 1], such as preprocessed ones, are shown up to 3 standard
/// deviations from their mean, so that a few outliers do not hide all contrast.
ValueRange brightness(const Dataset& data) {
  constexpr double kDeviations = 3;
  const PartDescription values = describe(data);
  if (values.min >= 0 && values.max <= 1) return {};
  const double reach = kDeviations * values.standard_deviation;
  return {std::max(values.min, values.mean - reach), std::min(values.max, values.mean + reach)};
}

/// --out, or the first default name that does not exist yet.
std::filesystem::path output_path(const ShowArguments& arguments, const std::string& name) {
  if (!arguments.out.empty()) return arguments.out;
  std::filesystem::path path = name + ".png";
  for (int i = 2; std::filesystem::exists(path); ++i) path = fmt::format("{}-{}.png", name, i);
  return path;
}

int show(ShowArguments& arguments) {
  arguments.data.arguments().output().claim("--out", arguments.out);
  const DataSplit parts = arguments.data.load();
  const Dataset& data = arguments.part == "train"  ? parts.train
                        : arguments.part == "test" ? parts.test
                                                   : parts.validation;
  if (data.size() == 0)
    throw Error(ErrorKind::kUsage, fmt::format("'{}' has no {} set.", parts.train.name(),
                                               arguments.part == "train" ? "training" : arguments.part));
  if (!is_image(data.sample_shape()))
    throw Error(ErrorKind::kUsage,
                fmt::format("The samples of '{}' are {}; only images of 1 or 3 channels can be drawn.", data.name(),
                            to_string(data.sample_shape())));
  const ValueRange range = brightness(data);
  Shown shown = data.has_labels() ? class_rows(data, arguments.count > 0 ? arguments.count : kOfEachClass,
                                               static_cast<float>(range.high))
                                  : one_row(data, arguments.count > 0 ? arguments.count : kOfAll);
  const std::filesystem::path path = output_path(arguments, data.name());
  const int columns = data.has_labels() ? static_cast<int>(shown.rows[0].images.rows()) : kColumns;
  for (ImageRow& row : shown.rows) to_brightness(row.images.values(), range);
  arguments.picture.write(path, shown.rows, columns);
  arguments.data.output().print(
      fmt::format("{} of the {} {} images of {}{}: {}\n", count(shown.num_samples), count(data.size()), arguments.part,
                  described(data, arguments.data.config()), shown.how, path.string()),
      [&] {
        return Json{{"data", data.name()},
                    {"part", arguments.part},
                    {"num_samples", data.size()},
                    {"num_shown", shown.num_samples},
                    {"picture", path.string()}};
      });
  return kDone;
}

}  // namespace

Action declare_data_show(Arguments& app) {
  const auto arguments = std::make_shared<ShowArguments>(app);
  return [arguments] { return show(*arguments); };
}

}  // namespace hourglass::cli
