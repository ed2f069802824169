// The requests about backups that commands send to the appliance (cli/control_commands.h). One JSON object in, one out:
//
//   backup_facts                  {instance, signer}
//   backup_list                   {items: […]}
//   backup_create {kind}          {id}; without a thread of backups it is done when the answer comes
//   backup_stream {kind, pipe}    {id}; the archive goes into that pipe in the data directory
//   backup_verify {id}            {id}; likewise
//   backup_state {id}             {backup: {…}, progress: {…} or null}
//   backup_where {id}             {path}; empty: in no directory
//
// The control thread, or the main thread of a command that found no server.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/appliance/backup/backups.h"

namespace connlog {

// Nothing: the request is not one of these.
std::optional<std::string> answer_backup_request(Backups& backups, Stores& stores, const Actor& actor,
                                                 const std::string& request);

// As `backup list --json` and the answers show it; no key of it.
nlohmann::json backup_facts(const Backups::Listed& listed);

}  // namespace connlog
