// `connlog user reset-password MAIL`: a new password for somebody who is locked out, through the running server where one
// runs, else under the data directory's lock. Main thread only.
#pragma once

#include "cli/command_line.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

// Prints the new password when it made one. Gives the exit code.
int reset_password_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
