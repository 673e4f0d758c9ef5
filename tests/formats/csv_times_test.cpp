#include "formats/csv_times.h"

#include <gtest/gtest.h>

#include <vector>

namespace hourglass {
namespace {

TEST(CsvTimes, HoursAndWeekdaysOfEveryForm) {
  struct Case {
    const char* text;
    DateOrder order;
    double hour;
    int weekday;  // 0: Monday; -1: none
  };
  for (const Case& each : {Case{"2025-03-31T12:30:00Z", DateOrder::kUnknown, 12.5, 0},
                           {"2025-03-31 00:00", DateOrder::kUnknown, 0, 0},
                           {"2024/02/29 23:59:30.5", DateOrder::kUnknown, 23 + 59 / 60.0 + 30.5 / 3600, 3},
                           {"31.03.2025 6:15", DateOrder::kUnknown, 6.25, 0},
                           {"31/03/2025 06:15", DateOrder::kUnknown, 6.25, 0},
                           {"3/31/2025 1:00 PM", DateOrder::kUnknown, 13, 0},
                           {"3/31/2025 12:05 am", DateOrder::kUnknown, 5 / 60.0, 0},
                           {"03/04/2025 10:00", DateOrder::kDayFirst, 10, 3},
                           {"03/04/2025 10:00", DateOrder::kMonthFirst, 10, 1},
                           {"1/2/99 10:00", DateOrder::kMonthFirst, 10, 5},
                           {"2025-03-31T12:30:00+02:00", DateOrder::kUnknown, 12.5, 0},
                           {"18:45", DateOrder::kUnknown, 18.75, -1},
                           {"2025-04-06", DateOrder::kUnknown, 0, 6},
                           {"0", DateOrder::kUnknown, -1, -2},
                           {"1743424200", DateOrder::kUnknown, 12.5, 0},
                           {"1743424200000", DateOrder::kUnknown, 12.5, 0}}) {
    const auto time = parse_time(each.text, each.order);
    ASSERT_EQ(time.has_value(), each.weekday != -2) << each.text;
    if (!time) continue;
    EXPECT_NEAR(time->hour, each.hour, 1e-9) << each.text;
    EXPECT_EQ(time->weekday.value_or(-1), each.weekday) << each.text;
  }
}

TEST(CsvTimes, DaysThatDoNotExistAndUnclearDatesAreNoTimes) {
  for (const char* text : {"2025-02-30", "31/04/2025", "29.02.2023", "03/04/2025", "", "12", "noon", "2025-03-31 25:00",
                           "13/13/2025", "2025-03-31x"})
    EXPECT_FALSE(parse_time(text, DateOrder::kUnknown)) << text;
  EXPECT_FALSE(parse_time("13/04/2025", DateOrder::kMonthFirst)) << "contradicts the column";
}

TEST(CsvTimes, OneDateDecidesTheOrderOfAColumn) {
  using Fields = std::vector<std::string>;
  EXPECT_EQ(infer_date_order(Fields{"03/04/2025", "13/04/2025"}).order, DateOrder::kDayFirst);
  EXPECT_EQ(infer_date_order(Fields{"03/04/2025", "04/13/2025"}).order, DateOrder::kMonthFirst);
  EXPECT_EQ(infer_date_order(Fields{"03.04.2025"}).order, DateOrder::kDayFirst);
  EXPECT_EQ(infer_date_order(Fields{"2025-03-04", "12:00"}).unclear, "");
  const InferredOrder unclear = infer_date_order(Fields{"2025-03-04", "03/04/2025"});
  EXPECT_EQ(unclear.order, DateOrder::kUnknown);
  EXPECT_EQ(unclear.unclear, "03/04/2025");
  EXPECT_TRUE(infer_date_order(Fields{"13/04/2025", "04/13/2025"}).contradicts);
}

}  // namespace
}  // namespace hourglass
