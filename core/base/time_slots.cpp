#include "core/base/time_slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/text.h"
#include "core/base/time_slots_parts.h"

namespace connlog {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kDay = 86'400;
constexpr int kDaysLookedAt = 8 * 366;

bool is_in(std::uint64_t bits, int at) {
  return (bits >> at & 1) != 0;
}

// The lowest bit at or above `from`; -1: none.
int first_bit(std::uint64_t bits, int from) {
  for (int at = from; at < 64; ++at) {
    if (is_in(bits, at)) return at;
  }
  return -1;
}

bool is_year(const TimeSlots::Parts& parts, int year) {
  if (parts.years.empty()) return true;
  return std::ranges::any_of(parts.years, [year](const TimeSlots::Parts::Years& each) {
    return year >= each.from && year <= each.to && (year - each.from) % each.step == 0;
  });
}

bool is_day_of_month(const TimeSlots::Parts& parts, const year_month_day& date, int last) {
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  if (is_in(parts.days, day) || is_in(parts.days_from_end, last - day + 1)) return true;
  if (!parts.last_workday) return false;
  const unsigned weekday = std::chrono::weekday(sys_days(date)).c_encoding();
  if (weekday == 0 || weekday == 6) return false;
  return day == last || (weekday == 5 && last - day <= 2);
}

bool is_weekday(const TimeSlots::Parts& parts, const year_month_day& date, int last) {
  const int weekday = static_cast<int>(std::chrono::weekday(sys_days(date)).c_encoding());
  if (is_in(parts.weekdays, weekday)) return true;
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  return std::ranges::any_of(parts.weekdays_of_month, [&](const std::pair<int, int>& each) {
    if (each.first != weekday) return false;
    return each.second == 0 ? last - day < 7 : (day - 1) / 7 + 1 == each.second;
  });
}

bool is_date(const TimeSlots::Parts& parts, sys_days at) {
  const year_month_day date(at);
  if (!is_in(parts.months, static_cast<int>(static_cast<unsigned>(date.month()))) ||
      !is_year(parts, static_cast<int>(date.year()))) {
    return false;
  }
  const year_month_day end(date.year() / date.month() / std::chrono::last);
  const int last = static_cast<int>(static_cast<unsigned>(end.day()));
  const bool by_month = is_day_of_month(parts, date, last), by_week = is_weekday(parts, date, last);
  return parts.either ? by_month || by_week : by_month && by_week;
}

// The second of the day at or after `from`; -1: none is left on that day.
std::int64_t next_time_of_day(const TimeSlots::Parts& parts, std::int64_t from) {
  if (from >= kDay) return -1;
  int hour = static_cast<int>(from / 3'600), minute = static_cast<int>(from / 60 % 60),
      second = static_cast<int>(from % 60);
  for (int h = first_bit(parts.hours, hour); h >= 0 && h < 24; h = first_bit(parts.hours, h + 1)) {
    if (h > hour) minute = second = 0;
    for (int m = first_bit(parts.minutes, minute); m >= 0 && m < 60; m = first_bit(parts.minutes, m + 1)) {
      const int s = first_bit(parts.seconds, h == hour && m == minute ? second : 0);
      if (s >= 0 && s < 60) return h * 3'600 + m * 60 + s;
    }
    hour = h;
    minute = 60;  // nothing is left in this hour
  }
  return -1;
}

// The next local time after `local`, both in seconds since 1970 as a clock on the wall shows them.
std::optional<std::int64_t> next_local(const TimeSlots::Parts& parts, std::int64_t local) {
  const std::int64_t from = local + 1;
  sys_days date = std::chrono::floor<days>(std::chrono::sys_seconds(seconds(from)));
  std::int64_t in_day = from - std::int64_t{date.time_since_epoch().count()} * kDay;
  for (int looked_at = 0; looked_at <= kDaysLookedAt; ++looked_at, date += days(1), in_day = 0) {
    if (!is_date(parts, date)) continue;
    const std::int64_t found = next_time_of_day(parts, in_day);
    if (found >= 0) return std::int64_t{date.time_since_epoch().count()} * kDay + found;
  }
  return std::nullopt;
}

std::int64_t offset_at(const TimeZone& zone, std::int64_t unix_seconds) {
  return zone.offset_at(Instant{unix_seconds * 1'000'000}).count();
}

// When a clock on the wall shows `local`: never, once or twice.
struct Shown {
  std::array<std::int64_t, 2> at{};
  std::size_t count = 0;
  std::int64_t gap_ends = 0;  // where it is never: the first moment after the gap
};

Shown shown_at(const TimeZone& zone, std::int64_t local) {
  const std::int64_t before = offset_at(zone, local - kDay), after = offset_at(zone, local + kDay);
  Shown shown;
  if (offset_at(zone, local - before) == before) shown.at[shown.count++] = local - before;
  if (after != before && offset_at(zone, local - after) == after) shown.at[shown.count++] = local - after;
  if (shown.count == 2 && shown.at[0] > shown.at[1]) std::swap(shown.at[0], shown.at[1]);
  if (shown.count > 0) return shown;
  // The clock jumps over it somewhere between these two.
  std::int64_t low = std::min(local - before, local - after), high = std::max(local - before, local - after);
  const std::int64_t there = offset_at(zone, high);
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (offset_at(zone, middle) == there ? high : low) = middle;
  }
  shown.gap_ends = high;
  return shown;
}

}  // namespace

Error wrong_schedule(std::string why) {
  return invalid("schedule", std::move(why));
}

std::vector<std::string_view> words_of_schedule(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return words;
    text.remove_prefix(start);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string_view next_element(std::string_view& list) {
  const std::size_t end = list.find(',');
  const std::string_view element = list.substr(0, end);
  list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  return element;
}

std::uint64_t bits_of(const SlotRange& range) {
  std::uint64_t bits = 0;
  for (int at = range.from; at <= range.to && at < 64; at += range.step) bits |= std::uint64_t{1} << at;
  return bits;
}

namespace {

std::optional<int> number_of(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// A number, or a name of three letters.
std::optional<int> value_of(const SlotNumbers& kind, std::string_view text) {
  if (const auto number = number_of(text)) return number;
  if (text.size() != 3) return std::nullopt;
  const std::string wanted = folded(text);
  for (std::size_t at = 0; at + 3 <= kind.names.size(); at += 3) {
    if (kind.names.substr(at, 3) == wanted) return kind.first_name + static_cast<int>(at / 3);
  }
  return std::nullopt;
}

}  // namespace

Result<SlotRange> slot_range(const SlotNumbers& kind, std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return wrong_schedule(fmt::format("\"{}\" does not say {}: {}.", cut(harmless(text), 40), kind.what, why));
  };
  SlotRange range{kind.lowest, kind.highest, 1};
  std::string_view span = text;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    span = text.substr(0, slash);
    const auto step = number_of(text.substr(slash + 1));
    if (!step || *step < 1) return wrong("behind the slash stands how many to go on, 1 or more");
    range.step = *step;
  }
  if (span == "*") return range;
  const std::size_t between = span.find(kind.between);
  const auto from = value_of(kind, span.substr(0, between));
  if (!from) return wrong("it is a number, a range, or *");
  range.from = *from;
  if (between != std::string_view::npos) {
    const auto to = value_of(kind, span.substr(between + kind.between.size()));
    if (!to) return wrong("the end of the range is no number");
    range.to = *to;
    if (range.to < range.from) return wrong("the range ends before it begins");
  } else if (slash == std::string_view::npos) {
    range.to = range.from;
  }
  if (range.from < kind.lowest || range.to > kind.highest || range.from > kind.highest)
    return wrong(fmt::format("they go from {} to {}", kind.lowest, kind.highest));
  return range;
}

Result<TimeSlots> TimeSlots::parse(std::string_view text) {
  if (text.size() > kBytesMax || text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
    return wrong_schedule(fmt::format("The schedule is one line of at most {} characters.", kBytesMax));
  const std::size_t words = words_of_schedule(text).size();
  if (words == 0)
    return wrong_schedule("The schedule is empty. Examples: \"30 2 * * *\", \"Mon..Fri 08:00\", \"hourly\".");
  auto parts = TRY(words == 5 ? parse_cron(text) : parse_on_calendar(text));
  TimeSlots slots;
  slots.parts_ = std::make_shared<const Parts>(std::move(parts));
  return slots;
}

std::optional<Instant> TimeSlots::next(Instant after, const TimeZone& given) const {
  if (!parts_) return std::nullopt;
  const Parts& parts = *parts_;
  const TimeZone& zone = parts.zone ? *parts.zone : given;
  const std::int64_t now = std::chrono::floor<seconds>(microseconds(after.micros)).count();
  const std::int64_t here = offset_at(zone, now);
  const auto [lowest, highest] = std::minmax({here, offset_at(zone, now - kDay), offset_at(zone, now + kDay)});
  // On a night on which clocks change, what they show before this moment may come after it.
  std::int64_t local = now + here - (highest - lowest);
  std::optional<std::int64_t> best;
  while (const auto candidate = next_local(parts, local)) {
    local = *candidate;
    if (best && local - highest >= *best) break;
    const Shown shown = shown_at(zone, local);
    const auto take = [&](std::int64_t at) {
      if (at > now && (!best || at < *best)) best = at;
    };
    if (shown.count == 0 && !parts.follows_real_time) take(shown.gap_ends);
    if (shown.count > 0) take(shown.at[0]);
    if (shown.count == 2 && parts.follows_real_time) take(shown.at[1]);
    if (best && lowest == highest) break;
  }
  if (!best || *best - now > std::int64_t{kDaysLookedAt} * kDay) return std::nullopt;
  return Instant{*best * 1'000'000};
}

}  // namespace connlog
