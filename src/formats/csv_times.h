#pragma once
// Dates and times in the fields of a table.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hourglass {

/// What is first in dates such as 03/04/2025.
enum class DateOrder : uint8_t { kUnknown, kDayFirst, kMonthFirst };

/// Whether the text is a date, a time of day, or both: ISO 8601, 2025/03/31, 31.03.2025, 3/31/2025, 2025-03-31
/// 12:00:00.
bool is_time(std::string_view text);

/// Whether all fields are whole numbers that are Unix seconds or milliseconds between 1990 and 2100.
bool are_unix_times(std::span<const std::string> fields);

/// The order of the dates of a column: `unclear` is a date that can be read in both orders, if no other date decides,
/// or one of the other order; else "".
struct InferredOrder {
  DateOrder order = DateOrder::kUnknown;
  std::string unclear = "";
  bool contradicts = false;  ///< dates of both orders
};
InferredOrder infer_date_order(std::span<const std::string> fields);

/// When in the day and in the week.
struct TimeOfWeek {
  double hour =
      0;  ///< [0, 24), as written: local time stays local, whatever its offset. Of a date: 0. Of Unix times: UTC
  std::optional<int> weekday;  ///< 0: Monday; nothing for a time of day
};
/// Returns nullopt if the text is not a time, is a day that does not exist, or needs an order that is not known.
std::optional<TimeOfWeek> parse_time(std::string_view text, DateOrder order);

}  // namespace hourglass
