// Commands that act through the running appliance if one runs, else in this process under the data directory's lock:
// the trails, the keys, a lost password. Each prints what it did and gives the exit code. Main thread only.
#pragma once

#include "cli/command_line.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

// Exit codes: 0 nothing was found, 1 it could not be verified, 3 something was found.
int audit_verify_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// Accepts the trails as they are and writes a new anchor. 0 done, 1 refused.
int audit_accept_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// Prints the raw database key after a confirmation. Exit code.
int key_export_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// A new master key and sealing key. Exit code.
int key_rotate_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// Prints the new password if it made one. Gives the exit code.
int reset_password_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
