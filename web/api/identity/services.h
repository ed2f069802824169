// What the handlers of web/api/identity use of other rooms. Nothing here is owned.
#pragma once

#include "core/access/administration.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/identity/accounts.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "core/notify/notify.h"
#include "core/people/user.h"
#include "core/people/workspace.h"

namespace connlog::web::identity {

struct Services {
  Stores& stores;
  IdentityService& identity;
  Accounts& accounts;
  SecondFactors& second_factors;
  oidc::ProviderLogins& logins;
  AttemptLimiter& attempts;
  const SessionStore& sessions;
  WorkspaceStore& workspaces;
  Administration& administration;
  Notify& notify_service;
  AuditLog& audit;
  const Clock& clock;
};

}  // namespace connlog::web::identity
