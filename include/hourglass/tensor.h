#pragma once
// Shapes, and the owning float32 array that the public API takes and returns.

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <vector>

namespace hourglass {

/// Sizes, outermost first. An image is {height, width, channels}; a batch of images is {count, height, width,
/// channels}.
using Shape = std::vector<int64_t>;

/// Product of all sizes; 1 for the empty shape. Throws Error(kUsage) on a negative size or an overflow.
int64_t num_elements(const Shape& shape);

/// "28x28x1", or "scalar" for the empty shape.
std::string to_string(const Shape& shape);

/// Whether samples of this shape are images: height x width x 1 or 3 channels.
bool is_image(const Shape& sample_shape);

/// Allocator for SIMD buffers. Every block is 64-byte aligned (one cache line).
template <typename T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};
  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* p, size_t) noexcept { ::operator delete(p, kAlignment); }
  bool operator==(const AlignedAllocator&) const noexcept { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// Row-major float32 array that owns its memory (64-byte aligned).
class Tensor {
 public:
  Tensor() = default;
  /// All zeros. Throws Error(kUsage) on a negative size.
  explicit Tensor(Shape shape);
  /// A copy of `values`, row-major. Throws Error(kUsage) if their number is not that of the shape.
  Tensor(Shape shape, std::span<const float> values);

  const Shape& shape() const { return shape_; }
  int64_t size() const { return static_cast<int64_t>(data_.size()); }
  /// Size of the first dimension: the number of rows (samples, images, latents).
  int64_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
  /// Number of elements in one row.
  int64_t row_size() const { return rows() == 0 ? 0 : size() / rows(); }

  float* data() { return data_.data(); }
  const float* data() const { return data_.data(); }
  std::span<float> values() { return data_; }
  std::span<const float> values() const { return data_; }
  std::span<const float> row(int64_t i) const { return {data() + i * row_size(), static_cast<size_t>(row_size())}; }

 private:
  Shape shape_;
  AlignedVector<float> data_;
};

}  // namespace hourglass
