// Decides who a person is whom a login provider has sent back, and whether they may enter. provider_flow has made sure
// before that the answer came from the provider.
//
// Only the link between `sub` at the provider and an account here counts. A mail address alone never opens an existing
// account (threat 11). It only lets us ask the account's owner, by the account's password or by a link to that address,
// and only if the provider says that the address is verified and we have proved it ourselves. Accounts are made only
// where the administrator allows it, for verified addresses of named domains. Linking a provider locks nobody out: the
// password of the account stays valid.
//
// Refusals are security events. Their Error's `field` is a word that the interface has a text for: "no_account",
// "taken", … Methods with a Transaction run on the writer thread; any thread may enter the others.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/member.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/identity/account_store.h"
#include "core/identity/identity_service.h"
#include "core/identity/links.h"
#include "core/identity/oidc/claim_roles.h"
#include "core/identity/oidc/provider_flow.h"
#include "core/notify/letters.h"

namespace connlog {
class SecondFactors;  // core/identity/second_factor.h
}

namespace connlog::oidc {

// Stored: never renamed.
inline constexpr std::string_view kLoginConfirmation = "login_confirmation";

// A second factor that a login waits for.
struct AskedFactor {
  std::string ticket;
  std::vector<std::string> methods;
};

struct LoginOutcome {
  enum class Kind {
    entered,        // a session is open: `opened`
    second_factor,  // a second factor is needed: `asked`
    confirm,        // the account's owner must agree first: `ticket`
    linked,         // the login was linked to the account that was logged in
    proved,         // step-up: the session has a fresh proof
  };
  Kind kind = Kind::entered;
  std::shared_ptr<OpenedSession> opened = {};  // shared, because replies are made in closures, which must be copyable
  AskedFactor asked = {};
  std::string ticket = {};
};

class LoginService {
 public:
  static constexpr std::size_t kConfirmationsMax = 500;
  static constexpr seconds kConfirmationLifetime{900};
  static constexpr int kConfirmationTriesMax = 5;
  static constexpr int kConfirmationMailsMax = 3;
  static constexpr seconds kMailLinkLifetime{3'600};

  struct Parts {
    LoginStore& logins;
    UserStore& users;
    SessionStore& sessions;
    AccountStore& accounts;
    WorkspaceStore& workspaces;
    MemberStore& members;
    IdentityService& identity;
    AuditLog& audit;
    EventBus& events;
    Letters& letters;
    Links& links;
    SecondFactors& second_factors;
    const Clock& clock;
    Random& random;
  };
  explicit LoginService(Parts parts) : parts_(parts) {}

  // A refusal is in `refused` and not an Error: its security event must be written, so the transaction must commit.
  struct Verdict {
    LoginOutcome outcome;
    std::optional<Error> refused;
  };
  Result<Verdict> arrive(Transaction&, const Origin&, const Arrival&, std::string_view old_token);
  // Records a login that failed before we knew the person: a security event, or nothing for trouble with the network.
  Result<void> record_failure(Transaction&, const Origin&, const Error&);

  // ---- the account's agreement ----
  struct Waiting {
    std::string provider_name, mail;
    bool has_password = false, can_mail = false;
  };
  Result<Waiting> waiting(Snapshot&, std::string_view ticket);
  // The mail address whose password must be asked for; counts one try. `unauthenticated` with field "confirm_over".
  Result<std::string> mail_of(std::string_view ticket);
  Result<Verdict> confirm(Transaction&, const Origin&, std::string_view ticket, UserId proved);
  // Sends the confirmation link to the account's mail address.
  Result<void> send_link(Transaction&, std::string_view ticket);
  // Called when the link was followed: links the login and opens no session. Returns the name of the provider.
  Result<std::string> confirm_by_link(Transaction&, const Origin&, std::string_view token);

  // ---- what the person sees of it ----
  struct Linked {
    Login login;
    std::string provider_name;
    bool provider_enabled = false;
  };
  Result<std::vector<Linked>> list(Snapshot&, UserId) const;
  // The providers by which this person can prove afresh who they are. A person with a second factor must prove with
  // that one, unless the login of the provider counts as a second factor.
  Result<std::vector<LoginProvider>> proving(Snapshot&, UserId) const;
  // `conflict` when this login is the only way in.
  Result<void> unlink(Transaction&, const Actor&, const User&, LoginId);

 private:
  struct Confirmation {
    LoginProvider provider;
    ProviderIdentity identity;
    UserId user;
    Monotonic until;
    int tries = 0;
    int mails = 0;
  };
  using Digest = std::array<std::uint8_t, 32>;
  static Digest digest_of(std::string_view ticket);
  Result<Confirmation> find_confirmation(std::string_view ticket) const;
  void drop_confirmation(std::string_view ticket);

  // `note`: what only the administrator need know of it; in the security event after the message.
  Result<Verdict> refuse(Transaction&, const Origin&, const LoginProvider&, UserId about, Error,
                         const std::string& note = {});
  // The provider as it is now; empty if it was changed or disabled since the login began.
  Result<std::optional<LoginProvider>> still(Snapshot&, const LoginProvider&) const;
  Result<Verdict> log_in(Transaction&, const Origin&, const Arrival&, const LoginProvider&, std::string_view old_token);
  Result<Verdict> link(Transaction&, const Origin&, const Arrival&, const LoginProvider&);
  Result<Verdict> step_up(Transaction&, const Origin&, const Arrival&, const LoginProvider&);
  Result<Verdict> meet(Transaction&, const Origin&, const LoginProvider&, const ProviderIdentity&,
                       std::string_view old_token);
  Result<Verdict> enter(Transaction&, const Origin&, const LoginProvider&, const ProviderIdentity&, const User&,
                        Login login, std::string_view old_token);
  Result<Verdict> ask_account(Transaction&, const Origin&, const LoginProvider&, const ProviderIdentity&, const User&);
  Result<User> make_account(Transaction&, const Origin&, const LoginProvider&, const ProviderIdentity&);
  Result<Login> add_login(Transaction&, const Actor&, const LoginProvider&, const std::string& sub,
                          const std::string& mail, const std::string& name, const User&, const std::string& how);
  // Why this account at the provider cannot be linked to that person; empty: it can.
  Result<std::optional<Error>> why_not_linkable(Snapshot&, const LoginProvider&, const std::string& sub, UserId) const;
  ClaimRoleStores claim_roles() const;
  Result<std::optional<Session>> session_of(Snapshot&, UserId, SessionId) const;

  Parts parts_;
  mutable std::mutex mutex_;  // guards confirmations_
  std::map<Digest, Confirmation> confirmations_;
};

// Whether a person with this identity may log in by this provider. Pure.
bool domain_allowed(const LoginProvider&, const ProviderIdentity&);

}  // namespace connlog::oidc
