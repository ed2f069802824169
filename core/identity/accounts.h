// A person's own account: profile, password, sessions, mail address, registration (where the administrator allows it)
// and deletion. Every act is written into the trails, and the person is told by mail where mail is set up.
//
// Anybody can ask for a reset or a registration with any address. The answer must not tell whether that address has an
// account, so it is sent before the work begins: neither its words nor its time depend on what is found.
//
// Passwords are hashed outside of transactions. An act that needs a hash therefore comes in two halves (see
// identity_service.h): `prepare_…` runs on the worker, then the act runs inside the caller's transaction and repeats
// the checks. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/words.h"
#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/audit/audit.h"
#include "core/identity/account_store.h"
#include "core/identity/identity_service.h"
#include "core/identity/links.h"
#include "core/notify/letters.h"

namespace connlog {

class Limits;

class Accounts {
 public:
  static constexpr seconds kResetLifetime{3'600};
  static constexpr seconds kMailLinkLifetime{24 * 3'600};
  static constexpr int kResetsOpenMax = 3;  // per person, so that a stranger cannot fill their mailbox
  static constexpr int kRegistrationsOpenMax = 2;
  static constexpr int kDevicesKept = 50;

  struct Parts {
    Stores& stores;  // for the first halves, which only read, and for the command line
    UserStore& users;
    AccountStore& accounts;
    LinkStore& links;
    WorkspaceStore& workspaces;
    AuditLog& audit;
    Letters& letters;
    IdentityService& identity;
    AttemptLimiter& attempts;
    const Limits& limits;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  // Registers with `identity` to hear of each session that opens, so that people are told of logins from new devices.
  explicit Accounts(const Parts& parts);

  // ---- profile ----
  struct Profile {
    User user;
    AccountFacts facts;
    std::optional<MailChange> mail_change;
    std::vector<Workspace> owned_alone;  // each needs another owner before the account can be deleted
    bool mail_works = false;
  };
  Result<Profile> profile(Snapshot&, UserId) const;
  Result<void> change_profile(Transaction&, const Actor&, const std::optional<std::string>& name,
                              std::optional<bool> login_notices);

  // ---- sessions ----
  Result<void> end_session(Transaction&, const Actor&, SessionId);
  Result<void> end_other_sessions(Transaction&, const Actor&, SessionId kept);
  Result<void> end_every_session(Transaction&, const Actor&);

  // ---- password ----
  struct NewPassword {
    UserId user;
    std::string former_hash;  // the hash that was stored when the first half checked it
    std::string hash;
  };
  // Refuses with `invalid_input` on "current" or "password".
  Result<NewPassword> prepare_change(const Origin&, const User&, const Secret& current, const Secret& wanted);
  // Writes the security event for a refusal by prepare_change on "current".
  Result<void> record_wrong_password(Transaction&, const Actor&);
  // Ends every session of the person, including this one; the browser that made the change gets a new session.
  Result<OpenedSession> change_password(Transaction&, const Origin&, const NewPassword&);

  // Limits how often resets and registrations may be asked for. Counted by client address and by `mail`, whether or not
  // it has an account.
  Result<void> admit(Attempt, const Origin&, const std::string& mail);
  // Sends a link if `mail` has an account; otherwise it only writes a security event. The caller must not pass on
  // which.
  Result<void> ask_reset(Transaction&, const Origin&, const std::string& mail);
  Result<NewPassword> prepare_reset(std::string_view token, const Secret& wanted);
  // Uses up the link and ends every session of the person. They log in afterwards, with their second factor if they
  // have one.
  Result<void> reset_password(Transaction&, const Origin&, std::string_view token, const NewPassword&);
  // Both halves at once, for the command line; waits for the commit. Ends the sessions and open reset links of the
  // person.
  Result<void> set_password(const Actor&, const std::string& mail, const Secret& password);

  // ---- mail ----
  Result<void> ask_verification(Transaction&, const Actor&);
  // Sends a link to both addresses; the address changes when both have agreed. `conflict` without mail settings.
  Result<void> ask_mail_change(Transaction&, const Actor&, const std::string& mail);
  Result<void> cancel_mail_change(Transaction&, const Actor&);
  enum class MailLink { verification, former, wanted };
  enum class MailOutcome { verified, waits_for_other, changed, refused };
  Result<MailOutcome> answer_mail_link(Transaction&, const Origin&, MailLink, std::string_view token, bool agree);

  // ---- registration ----
  bool registration_open() const;
  // Mails `mail` a link for making an account. If the address has an account already, the mail says so instead.
  Result<void> ask_registration(Transaction&, const Origin&, const std::string& name, const std::string& mail);
  struct NewAccount {
    std::string name, mail, hash;
  };
  Result<NewAccount> prepare_registration(std::string_view token, const Secret& password);
  Result<OpenedSession> complete_registration(Transaction&, const Origin&, std::string_view token, const NewAccount&,
                                              std::string_view old_token);
  // Adds a person. `mail_proved`: they followed a link that went to that address. `conflict` when it has an account.
  Result<User> add_person(Transaction&, const std::string& name, const std::string& mail, const std::string& hash,
                          bool mail_proved = true);

  // ---- deletion ----
  // `conflict` while the person is the only owner of a workspace (the error names it) or the only administrator of the
  // appliance.
  Result<void> delete_account(Transaction&, const Actor&);

  Result<void> maintain(Transaction&);  // removes links that ended; for the maintenance thread

 private:
  Result<User> person(Snapshot&, UserId) const;
  Result<User> person_of_link(Snapshot&, const Link&) const;
  Result<void> note_device(Transaction&, const User&, const Origin&);
  // Queues a notice. Failing to queue it does not make the act that it tells of fail.
  Result<void> tell(Transaction&, const User&, const std::string& kind, const std::string& headline,
                    std::vector<std::string> paragraphs);
  Result<void> send_link(Transaction&, Letter letter, const NewLink&, std::string_view path, const std::string& text);
  Result<void> password_was_changed(Transaction&, const Actor&, const User&, const std::string& how);
  Result<void> ask_former_address(Transaction&, const User&, const MailChange&);
  Result<void> ask_new_address(Transaction&, const User&, const MailChange&);
  Result<MailOutcome> complete_mail_change(Transaction&, const Actor&, User user, const MailChange&);
  Actor nobody(const Origin&) const;

  Parts parts_;
  Links links_;
  Key digest_key_;
};

template <>
inline constexpr auto kWords<Accounts::MailLink> = words_for<Accounts::MailLink>({
    {Accounts::MailLink::verification, "mail"},
    {Accounts::MailLink::former, "former"},
    {Accounts::MailLink::wanted, "new"},
});
template <>
inline constexpr auto kWords<Accounts::MailOutcome> = words_for<Accounts::MailOutcome>({
    {Accounts::MailOutcome::verified, "verified"},
    {Accounts::MailOutcome::waits_for_other, "waits_for_other"},
    {Accounts::MailOutcome::changed, "changed"},
    {Accounts::MailOutcome::refused, "refused"},
});

}  // namespace connlog
