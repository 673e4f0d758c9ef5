#include "core/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

namespace hourglass {
namespace {

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

/// The distance to the candidate or, plus one, to its last part: a key can be written without its table, "epochs" for
/// "train.epochs".
size_t distance_to_name(const std::string& word, const std::string& candidate) {
  const auto dot = candidate.rfind('.');
  const size_t distance = edit_distance(word, candidate);
  return dot == std::string::npos ? distance : std::min(distance, edit_distance(word, candidate.substr(dot + 1)) + 1);
}

/// The distance to the nearest of the parts between '.' and '_', such as "psnr" of "psnr_mean".
size_t distance_to_part(const std::string& word, const std::string& candidate) {
  size_t distance = SIZE_MAX;
  for (size_t begin = 0; begin <= candidate.size();) {
    const size_t end = std::min(candidate.find_first_of("._", begin), candidate.size());
    distance = std::min(distance, edit_distance(word, candidate.substr(begin, end - begin)));
    begin = end + 1;
  }
  return distance;
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  // Of a short word, two changes leave nothing.
  const size_t largest = word.size() < 4 ? 1 : std::max<size_t>(2, word.size() / 2);
  for (const auto distance_to : {distance_to_name, distance_to_part}) {
    std::string best;
    size_t best_distance = largest + 1;
    for (const std::string& candidate : candidates) {
      const size_t distance = distance_to(word, candidate);
      if (distance >= best_distance) continue;
      best_distance = distance;
      best = candidate;
    }
    if (!best.empty()) return best;
  }
  return "";
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? " Known: " + join(candidates) + "." : " Did you mean '" + near + "'?";
}

std::vector<RenamedName> number_duplicates(std::vector<std::string>& names) {
  std::set<std::string> used(names.begin(), names.end()), seen;
  std::map<std::string, int> last_numbers;
  std::vector<RenamedName> renamed;
  for (size_t i = 0; i < names.size(); ++i) {
    if (seen.insert(names[i]).second) continue;
    int& number = last_numbers.try_emplace(names[i], 1).first->second;
    std::string name;
    do name = fmt::format("{}.{}", names[i], ++number);
    while (!used.insert(name).second);
    seen.insert(name);
    renamed.push_back({i, std::exchange(names[i], name)});
  }
  return renamed;
}

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i ? separator : "") + words[i];
  return text;
}

std::string count(int64_t n) {
  std::string digits = std::to_string(n);
  for (int64_t i = static_cast<int64_t>(digits.size()) - 3; i > (n < 0 ? 1 : 0); i -= 3)
    digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

std::string seconds_text(double seconds) {
  constexpr double kInMinutes = 90;
  return seconds < kInMinutes ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.1f} min", seconds / 60);
}

std::string samples_noun(const Shape& sample_shape) { return is_image(sample_shape) ? "images" : "rows"; }

std::string range_text(const ValueRange& range) { return fmt::format("[{:.4g}, {:.4g}]", range.low, range.high); }

std::string trim(const std::string& text) {
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end = std::find_if_not(text.rbegin(), text.rend(), is_space).base();
  return begin < end ? std::string(begin, end) : std::string();
}

std::string shell_word(const std::string& word) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) || std::string_view("/._-+=:,@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace hourglass
