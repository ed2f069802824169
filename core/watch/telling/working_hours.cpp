#include "core/watch/telling/working_hours.h"

#include <chrono>

namespace connlog {
namespace {

constexpr int kMinutesOfHour = 60, kMinutesOfDay = 24 * 60;
constexpr int kDaysAhead = 8;  // a week, and the day on which it begins

bool has_day(std::uint8_t days, std::chrono::sys_days day) {
  const unsigned from_monday = std::chrono::weekday(day).iso_encoding() - 1;
  return ((days >> from_monday) & 1U) != 0;
}

Instant at_minute(const TimeZone& zone, std::chrono::sys_days day, int minute) {
  if (minute >= kMinutesOfDay) return at_minute(zone, day + std::chrono::days(1), minute - kMinutesOfDay);
  return zone.instant_of(day, minute / kMinutesOfHour, minute % kMinutesOfHour);
}

}  // namespace

Instant hours_begin(const WorkingHours& hours, const TimeZone& zone, Instant now) {
  if (hours.days == 0) return {};
  const int length = hours.to_minute > hours.from_minute ? hours.to_minute - hours.from_minute
                                                         : hours.to_minute + kMinutesOfDay - hours.from_minute;
  const auto today = std::chrono::sys_days(zone.date_at(now));
  for (int ahead = -1; ahead <= kDaysAhead; ++ahead) {
    const auto day = today + std::chrono::days(ahead);
    if (!has_day(hours.days, day)) continue;
    const Instant from = at_minute(zone, day, hours.from_minute);
    if (now < from) return from;
    if (now < at_minute(zone, day, hours.from_minute + length)) return {};
  }
  return {};
}

}  // namespace connlog
