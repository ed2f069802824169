#include "core/base/clock.h"

#include <ctime>

#include <cstdio>

namespace connlog {
namespace {

std::int64_t read_micros(clockid_t id) {
  timespec at{};
  clock_gettime(id, &at);
  return static_cast<std::int64_t>(at.tv_sec) * 1'000'000 + at.tv_nsec / 1'000;
}

bool all_digits(const std::string& text, std::size_t from, std::size_t count) {
  for (std::size_t i = from; i < from + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

}  // namespace

Instant SystemClock::now() const {
  return {read_micros(CLOCK_REALTIME)};
}
Monotonic SystemClock::monotonic() const {
  return {read_micros(CLOCK_MONOTONIC)};
}
Monotonic SystemClock::boot() const {
  return {read_micros(CLOCK_BOOTTIME)};
}

std::string to_iso8601(Instant at, bool with_micros) {
  using namespace std::chrono;
  const auto point = sys_time<microseconds>(microseconds(at.micros));
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss time(point - day);
  char text[40];
  const int used = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                 static_cast<int>(time.seconds().count()));
  std::string out(text, static_cast<std::size_t>(used));
  if (with_micros) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(time.subseconds().count()));
    out += text;
  }
  return out + "Z";
}

bool parse_iso8601(const std::string& text, Instant& out) {
  using namespace std::chrono;
  // YYYY-MM-DDTHH:MM:SS[.f{1,6}]Z
  if (text.size() < 20 || text.back() != 'Z') return false;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  for (const auto& [from, count] : {std::pair{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}) {
    if (!all_digits(text, static_cast<std::size_t>(from), static_cast<std::size_t>(count))) return false;
  }
  std::int64_t fraction = 0;
  if (text.size() > 20) {
    const std::size_t digits = text.size() - 21;
    if (text[19] != '.' || digits < 1 || digits > 6 || !all_digits(text, 20, digits)) return false;
    for (std::size_t i = 0; i < 6; ++i) fraction = fraction * 10 + (i < digits ? text[20 + i] - '0' : 0);
  }
  const auto number = [&](std::size_t from, std::size_t count) { return std::stoi(text.substr(from, count)); };
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return false;
  const auto whole = sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second);
  out = Instant{duration_cast<microseconds>(whole).count() + fraction};
  return true;
}

}  // namespace connlog
