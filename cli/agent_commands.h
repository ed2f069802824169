// `connlog agent …`: from the command line to core/agent/agent_program.h. Main thread only.
#pragma once

#include "cli/command_line.h"

namespace connlog {

// For the four agent commands; gives the exit code.
int run_agent_command(const CommandLine& line);

}  // namespace connlog
