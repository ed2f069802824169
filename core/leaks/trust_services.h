// What people do about trust itself, wired over its stores: leaks and their checklists, the operator's texts, whom to tell about
// a weakness, and the keys. main (and each test) builds one. Any thread may enter.
#pragma once

#include "core/crypto/key_rotation.h"
#include "core/leaks/leak_service.h"
#include "core/leaks/trust_stores.h"
#include "core/leaks/workspace_leaks.h"
#include "core/legal/disclosure.h"
#include "core/legal/legal_service.h"

namespace connlog {

class TrustServices {
 public:
  struct Parts {
    TrustStores stores;
    SettingStore& settings;
    const MemberStore& members;
    const AgentStore& agents;
    RecipientStore& recipients;
    AgentService& agent_service;
    ApiKeys& api_keys;
    Letters& letters;
    AuditLog& audit;
    KeyRotation& rotation;
    const Clock& clock;
    Random& random;
  };
  explicit TrustServices(const Parts& parts)
      : parts_(parts),
        leaks_({parts.stores.leaks, parts.members, parts.letters, parts.audit, parts.clock, parts.random}),
        legal_(parts.stores.acceptances, parts.audit, parts.clock) {
    leaks_.add(agent_token_leak(parts.agents, parts.agent_service));
    leaks_.add(webhook_secret_leak(parts.recipients, parts.rotation.keyring(), parts.audit, parts.random));
    leaks_.add(workspace_api_key_leak(parts.api_keys));
  }

  LeakService& leaks() { return leaks_; }
  LegalService& legal() { return legal_; }
  KeyRotation& rotation() { return parts_.rotation; }

  Result<Disclosure> disclosure(Snapshot& snapshot) const { return load_disclosure(parts_.settings, snapshot); }
  Result<void> change_disclosure(Transaction& tx, const Actor& actor, const Disclosure& wanted) {
    return connlog::change_disclosure(parts_.settings, parts_.audit, tx, actor, wanted);
  }

 private:
  Parts parts_;
  LeakService leaks_;
  LegalService legal_;
};

}  // namespace connlog
