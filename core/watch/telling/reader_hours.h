// The hours of a recipient's reader, by their own clock: quiet hours, the daily digest, the weekly letter. Of a zone that is not
// known any more UTC is taken: something is told at another hour rather than never. Pure but for the zone's file; any thread.
#pragma once

#include "core/base/clock.h"
#include "core/notify/notification.h"

namespace connlog {

inline constexpr int kWeeklyHour = 8;  // Monday

// While quiet hours run at `now`: their end. Not set: they do not.
Instant quiet_until(const Recipient& recipient, Instant now);
// The first after `now`. Not set: no digest is wanted.
Instant next_digest(const Recipient& recipient, Instant now);
Instant next_weekly(const Recipient& recipient, Instant now);

}  // namespace connlog
