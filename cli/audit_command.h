// `connlog audit verify` and `connlog audit accept`: through the running server where one runs, else under the data
// directory's lock. Main thread only.
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

}  // namespace connlog
