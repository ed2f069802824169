// Which backups are kept. Of the scheduled ones: of each kind the newest of so many days, weeks, months and years, in the schedule's zone, and
// always the newest three and the last verified one. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "core/appliance/backup/backup.h"
#include "core/base/time_zone.h"

namespace connlog {

inline constexpr std::size_t kAlwaysKept = 3;  // the newest of a kind

struct StoredCopy {
  BackupId id;
  BackupKind kind = BackupKind::whole;
  Instant at;
  bool is_verified = false;
};

// Those that go, in any order. `backups`: all that are complete, in any order.
std::vector<BackupId> no_longer_kept(std::span<const StoredCopy> backups, const BackupSchedule& schedule,
                                     const TimeZone& zone);

// One that somebody asked for stays until somebody removes it; one made before an upgrade, an import or a rekey stays for
// kKeptBefore, and then counts among the scheduled ones.
inline constexpr std::chrono::days kKeptBefore{30};
bool is_kept_by_schedule(BackupTrigger trigger, Instant made_at, Instant now);

// A backup that lies beside the data while other directories are named.
struct CopyBeside {
  BackupId id;
  BackupKind kind = BackupKind::whole;
  bool is_verified = false;
  bool is_elsewhere = false;  // it was seen just now in a named directory
  bool waits = false;         // made while the named ones could not take it
};
inline constexpr std::size_t kBesideTheData = 2;  // of a kind

// Those that go from beside the data: what lies elsewhere; and of those that wait all but the newest two of their kind and
// the last verified one. What was made before a directory was named stays. `backups`: newest first.
std::vector<BackupId> no_longer_beside(std::span<const CopyBeside> backups);

}  // namespace connlog
