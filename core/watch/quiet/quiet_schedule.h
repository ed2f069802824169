// The windows of a quiet, in order. Weekly and monthly schedules become cron expressions, so that one reckoning of
// local time (core/base/time_slots.h) serves all: a local time that does not exist counts as the first that does, one
// that exists twice counts once. The duration is real time. Reads the zone's file once when it is made. A value; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time_slots.h"
#include "core/base/time_zone.h"
#include "core/watch/quiet/quiet.h"

namespace connlog {

// "mon,thu 22:00" → "0 22 * * mon,thu"; "1,last-sun 03:00" → "0 3 1 * 0L". Errors name "schedule".
Result<std::string> cron_of(QuietRepeat repeat, const std::string& schedule);

class QuietWindows {
 public:
  // Errors name "schedule" and "zone".
  static Result<QuietWindows> of(const Quiet& quiet);

  // As window_at and window_after of quiet.h.
  std::optional<QuietWindow> at(Instant at) const;
  std::optional<QuietWindow> after(Instant at) const;
  // Those that overlap [from, to), oldest first, at most `most`.
  std::vector<QuietWindow> between(Instant from, Instant to, std::size_t most) const;

 private:
  // The first window that begins after `at`, without a look at the end.
  std::optional<Instant> begin_after(Instant at) const;
  std::optional<QuietWindow> cut(Instant from, Instant to) const;

  bool is_once_ = true;
  microseconds duration_{0};
  Instant from_,
      until_;  // windows begin at from_ at the earliest and end at until_ at the latest; until_ not set: no end
  TimeZone zone_ = TimeZone::utc();
  std::optional<TimeSlots> slots_;
};

}  // namespace connlog
