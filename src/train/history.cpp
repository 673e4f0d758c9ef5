#include "train/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr std::array<const char*, 3> kParts = {"train", "validation", "test"};
constexpr size_t kLossColumns = kNumLossTerms + 1;
constexpr size_t kRecordColumns = 1 + kParts.size() * kLossColumns + 2;
constexpr size_t kColumns = kRecordColumns + kParts.size() * 2 * kLossColumns;

std::array<Loss EpochRecord::*, 3> part_losses() {
  return {&EpochRecord::train, &EpochRecord::validation, &EpochRecord::test};
}

// ",train_reconstruction,...,train_total" with something behind each.
std::string loss_header(const char* part, const char* behind) {
  std::string line;
  for (int term = 0; term < kNumLossTerms; ++term)
    line += fmt::format(",{}_{}{}", part, name(static_cast<LossTerm>(term)), behind);
  return line + fmt::format(",{}_total{}", part, behind);
}

std::string header() {
  std::string line = "epoch";
  for (const char* part : kParts) line += loss_header(part, "");
  line += ",seconds,images_per_second";
  for (const char* part : kParts) line += loss_header(part, "_px") + loss_header(part, "_img");
  return line;
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

std::string history_to_csv(const History& history, const LossScales& scales) {
  std::string csv = header() + "\n";
  const auto add = [&csv](const Loss& loss) {
    for (const double term : loss.terms) csv += "," + number(term);
    csv += "," + number(loss.total());
  };
  for (const EpochRecord& record : history) {
    csv += fmt::format("{}", record.epoch);
    for (const auto part : part_losses()) add(record.*part);
    csv += "," + number(record.seconds) + "," + number(record.images_per_second);
    for (const auto part : part_losses()) {
      add((record.*part).scaled(scales.per_pixel));
      add((record.*part).scaled(scales.per_image));
    }
    csv += "\n";
  }
  return csv;
}

History history_from_csv(const std::string& csv, const std::string& source) {
  std::istringstream lines(csv);
  std::string line;
  if (!std::getline(lines, line) || line != header())
    throw Error(ErrorKind::kData, fmt::format("{}: the first line is '{}'; expected '{}'.", source, line, header()));
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
    for (size_t part = 0; part < kParts.size(); ++part)
      std::copy_n(cells.begin() + static_cast<long>(1 + part * kLossColumns), kNumLossTerms,
                  (record.*part_losses()[part]).terms.begin());
    record.seconds = cells[kRecordColumns - 2];
    record.images_per_second = cells[kRecordColumns - 1];
    history.push_back(record);
  }
  return history;
}

}  // namespace hourglass
