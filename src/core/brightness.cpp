#include "core/brightness.h"

namespace hourglass {

void to_brightness(std::span<float> values, const ValueRange& range) {
  if (range.low >= 0 && range.high <= 1) return;
  const auto low = static_cast<float>(range.low), width = static_cast<float>(range.width());
  for (float& value : values) value = width > 0 ? (value - low) / width : 0.5f;
}

}  // namespace hourglass
