#include "core/trust/trust_services.h"

#include "core/trust/person_leaks.h"
#include "core/trust/workspace_leaks.h"

namespace connlog {

TrustServices::TrustServices(const Parts& parts)
    : parts_(parts),
      links_(parts.links, parts.rotation.keyring(), parts.clock, parts.random),
      leaks_({parts.stores.leaks, parts.members, parts.letters, parts.audit, parts.clock, parts.random}),
      legal_(parts.stores.acceptances, parts.audit, parts.clock) {
  leaks_.add(agent_token_leak(parts.subjects, parts.agents, parts.agent_service));
  leaks_.add(webhook_secret_leak(parts.recipients, parts.rotation.keyring(), parts.audit, parts.random));
  leaks_.add(workspace_api_key_leak(parts.api_keys));
  leaks_.add(enrolment_key_leak(parts.enrolment));
  const PersonLeakParts people{parts.users, parts.sessions,       parts.directory, parts.identity, parts.api_keys,
                               links_,      parts.second_factors, parts.logins,    parts.audit,    parts.chats};
  auto ways = std::make_shared<const std::vector<WayIn>>(ways_in(people));
  for (auto& kind : person_leaks(people, ways)) leaks_.add(std::move(kind));
}

}  // namespace connlog
