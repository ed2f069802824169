#include "core/appliance/backup/hold.h"

#include <fmt/format.h>

namespace connlog {
namespace {

std::string amount(int number, const char* unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

// The longest time that the schedule keeps a backup for.
std::string longest(const BackupSchedule& schedule) {
  if (schedule.keep_yearly > 0) return amount(schedule.keep_yearly, "year");
  if (schedule.keep_monthly > 0) return amount(schedule.keep_monthly, "month");
  if (schedule.keep_weekly > 0) return amount(schedule.keep_weekly, "week");
  return amount(schedule.keep_daily, "day");
}

}  // namespace

std::string backups_hold_sentence(const BackupSchedule& schedule) {
  if (!schedule.enabled) {
    return "Backups that were made before hold your data until the administrator deletes them: none are made, and none "
           "removed, by a schedule.";
  }
  return fmt::format(
      "Backups that were made before hold your data until the schedule removes them: after {} at the latest, as long as "
      "backups go on. A copy that the administrator made by hand stays until it is deleted.",
      longest(schedule));
}

}  // namespace connlog
