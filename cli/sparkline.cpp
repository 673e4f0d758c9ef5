#include "sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hourglass::cli {

std::string sparkline(const std::vector<double>& values, size_t width) {
  constexpr std::array kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const size_t count = std::min(values.size(), width);
  std::vector<double> shown;
  for (size_t i = 0; i < count; ++i) shown.push_back(values[(i + 1) * values.size() / count - 1]);
  if (std::ranges::all_of(shown, [](double value) { return value > 0 || std::isnan(value); }))
    for (double& value : shown) value = std::log(value);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : shown) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::string text;
  for (const double value : shown) {
    const double place = high > low ? (value - low) / (high - low) : 0;
    text += std::isfinite(value) ? kBlocks[static_cast<size_t>(std::lround(place * (kBlocks.size() - 1)))] : " ";
  }
  return text;
}

}  // namespace hourglass::cli
