// Wires the parts of logins by providers: the protocol with them, the decision about people, and the administrator's
// settings. main (and each test) builds one over the stores. Any thread may enter.
#pragma once

#include <string>

#include "core/notify/owners_mail.h"
#include "core/identity/oidc/login_service.h"
#include "core/identity/oidc/provider_flow.h"
#include "core/identity/oidc/provider_service.h"
#include "core/identity/second_factor.h"

namespace connlog::oidc {

// The path to which providers send people back. It is the same for every provider, so that it can be registered there
// before the provider is set up here.
inline constexpr std::string_view kCallbackPath = "/api/v1/login/providers/callback";

class ProviderLogins {
 public:
  struct Parts {
    LoginStore& logins;
    UserStore& users;
    SessionStore& sessions;
    AccountStore& accounts;
    LinkStore& links;
    WorkspaceStore& workspaces;
    MemberStore& members;
    IdentityService& identity;
    AuditLog& audit;
    EventBus& events;
    OwnersMail& owners;
    Letters& letters;
    SecondFactors& second_factors;
    ProviderHttp& http;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
    std::string public_url;
  };
  explicit ProviderLogins(const Parts& parts)
      : store_(parts.logins),
        links_(parts.links, parts.keyring, parts.clock, parts.random),
        flow_({parts.http, parts.keyring, parts.clock, parts.random, parts.public_url + std::string(kCallbackPath)}),
        service_({parts.logins, parts.users, parts.sessions, parts.accounts, parts.workspaces, parts.members,
                  parts.identity, parts.audit, parts.events, parts.letters, links_, parts.second_factors, parts.clock,
                  parts.random}),
        providers_({parts.logins, parts.users, parts.workspaces, parts.members, parts.audit, parts.events, parts.owners,
                    flow_, parts.keyring, parts.clock, parts.random}) {}

  LoginStore& store() { return store_; }
  ProviderFlow& flow() { return flow_; }
  LoginService& service() { return service_; }
  ProviderService& providers() { return providers_; }

 private:
  LoginStore& store_;
  Links links_;
  ProviderFlow flow_;
  LoginService service_;
  ProviderService providers_;
};

}  // namespace connlog::oidc
