// When a job is due next: cron expressions (five parts, as Vixie cron and Debian's cronie take them, with L, LW and # as
// cronsim has them) and systemd's OnCalendar, in a time zone. A value, immutable; any thread.
//
// The nights on which clocks change: a local time that does not exist counts as the first that does; one that exists
// twice counts once. Schedules that run every hour or every minute (hours or minutes begin with "*") follow real time, as
// crons do: what the night leaves out does not count, and what it has twice counts twice.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"

namespace connlog {

class TimeSlots {
 public:
  static constexpr std::size_t kBytesMax = 200;
  // One line of five parts is cron, everything else OnCalendar. Errors name "schedule", and say which part. An OnCalendar
  // that ends in a time zone keeps it.
  static Result<TimeSlots> parse(std::string_view text);
  // The next slot after `after`, exclusive. Nothing: there is none within 8 years. `zone` counts where the schedule names
  // none itself.
  std::optional<Instant> next(Instant after, const TimeZone& zone) const;

  struct Parts;

 private:
  std::shared_ptr<const Parts> parts_;
};

}  // namespace connlog
