#include "core/watch/quiet/quiet_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::array<std::string_view, 7> kDayWords{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 4> kWhich{"first", "second", "third", "fourth"};

Error wrong(std::string why) {
  return invalid("schedule", std::move(why));
}

std::optional<std::size_t> day_of(std::string_view word) {
  const auto found = std::ranges::find(kDayWords, word);
  if (found == kDayWords.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDayWords.begin());
}

// Two digits at `at`, of a text that is long enough; -1: they are none.
int two_digits(std::string_view text, std::size_t at) {
  const char a = text[at], b = text[at + 1];
  if (a < '0' || a > '9' || b < '0' || b > '9') return -1;
  return (a - '0') * 10 + (b - '0');
}

// "22:00" → "0 22".
Result<std::string> minute_and_hour(std::string_view text) {
  const bool has_form = text.size() == 5 && text[2] == ':';
  const int hour = has_form ? two_digits(text, 0) : -1;
  const int minute = has_form ? two_digits(text, 3) : -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return wrong("The time of the day is written as 22:00, from 00:00 to 23:59.");
  return fmt::format("{} {}", minute, hour);
}

std::string_view take(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

void join(std::string& list, std::string_view element) {
  if (!list.empty()) list += ',';
  list += element;
}

Result<std::string> weekly_days(std::string_view list) {
  std::string days;
  if (list.empty() || list.back() == ',') return wrong("Name the days: mon,thu 22:00.");
  while (!list.empty()) {
    const std::string_view word = take(list, ',');
    const std::size_t dash = word.find('-');
    const auto first = day_of(word.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day_of(word.substr(dash + 1));
    if (!first || !last) {
      return wrong(fmt::format("\"{}\" is no day: the days are mon, tue, wed, thu, fri, sat and sun.",
                               connlog::cut(harmless(word), 40)));
    }
    for (std::size_t day = *first;; day = (day + 1) % kDayWords.size()) {
      join(days, std::to_string(day));
      if (day == *last) break;
    }
  }
  return days;
}

// One element of a monthly list: a number, "last", "last-sun" or "second-tue".
Result<void> monthly_day(std::string_view word, std::string& numbers, std::string& weekdays) {
  const Error refused =
      wrong(fmt::format("\"{}\" is no day of a month: write 1 to 31, last, last-sun, or first-mon to fourth-mon.",
                        connlog::cut(harmless(word), 40)));
  if (word == "last") {
    join(numbers, "L");
    return {};
  }
  const std::size_t dash = word.find('-');
  if (dash == std::string_view::npos) {
    const bool is_number =
        !word.empty() && word.size() <= 2 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
    const int day = is_number ? std::stoi(std::string(word)) : 0;
    if (day < 1 || day > 31) return refused;
    join(numbers, std::to_string(day));
    return {};
  }
  const auto day = day_of(word.substr(dash + 1));
  if (!day) return refused;
  const std::string_view which = word.substr(0, dash);
  if (which == "last") {
    join(weekdays, fmt::format("{}L", *day));
    return {};
  }
  const auto found = std::ranges::find(kWhich, which);
  if (found == kWhich.end()) return refused;
  join(weekdays, fmt::format("{}#{}", *day, found - kWhich.begin() + 1));
  return {};
}

bool has_five_parts(std::string_view text) {
  std::size_t parts = 0;
  bool in_part = false;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t';
    if (!is_space && !in_part) ++parts;
    in_part = !is_space;
  }
  return parts == 5;
}

}  // namespace

Result<std::string> cron_of(QuietRepeat repeat, const std::string& schedule) {
  if (schedule.size() > TimeSlots::kBytesMax) return wrong("The schedule is too long.");
  if (repeat == QuietRepeat::cron) {
    if (!has_five_parts(schedule))
      return wrong("A cron expression has five parts: minute, hour, day of the month, month, day of the week.");
    return schedule;
  }
  std::string_view rest = schedule;
  std::string_view list = take(rest, ' ');
  const std::string time = TRY(minute_and_hour(rest));
  if (repeat == QuietRepeat::weekly) {
    const std::string days = TRY(weekly_days(list));
    return fmt::format("{} * * {}", time, days);
  }
  std::string numbers, weekdays;
  if (list.empty() || list.back() == ',') return wrong("Name the days: 1,15 03:00, or last-sun 02:00.");
  while (!list.empty()) {
    const std::string_view word = take(list, ',');
    TRY(monthly_day(word, numbers, weekdays));
  }
  return fmt::format("{} {} * {}", time, numbers.empty() ? "*" : numbers, weekdays.empty() ? "*" : weekdays);
}

Result<QuietWindows> QuietWindows::of(const Quiet& quiet) {
  QuietWindows windows;
  windows.is_once_ = quiet.repeat == QuietRepeat::once;
  windows.from_ = quiet.starts_at;
  windows.until_ = quiet.ends_at;
  const bool ended_early =
      quiet.ended_early_at.is_set() && (!quiet.ends_at.is_set() || quiet.ended_early_at < quiet.ends_at);
  if (ended_early) windows.until_ = quiet.ended_early_at;
  if (windows.is_once_) return windows;
  windows.duration_ = seconds(quiet.duration_seconds);
  const std::string cron = TRY(cron_of(quiet.repeat, quiet.schedule));
  TimeSlots slots = TRY(TimeSlots::parse(cron));
  windows.slots_ = std::move(slots);
  TimeZone zone = TRY(TimeZone::load(quiet.zone));
  windows.zone_ = std::move(zone);
  return windows;
}

std::optional<QuietWindow> QuietWindows::cut(Instant from, Instant to) const {
  const Instant end = until_.is_set() ? std::min(to, until_) : to;
  if (end <= from) return std::nullopt;
  return QuietWindow{from, end};
}

std::optional<Instant> QuietWindows::begin_after(Instant at) const {
  // A window that began before the first moment is none of this quiet's.
  return slots_->next(std::max(at, from_ - microseconds(1)), zone_);
}

std::optional<QuietWindow> QuietWindows::at(Instant at) const {
  if (is_once_) {
    const auto window = cut(from_, until_);
    return window && window->from <= at && at < window->to ? window : std::nullopt;
  }
  const auto begin = begin_after(at - duration_);  // the first that is not over
  if (!begin || *begin > at) return std::nullopt;
  const auto window = cut(*begin, *begin + duration_);
  return window && at < window->to ? window : std::nullopt;
}

std::optional<QuietWindow> QuietWindows::after(Instant at) const {
  if (is_once_) {
    const auto window = cut(from_, until_);
    return window && window->from > at ? window : std::nullopt;
  }
  const auto begin = begin_after(at);
  return begin ? cut(*begin, *begin + duration_) : std::nullopt;
}

std::vector<QuietWindow> QuietWindows::between(Instant from, Instant to, std::size_t most) const {
  std::vector<QuietWindow> windows;
  for (auto next = at(from); windows.size() < most;) {
    if (!next) next = after(windows.empty() ? from : windows.back().from);
    if (!next || next->from >= to) break;
    windows.push_back(*next);
    next.reset();
  }
  return windows;
}

std::optional<QuietWindow> window_at(const Quiet& quiet, Instant at) {
  const auto windows = QuietWindows::of(quiet);
  return windows ? windows->at(at) : std::nullopt;
}

std::optional<QuietWindow> window_after(const Quiet& quiet, Instant at) {
  const auto windows = QuietWindows::of(quiet);
  return windows ? windows->after(at) : std::nullopt;
}

}  // namespace connlog
