#include "train/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "hourglass/error.h"

namespace hourglass {
namespace {

struct Set {
  const char* name;
  Loss EpochRecord::*loss;
};
constexpr std::array<Set, 3> kSets = {
    {{"train", &EpochRecord::train}, {"validation", &EpochRecord::validation}, {"test", &EpochRecord::test}}};

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

bool was_measured(const History& history, const Set& set) {
  return std::ranges::any_of(history,
                             [&](const EpochRecord& record) { return !std::isnan((record.*set.loss).total()); });
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

double parse_number(const std::string& text, const std::string& source) {
  if (text.empty()) return kNotMeasured;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(ErrorKind::kData, fmt::format("{}: '{}' is not a number.", source, text));
  return value;
}

std::vector<std::string> split(const std::string& line) {
  // getline drops an empty last cell; the added comma keeps it.
  std::istringstream cells(line + ",");
  std::vector<std::string> texts;
  for (std::string cell; std::getline(cells, cell, ',');) texts.push_back(cell);
  return texts;
}

/// One line of the table, by column name.
class Row {
 public:
  Row(const std::vector<std::string>& columns, std::vector<double> values)
      : columns_(columns), values_(std::move(values)) {}
  bool has(const std::string& column) const { return std::ranges::find(columns_, column) != columns_.end(); }
  double value(const std::string& column) const {
    const auto found = std::ranges::find(columns_, column);
    return found == columns_.end() ? kNotMeasured : values_[static_cast<size_t>(found - columns_.begin())];
  }
  /// The value of the column, or of the column with its name in version 0.1.
  double value(const std::string& column, const std::string& old_name) const {
    return has(column) ? value(column) : value(old_name);
  }

 private:
  const std::vector<std::string>& columns_;
  std::vector<double> values_;
};

Loss loss_of(const Row& row, const std::string& set) {
  Loss loss;
  const double total = row.value(set + "_loss", set + "_total");
  if (std::isnan(total)) {
    loss.terms.fill(kNotMeasured);
    return loss;
  }
  bool has_terms = false;
  for (int i = 0; i < kNumLossTerms; ++i) {
    const auto term = static_cast<LossTerm>(i);
    const std::string column = set + "_" + name(term);
    if (!row.has(column)) continue;
    has_terms = true;
    loss[term] = row.value(column);
  }
  if (!has_terms) loss[LossTerm::kReconstruction] = total;
  return loss;
}

}  // namespace

std::string history_to_csv(const History& history, const std::vector<LossTerm>& terms) {
  std::string csv = "epoch";
  for (const Set& set : kSets) {
    if (!was_measured(history, set)) continue;
    csv += fmt::format(",{}_loss", set.name);
    if (terms.size() > 1)
      for (const LossTerm term : terms) csv += fmt::format(",{}_{}", set.name, name(term));
  }
  csv += ",learning_rate,seconds,samples_per_second\n";
  for (const EpochRecord& record : history) {
    csv += fmt::format("{}", record.epoch);
    for (const Set& set : kSets) {
      if (!was_measured(history, set)) continue;
      const Loss& loss = record.*set.loss;
      csv += "," + number(loss.total());
      if (terms.size() > 1)
        for (const LossTerm term : terms) csv += "," + number(loss[term]);
    }
    csv += fmt::format(",{},{},{}\n", number(record.learning_rate), number(record.seconds),
                       number(record.samples_per_second));
  }
  return csv;
}

History history_from_csv(const std::string& csv, const std::string& source) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> columns = split(line);
  const Row header(columns, {});
  if (columns.front() != "epoch" || !header.has("seconds"))
    throw Error(ErrorKind::kData,
                fmt::format("{}: the first line is '{}'; expected the columns epoch, train_loss, ..., learning_rate, "
                            "seconds, samples_per_second.",
                            source, line));
  History history;
  while (std::getline(lines, line)) {
    std::vector<double> cells;
    for (const std::string& cell : split(line)) cells.push_back(parse_number(cell, source));
    if (cells.size() != columns.size())
      throw Error(ErrorKind::kData, fmt::format("{}: line {} has {} columns; expected {}.", source, history.size() + 2,
                                                cells.size(), columns.size()));
    const Row row(columns, std::move(cells));
    EpochRecord record;
    record.epoch = static_cast<int64_t>(history.size()) + 1;
    if (row.value("epoch") != static_cast<double>(record.epoch))
      throw Error(ErrorKind::kData, fmt::format("{}: line {} has epoch {}; expected epoch {}.", source,
                                                history.size() + 2, row.value("epoch"), record.epoch));
    for (const Set& set : kSets) record.*set.loss = loss_of(row, set.name);
    record.learning_rate = row.value("learning_rate");
    record.seconds = row.value("seconds");
    record.samples_per_second = row.value("samples_per_second", "images_per_second");
    history.push_back(record);
  }
  return history;
}

}  // namespace hourglass
