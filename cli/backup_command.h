// A backup that another command makes before it does what cannot be undone. The appliance is opened in this process, so no
// server may run. Main thread.
#pragma once

#include <string>

#include "core/appliance/backup/backup.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/config/settings.h"

namespace connlog {

// A whole backup, made and waited for. Gives where it lies, for people.
Result<std::string> backup_before(BackupTrigger trigger, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
