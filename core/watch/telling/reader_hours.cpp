#include "core/watch/telling/reader_hours.h"

#include <chrono>

#include "core/base/time_zone.h"

namespace connlog {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

TimeZone zone_of(const Recipient& recipient) {
  if (recipient.zone == "UTC") return TimeZone::utc();
  auto zone = TimeZone::load(recipient.zone);
  return zone ? *std::move(zone) : TimeZone::utc();
}

int minute_at(const TimeZone& zone, Instant at) {
  const auto local = std::chrono::sys_time<microseconds>(microseconds(at.micros) + zone.offset_at(at));
  const auto of_day = local - std::chrono::floor<days>(local);
  return static_cast<int>(std::chrono::floor<std::chrono::minutes>(of_day).count());
}

// A local time that the change of clocks leaves out is the first one that there is: the moment of the change.
Instant at_minute(const TimeZone& zone, sys_days day, int minute) {
  if (minute >= 24 * 60) return at_minute(zone, day + days(1), 0);
  Instant found = zone.instant_of(day, minute / 60, minute % 60);
  if (minute_at(zone, found) == minute) return found;
  Instant before = found - std::chrono::hours(3);
  while (found - before > milliseconds(1)) {
    const Instant middle = before + (found - before) / 2;
    (zone.offset_at(middle) == zone.offset_at(found) ? found : before) = middle;
  }
  const Instant whole{(found.micros + 500'000) / 1'000'000 * 1'000'000};
  return whole;
}

}  // namespace

Instant quiet_until(const Recipient& recipient, Instant now) {
  if (recipient.quiet_from < 0 || recipient.quiet_to < 0 || recipient.quiet_from == recipient.quiet_to) return {};
  const TimeZone zone = zone_of(recipient);
  const sys_days today(zone.date_at(now));
  const days length(recipient.quiet_from < recipient.quiet_to ? 0 : 1);
  for (const sys_days day : {today - days(1), today}) {  // those of yesterday may last until this morning
    const Instant from = at_minute(zone, day, recipient.quiet_from);
    const Instant to = at_minute(zone, day + length, recipient.quiet_to);
    if (from <= now && now < to) return to;
  }
  return {};
}

Instant next_digest(const Recipient& recipient, Instant now) {
  if (recipient.digest_at < 0) return {};
  const TimeZone zone = zone_of(recipient);
  const sys_days today(zone.date_at(now));
  for (int i = 0; i < 3; ++i) {
    const Instant at = at_minute(zone, today + days(i), recipient.digest_at);
    if (at > now) return at;
  }
  return now;  // not reached: two days hold a digest
}

Instant next_weekly(const Recipient& recipient, Instant now) {
  const TimeZone zone = zone_of(recipient);
  const sys_days today(zone.date_at(now));
  for (int i = 0; i < 9; ++i) {
    const sys_days day = today + days(i);
    if (std::chrono::weekday(day) != std::chrono::Monday) continue;
    const Instant at = at_minute(zone, day, kWeeklyHour * 60);
    if (at > now) return at;
  }
  return now;  // not reached: nine days hold two Mondays, or one that is to come
}

}  // namespace connlog
