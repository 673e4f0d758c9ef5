#include "train/history.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {
namespace {

std::string header() {
  std::string line = "epoch";
  for (const char* part : {"train", "test"}) {
    for (int term = 0; term < kNumLossTerms; ++term)
      line += fmt::format(",{}_{}", part, name(static_cast<LossTerm>(term)));
    line += fmt::format(",{}_total", part);
  }
  return line + ",seconds,images_per_second";
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

double parse_number(const std::string& text, const std::string& source) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(ErrorKind::kData, fmt::format("{}: '{}' is no number.", source, text));
  return value;
}

}  // namespace

std::string history_to_csv(const History& history) {
  std::string csv = header() + "\n";
  for (const EpochRecord& record : history) {
    csv += fmt::format("{}", record.epoch);
    for (const Loss* loss : {&record.train, &record.test}) {
      for (const double term : loss->terms) csv += "," + number(term);
      csv += "," + number(loss->total());
    }
    csv += "," + number(record.seconds) + "," + number(record.images_per_second) + "\n";
  }
  return csv;
}

History history_from_csv(const std::string& csv, const std::string& source) {
  std::istringstream lines(csv);
  std::string line;
  if (!std::getline(lines, line) || line != header())
    throw Error(ErrorKind::kData, fmt::format("{}: the first line is '{}'; expected '{}'.", source, line, header()));
  constexpr size_t kColumns = 1 + 2 * (kNumLossTerms + 1) + 2;
  History history;
  while (std::getline(lines, line)) {
    std::vector<double> cells;
    // getline drops an empty last cell; a comma behind the line keeps it.
    std::istringstream row(line + ",");
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(parse_number(cell, source));
    if (cells.size() != kColumns)
      throw Error(ErrorKind::kData, fmt::format("{}: line {} has {} columns; expected {}.", source, history.size() + 2,
                                                cells.size(), kColumns));
    EpochRecord record;
    record.epoch = static_cast<int64_t>(history.size()) + 1;
    if (cells[0] != static_cast<double>(record.epoch))
      throw Error(ErrorKind::kData, fmt::format("{}: line {} is of epoch {}; expected epoch {}.", source,
                                                history.size() + 2, cells[0], record.epoch));
    for (size_t term = 0; term < kNumLossTerms; ++term) {
      record.train.terms[term] = cells[1 + term];
      record.test.terms[term] = cells[2 + kNumLossTerms + term];
    }
    record.seconds = cells[kColumns - 2];
    record.images_per_second = cells[kColumns - 1];
    history.push_back(record);
  }
  return history;
}

}  // namespace hourglass
