// Gathers the sources of settings for this process: command line, environment, and the file. Main thread only.
#pragma once

#include "cli/command_line.h"
#include "core/base/result.h"
#include "core/config/settings.h"

namespace connlog {

// The file is --config, or connlog.toml in the service's configuration directory, or in the data directory.
Result<Settings> load_settings_of_process(const CommandLine& line);

}  // namespace connlog
