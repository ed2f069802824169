// What commands ask of the appliance about recovery and drills (cli/control_commands.h). The control thread, or the main
// thread of a command.
#include "cli/appliance_parts.h"

namespace connlog {

Result<void> Appliance::Parts::end_recovery(const Actor& actor) {
  return store->stores().write([&](Transaction& tx) { return services->recovery.end(tx, actor); });
}

Result<void> Appliance::Parts::note_drill(const Actor& actor, const std::string& evidence) {
  return store->stores().write(
      [&](Transaction& tx) { return store->audit().append(tx, actor, "backup.drilled", {}, evidence); });
}

}  // namespace connlog
