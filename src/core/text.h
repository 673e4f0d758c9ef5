#pragma once
// Text helpers for messages.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/tensor.h"
#include "hourglass/value_range.h"

namespace hourglass {

/// Returns the candidate closest to `word` by restricted Damerau-Levenshtein distance. If none is close, the one with
/// the closest part (between '.' and '_'); "" if there is none either.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// Returns " Did you mean 'x'?" for the closest candidate, or " Known: a, b, c." if none is close.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b, c"
std::string join(const std::vector<std::string>& words, const std::string& separator = ", ");

/// A name that was replaced, and the position of the new one.
struct RenamedName {
  size_t index;
  std::string before;
};

/// Makes all names differ: the second "a" becomes "a.2", or has the next number that is free. Returns what was renamed.
std::vector<RenamedName> number_duplicates(std::vector<std::string>& names);

/// "60,000"
std::string count(int64_t n);

/// "12.5 s"; from 90 seconds on "8.4 min".
std::string seconds_text(double seconds);

/// Noun for samples of this shape: "images" (see is_image) or "rows".
std::string samples_noun(const Shape& sample_shape);

/// "[0, 1]", with four significant digits.
std::string range_text(const ValueRange& range);

/// Returns `text` without white space at either end.
std::string trim(const std::string& text);

/// The word for a POSIX shell, quoted if it must be.
std::string shell_word(const std::string& word);

}  // namespace hourglass
