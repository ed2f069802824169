// A person's own account: profile, password, sessions, mail address, how strangers get one (where that is allowed), and how
// one goes away. What is done here is written into the trails, and the person is told by mail where mail is set up.
//
// Requests that anybody can make about anybody (a reset, a registration) say nothing about who has an account: their answer
// leaves before the work begins, so neither its words nor its time depend on it. Passwords are hashed outside of
// transactions, so what needs one comes in two halves (see identity_service.h): `prepare_…` on the worker, then the act
// inside the caller's transaction, where what was checked is checked again. Any thread may enter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/people/member.h"
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
  static constexpr int kResetsOpenMax = 3;  // of one person: a stranger cannot fill their mailbox
  static constexpr int kRegistrationsOpenMax = 2;
  static constexpr int kDevicesKept = 50;

  struct Parts {
    Stores& stores;  // for the first halves, which read, and for acts of the command line
    UserStore& users;
    SessionStore& sessions;
    AccountStore& accounts;
    LinkStore& links;
    WorkspaceStore& workspaces;
    const MemberStore& members;
    AuditLog& audit;
    Letters& letters;
    IdentityService& identity;
    AttemptLimiter& attempts;
    const Limits& limits;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  // Listens to `identity` for sessions that open, to tell people of new places.
  explicit Accounts(const Parts& parts);

  // ---- profile ----
  struct Profile {
    User user;
    AccountFacts facts;
    std::optional<MailChange> mail_change;
    std::vector<Workspace> owned_alone;  // they must be given away before the account can go
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
    std::string former_hash;  // what was in force when it was checked
    std::string hash;
  };
  // `invalid_input` on "current" or "password".
  Result<NewPassword> prepare_change(const Origin&, const User&, const Secret& current, const Secret& wanted);
  // After a refusal by prepare_change on "current": for the security events.
  Result<void> record_wrong_password(Transaction&, const Actor&);
  // Every session of the person ends, this one too; the browser that did it goes on with a new one.
  Result<OpenedSession> change_password(Transaction&, const Origin&, const NewPassword&);

  // Before the two acts that strangers ask for: how often they do, whoever the address belongs to.
  Result<void> admit(Attempt, const Origin&, const std::string& mail);
  // Sends a link where there is such an account, and does as much where there is none. No answer tells which.
  Result<void> ask_reset(Transaction&, const Origin&, const std::string& mail);
  Result<NewPassword> prepare_reset(std::string_view token, const Secret& wanted);
  // Uses up the link; every session of the person ends. They log in afterwards, with their second factor if they have one.
  Result<void> reset_password(Transaction&, const Origin&, std::string_view token, const NewPassword&);
  // Both halves at once, for the command line: waits for the commit. Links from before end, like the sessions.
  Result<void> set_password(const Actor&, const std::string& mail, const Secret& password);

  // ---- mail ----
  Result<void> ask_verification(Transaction&, const Actor&);
  // Both addresses get a link; it changes when both have agreed. `conflict` without mail settings.
  Result<void> ask_mail_change(Transaction&, const Actor&, const std::string& mail);
  Result<void> cancel_mail_change(Transaction&, const Actor&);
  enum class MailLink { verification, former, wanted };
  enum class MailOutcome { verified, waits_for_other, changed, refused };
  Result<MailOutcome> answer_mail_link(Transaction&, const Origin&, MailLink, std::string_view token, bool agree);

  // ---- registration ----
  bool registration_open() const;
  // Sends a link, to whoever has the address: to make an account, or to be told that there is one.
  Result<void> ask_registration(Transaction&, const Origin&, const std::string& name, const std::string& mail);
  struct NewAccount {
    std::string name, mail, hash;
  };
  Result<NewAccount> prepare_registration(std::string_view token, const Secret& password);
  Result<OpenedSession> complete_registration(Transaction&, const Origin&, std::string_view token, const NewAccount&,
                                              std::string_view old_token);
  // A person; `mail_proved`: by a link that went to that address. `conflict` when the address has an account.
  Result<User> add_person(Transaction&, const std::string& name, const std::string& mail, const std::string& hash,
                          bool mail_proved = true);

  // ---- the end ----
  // `conflict` while they alone own a workspace (the error names them) or administer the appliance alone.
  Result<void> delete_account(Transaction&, const Actor&);

  Result<void> maintain(Transaction&);  // links and letters that are over

 private:
  Result<User> person(Snapshot&, UserId) const;
  Result<User> person_of_link(Snapshot&, const Link&) const;
  Result<void> note_device(Transaction&, const User&, const Origin&);
  // A notice is never a reason for what it tells of to fail.
  Result<void> tell(Transaction&, const User&, const std::string& kind, const std::string& subject,
                    std::vector<std::string> paragraphs);
  Result<void> send_link(Transaction&, Letter letter, const NewLink&, std::string_view place, const std::string& text);
  Result<void> password_was_changed(Transaction&, const Actor&, const User&, const std::string& how);
  Result<MailOutcome> complete_mail_change(Transaction&, const Actor&, User user, const MailChange&);
  Actor nobody(const Origin&) const;

  Parts parts_;
  Links links_;
  Key digest_key_;
};

}  // namespace connlog
