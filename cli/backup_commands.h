// What the commands about backups share: whom they ask, and the longer ones, each in a file of its own. Main thread only.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "cli/appliance.h"
#include "cli/command_line.h"
#include "cli/control_commands.h"
#include "cli/control_socket.h"

namespace connlog {

// The appliance of a data directory: the running server over its control socket, or opened in this process under the data
// directory's lock. Requests are those of cli/backup_control.h.
class BackupAsker {
 public:
  static Result<std::unique_ptr<BackupAsker>> running(const Settings& settings);  // null: none runs
  static Result<std::unique_ptr<BackupAsker>> here(const Settings& settings, Clock& clock, Random& random);
  Result<nlohmann::json> ask(const nlohmann::json& request);

 private:
  BackupAsker() = default;
  std::filesystem::path socket_;
  std::unique_ptr<Appliance> appliance_;
};

// cli/backup_verify.cpp. Exit codes: 0 whole, 1 it could not be read, 3 damaged, cut, or not genuine.
int verify_backup(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);
// cli/backup_init.cpp
Result<void> init_backup_directory(const CommandLine& line, const Settings& settings, Clock& clock, Random& random);

}  // namespace connlog
