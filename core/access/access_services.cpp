#include "core/access/access_services.h"

namespace connlog {

AccessServices::AccessServices(const Parts& parts)
    : parts_(parts),
      links_(parts.links, parts.keyring, parts.clock, parts.random),
      owners_(parts.appliance, parts.letters, parts.clock),
      members_({parts.members, parts.audit, parts.bus}),
      teams_({parts.teams, parts.members, parts.agents, parts.audit, parts.directory, parts.bus, parts.clock,
              parts.random}),
      invitations_({parts.invitations, parts.members, parts.workspaces, parts.teams, parts.users, links_, parts.letters,
                    parts.audit, parts.bus, parts.limits, parts.clock, parts.random}),
      life_({parts.stores, parts.workspace_service, parts.workspaces, parts.settings, parts.members, parts.agents,
             parts.rules, parts.audit, parts.directory, owners_, parts.bus, parts.limits, parts.clock}) {}

}  // namespace connlog
