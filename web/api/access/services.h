// What the handlers of web/api/access use of other rooms. Nothing here is owned.
#pragma once

#include "core/access/access_services.h"
#include "core/access/administration.h"
#include "core/access/removed.h"
#include "core/audit/audit.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/identity/accounts.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "core/people/workspace.h"

namespace connlog::web::access {

struct Services {
  Stores& stores;
  WorkspaceStore& workspaces;
  AccessServices& access;
  Administration& administration;
  RemovedThings& removed;
  IdentityService& identity;
  Accounts& accounts;
  SecondFactors& second_factors;
  oidc::ProviderLogins& logins;
  AttemptLimiter& attempts;
  AuditLog& audit;
  const Clock& clock;
  Random& random;
};

}  // namespace connlog::web::access
