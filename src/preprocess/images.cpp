#include "preprocess/images.h"

#include <algorithm>

namespace hourglass {
namespace {

class Gray final : public Step {
 public:
  explicit Gray(const Shape& shape) : Step(shape, {shape[0], shape[1], 1}) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    if (input_shape()[2] == 1) {
      std::copy_n(x, rows * input_dim(), y);
      return;
    }
    for (int64_t i = 0; i < rows * output_dim(); ++i)
      y[i] = 0.2126f * x[3 * i] + 0.7152f * x[3 * i + 1] + 0.0722f * x[3 * i + 2];
  }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override { return before; }
};

class Resize final : public Step {
 public:
  Resize(const Shape& shape, int64_t height, int64_t width, Resampling resampling)
      : Step(shape, {height, width, shape[2]}), resampler_(shape[0], shape[1], height, width, shape[2], resampling) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    for (int64_t row = 0; row < rows; ++row) resampler_.resize(x + row * input_dim(), y + row * output_dim());
  }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override { return before; }

 private:
  Resampler resampler_;
};

// Copies the region of `large` at (top, left) from or to the whole of `small`.
void copy_region(const Shape& small, const Shape& large, int64_t top, int64_t left, bool into_large, const float* from,
                 float* to) {
  const int64_t line = small[1] * small[2];
  for (int64_t y = 0; y < small[0]; ++y) {
    const int64_t at = ((top + y) * large[1] + left) * large[2];
    std::copy_n(from + (into_large ? y * line : at), line, to + (into_large ? at : y * line));
  }
}

class Crop final : public Step {
 public:
  Crop(const Shape& shape, int64_t height, int64_t width)
      : Step(shape, {height, width, shape[2]}), top_((shape[0] - height) / 2), left_((shape[1] - width) / 2) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    for (int64_t row = 0; row < rows; ++row)
      copy_region(output_shape(), input_shape(), top_, left_, false, x + row * input_dim(), y + row * output_dim());
  }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override { return before; }

 private:
  int64_t top_, left_;
};

class Pad final : public Step {
 public:
  Pad(const Shape& shape, int64_t margin, float value)
      : Step(shape, {shape[0] + 2 * margin, shape[1] + 2 * margin, shape[2]}), margin_(margin), value_(value) {}
  void apply(int64_t rows, const float* x, float* y) const override {
    std::fill_n(y, rows * output_dim(), value_);
    for (int64_t row = 0; row < rows; ++row)
      copy_region(input_shape(), output_shape(), margin_, margin_, true, x + row * input_dim(), y + row * output_dim());
  }
  bool inverts() const override { return true; }
  void invert(int64_t rows, const float* y, float* x) const override {
    for (int64_t row = 0; row < rows; ++row)
      copy_region(input_shape(), output_shape(), margin_, margin_, false, y + row * output_dim(),
                  x + row * input_dim());
  }
  std::optional<ValueRange> range(std::optional<ValueRange> before) const override {
    if (!before) return before;
    const auto value = static_cast<double>(value_);
    return ValueRange{std::min(before->low, value), std::max(before->high, value)};
  }

 private:
  int64_t margin_;
  float value_;
};

}  // namespace

std::unique_ptr<Step> make_gray(const Shape& shape) { return std::make_unique<Gray>(shape); }
std::unique_ptr<Step> make_resize(const Shape& shape, int64_t height, int64_t width, Resampling resampling) {
  return std::make_unique<Resize>(shape, height, width, resampling);
}
std::unique_ptr<Step> make_crop(const Shape& shape, int64_t height, int64_t width) {
  return std::make_unique<Crop>(shape, height, width);
}
std::unique_ptr<Step> make_pad(const Shape& shape, int64_t margin, float value) {
  return std::make_unique<Pad>(shape, margin, value);
}

}  // namespace hourglass
