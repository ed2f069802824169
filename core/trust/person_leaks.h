// The kinds of secrets of a person that can leak, for themselves (their account) and for the appliance's administrator:
// a password, sessions, an API key, everything. A person's *ways in* are a list: "everything" ends each of them, so a
// new way in is added to that list where the services are wired, and nothing else changes. Answers run inside the
// caller's transaction. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/access/api_keys.h"
#include "core/access/appliance_directory.h"
#include "core/identity/identity_service.h"
#include "core/identity/links.h"
#include "core/identity/oidc/provider.h"
#include "core/identity/second_factor.h"
#include "core/notify/chat_accounts.h"
#include "core/trust/leak_kind.h"

namespace connlog {

struct WayIn {
  std::string plan;  // "Every session of {} ends."; {} is the person's name
  std::string done;  // "Every session of {} was ended."
  std::function<Result<std::int64_t>(Snapshot&, const User&)> count;
  // `kept`: the session in which the person asks, which stays; nil: none.
  std::function<Result<void>(Transaction&, const Actor&, const User&, SessionId kept)> end;
};

struct PersonLeakParts {
  UserStore& users;
  SessionStore& sessions;
  const ApplianceDirectory& directory;
  IdentityService& identity;
  ApiKeys& api_keys;
  const Links& links;
  SecondFactors& second_factors;
  LoginStore& logins;
  AuditLog& audit;
  ChatAccountStore& chats;
};

// Sessions, personal API keys, second factors, logins at providers, accounts in chats. The password itself is not in the list: it is
// replaced by a link.
std::vector<WayIn> ways_in(const PersonLeakParts& parts);

// Every kind about people, for a person's own list and the appliance's. `ways` is shared: ways that are added to it
// later count.
std::vector<std::unique_ptr<LeakKind>> person_leaks(const PersonLeakParts& parts,
                                                    std::shared_ptr<const std::vector<WayIn>> ways);

}  // namespace connlog
