#include "data/resampling.h"

#include <algorithm>
#include <cmath>

namespace hourglass {

std::vector<Resampler::Tap> Resampler::taps(int64_t size, int64_t new_size, Resampling resampling) {
  const double ratio = static_cast<double>(size) / static_cast<double>(new_size);
  const double reach = resampling == Resampling::kArea ? 0.5 * ratio : std::max(ratio, 1.0);
  std::vector<Tap> all;
  for (int64_t i = 0; i < new_size; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * ratio;
    Tap tap{std::max<int64_t>(0, static_cast<int64_t>(std::floor(center - reach))), {}};
    const int64_t end = std::min(size, static_cast<int64_t>(std::ceil(center + reach)));
    double sum = 0;
    for (int64_t j = tap.first; j < end; ++j) {
      const auto low = static_cast<double>(j);
      const double weight = resampling == Resampling::kArea
                                // Overlap of pixel j with the filter.
                                ? std::max(0.0, std::min(low + 1, center + reach) - std::max(low, center - reach))
                                : std::max(0.0, 1 - std::abs(low + 0.5 - center) / reach);
      sum += weight;
      tap.weights.push_back(static_cast<float>(weight));
    }
    for (float& weight : tap.weights) weight = static_cast<float>(static_cast<double>(weight) / sum);
    all.push_back(std::move(tap));
  }
  return all;
}

Resampler::Resampler(int64_t height, int64_t width, int64_t new_height, int64_t new_width, int64_t channels,
                     Resampling resampling)
    : width_(width),
      channels_(channels),
      rows_(taps(height, new_height, resampling)),
      columns_(taps(width, new_width, resampling)) {}

template <typename T>
void Resampler::resize(const T* from, float* to) const {
  const int64_t row_size = width_ * channels_;
  std::vector<float> row(static_cast<size_t>(row_size));
  for (const Tap& down : rows_) {
    std::ranges::fill(row, 0.0f);
    for (size_t k = 0; k < down.weights.size(); ++k) {
      const T* line = from + (down.first + static_cast<int64_t>(k)) * row_size;
      for (int64_t x = 0; x < row_size; ++x)
        row[static_cast<size_t>(x)] += down.weights[k] * static_cast<float>(line[x]);
    }
    for (const Tap& across : columns_) {
      for (int64_t channel = 0; channel < channels_; ++channel) {
        const float* values = row.data() + across.first * channels_ + channel;
        float sum = 0;
        for (size_t k = 0; k < across.weights.size(); ++k)
          sum += across.weights[k] * values[static_cast<int64_t>(k) * channels_];
        *to++ = sum;
      }
    }
  }
}

template void Resampler::resize(const float* from, float* to) const;
template void Resampler::resize(const uint8_t* from, float* to) const;
template void Resampler::resize(const uint16_t* from, float* to) const;

}  // namespace hourglass
