// People as the appliance's administrator handles them: added, disabled, made administrators, helped back in, deleted.
// Whatever is done goes to the administrative trail, and to the person's own security events. The last administrator who can
// log in stays one. Passwords are never set here: the person chooses one by a link that is shown once.
// Every method runs inside the caller's transaction. Any thread may enter.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/access/appliance_directory.h"
#include "core/access/break_glass.h"
#include "core/audit/audit.h"
#include "core/base/secret.h"
#include "core/identity/account_store.h"
#include "core/identity/links.h"
#include "core/people/user.h"
#include "core/notify/letters.h"

namespace connlog {

struct NewPerson {
  std::string name;
  std::string mail;
  bool appliance_administrator = false;
  bool send = false;  // mail the link to them, too
};

struct PersonChange {  // only what is set changes
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<bool> appliance_administrator;
};

struct PersonWithLink {
  ListedUser person;
  Secret place;  // "/reset#token=…" on this appliance, shown once
};

class AppliancePeople {
 public:
  // What the ways in of a person are made of belongs to others: main says how they end.
  struct Ends {
    std::function<Result<void>(Transaction&, UserId)> sessions;
    std::function<Result<void>(Transaction&, const Actor&, UserId)> second_factor;
  };
  struct Parts {
    UserStore& users;
    AccountStore& accounts;
    const ApplianceDirectory& directory;
    BreakGlass& break_glass;
    const Links& links;
    Letters& letters;
    AuditLog& audit;
    const Clock& clock;
    Random& random;
  };
  AppliancePeople(const Parts& parts, Ends ends) : parts_(parts), ends_(std::move(ends)) {}

  Result<PersonWithLink> add(Transaction&, const Actor&, const NewPerson&);
  Result<ListedUser> change(Transaction&, const Actor&, UserId, const PersonChange&);
  // For who forgot the password: a link, valid for a day. Earlier ones end.
  Result<PersonWithLink> reset_link(Transaction&, const Actor&, UserId, bool send);
  Result<void> end_sessions(Transaction&, const Actor&, UserId);
  // For who lost the phone and the recovery codes. Ends every session, too.
  Result<void> reset_second_factor(Transaction&, const Actor&, UserId);
  // Refused while a workspace has no other owner.
  Result<void> remove(Transaction&, const Actor&, UserId);

 private:
  Result<ListedUser> find(Snapshot&, UserId) const;
  Result<void> check_not_last(Snapshot&, const User&) const;
  Result<Secret> open_link(Transaction&, const User&, seconds lifetime, bool send);

  Parts parts_;
  Ends ends_;
};

}  // namespace connlog
