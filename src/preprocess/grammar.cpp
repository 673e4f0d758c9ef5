#include "preprocess/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "core/text.h"
#include "hourglass/error.h"
#include "preprocess/affine.h"
#include "preprocess/images.h"
#include "preprocess/one_hot.h"
#include "preprocess/values.h"
#include "preprocess/whiten.h"

namespace hourglass {
namespace {

struct StepText {
  std::string where;
  Shape input;
  std::string word;
  std::vector<std::string> arguments;          // words without '='
  std::map<std::string, std::string> options;  // words with '='
};

[[noreturn]] void reject(const StepText& text, const std::string& problem) {
  throw Error(ErrorKind::kUsage, fmt::format("{}: {}", text.where, problem));
}

void check_form(const StepText& text, size_t min, size_t max, const std::string& usage,
                const std::vector<std::string>& known = {}) {
  const size_t given = text.arguments.size();
  if (given < min || given > max)
    reject(text, fmt::format("write it as '{}'; found {} {}.", usage, given, given == 1 ? "argument" : "arguments"));
  for (const auto& [key, value] : text.options)
    if (std::ranges::find(known, key) == known.end())
      reject(text, fmt::format("unknown option '{}'.{}", key,
                               known.empty() ? " This step has no options." : did_you_mean(key, known)));
}

template <typename Number>
Number parse(const StepText& text, const std::string& what, const std::string& value, Number min, Number max,
             const std::string& expected) {
  Number number{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || !(number >= min && number <= max))
    reject(text, fmt::format("{} is '{}'; expected {}.", what, value, expected));
  return number;
}

double number(const StepText& text, const std::string& what, const std::string& value) {
  constexpr double kMax = std::numeric_limits<float>::max();
  return parse(text, what, value, -kMax, kMax, "a number");
}

int64_t size(const StepText& text, const std::string& what, const std::string& value, int64_t max = kMostPixels) {
  return parse<int64_t>(text, what, value, 1, max, fmt::format("an integer from 1 to {}", max));
}

ValueRange target(const StepText& text, size_t first) {
  const ValueRange range{number(text, "the lower end", text.arguments[first]),
                         number(text, "the upper end", text.arguments[first + 1])};
  if (!(range.low < range.high))
    reject(text, fmt::format("the lower end, {}, must be below the upper end, {}.", range.low, range.high));
  return range;
}

std::string choice(const StepText& text, size_t at, const std::vector<std::string>& choices) {
  const std::string& word = text.arguments[at];
  if (std::ranges::find(choices, word) == choices.end())
    reject(text, fmt::format("'{}' is not one of {}.{}", word, join(choices),
                             nearest(word, choices).empty() ? "" : did_you_mean(word, choices)));
  return word;
}

void check_image(const StepText& text) {
  if (text.input.size() != 3)
    reject(text, fmt::format("this step takes images (height x width x channels); these samples are {}.",
                             to_string(text.input)));
}

using StepPointer = std::unique_ptr<Step>;

StepPointer impute(const StepText& text) {
  check_form(text, 1, 1, "impute mean' or 'impute median' or 'impute 0", {"empty"});
  const std::string& with = text.arguments[0];
  std::optional<double> empty;
  if (const auto given = text.options.find("empty"); given != text.options.end())
    empty = number(text, "empty", given->second);
  if (with == "mean") return make_impute(text.input, Imputation::kMean, 0, empty);
  if (with == "median") return make_impute(text.input, Imputation::kMedian, 0, empty);
  return make_impute(text.input, Imputation::kConstant, number(text, "the value", with));
}

StepPointer scale(const StepText& text) {
  check_form(text, 2, 2, "scale 0 1");
  return make_scale(text.input, target(text, 0));
}

StepPointer minmax(const StepText& text) {
  check_form(text, 0, 2, "minmax' or 'minmax -1 1");
  if (text.arguments.size() == 1) check_form(text, 2, 2, "minmax' or 'minmax -1 1");
  return make_minmax(text.input, text.arguments.empty() ? ValueRange{0, 1} : target(text, 0));
}

StepPointer standardize(const StepText& text) {
  check_form(text, 0, 0, "standardize");
  return make_standardize(text.input);
}

StepPointer robust(const StepText& text) {
  check_form(text, 0, 0, "robust' or 'robust clip=20", {"clip"});
  const auto clip = text.options.find("clip");
  if (clip == text.options.end()) return make_robust(text.input, {});
  return make_robust(text.input, parse(text, "clip", clip->second, std::numeric_limits<float>::min(), 1e6f,
                                       "a number above 0, such as 20"));
}

StepPointer remove_mean(const StepText& text) {
  check_form(text, 1, 1, "remove_mean image' or 'remove_mean global");
  return choice(text, 0, {"image", "global"}) == "image" ? make_remove_image_mean(text.input)
                                                         : make_remove_global_mean(text.input);
}

StepPointer clip(const StepText& text) {
  check_form(text, 2, 2, "clip 3 global' or 'clip 3 image");
  const double deviations = parse(text, "the number of standard deviations", text.arguments[0],
                                  std::numeric_limits<double>::min(), 1e6, "a number above 0");
  return choice(text, 1, {"image", "global"}) == "image" ? make_clip_image(text.input, deviations)
                                                         : make_clip_global(text.input, deviations);
}

StepPointer gray(const StepText& text) {
  check_form(text, 0, 0, "gray");
  check_image(text);
  if (text.input[2] != 3 && text.input[2] != 1)
    reject(text,
           fmt::format("this step takes images of 1 or 3 channels; these samples are {}.", to_string(text.input)));
  return make_gray(text.input);
}

StepPointer resize(const StepText& text) {
  check_form(text, 3, 3, "resize HEIGHT WIDTH area|bilinear', such as 'resize 16 16 area");
  check_image(text);
  const bool area = choice(text, 2, {"area", "bilinear"}) == "area";
  return make_resize(text.input, size(text, "the height", text.arguments[0]),
                     size(text, "the width", text.arguments[1]), area ? Resampling::kArea : Resampling::kBilinear);
}

StepPointer crop(const StepText& text) {
  check_form(text, 2, 2, "crop 24 24");
  check_image(text);
  return make_crop(text.input, size(text, "the height", text.arguments[0], text.input[0]),
                   size(text, "the width", text.arguments[1], text.input[1]));
}

StepPointer pad(const StepText& text) {
  check_form(text, 1, 1, "pad 2' or 'pad 2 value=0.5", {"value"});
  check_image(text);
  const auto value = text.options.find("value");
  return make_pad(text.input, size(text, "the margin", text.arguments[0]),
                  value == text.options.end() ? 0.0f : static_cast<float>(number(text, "value", value->second)));
}

StepPointer whiten(const StepText& text) {
  check_form(text, 1, 1, "whiten zca' or 'whiten pca components=50", {"epsilon", "components"});
  const bool zca = choice(text, 0, {"pca", "zca"}) == "zca";
  const auto epsilon = text.options.find("epsilon"), components = text.options.find("components");
  const double added =
      epsilon == text.options.end() ? 1e-5 : parse(text, "epsilon", epsilon->second, 0.0, 1e30, "a number, 0 or above");
  if (zca && components != text.options.end())
    reject(text, "zca keeps all components; 'components' is an option of pca.");
  const int64_t dim = num_elements(text.input);
  if (zca) return make_whiten_zca(text.input, added);
  return make_whiten_pca(text.input, added,
                         components == text.options.end() ? dim : size(text, "components", components->second, dim));
}

StepPointer binarize(const StepText& text) {
  check_form(text, 1, 1, "binarize 0.5");
  return make_binarize(text.input, static_cast<float>(number(text, "the threshold", text.arguments[0])));
}

// The options are the features with categories: one_hot 2=5.
StepPointer one_hot(const StepText& text) {
  std::map<int64_t, int64_t> widths;
  for (const auto& [feature, width] : text.options)
    widths[parse<int64_t>(text, "the feature", feature, 0, num_elements(text.input) - 1, "the number of a feature")] =
        parse<int64_t>(text, "the number of categories", width, 1, 1000, "an integer from 1 to 1000");
  if (!text.arguments.empty()) reject(text, "write it as 'one_hot'; the features with categories are known.");
  return std::make_unique<OneHot>(text.input, std::move(widths));
}

StepPointer none(const StepText& text) {
  check_form(text, 0, 0, "none");
  return make_none(text.input);
}

StepPointer bernoulli(const StepText& text) {
  check_form(text, 0, 0, "bernoulli");
  return make_bernoulli(text.input);
}

struct StepKind {
  const char* word;
  StepPointer (*make)(const StepText& text);
};
constexpr StepKind kStepKinds[] = {{"none", none},         {"impute", impute},
                                   {"one_hot", one_hot},   {"scale", scale},
                                   {"minmax", minmax},     {"standardize", standardize},
                                   {"robust", robust},     {"remove_mean", remove_mean},
                                   {"clip", clip},         {"gray", gray},
                                   {"resize", resize},     {"crop", crop},
                                   {"pad", pad},           {"whiten", whiten},
                                   {"binarize", binarize}, {"bernoulli", bernoulli}};

}  // namespace

std::unique_ptr<Step> make_step(const std::string& text, const std::string& where, const Shape& input) {
  StepText parsed{where, input, "", {}, {}};
  std::istringstream words(text);
  words >> parsed.word;
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      parsed.arguments.push_back(word);
    else
      parsed.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  std::vector<std::string> known;
  for (const StepKind& kind : kStepKinds) {
    if (parsed.word == kind.word) return kind.make(parsed);
    known.emplace_back(kind.word);
  }
  reject(parsed, fmt::format("unknown step '{}'.{}", parsed.word, did_you_mean(parsed.word, known)));
}

}  // namespace hourglass
