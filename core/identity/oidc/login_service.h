// Who is it, and may they enter? What becomes of a person whom a login provider has sent back, after provider_flow has made
// sure that it was the provider that spoke.
//
// The one thing that counts is the link between the provider's subject and an account here. A mail address alone never
// opens an account that exists (threat 11): it only lets its owner be asked, by the account's password or by a link to
// that address, and only where the provider says that the address is verified and we have proved it ourselves. Accounts
// are made only where the administrator said so, for verified addresses of named domains. A provider never locks anybody
// out: the password stays.
//
// Refusals are security events. Their Error's `field` is a word for the interface: "no_account", "taken", …
// Methods with a Transaction run on the writer thread; any thread may enter the others.
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

namespace connlog::oidc {

// Stored: never renamed.
inline constexpr std::string_view kLoginConfirmation = "login_confirmation";

// The second step of a login, which is another room's (core/identity/second_factor.h).
class SecondStep {
 public:
  struct Asked {
    std::string ticket;
    std::vector<std::string> methods;
  };
  virtual ~SecondStep() = default;
  // Nothing: this person has no second factor.
  virtual Result<std::optional<Asked>> ask(Transaction&, const Origin&, const User&) = 0;
  virtual Result<bool> has_factor(Snapshot&, UserId) = 0;
  virtual Result<void> opened(Transaction&, const Session&) = 0;  // by a provider's login
  virtual Result<void> renewed(Transaction&, const Actor&, const Session&) = 0;
};

struct LoginOutcome {
  enum class Kind {
    entered,        // `opened`
    second_factor,  // `asked`
    confirm,        // the account must agree first: `ticket`
    linked,         // to the account of whoever was logged in
    proved,         // step-up: the session is fresh
  };
  Kind kind = Kind::entered;
  std::shared_ptr<OpenedSession> opened = {};  // shared, as replies are made in closures that must be copyable
  SecondStep::Asked asked = {};
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
    SecondStep& second_step;
    const Clock& clock;
    Random& random;
  };
  explicit LoginService(Parts parts) : parts_(parts) {}

  // A refusal that must be written down (the transaction must commit) is in `refused`.
  struct Verdict {
    LoginOutcome outcome;
    std::optional<Error> refused;
  };
  Result<Verdict> arrive(Transaction&, const Origin&, const Arrival&, std::string_view old_token);
  // What went wrong before anybody could be told apart: a security event, or nothing for trouble of the network.
  Result<void> record_failure(Transaction&, const Origin&, const Error&);

  // ---- the account's agreement ----
  struct Waiting {
    std::string provider_name, mail;
    bool has_password = false, can_mail = false;
  };
  Result<Waiting> waiting(Snapshot&, std::string_view ticket);
  // The mail address whose password must be asked; counts the try. `unauthenticated` with field "confirm_over".
  Result<std::string> mail_of(std::string_view ticket);
  Result<Verdict> confirm(Transaction&, const Origin&, std::string_view ticket, UserId proved);
  // Sends the link to the account's address.
  Result<void> send_link(Transaction&, std::string_view ticket);
  // The link was followed: links, and opens nothing. Answers the provider's name.
  Result<std::string> confirm_by_link(Transaction&, const Origin&, std::string_view token);

  // ---- what the person sees of it ----
  struct Linked {
    Login login;
    std::string provider_name;
    bool provider_enabled = false;
  };
  Result<std::vector<Linked>> list(Snapshot&, UserId) const;
  // The providers by which this person can prove afresh that it is them. Who has a second factor of their own proves with
  // that, unless the provider's login counts as one.
  Result<std::vector<LoginProvider>> proving(Snapshot&, UserId) const;
  // `conflict` when it is the only way in.
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

  Result<Verdict> refuse(Transaction&, const Origin&, const LoginProvider&, UserId about, Error);
  // The provider as it is now; it must not have changed since the login began.
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
  Result<Login> add_login(Transaction&, const Actor&, const LoginProvider&, const std::string& subject,
                          const std::string& mail, const std::string& name, const User&, const std::string& how);
  // Why this provider's account cannot be linked to that person; nothing: it can.
  Result<std::optional<Error>> why_not_linkable(Snapshot&, const LoginProvider&, const std::string& subject,
                                                UserId) const;
  ClaimRoleStores claim_roles() const;
  Result<std::optional<Session>> session_of(Snapshot&, UserId, SessionId) const;

  Parts parts_;
  mutable std::mutex mutex_;  // guards confirmations_
  std::map<Digest, Confirmation> confirmations_;
};

// Whether somebody with this identity may come in by this provider. Pure.
bool domain_allowed(const LoginProvider&, const ProviderIdentity&);

}  // namespace connlog::oidc
