#pragma once
// Images of another size.

#include <cstdint>
#include <vector>

namespace hourglass {

enum class Resampling {
  kArea,      ///< the mean over the area that a pixel covers
  kBilinear,  ///< weights that fall linearly from the pixel's centre: to its neighbours where the image grows, and over
              ///< the pixels it stands for where it shrinks
};

/// The longest side that images are resized to.
constexpr int64_t kMostPixels = 1 << 14;

/// Resizes images {height, width, channels}. Columns and rows are weighted in turn; what lies outside of the image has
/// no weight. kBilinear is Pillow's filter of that name.
class Resampler {
 public:
  /// All sizes at least 1.
  Resampler(int64_t height, int64_t width, int64_t new_height, int64_t new_width, int64_t channels,
            Resampling resampling);

  /// to[new_height, new_width, channels] from from[height, width, channels].
  void resize(const float* from, float* to) const;

 private:
  // A new row or column is the weighted sum of `weights.size()` old ones from `first` on.
  struct Tap {
    int64_t first;
    std::vector<float> weights;
  };
  static std::vector<Tap> taps(int64_t size, int64_t new_size, Resampling resampling);

  int64_t width_, channels_;
  std::vector<Tap> rows_, columns_;
};

}  // namespace hourglass
