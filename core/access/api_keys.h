// The service of API keys: making, listing and revoking them, and checking them at each request.
//
// A request is checked in two steps, because a refusal must be recorded and a reader cannot write. `look`, inside the
// request's snapshot, says whose key a token is or why it is refused. `note_misuse` and `note_use` are then submitted
// next to the request. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/access/api_key.h"
#include "core/people/limits.h"
#include "core/people/user.h"
#include "core/audit/audit.h"
#include "core/crypto/keyring.h"

namespace connlog {

struct NewApiKey {
  std::string name;
  std::vector<std::string> scopes;     // action names
  std::vector<std::string> addresses;  // CIDR or single addresses
  ApiKeyForm form = ApiKeyForm::api;   // other forms are a workspace's alone, and `scopes` stays empty
  bool read_only = false;              // form checks
  std::int64_t days = 90;              // until it expires; 0: never
};

struct ApiKeyWithToken {
  ApiKey key;
  Secret token;  // shown once
};

// The result of checking a token.
struct KeyAtTheDoor {
  enum class Verdict { welcome, unknown, expired, revoked, wrong_address, person_gone };
  Verdict verdict = Verdict::unknown;
  std::optional<ApiKey> key;  // not set for `unknown`
  std::optional<User> user;   // the person, if a personal key was accepted
};

class ApiKeys {
 public:
  struct Parts {
    ApiKeyStore& keys;
    UserStore& users;
    AuditLog& audit;
    const Limits& limits;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit ApiKeys(const Parts& parts);

  // `actor.workspace` nil: makes a personal key of `actor.user`. A scope beyond the maker's own rights is refused for a
  // workspace's key; a personal key is limited by the person's role when it is used. So no key can do what its maker
  // may not.
  Result<ApiKeyWithToken> add(Transaction&, const Actor& actor, const NewApiKey&);
  Result<std::vector<ApiKey>> list(Snapshot&, const Actor& actor) const;
  // A person's keys, including revoked ones: what is stored about them.
  Result<std::vector<ApiKey>> of_person(Snapshot& snapshot, UserId user) const {
    return parts_.keys.of_user(snapshot, user);
  }
  Result<void> revoke(Transaction&, const Actor& actor, ApiKeyId);

  // `form`: by what door it came. A key of another form is unknown there.
  Result<KeyAtTheDoor> look(Snapshot&, std::string_view token, const std::string& address,
                            ApiKeyForm form = ApiKeyForm::api) const;
  // The actor of an accepted key; the middleware adds workspace and role.
  static Actor actor_of(const KeyAtTheDoor& found, const std::string& address);
  static bool has_scope(const ApiKey& key, Action action);

  bool should_note(const ApiKey& key) const;  // whether to record this use: at most once a minute
  Result<void> note_use(Transaction&, ApiKeyId, const std::string& address);
  Result<void> note_misuse(Transaction&, const KeyAtTheDoor& found, const std::string& address);
  Result<void> remove_old(Transaction&);  // for maintenance: revoked keys go after half a year

 private:
  Result<std::vector<Action>> checked_scopes(const Actor& actor, const NewApiKey& wanted) const;
  Secret make_token_of(const NewApiKey& wanted) const;

  Parts parts_;
  Key digest_key_;
};

// Whether a key may have this right. No key can have own_workspace, manage_api_keys, answer_leak or
// administer_appliance.
bool may_be_scope(Action action);
std::string_view to_text(KeyAtTheDoor::Verdict verdict);

}  // namespace connlog
