#pragma once
// A curve of one line of text.

#include <cstddef>
#include <string>
#include <vector>

namespace hourglass::cli {

/// "█▆▃▂▁": blocks of eight heights from the least to the largest value, on a logarithmic scale where all are above 0.
/// At most `width` of them: where there are more values, each stands for an equal part, whose last value it shows.
/// Values that are no number are spaces.
std::string sparkline(const std::vector<double>& values, size_t width);

}  // namespace hourglass::cli
