// Until when backups hold what is erased now, in words for the person whose data it is. Pure; any thread.
#pragma once

#include <string>

#include "core/appliance/backup/backup.h"

namespace connlog {

std::string backups_hold_sentence(const BackupSchedule& schedule);

}  // namespace connlog
