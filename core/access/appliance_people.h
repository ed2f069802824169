// People as the appliance's administrator manages them: adding, disabling, making administrators, helping back in,
// deleting. Every act is written into the administrative trail; an act on somebody's ways in is also a security event
// of that person. The last administrator who can log in cannot be disabled, dismissed or deleted. Passwords are never
// set here: the person chooses one by a link that is shown once. Every method runs inside the caller's transaction. Any
// thread may enter.
#pragma once

#include <optional>
#include <string>

#include "core/people/actor.h"
#include "core/access/appliance_directory.h"
#include "core/access/break_glass.h"
#include "core/audit/audit.h"
#include "core/base/secret.h"
#include "core/identity/account_store.h"
#include "core/identity/identity_service.h"
#include "core/identity/links.h"
#include "core/identity/second_factor.h"
#include "core/people/user.h"
#include "core/notify/letters.h"

namespace connlog {

struct NewPerson {
  std::string name;
  std::string mail;
  bool appliance_administrator = false;
  bool send = false;  // also mail the link to them
};

struct PersonChange {  // only what is set changes
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<bool> appliance_administrator;
};

struct PersonWithLink {
  ListedUser person;
  Secret path;  // "/reset#token=…" on this appliance, shown once
};

class AppliancePeople {
 public:
  struct Parts {
    UserStore& users;
    AccountStore& accounts;
    const ApplianceDirectory& directory;
    const WorkspaceStore& workspaces;
    BreakGlass& break_glass;
    const Links& links;
    Letters& letters;
    AuditLog& audit;
    IdentityService& identity;      // ends sessions
    SecondFactors& second_factors;  // and second factors
    const Clock& clock;
    Random& random;
  };
  explicit AppliancePeople(const Parts& parts) : parts_(parts) {}

  Result<PersonWithLink> add(Transaction&, const Actor&, const NewPerson&);
  Result<ListedUser> change(Transaction&, const Actor&, UserId, const PersonChange&);
  // For people who forgot their password: a link, valid for a day. Earlier links end.
  Result<PersonWithLink> reset_link(Transaction&, const Actor&, UserId, bool send);
  Result<void> end_sessions(Transaction&, const Actor&, UserId);
  // For people who lost their phone and their recovery codes. Also ends every session.
  Result<void> reset_second_factor(Transaction&, const Actor&, UserId);
  // `conflict` while the person is the only owner of a workspace, or the last administrator.
  Result<void> remove(Transaction&, const Actor&, UserId);

 private:
  Result<ListedUser> find(Snapshot&, UserId) const;
  Result<void> check_not_last(Snapshot&, const User&) const;
  Result<Secret> open_link(Transaction&, const User&, seconds lifetime, bool send);

  Parts parts_;
};

}  // namespace connlog
