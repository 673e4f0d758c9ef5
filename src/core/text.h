#pragma once
// Words for messages.

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// The candidate nearest to `word` by edit distance (Damerau-Levenshtein, restricted), or "" where none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// " Did you mean 'x'?" for the nearest candidate, else " Known: a, b, c."
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b, c"
std::string join(const std::vector<std::string>& words, const std::string& separator = ", ");

/// "60,000"
std::string count(int64_t n);

/// A time for people: "12.5 s", or from 90 seconds on "8.4 min".
std::string seconds_text(double seconds);

/// What samples of this shape are called: "images" (see is_image), else "rows".
std::string samples_noun(const Shape& sample_shape);

/// "[0, 1]", four significant digits.
std::string range_text(const ValueRange& range);

/// Without white space at either end.
std::string trim(const std::string& text);

}  // namespace hourglass
