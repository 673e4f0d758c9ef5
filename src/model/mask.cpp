#include "hourglass/mask.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/random.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

struct Frame {
  int64_t height, width, channels;
};

Frame frame_of(const Shape& shape) {
  if (shape.size() == 3) return {shape[0], shape[1], shape[2]};
  if (shape.size() == 2) return {shape[0], shape[1], 1};
  return {1, num_elements(shape), 1};
}

bool in_middle_half(int64_t position, int64_t size) {
  const int64_t begin = size / 4;
  return position >= begin && position < begin + (size + 1) / 2;
}

bool is_hidden(Mask mask, const Frame& frame, int64_t row, int64_t column) {
  switch (mask) {
    case Mask::kRight:
      return column >= frame.width / 2;
    case Mask::kLeft:
      return column < frame.width / 2;
    case Mask::kTop:
      return row < frame.height / 2;
    case Mask::kBottom:
      return row >= frame.height / 2;
    case Mask::kCenter:
      return in_middle_half(row, frame.height) && in_middle_half(column, frame.width);
    case Mask::kRandom:
      break;
  }
  return false;
}

}  // namespace

const char* name(Mask mask) {
  constexpr const char* kNames[kNumMasks] = {"right", "left", "top", "bottom", "center", "random"};
  return kNames[static_cast<int>(mask)];
}

Tensor make_mask(Mask mask, int64_t rows, const Shape& sample_shape, double fraction, uint64_t seed) {
  if (!(fraction >= 0 && fraction <= 1))
    throw Error(ErrorKind::kUsage, fmt::format("The hidden fraction of a mask is {}; expected 0 to 1.", fraction));
  const Frame frame = frame_of(sample_shape);
  Tensor result({rows, num_elements(sample_shape)});
  for (int64_t i = 0; i < rows; ++i) {
    RandomStream random(seed, RandomPurpose::kMask, static_cast<uint64_t>(i));
    float* to = result.data() + i * result.row_size();
    for (int64_t row = 0; row < frame.height; ++row)
      for (int64_t column = 0; column < frame.width; ++column, to += frame.channels) {
        const bool hidden = mask == Mask::kRandom ? static_cast<double>(random.uniform()) < fraction
                                                  : is_hidden(mask, frame, row, column);
        std::fill_n(to, frame.channels, hidden ? 1.0f : 0.0f);
      }
  }
  return result;
}

}  // namespace hourglass
