// What the middleware uses to find out who asks, in which workspace and with which rights. Nothing here is owned.
#pragma once

#include "core/access/access_services.h"
#include "core/access/administration.h"
#include "core/base/transaction.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/identity/second_factor.h"
#include "core/people/workspace.h"
#include "core/trust/trust_services.h"

namespace connlog::web::middleware {

struct Services {
  Stores& stores;
  IdentityService& identity;
  AccessServices& access;
  WorkspaceStore& workspaces;
  Administration& administration;
  SecondFactors& second_factors;
  oidc::ProviderLogins& logins;
  TrustServices& trust;
  AttemptLimiter& attempts;
};

}  // namespace connlog::web::middleware
