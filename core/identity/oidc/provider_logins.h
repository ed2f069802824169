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
        second_step_(parts.second_factors),
        links_(parts.links, parts.keyring, parts.clock, parts.random),
        flow_({parts.http, parts.keyring, parts.clock, parts.random, parts.public_url + std::string(kCallbackPath)}),
        service_({parts.logins, parts.users, parts.sessions, parts.accounts, parts.workspaces, parts.members,
                  parts.identity, parts.audit, parts.events, parts.letters, links_, second_step_, parts.clock,
                  parts.random}),
        providers_({parts.logins, parts.users, parts.workspaces, parts.members, parts.audit, parts.events, parts.owners,
                    flow_, parts.keyring, parts.clock, parts.random}) {}

  LoginStore& store() { return store_; }
  ProviderFlow& flow() { return flow_; }
  LoginService& service() { return service_; }
  ProviderService& providers() { return providers_; }

 private:
  // The part of second factors that a login needs.
  class FactorStep final : public SecondStep {
   public:
    explicit FactorStep(SecondFactors& factors) : factors_(factors) {}
    Result<std::optional<Asked>> ask(Transaction& tx, const Origin& origin, const User& user) override {
      const auto asked = TRY(factors_.ask(tx, origin, user, ProofMethod::provider));
      if (!asked) return std::optional<Asked>{};
      Asked out{std::string(asked->reveal()), {}};
      const auto methods = TRY(factors_.methods(tx, user.id));
      for (const ProofMethod method : methods) out.methods.emplace_back(to_text(method));
      return std::optional<Asked>(std::move(out));
    }
    Result<bool> has_factor(Snapshot& snapshot, UserId user) override {
      const auto factors = TRY(factors_.of(snapshot, user));
      return factors.any();
    }
    Result<void> opened(Transaction& tx, const Session& session) override {
      return factors_.opened_by(tx, session, ProofMethod::provider);
    }
    Result<void> renewed(Transaction& tx, const Actor& actor, const Session& session) override {
      return factors_.renewed(tx, actor, session, ProofMethod::provider);
    }

   private:
    SecondFactors& factors_;
  };

  LoginStore& store_;
  FactorStep second_step_;
  Links links_;
  ProviderFlow flow_;
  LoginService service_;
  ProviderService providers_;
};

}  // namespace connlog::oidc
