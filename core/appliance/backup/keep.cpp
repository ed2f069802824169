#include "core/appliance/backup/keep.h"

#include <algorithm>
#include <set>
#include <utility>

namespace connlog {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// A day, a week, a month or a year as a number, which grows with time.
std::int64_t day_of(const year_month_day& date) {
  return sys_days(date).time_since_epoch().count();
}
std::int64_t week_of(const year_month_day& date) {  // from Monday on: 1970-01-01 was a Thursday
  const std::int64_t since_monday = day_of(date) + 3;
  return since_monday >= 0 ? since_monday / 7 : (since_monday - 6) / 7;
}
std::int64_t year_of(const year_month_day& date) {
  return int(date.year());
}
std::int64_t month_of(const year_month_day& date) {
  return year_of(date) * 12 + static_cast<std::int64_t>(unsigned(date.month()));
}

struct Period {
  std::int64_t (*of)(const year_month_day&);
  int BackupSchedule::*kept;
};
constexpr Period kPeriods[] = {
    {day_of, &BackupSchedule::keep_daily},
    {week_of, &BackupSchedule::keep_weekly},
    {month_of, &BackupSchedule::keep_monthly},
    {year_of, &BackupSchedule::keep_yearly},
};

// `backups` are of one kind, newest first.
void keep_some(const std::vector<StoredCopy>& backups, const BackupSchedule& schedule, const TimeZone& zone,
               std::set<BackupId>& kept) {
  for (std::size_t i = 0; i < backups.size() && i < kAlwaysKept; ++i) kept.insert(backups[i].id);
  const auto verified = std::ranges::find_if(backups, &StoredCopy::is_verified);
  if (verified != backups.end()) kept.insert(verified->id);
  for (const Period& period : kPeriods) {
    std::set<std::int64_t> seen;
    for (const StoredCopy& backup : backups) {
      const std::int64_t number = period.of(zone.date_at(backup.at));
      if (seen.contains(number)) continue;
      if (seen.size() >= static_cast<std::size_t>(std::max(0, schedule.*period.kept))) break;
      seen.insert(number);
      kept.insert(backup.id);
    }
  }
}

}  // namespace

std::vector<BackupId> no_longer_kept(std::span<const StoredCopy> backups, const BackupSchedule& schedule,
                                     const TimeZone& zone) {
  std::set<BackupId> kept;
  for (const BackupKind kind : values_of<BackupKind>()) {
    std::vector<StoredCopy> of_kind;
    std::ranges::copy_if(backups, std::back_inserter(of_kind),
                         [kind](const StoredCopy& each) { return each.kind == kind; });
    std::ranges::sort(of_kind, [](const StoredCopy& a, const StoredCopy& b) {
      return a.at != b.at ? a.at > b.at : b.id < a.id;
    });
    keep_some(of_kind, schedule, zone, kept);
  }
  std::vector<BackupId> gone;
  for (const StoredCopy& backup : backups) {
    if (!kept.contains(backup.id)) gone.push_back(backup.id);
  }
  return gone;
}

bool is_kept_by_schedule(BackupTrigger trigger, Instant made_at, Instant now) {
  switch (trigger) {
    case BackupTrigger::schedule:
      return true;
    case BackupTrigger::by_hand:
    case BackupTrigger::command_line:
      return false;
    case BackupTrigger::before_upgrade:
    case BackupTrigger::before_import:
    case BackupTrigger::before_rekey:
      return made_at < now - kKeptBefore;
  }
  return false;
}

std::vector<BackupId> no_longer_beside(std::span<const CopyBeside> backups) {
  std::vector<BackupId> gone;
  for (const BackupKind kind : values_of<BackupKind>()) {
    std::size_t only_here = 0;
    bool verified_seen = false;
    for (const CopyBeside& each : backups) {
      if (each.kind != kind) continue;
      if (each.is_elsewhere) {
        gone.push_back(each.id);
        continue;
      }
      const bool is_last_verified = each.is_verified && !std::exchange(verified_seen, verified_seen || each.is_verified);
      if (only_here++ >= kBesideTheData && each.waits && !is_last_verified) gone.push_back(each.id);
    }
  }
  return gone;
}

}  // namespace connlog
