// First-run set-up: the person with the link that the server prints becomes the owner of the first workspace and the
// administrator of the appliance. Works only while there are no accounts. It comes in two halves, like a login
// (core/identity/identity_service.h): the first on the worker, which hashes; the second inside the caller's
// transaction, which repeats the checks. Any thread may enter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/access/network_changes.h"
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
  std::vector<std::string> networks = {};  // private ones that the workspace may reach; checked in the first half
};

class FirstOwner {
 public:
  struct Parts {
    const Stores& stores;  // for the first half, which only reads
    UserStore& users;
    SessionStore& sessions;
    WorkspaceService& workspaces;
    IdentityService& identity;
    NetworkChanges& networks;
    AuditLog& audit;
    AttemptLimiter& attempts;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit FirstOwner(Parts parts);

  Result<bool> is_needed(Snapshot&) const;
  // Makes a new set-up link; called at each start until somebody has claimed the appliance. Earlier links end.
  Result<Secret> open_link(Transaction&);
  // Checks limits, link and fields, then hashes the password. `token` is the link's.
  Result<std::string> prepare(const Origin&, std::string_view token, const NewOwner&, const Secret& password);
  // Adds the owner as administrator of the appliance, the first workspace with its usual contents, and a session.
  // `conflict` once somebody has claimed the appliance.
  Result<OpenedSession> claim(Transaction&, const Origin&, std::string_view token, const NewOwner&,
                              const std::string& password_hash);

 private:
  Result<SingleUseLink> valid_link(Snapshot&, std::string_view token) const;

  Parts parts_;
  Key digest_key_;
};

}  // namespace connlog
