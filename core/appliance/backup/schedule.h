// When the next backup is made by itself. A *slot* is the schedule's time on one day in its zone; it is served by a backup
// that began at or after it. Only the newest slot counts, so what was missed while connlog was off is caught up once. A
// failed one is tried again after kRetryAfter. Planned anew at each look from what is stored, so that a step of the clock
// needs nothing special. Pure, but that a zone is read from the machine's files; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/appliance/backup/backup.h"
#include "core/base/time_zone.h"

namespace connlog {

inline constexpr std::chrono::hours kRetryAfter{1};

// The setting "backup.schedule": the schedule, and since when it is in force (slots before do not count).
struct StoredSchedule {
  BackupSchedule schedule;
  Instant since;
};
std::string schedule_text(const StoredSchedule& stored);
StoredSchedule read_schedule(const std::string& text);  // what cannot be read has its default

// Errors name the member.
Result<void> check_schedule(const BackupSchedule& schedule);

// A scheduled backup of the past.
struct PastRun {
  BackupKind kind = BackupKind::whole;
  bool has_failed = false;  // false: it runs or is complete
  Instant started_at, ended_at;
};

struct NextRun {
  BackupKind kind = BackupKind::whole;
  Instant at;  // not after `now`: it is due
};

// The newest slot of the kind not after `now`, and the one before it; not set: there is none.
struct Slots {
  Instant newest, before;
};
Slots slots_of(BackupKind kind, const BackupSchedule& schedule, const TimeZone& zone, Instant now);

// Nothing: the schedule is off. `runs`: those of the schedule, in any order.
std::optional<NextRun> next_run(const StoredSchedule& stored, const TimeZone& zone, std::span<const PastRun> runs,
                                Instant now);
// How many of the kind have failed since the last one that did not.
int misses_of(BackupKind kind, std::span<const PastRun> runs);

}  // namespace connlog
