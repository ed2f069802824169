// The services of core/trust, wired over their stores: leaks and their checklists, the administrator's legal texts,
// whom to tell about a weakness, and the rotation of keys. cli/appliance_services builds one, for the appliance and for
// tests. A new kind of secret is added in trust_services.cpp: as a leak kind and, if it lets a person in, as a way in.
// Any thread may enter.
#pragma once

#include "core/access/api_keys.h"
#include "core/access/appliance_directory.h"
#include "core/agents/agent.h"
#include "core/agents/agent_service.h"
#include "core/agents/enrolment_keys.h"
#include "core/identity/identity_service.h"
#include "core/identity/links.h"
#include "core/identity/oidc/provider.h"
#include "core/identity/second_factor.h"
#include "core/notify/chat_accounts.h"
#include "core/notify/notification.h"
#include "core/people/user.h"
#include "core/trust/disclosure.h"
#include "core/trust/key_rotation.h"
#include "core/trust/leak_service.h"
#include "core/trust/legal_service.h"
#include "core/trust/trust_stores.h"
#include "core/watch/subject.h"

namespace connlog {

class TrustServices {
 public:
  struct Parts {
    TrustStores stores;
    SettingStore& settings;
    UserStore& users;
    SessionStore& sessions;
    LinkStore& links;
    LoginStore& logins;
    ChatAccountStore& chats;
    const MemberStore& members;
    const ApplianceDirectory& directory;
    const SubjectStore& subjects;
    const AgentStore& agents;
    RecipientStore& recipients;
    IdentityService& identity;
    SecondFactors& second_factors;
    AgentService& agent_service;
    ApiKeys& api_keys;
    EnrolmentKeys& enrolment;
    Letters& letters;
    AuditLog& audit;
    KeyRotation& rotation;
    const Clock& clock;
    Random& random;
  };
  explicit TrustServices(const Parts& parts);

  LeakService& leaks() { return leaks_; }
  LegalService& legal() { return legal_; }
  KeyRotation& rotation() { return parts_.rotation; }

  Result<Disclosure> disclosure(Snapshot& snapshot) const { return load_disclosure(parts_.settings, snapshot); }
  Result<void> change_disclosure(Transaction& tx, const Actor& actor, const Disclosure& wanted) {
    return connlog::change_disclosure(parts_.settings, parts_.audit, tx, actor, wanted);
  }

 private:
  Parts parts_;
  Links links_;
  LeakService leaks_;
  LegalService legal_;
};

}  // namespace connlog
