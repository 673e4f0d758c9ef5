#pragma once
// Resizes images.

#include <cstdint>
#include <vector>

namespace hourglass {

enum class Resampling {
  kArea,      ///< mean over the area of the new pixel
  kBilinear,  ///< weights decrease linearly with the distance from the pixel's center: to the neighbors if the image is
              ///< enlarged, over the covered pixels if it is reduced
};

/// Maximum height and width of resized images.
constexpr int64_t kMostPixels = 1 << 14;

/// Resizes images {height, width, channels}. The filter is separable: first rows, then columns. Positions outside the
/// image have no weight. kBilinear is the filter of that name in Pillow.
class Resampler {
 public:
  /// All sizes must be at least 1.
  Resampler(int64_t height, int64_t width, int64_t new_height, int64_t new_width, int64_t channels,
            Resampling resampling);

  /// Resizes from[height, width, channels] into to[new_height, new_width, channels].
  template <typename T>
  void resize(const T* from, float* to) const;

 private:
  // A new row or column is the weighted sum of `weights.size()` old ones, starting at `first`.
  struct Tap {
    int64_t first;
    std::vector<float> weights;
  };
  static std::vector<Tap> taps(int64_t size, int64_t new_size, Resampling resampling);

  int64_t width_, channels_;
  std::vector<Tap> rows_, columns_;
};

}  // namespace hourglass
