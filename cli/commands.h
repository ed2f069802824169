// Commands that act through the running appliance if one runs, else in this process under the data directory's lock:
// the trails, the keys, a lost password. Each prints what it did and gives the exit code. Main thread only.
#pragma once

#include "cli/command_line.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

// Exit codes: 0 sound, 1 a danger; with --production also 3, warnings alone.
int check_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// With --json, where the settings cannot be read: the report has that one finding.
int check_refused_settings(const Error& error, const Clock& clock);

// cli/check_once_command.cpp: one check of a service from here. Exit codes: 0 up, 1 down, 2 degraded, 3 unknown or not made.
int check_once_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// Exit codes: 0 nothing was found, 1 it could not be verified, 3 something was found.
int audit_verify_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// Accepts the trails as they are and writes a new anchor. 0 done, 1 refused.
int audit_accept_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// Prints the raw database key after a confirmation. Exit code.
int key_export_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// A new master key and sealing key. Exit code.
int key_rotate_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// cli/rekey.cpp: the database under a new key, by a copy that takes its place. cli/key_command.cpp: a new master key in
// place of a lost one. Exit code.
int key_rekey_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
int key_recover_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// cli/backup_command.cpp: create, verify, list, init. Exit codes of verify: 0 whole, 1 it could not be read, 3 damaged,
// cut, or not genuine.
int backup_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// cli/drill.cpp. Exit codes as of verify.
int backup_drill_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// cli/restore.cpp: `restore` and `restore finish`. Exit code.
int restore_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

// Prints the new password if it made one. Gives the exit code.
int reset_password_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
