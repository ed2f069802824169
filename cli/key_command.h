// `connlog key …`: the keys, for whoever administers the machine. They act through the running appliance where one runs,
// else alone under the data directory's lock. Main thread only.
#pragma once

#include "cli/command_line.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

// Prints the raw database key after a confirmation. Exit code.
int key_export_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// A new master key and sealing key. Exit code.
int key_rotate_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
