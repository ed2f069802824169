// What both spellings of a schedule become; inside of core/base/time_slots alone. Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time_slots.h"

namespace connlog {

struct TimeSlots::Parts {
  struct Years {
    int from = 0, to = 0, step = 1;
  };
  std::vector<Years> years;                            // empty: any
  std::uint32_t months = 0x1FFE;                       // bit 1: January
  std::uint32_t days = 0xFFFF'FFFE;                    // bit 1: the first
  std::uint32_t days_from_end = 0;                     // bit 1: the last day of the month
  bool last_workday = false;                           // LW: the last Monday to Friday of the month
  std::uint32_t weekdays = 0x7F;                       // bit 0: Sunday
  std::vector<std::pair<int, int>> weekdays_of_month;  // (0, 2): the second Sunday; (0, 0): the last
  bool either = false;                                 // a day of the month or a day of the week will do (cron)
  std::uint32_t hours = 0;
  std::uint64_t minutes = 0, seconds = 1;
  bool follows_real_time = false;
  std::optional<TimeZone> zone;
};

// Numbers of one part: "*", "5", "1-5", "1..5", "*/15", "5/15", "1-30/2", and lists of these.
struct SlotNumbers {
  std::string_view what;  // for people: "the hours"
  int lowest = 0, highest = 0;
  std::string_view names = {};  // three letters each, from `first_name` on: "janfeb…"
  int first_name = 0;
  std::string_view between = "-";  // of a range
};
struct SlotRange {
  int from = 0, to = 0, step = 1;
};
// One element of a list.
Result<SlotRange> slot_range(const SlotNumbers& kind, std::string_view text);
// The next element of a list, which is taken off.
std::string_view next_element(std::string_view& list);
std::uint64_t bits_of(const SlotRange& range);

Result<TimeSlots::Parts> parse_cron(std::string_view text);
Result<TimeSlots::Parts> parse_on_calendar(std::string_view text);
Error wrong_schedule(std::string why);
std::vector<std::string_view> words_of_schedule(std::string_view text);

}  // namespace connlog
