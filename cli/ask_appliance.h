// How a command reaches the appliance of a data directory: over the control socket while it runs, and by opening it in
// this process otherwise. The main thread of a command.
#pragma once

#include <chrono>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/config/settings.h"

namespace connlog {

// `request` and the answer are those of cli/control_commands.h. A running server may take `patience` to answer.
Result<std::string> ask_appliance(const std::string& request, const Settings& settings, Clock& clock, Random& random,
                                  std::chrono::seconds patience = std::chrono::seconds(30));

// Prints to standard error why the command ends, and returns the exit code.
int refuse_command(const Error& error);

}  // namespace connlog
