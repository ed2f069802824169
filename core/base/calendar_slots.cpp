// systemd's calendar events (systemd.time(7)): "Mon..Fri *-*-* 08:00:00 Europe/Berlin". Fractions of seconds are refused.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/base/time_slots_parts.h"

namespace connlog {
namespace {

constexpr SlotNumbers kYears{.what = "the years", .lowest = 1970, .highest = 2199, .between = ".."};
constexpr SlotNumbers kMonths{.what = "the months", .lowest = 1, .highest = 12, .between = ".."};
constexpr SlotNumbers kDays{.what = "the days of the month", .lowest = 1, .highest = 31, .between = ".."};
constexpr SlotNumbers kHours{.what = "the hours", .lowest = 0, .highest = 23, .between = ".."};
constexpr SlotNumbers kMinutes{.what = "the minutes", .lowest = 0, .highest = 59, .between = ".."};
constexpr SlotNumbers kSeconds{.what = "the seconds", .lowest = 0, .highest = 59, .between = ".."};

struct Short {
  std::string_view word, meaning;
};
constexpr std::array kShort{
    Short{"minutely", "*-*-* *:*:00"},
    Short{"hourly", "*-*-* *:00:00"},
    Short{"daily", "*-*-* 00:00:00"},
    Short{"weekly", "Mon *-*-* 00:00:00"},
    Short{"monthly", "*-*-01 00:00:00"},
    Short{"quarterly", "*-01,04,07,10-01 00:00:00"},
    Short{"semiannually", "*-01,07-01 00:00:00"},
    Short{"semi-annually", "*-01,07-01 00:00:00"},
    Short{"biannually", "*-01,07-01 00:00:00"},
    Short{"bi-annually", "*-01,07-01 00:00:00"},
    Short{"yearly", "*-01-01 00:00:00"},
    Short{"annually", "*-01-01 00:00:00"},
};

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

std::optional<int> weekday_of(std::string_view text) {
  const std::string word = folded(text);
  for (std::size_t at = 0; at < kWeekdays.size(); ++at) {
    if (word == kWeekdays[at] || word == kWeekdays[at].substr(0, 3)) return static_cast<int>(at);
  }
  return std::nullopt;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_weekdays(std::string_view word) {
  const std::size_t end = std::find_if_not(word.begin(), word.end(), is_letter) - word.begin();
  return weekday_of(word.substr(0, end)).has_value();
}

// "Mon", "Mon,Wed", "Mon..Fri", "Mon-Fri".
Result<std::uint32_t> read_weekdays(std::string_view list) {
  std::uint32_t bits = 0;
  while (!list.empty() && list.back() == ',') list.remove_suffix(1);  // "Mon, 12:00" is taken too
  do {
    const std::string_view element = next_element(list);
    std::size_t between = element.find("..");
    std::size_t width = 2;
    if (between == std::string_view::npos) between = element.find('-'), width = 1;
    const bool is_range = between != std::string_view::npos;
    const auto from = weekday_of(element.substr(0, between));
    const auto to = is_range ? weekday_of(element.substr(between + width)) : from;
    if (!from || !to) return wrong_schedule(fmt::format("\"{}\" is no day of the week.", cut(harmless(element), 40)));
    // The week begins on Monday.
    const int first = (*from + 6) % 7, last = (*to + 6) % 7;
    if (last < first)
      return wrong_schedule(fmt::format("\"{}\" ends before it begins: the week begins on Monday.", element));
    for (int at = first; at <= last; ++at) bits |= 1u << ((at + 1) % 7);
  } while (!list.empty());
  return bits;
}

Result<std::uint64_t> bits_of_list(const SlotNumbers& kind, std::string_view list) {
  std::uint64_t bits = 0;
  if (list.empty() || list.ends_with(',')) return wrong_schedule(fmt::format("A number is missing in {}.", kind.what));
  do {
    const SlotRange range = TRY(slot_range(kind, next_element(list)));
    bits |= bits_of(range);
  } while (!list.empty());
  return bits;
}

// Counted from the end of the month: "~01" is the last day, "~07/1" the last seven, "~03..01" the last three.
Result<std::uint32_t> read_days_from_end(std::string_view list) {
  std::uint32_t bits = 0;
  if (list.empty() || list.ends_with(',')) return wrong_schedule("A number is missing in the days of the month.");
  do {
    const std::string_view element = next_element(list);
    const std::size_t between = element.find("..");
    SlotRange range;
    if (between == std::string_view::npos) {
      range = TRY(slot_range(kDays, element));
      if (element.find('/') != std::string_view::npos && !element.starts_with('*'))
        range.to = range.from, range.from = 1;
    } else {
      const std::size_t slash = std::min(element.find('/'), element.size());
      const SlotRange one = TRY(slot_range(kDays, element.substr(0, between)));
      const SlotRange other = TRY(slot_range(kDays, element.substr(between + 2, slash - between - 2)));
      const SlotRange step =
          TRY(slot_range(kDays, slash < element.size() ? fmt::format("1{}", element.substr(slash)) : std::string("1")));
      range = {std::min(one.from, other.from), std::max(one.from, other.from), step.step};
    }
    for (int at = range.to; at >= range.from; at -= range.step) bits |= 1u << at;
  } while (!list.empty());
  return bits;
}

Result<void> read_years(std::string_view list, TimeSlots::Parts& parts) {
  if (list == "*") return {};
  if (list.empty() || list.ends_with(',')) return wrong_schedule("A number is missing in the years.");
  do {
    const SlotRange range = TRY(slot_range(kYears, next_element(list)));
    parts.years.push_back({range.from, range.to, range.step});
  } while (!list.empty());
  return {};
}

// "2026-11-30", "11-30", "*-02~03".
Result<void> read_date(std::string_view text, TimeSlots::Parts& parts) {
  const std::size_t last = text.find_last_of("-~");
  const std::string_view day = text.substr(last + 1);
  const std::string_view before = text.substr(0, last);
  const std::size_t first = before.find('-');
  const std::string_view month = first == std::string_view::npos ? before : before.substr(first + 1);
  if (first != std::string_view::npos) TRY(read_years(before.substr(0, first), parts));
  const std::uint64_t months = TRY(bits_of_list(kMonths, month));
  parts.months = static_cast<std::uint32_t>(months);
  if (text[last] == '~') {
    parts.days = 0;
    parts.days_from_end = TRY(read_days_from_end(day));
  } else {
    const std::uint64_t days = TRY(bits_of_list(kDays, day));
    parts.days = static_cast<std::uint32_t>(days);
  }
  return {};
}

// "08:00", "*:0/15", "02:30:10".
Result<void> read_time(std::string_view text, TimeSlots::Parts& parts) {
  const std::size_t first = text.find(':');
  const std::string_view hours = text.substr(0, first);
  const std::string_view rest = text.substr(first + 1);
  const std::size_t second = rest.find(':');
  const std::string_view minutes = rest.substr(0, second);
  const std::uint64_t hour_bits = TRY(bits_of_list(kHours, hours));
  parts.hours = static_cast<std::uint32_t>(hour_bits);
  parts.minutes = TRY(bits_of_list(kMinutes, minutes));
  parts.seconds = 1;
  if (second != std::string_view::npos) {
    const std::string_view text_of_seconds = rest.substr(second + 1);
    if (text_of_seconds.find("..") == std::string_view::npos && text_of_seconds.find('.') != std::string_view::npos)
      return wrong_schedule("Fractions of seconds are not taken here.");
    parts.seconds = TRY(bits_of_list(kSeconds, text_of_seconds));
  }
  parts.follows_real_time = hours.starts_with('*') || minutes.starts_with('*');
  return {};
}

bool is_date(std::string_view word) {
  return word.find_first_of("-~") != std::string_view::npos && word.find_first_not_of("0123456789*,./-~") == word.npos;
}
bool is_time(std::string_view word) {
  return word.find(':') != std::string_view::npos && word.find_first_not_of("0123456789*,./:") == word.npos;
}

Result<TimeSlots::Parts> read_words(std::vector<std::string_view> words) {
  TimeSlots::Parts parts;
  parts.hours = 1;  // without a time of day: midnight
  parts.minutes = 1;
  const auto is_left = [&] { return !words.empty(); };
  const auto take = [&] {
    const std::string_view word = words.front();
    words.erase(words.begin());
    return word;
  };
  bool says_something = false;
  if (is_left() && is_weekdays(words.front())) {
    parts.weekdays = TRY(read_weekdays(take()));
    says_something = true;
  }
  if (is_left()) {  // "2026-11-30T08:00"
    const std::string_view word = words.front();
    const std::size_t between = word.find('T');
    if (between != std::string_view::npos && is_date(word.substr(0, between)) && is_time(word.substr(between + 1))) {
      words.front() = word.substr(0, between);
      words.insert(words.begin() + 1, word.substr(between + 1));
    }
  }
  bool has_date = false, has_time = false;
  if (is_left() && is_date(words.front())) {
    TRY(read_date(take(), parts));
    has_date = true;
  }
  if (is_left() && is_time(words.front())) {
    TRY(read_time(take(), parts));
    has_time = true;
  }
  if (is_left() && (says_something || has_date || has_time)) {
    const auto zone = TimeZone::load(take());
    if (!zone) return wrong_schedule(zone.error().message);
    parts.zone = *zone;
  }
  if (is_left() || !(says_something || has_date || has_time)) {
    return wrong_schedule(
        "This is neither a cron expression of five parts nor a calendar event. Examples: \"30 2 * * *\", "
        "\"Mon..Fri 08:00\", \"*-*-01 03:00 Europe/Berlin\", \"hourly\".");
  }
  return parts;
}

}  // namespace

Result<TimeSlots::Parts> parse_on_calendar(std::string_view text) {
  auto words = words_of_schedule(text);
  const std::string first = folded(words.front());
  for (const Short& each : kShort) {
    if (first != each.word) continue;
    std::vector<std::string_view> meant = words_of_schedule(each.meaning);
    meant.insert(meant.end(), words.begin() + 1, words.end());
    return read_words(std::move(meant));
  }
  return read_words(std::move(words));
}

}  // namespace connlog
