// Cron expressions: minute, hour, day of the month, month, day of the week.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/time_slots_parts.h"

namespace connlog {
namespace {

constexpr SlotNumbers kMinutes{.what = "the minutes", .lowest = 0, .highest = 59};
constexpr SlotNumbers kHours{.what = "the hours", .lowest = 0, .highest = 23};
constexpr SlotNumbers kDays{.what = "the days of the month", .lowest = 1, .highest = 31};
constexpr SlotNumbers kMonths{
    .what = "the months", .lowest = 1, .highest = 12, .names = "janfebmaraprmayjunjulaugsepoctnovdec", .first_name = 1};
constexpr SlotNumbers kWeekdays{
    .what = "the days of the week", .lowest = 0, .highest = 7, .names = "sunmontuewedthufrisat", .first_name = 0};

Result<std::uint64_t> bits_of_list(const SlotNumbers& kind, std::string_view list) {
  std::uint64_t bits = 0;
  if (list.ends_with(',')) return wrong_schedule(fmt::format("A comma ends {}.", kind.what));
  do {
    const SlotRange range = TRY(slot_range(kind, next_element(list)));
    bits |= bits_of(range);
  } while (!list.empty());
  return bits;
}

Result<void> read_days(std::string_view list, TimeSlots::Parts& parts) {
  parts.days = 0;
  if (list.ends_with(',')) return wrong_schedule("A comma ends the days of the month.");
  do {
    const std::string_view element = next_element(list);
    const std::string word = folded(element);
    if (word == "l") {
      parts.days_from_end |= 2;
    } else if (word == "lw") {
      parts.last_workday = true;
    } else {
      const SlotRange range = TRY(slot_range(kDays, element));
      parts.days |= static_cast<std::uint32_t>(bits_of(range));
    }
  } while (!list.empty());
  return {};
}

// "5#2": the second Friday. "5L": the last one.
Result<void> read_weekdays(std::string_view list, TimeSlots::Parts& parts) {
  std::uint64_t bits = 0;
  if (list.ends_with(',')) return wrong_schedule("A comma ends the days of the week.");
  do {
    const std::string_view element = next_element(list);
    const std::size_t hash = element.find('#');
    const bool is_last = element.size() > 1 && (element.back() == 'L' || element.back() == 'l') && element.size() != 3;
    if (hash != std::string_view::npos || is_last) {
      const std::string_view day = is_last ? element.substr(0, element.size() - 1) : element.substr(0, hash);
      const SlotRange range = TRY(slot_range(kWeekdays, day));
      const std::string_view which = is_last ? std::string_view("0") : element.substr(hash + 1);
      const bool fits = which.size() == 1 && which[0] >= (is_last ? '0' : '1') && which[0] <= '5';
      if (!fits || range.from != range.to)
        return wrong_schedule(fmt::format("\"{}\": behind # stands 1 to 5, and before it one day of the week.",
                                          cut(harmless(element), 40)));
      parts.weekdays_of_month.emplace_back(range.from % 7, which[0] - '0');
      continue;
    }
    const SlotRange range = TRY(slot_range(kWeekdays, element));
    bits |= bits_of(range);
  } while (!list.empty());
  parts.weekdays = static_cast<std::uint32_t>((bits | bits >> 7) & 0x7F);  // 7 is Sunday too
  return {};
}

}  // namespace

Result<TimeSlots::Parts> parse_cron(std::string_view text) {
  const auto words = words_of_schedule(text);
  if (words.size() != 5) return wrong_schedule("A cron expression has five parts.");
  TimeSlots::Parts parts;
  parts.minutes = TRY(bits_of_list(kMinutes, words[0]));
  const std::uint64_t hours = TRY(bits_of_list(kHours, words[1]));
  parts.hours = static_cast<std::uint32_t>(hours);
  TRY(read_days(words[2], parts));
  const std::uint64_t months = TRY(bits_of_list(kMonths, words[3]));
  parts.months = static_cast<std::uint32_t>(months);
  TRY(read_weekdays(words[4], parts));
  // Where both are given, one of them is enough; where one begins with "*", both must fit (cron(8), crontab(5)).
  parts.either = !words[2].starts_with('*') && !words[4].starts_with('*');
  parts.follows_real_time = words[0].starts_with('*') || words[1].starts_with('*');
  return parts;
}

}  // namespace connlog
