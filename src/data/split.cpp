// Splits datasets into training, validation and test set.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/random.h"
#include "core/text.h"
#include "hourglass/dataset.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Indices = std::vector<int64_t>;

// Returns the sample indices grouped by class. Without labels or stratification, all are in one class.
std::vector<Indices> classes_of(const Dataset& data, bool stratified) {
  std::map<int32_t, Indices> by_label;
  for (int64_t i = 0; i < data.size(); ++i)
    by_label[stratified && data.has_labels() ? data.labels()[static_cast<size_t>(i)] : 0].push_back(i);
  std::vector<Indices> classes;
  for (auto& [label, samples] : by_label) classes.push_back(std::move(samples));
  return classes;
}

// Number of the `count` samples that each class gives: its share rounded down, plus one for the largest remainders.
Indices shares(const std::vector<Indices>& classes, int64_t count, int64_t total) {
  Indices counts;
  std::vector<size_t> by_remainder(classes.size());
  std::iota(by_remainder.begin(), by_remainder.end(), size_t{0});
  const auto share = [&](size_t c) {
    return static_cast<double>(count) * static_cast<double>(classes[c].size()) / static_cast<double>(total);
  };
  for (size_t c = 0; c < classes.size(); ++c) counts.push_back(static_cast<int64_t>(share(c)));
  std::ranges::stable_sort(by_remainder, std::greater{}, [&](size_t c) { return share(c) - std::floor(share(c)); });
  const int64_t missing = count - std::accumulate(counts.begin(), counts.end(), int64_t{0});
  for (size_t i = 0; i < static_cast<size_t>(missing); ++i) ++counts[by_remainder[i]];
  return counts;
}

struct Rows {
  int64_t begin, end;
};

// Parses the range "a:b" of `total` rows. a and b are optional. Returns nullopt for an empty text.
std::optional<Rows> parse_rows(const char* option, const std::string& text, int64_t total) {
  if (text.empty()) return std::nullopt;
  const auto reject = [&](const std::string& expected) {
    throw Error(ErrorKind::kUsage, fmt::format("data.{} is '{}'; {}.", option, text, expected));
  };
  const size_t colon = text.find(':');
  Rows rows{0, total};
  const auto parse = [&](const std::string& word, int64_t& row) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), row);
    if (!word.empty() && (error != std::errc() || end != word.data() + word.size()))
      reject("a range such as 0:1800, :1800 or 1800: was expected");
  };
  if (colon == std::string::npos) reject("a range such as 0:1800, :1800 or 1800: was expected");
  parse(trim(text.substr(0, colon)), rows.begin);
  parse(trim(text.substr(colon + 1)), rows.end);
  if (rows.begin < 0 || rows.begin >= rows.end || rows.end > total)
    reject(fmt::format("there are {} rows, numbered from 0; the end of a range is excluded", total));
  return rows;
}

void reject_overlap(const char* a, const std::optional<Rows>& rows_a, const char* b,
                    const std::optional<Rows>& rows_b) {
  if (rows_a && rows_b && rows_a->begin < rows_b->end && rows_b->begin < rows_a->end)
    throw Error(ErrorKind::kUsage,
                fmt::format("data.{} ({}:{}) and data.{} ({}:{}) overlap. A sample can be in one set only.", a,
                            rows_a->begin, rows_a->end, b, rows_b->begin, rows_b->end));
}

// Returns `rows` of `data`. Without `rows`, returns all rows that are not in `others`.
Dataset rows_or_rest(const Dataset& data, const std::optional<Rows>& rows,
                     std::initializer_list<std::optional<Rows>> others) {
  if (rows) return data.slice(rows->begin, rows->end);
  Indices rest;
  for (int64_t i = 0; i < data.size(); ++i)
    if (std::ranges::none_of(others, [&](const auto& other) { return other && i >= other->begin && i < other->end; }))
      rest.push_back(i);
  if (rest.empty())
    throw Error(ErrorKind::kUsage, fmt::format("No samples of '{}' are left for the training set.", data.name()));
  return static_cast<int64_t>(rest.size()) == data.size() ? data : data.select(rest);
}

bool has_one_class(const Dataset& data) {
  return data.has_labels() &&
         std::ranges::all_of(data.labels(), [&](int32_t label) { return label == data.labels()[0]; });
}

// Holds out a random fraction of the samples and logs it.
std::pair<Dataset, Dataset> draw(const Dataset& data, double fraction, const char* set, const DataConfig& config,
                                 const Context& context) {
  const auto count = static_cast<int64_t>(std::llround(fraction * static_cast<double>(data.size())));
  if (count < 1 || count >= data.size())
    throw Error(
        ErrorKind::kUsage,
        fmt::format("data.{0} is {1}, which leaves one set empty: '{2}' has {3} sample{4}. Set data.{0}=0 to do "
                    "without a {0} set, or another share.",
                    set, fraction, data.name(), data.size(), data.size() == 1 ? "" : "s"));
  auto sets = hold_out(data, count, static_cast<uint64_t>(config.split_seed), config.stratify);
  if (context.log)
    context.log(fmt::format("{}: {} of {} samples are drawn as the {} set{} (data.{}, data.split_seed {}).{}",
                            data.name(), count, data.size(), set,
                            config.stratify && data.has_labels() ? ", stratified by label" : "", set, config.split_seed,
                            has_one_class(data) ? " All have the same label." : ""));
  return sets;
}

// The rows of neither range; empty if there are none.
Dataset other_rows(const Dataset& data, const Rows& train, const std::optional<Rows>& validation,
                   const Context& context) {
  Indices rest;
  for (int64_t i = 0; i < data.size(); ++i)
    if ((i < train.begin || i >= train.end) && !(validation && i >= validation->begin && i < validation->end))
      rest.push_back(i);
  if (context.log)
    context.log(rest.empty() ? fmt::format("{}: data.train_rows has all samples; there is no test set.", data.name())
                             : fmt::format("{}: the {} samples that are not in data.train_rows are the test set.",
                                           data.name(), rest.size()));
  return rest.empty() ? Dataset() : data.select(rest);
}

// Draws data.subset samples.
Dataset subset(const Dataset& train, const DataConfig& config, const Context& context) {
  if (config.subset > train.size())
    throw Error(ErrorKind::kUsage, fmt::format("data.subset is {}, but the training set of '{}' has {} samples.",
                                               config.subset, train.name(), train.size()));
  if (config.subset == train.size()) return train;
  if (context.log)
    context.log(fmt::format("{}: {} of {} training samples are drawn (data.subset, data.split_seed {}).", train.name(),
                            config.subset, train.size(), config.split_seed));
  return hold_out(train, config.subset, static_cast<uint64_t>(config.split_seed), config.stratify).second;
}

}  // namespace

std::pair<Dataset, Dataset> hold_out(const Dataset& data, int64_t count, uint64_t seed, bool stratified) {
  if (count < 1 || count >= data.size())
    throw Error(ErrorKind::kUsage,
                fmt::format("Cannot hold out {} of the {} samples of '{}'. Both sets need at least one.", count,
                            data.size(), data.name()));
  std::vector<Indices> classes = classes_of(data, stratified);
  const Indices counts = shares(classes, count, data.size());
  Indices kept, held;
  for (size_t c = 0; c < classes.size(); ++c) {
    Indices& samples = classes[c];
    RandomStream random(seed, RandomPurpose::kSplit, c);
    for (size_t i = samples.size(); i > 1; --i) std::swap(samples[i - 1], samples[random.below(i)]);
    held.insert(held.end(), samples.begin(), samples.begin() + counts[c]);
    kept.insert(kept.end(), samples.begin() + counts[c], samples.end());
  }
  std::ranges::sort(kept);
  std::ranges::sort(held);
  return {data.select(kept), data.select(held)};
}

DataSplit with_validation(const DataSplit& given, const DataConfig& config, const Context& context) {
  DataSplit data = given;
  if (given.validation.size() == 0 && config.validation > 0)
    std::tie(data.train, data.validation) = draw(given.train, config.validation, "validation", config, context);
  return data;
}

DataSplit split(const DataSplit& given, const DataConfig& config, const Context& context) {
  DataSplit data = given;
  const bool has_test = given.test.size() > 0;
  const auto train = parse_rows("train_rows", config.train_rows, given.train.size());
  const auto validation = parse_rows("validation_rows", config.validation_rows, given.train.size());
  const auto test = parse_rows("test_rows", config.test_rows, has_test ? given.test.size() : given.train.size());
  const auto test_of_train = has_test ? std::nullopt : test;
  reject_overlap("train_rows", train, "validation_rows", validation);
  reject_overlap("train_rows", train, "test_rows", test_of_train);
  reject_overlap("validation_rows", validation, "test_rows", test_of_train);

  if (test) data.test = (has_test ? given.test : given.train).slice(test->begin, test->end);
  if (validation) data.validation = given.train.slice(validation->begin, validation->end);
  data.train = rows_or_rest(given.train, train, {validation, test_of_train});
  // A range is the training set as it is: the test set is drawn from the other rows.
  if (train && data.test.size() == 0 && config.test > 0)
    data.test = other_rows(given.train, *train, validation, context);
  // Draws only from the remaining samples, so that no sample is in two sets.
  if (!train && data.test.size() == 0 && config.test > 0)
    std::tie(data.train, data.test) = draw(data.train, config.test, "test", config, context);
  if (!validation) data = with_validation(data, config, context);
  if (config.subset > 0) data.train = subset(data.train, config, context);
  return data;
}

}  // namespace hourglass
