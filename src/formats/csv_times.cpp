#include "formats/csv_times.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace hourglass {
namespace {

constexpr double kEarliest = 631'152'000, kLatest = 4'102'444'800;  // Unix seconds of the years 1990 and 2100

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a whole number of `least` to `most` digits at the front; -1 if there is none.
int take_number(std::string_view& text, size_t least, size_t most) {
  size_t digits = 0;
  int value = 0;
  while (digits < text.size() && digits < most && is_digit(text[digits])) value = 10 * value + (text[digits++] - '0');
  if (digits < least) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// A date as written: year-month-day, or first and second in an order that the separator tells or not.
struct Date {
  int year, first, second;
  bool year_first;
  DateOrder order;  // of first and second
};

std::optional<Date> take_date(std::string_view& text) {
  std::string_view rest = text;
  const int first = take_number(rest, 1, 4);
  const size_t digits = text.size() - rest.size();
  if (first < 0 || rest.empty()) return std::nullopt;
  const char separator = rest.front();
  if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
  rest.remove_prefix(1);
  const int second = take_number(rest, 1, 2);
  if (second < 0 || !take(rest, separator)) return std::nullopt;
  const std::string_view at_third = rest;
  const int third = take_number(rest, 1, 4);
  const size_t third_digits = at_third.size() - rest.size();
  const auto is_day = [](int n) { return n >= 1 && n <= 31; };
  if (digits == 4 && second >= 1 && second <= 12 && is_day(third) && third_digits <= 2) {
    text = rest;
    return Date{first, second, third, true, DateOrder::kUnknown};
  }
  if (digits > 2 || (third_digits != 4 && third_digits != 2) || !is_day(first) || !is_day(second) ||
      (first > 12 && second > 12))
    return std::nullopt;
  text = rest;
  const DateOrder order = separator == '.' || first > 12 ? DateOrder::kDayFirst
                          : second > 12                  ? DateOrder::kMonthFirst
                                                         : DateOrder::kUnknown;
  return Date{third_digits == 4 ? third : third + (third < 70 ? 2000 : 1900), first, second, false, order};
}

// The hour, with minutes and seconds as its fraction.
std::optional<double> take_time_of_day(std::string_view& text) {
  std::string_view rest = text;
  int hour = take_number(rest, 1, 2);
  if (hour < 0 || hour > 24 || !take(rest, ':')) return std::nullopt;
  const int minute = take_number(rest, 2, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  double seconds = 0;
  if (take(rest, ':')) {
    const int second = take_number(rest, 2, 2);
    if (second < 0 || second > 60) return std::nullopt;
    seconds = second;
    if (take(rest, '.') || take(rest, ',')) {
      const std::string_view digits = rest;
      const int fraction = take_number(rest, 1, 9);
      if (fraction < 0) return std::nullopt;
      seconds += fraction / std::pow(10.0, static_cast<double>(digits.size() - rest.size()));
    }
  }
  for (const std::string_view half : {" AM", " PM", " am", " pm", "AM", "PM"})
    if (rest.starts_with(half)) {
      const bool is_afternoon = half.find_first_of("Pp") != std::string_view::npos;
      if (hour <= 12) hour = hour % 12 + (is_afternoon ? 12 : 0);
      rest.remove_prefix(half.size());
      break;
    }
  const double time = std::fmod(hour + minute / 60.0 + seconds / 3600, 24.0);
  if (!take(rest, 'Z')) {
    if (rest.size() > 3 && rest.starts_with(" UTC")) rest.remove_prefix(4);
    if (take(rest, '+') || take(rest, '-')) {
      if (take_number(rest, 2, 2) < 0) return std::nullopt;
      take(rest, ':');
      take_number(rest, 2, 2);
    }
  }
  text = rest;
  return time;
}

// The parts of a text that is a date, a time of day, or both.
struct Parts {
  std::optional<Date> date;
  std::optional<double> hour;
};

std::optional<Parts> parts_of(std::string_view text) {
  Parts parts;
  parts.date = take_date(text);
  if (parts.date && text.empty()) {
    parts.hour = 0;  // a date alone is its midnight
    return parts;
  }
  if (parts.date && !take(text, 'T') && !take(text, ' ')) return std::nullopt;
  parts.hour = take_time_of_day(text);
  return parts.hour && text.empty() ? std::optional(parts) : std::nullopt;
}

// 0: Monday. Nothing for a day that does not exist.
std::optional<int> weekday_of(const Date& date, DateOrder order) {
  if (!date.year_first && date.order != DateOrder::kUnknown) {
    if (order != DateOrder::kUnknown && order != date.order) return std::nullopt;
    order = date.order;
  }
  if (!date.year_first && order == DateOrder::kUnknown) return std::nullopt;
  const bool day_first = !date.year_first && order == DateOrder::kDayFirst;
  const int month = day_first ? date.second : date.first, day = day_first ? date.first : date.second;
  const std::chrono::year_month_day ymd{std::chrono::year(date.year), std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(day))};
  if (!ymd.ok()) return std::nullopt;
  return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(ymd)).iso_encoding()) - 1;
}

// Seconds of a whole number that can be a Unix time.
std::optional<double> unix_seconds(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  for (const double unit : {1.0, 1000.0})
    if (const double seconds = static_cast<double>(value) / unit; seconds >= kEarliest && seconds <= kLatest)
      return seconds;
  return std::nullopt;
}

}  // namespace

bool is_time(std::string_view text) { return parts_of(text).has_value(); }

bool are_unix_times(std::span<const std::string> fields) {
  return !fields.empty() &&
         std::ranges::all_of(fields, [](const std::string& field) { return unix_seconds(field).has_value(); });
}

InferredOrder infer_date_order(std::span<const std::string> fields) {
  InferredOrder result;
  for (const std::string& field : fields) {
    std::string_view text = field;
    const std::optional<Date> date = take_date(text);
    if (!date || date->year_first) continue;
    if (date->order == DateOrder::kUnknown) {
      if (result.order == DateOrder::kUnknown && result.unclear.empty()) result.unclear = field;
    } else if (result.order == DateOrder::kUnknown) {
      result.order = date->order;
    } else if (result.order != date->order) {
      return {result.order, field, true};
    }
  }
  if (result.order != DateOrder::kUnknown) result.unclear = "";
  return result;
}

std::optional<TimeOfWeek> parse_time(std::string_view text, DateOrder order) {
  if (const std::optional<double> seconds = unix_seconds(text)) {
    constexpr double kDay = 86400;
    const double days = std::floor(*seconds / kDay);
    const auto weekday = static_cast<int>(std::fmod(days + 3, 7));  // 1970-01-01 was a Thursday
    return TimeOfWeek{(*seconds - days * kDay) / 3600, weekday};
  }
  const std::optional<Parts> parts = parts_of(text);
  if (!parts) return std::nullopt;
  TimeOfWeek time{parts->hour.value_or(0), std::nullopt};
  if (!parts->date) return time;
  time.weekday = weekday_of(*parts->date, order);
  return time.weekday ? std::optional(time) : std::nullopt;
}

}  // namespace hourglass
