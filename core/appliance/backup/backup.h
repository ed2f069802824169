// A backup as the appliance knows it, the schedule, and the store of both. Plain data; the store binds no workspace: backups
// are the appliance's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/appliance/backup/archive.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

enum class BackupTrigger { by_hand, schedule, before_upgrade, before_import, before_rekey, command_line };
template <>
inline constexpr auto kWords<BackupTrigger> = words_for<BackupTrigger>({
    {BackupTrigger::by_hand, "by_hand"},
    {BackupTrigger::schedule, "schedule"},
    {BackupTrigger::before_upgrade, "before_upgrade"},
    {BackupTrigger::before_import, "before_import"},
    {BackupTrigger::before_rekey, "before_rekey"},
    {BackupTrigger::command_line, "command_line"},
});

enum class BackupState { running, complete, failed, removed };
template <>
inline constexpr auto kWords<BackupState> = words_for<BackupState>({
    {BackupState::running, "running"},
    {BackupState::complete, "complete"},
    {BackupState::failed, "failed"},
    {BackupState::removed, "removed"},
});

struct BackupTag;
using BackupId = Id<BackupTag>;

struct Backup {
  BackupId id;
  BackupKind kind = BackupKind::whole;
  BackupTrigger trigger = BackupTrigger::by_hand;
  BackupState state = BackupState::running;
  Instant started_at, ended_at;
  std::string name;          // of its file
  std::int64_t bytes = 0;    // of the file
  std::array<std::uint8_t, 32> digest{};
  std::string by;            // who asked
  std::string trouble;       // why it failed
  std::string sealed_key;    // its content key, while it is kept: opens it for verify and drill
  Instant verified_at, drilled_at;
  std::string verify_trouble, drill_trouble;
};

struct BackupCopy {
  BackupId backup;
  std::string destination;
  bool is_there = false;
  Instant at;           // stored, or last tried
  std::string trouble;  // why it is not there; of one that is there beside the data: for which destination it waits
};

// When backups are made by themselves. `hour`:`minute` of `zone`; whole ones on the weekdays of the mask (Monday 1 …
// Sunday 64), the others without history where `daily_without_history`. Kept are the newest of so many days, weeks, months
// and years, and always the newest three and the last verified one.
struct BackupSchedule {
  bool enabled = false;
  int hour = 2, minute = 30;
  std::string zone = "UTC";
  int whole_on = 64;
  bool daily_without_history = true;
  int keep_daily = 7, keep_weekly = 4, keep_monthly = 12, keep_yearly = 2;

  friend bool operator==(const BackupSchedule&, const BackupSchedule&) = default;
};

class BackupStore {
 public:
  virtual ~BackupStore() = default;
  virtual Result<void> add(Transaction&, const Backup&) = 0;
  virtual Result<void> update(Transaction&, const Backup&) = 0;
  virtual Result<std::optional<Backup>> find(Snapshot&, BackupId) const = 0;
  virtual Result<std::vector<Backup>> newest(Snapshot&, int limit) const = 0;  // newest first, removed ones too
  virtual Result<void> put_copy(Transaction&, const BackupCopy&) = 0;
  virtual Result<std::vector<BackupCopy>> copies(Snapshot&, BackupId) const = 0;
  virtual Result<void> forget_before(Transaction&, Instant) = 0;  // rows of removed and failed ones
};

}  // namespace connlog
