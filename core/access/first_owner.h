// First-run set-up: whoever holds the link that the server prints becomes the owner of the first workspace and the
// administrator of the appliance. Works while there is nobody with an account. In two halves, as login is
// (core/identity/identity_service.h): the first on the worker, which hashes; the second inside the caller's transaction,
// where what was checked is checked again. Any thread may enter.
#pragma once

#include <string>
#include <string_view>

#include "core/access/workspace_service.h"
#include "core/audit/audit.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/identity_service.h"
#include "core/people/user.h"

namespace connlog {

struct NewOwner {
  std::string name;  // 1–80 characters
  std::string mail;
  std::string workspace_name;  // 1–80 characters
};

class FirstOwner {
 public:
  struct Parts {
    const Stores& stores;  // for the first half, which reads
    UserStore& users;
    SessionStore& sessions;
    WorkspaceService& workspaces;
    IdentityService& identity;
    AuditLog& audit;
    AttemptLimiter& attempts;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit FirstOwner(Parts parts);

  Result<bool> is_needed(Snapshot&) const;
  // A fresh set-up link, at each start while nobody has claimed the appliance; earlier ones end.
  Result<Secret> open_link(Transaction&);
  // Limits, the link, the fields, the hash. `token` is the link's.
  Result<std::string> prepare(const Origin&, std::string_view token, const NewOwner&, const Secret& password);
  // Owner (administrator of the appliance), workspace with what is in a new one, and a session. `conflict` once somebody
  // has claimed the appliance.
  Result<OpenedSession> claim(Transaction&, const Origin&, std::string_view token, const NewOwner&,
                              const std::string& password_hash);

 private:
  Result<SingleUseLink> valid_link(Snapshot&, std::string_view token) const;

  Parts parts_;
  Key digest_key_;
};

}  // namespace connlog
