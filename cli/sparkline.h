#pragma once
// A curve in one line of text.

#include <cstddef>
#include <string>
#include <vector>

namespace hourglass::cli {

/// "█▆▃▂▁": blocks of eight heights from the smallest to the largest value, on a logarithmic scale if all are above 0.
/// At most `width` blocks: if there are more values, each block shows the last value of an equal share of them. NaN is
/// shown as a space.
std::string sparkline(const std::vector<double>& values, size_t width);

}  // namespace hourglass::cli
