#include "data/sample_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr size_t kMostDimensions = 4;  // count, height, width, channels

/// "28x28" or "28x28x1" or "30".
Shape parse_shape(const std::string& text) {
  Shape shape;
  const char* position = text.data();
  const char* const end = text.data() + text.size();
  while (true) {
    int64_t size = 0;
    const auto [stop, error] = std::from_chars(position, end, size);
    if (error != std::errc() || size < 1 || shape.size() == 3 || (stop != end && *stop != 'x'))
      throw Error(ErrorKind::kUsage,
                  fmt::format("data.shape is '{}'; a height and width such as 28x28, with channels such as 32x32x3, or "
                              "a number of values was expected.",
                              text));
    shape.push_back(size);
    if (stop == end) break;
    position = stop + 1;
  }
  if (shape.size() == 2) shape.push_back(1);
  return shape;
}

bool samples_are_last(const Shape& shape, bool is_matlab, std::optional<int64_t> num_labels,
                      const std::string& orientation) {
  if (orientation != "auto") return orientation == "columns";
  const int64_t first = shape.front(), last = shape.back();
  if (num_labels && (first == *num_labels) != (last == *num_labels)) return last == *num_labels;
  return is_matlab && last > first;
}

bool can_be_channels(int64_t size) { return size == 1 || size == 3 || size == 4; }

/// The most square {height, width, 1} with this number of values, as an example.
Shape square_like(int64_t count) {
  int64_t height = 1;
  for (int64_t divisor = 2; divisor * divisor <= count; ++divisor)
    if (count % divisor == 0) height = divisor;
  return {height, count / height, 1};
}

}  // namespace

SampleLayout infer_layout(const Shape& shape, bool is_matlab, std::optional<int64_t> num_labels,
                          const DataConfig& config, const std::string& source) {
  const auto fail = [&](ErrorKind kind, const std::string& found) {
    throw Error(kind, fmt::format("The array in '{}' has shape {}{}", source, to_string(shape), found));
  };
  if (shape.size() < 2) fail(ErrorKind::kData, ", which is one-dimensional; samples and their values were expected.");
  if (shape.size() > kMostDimensions)
    fail(ErrorKind::kData,
         fmt::format(", with {} dimensions; at most count, height, width and channels were expected.", shape.size()));
  SampleLayout layout;
  layout.samples_last = samples_are_last(shape, is_matlab, num_labels, config.orientation);
  Shape rest = shape;
  rest.erase(layout.samples_last ? rest.end() - 1 : rest.begin());
  layout.channels_first = config.layout == "nchw" || (config.layout == "auto" && rest.size() == 3 &&
                                                      !can_be_channels(rest[2]) && can_be_channels(rest[0]));
  if (layout.channels_first && rest.size() == 3) std::rotate(rest.begin(), rest.begin() + 1, rest.end());
  if (rest.size() == 2) rest.push_back(1);
  layout.sample_shape = rest;
  if (config.shape.empty()) return layout;

  layout.sample_shape = parse_shape(config.shape);
  if (num_elements(layout.sample_shape) != num_elements(rest))
    fail(ErrorKind::kUsage, fmt::format(": {} values per sample, which does not match {} (data.shape). {}",
                                        num_elements(rest), to_string(layout.sample_shape),
                                        shape.size() == 2 && num_elements(layout.sample_shape) ==
                                                                 (layout.samples_last ? shape.back() : shape.front())
                                            ? "The other dimension matches: try data.orientation=rows or columns."
                                            : fmt::format("Give a shape of {} values, such as {}.", num_elements(rest),
                                                          to_string(square_like(num_elements(rest))))));
  return layout;
}

NumberArray arranged(const NumberArray& array, bool is_reversed, const SampleLayout& layout) {
  const size_t rank = array.shape.size();
  std::vector<size_t> axes(rank);
  std::iota(axes.begin(), axes.end(), size_t{0});
  if (layout.samples_last) std::rotate(axes.begin(), axes.end() - 1, axes.end());
  if (layout.channels_first && rank == kMostDimensions) std::rotate(axes.begin() + 1, axes.begin() + 2, axes.end());
  if (is_reversed)
    for (size_t& axis : axes) axis = rank - 1 - axis;
  NumberArray result = std::ranges::is_sorted(axes) ? array : permuted(array, axes);
  const int64_t count = result.shape.front();
  const Shape& sample = layout.sample_shape;
  if (layout.channels_first && rank == 2 && sample.size() == 3) {
    // Each row has all values of the first channel, then of the next, as in CIFAR-10.
    result.shape = {count, sample[2], sample[0], sample[1]};
    result = permuted(result, std::array<size_t, 4>{0, 2, 3, 1});
  }
  result.shape = sample;
  result.shape.insert(result.shape.begin(), count);
  return result;
}

SparseMatrix arranged(SparseMatrix matrix, const SampleLayout& layout, const std::string& source) {
  if (layout.channels_first && layout.sample_shape.size() == 3)
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is a sparse matrix, whose samples cannot be images with channels first "
                            "(data.layout=nchw).",
                            source));
  return matrix.by_columns == layout.samples_last ? std::move(matrix) : with_other_slices(matrix);
}

}  // namespace hourglass
