// Login providers: places outside where people already have an account (a company's Keycloak, Google, GitHub), set up by
// the appliance's administrator. Plain data, what each preset knows in advance, the checks of what an administrator types,
// and the interface of the store. Pure but for the store; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/roles.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"

namespace connlog {

// Stored as text: never renamed.
enum class ProviderPreset { generic, google, microsoft, gitlab, keycloak, authentik, forgejo, github };

struct PresetFacts {
  ProviderPreset preset;
  std::string_view word;         // "google"; stored, and on the wire
  std::string_view name;         // "Google"; the usual text of its button
  std::string_view issuer;       // where it is always the same
  std::string_view issuer_hint;  // else what it looks like
  std::string_view scopes;       // asked for
  std::string_view role_claim;   // where its groups usually are; empty: it sends none by itself
};
std::span<const PresetFacts> presets();
const PresetFacts& facts_of(ProviderPreset preset);
bool parse_preset(std::string_view word, ProviderPreset& out);

// Who has `value` in the provider's claim ("*": whatever is in it) gets `role` in `workspace`.
struct ClaimRole {
  std::string value;
  WorkspaceId workspace;
  Role role = Role::viewer;
  friend bool operator==(const ClaimRole&, const ClaimRole&) = default;
};

struct LoginProvider {
  LoginProviderId id;
  ProviderPreset preset = ProviderPreset::generic;
  std::string name;           // on its button, 1–40 characters
  std::string issuer;         // https://…, exactly as the provider writes it; for GitHub the address of its pages
  std::string client_id;      // our name there
  std::string sealed_secret;  // our secret there; empty: a public client
  std::string ca_pem;         // a private authority to trust for it; empty: the system's set
  std::vector<std::string> allowed_domains = {};  // of mail addresses, lower case; empty: no matter
  bool create_accounts = false;                   // for whoever comes with a verified address of an allowed domain
  bool counts_as_second_factor = false;           // when its answer says that it asked for one (amr, acr)
  std::string second_factor_acr = {};             // the acr that says so, beside the usual values of amr
  std::string role_claim = {};                    // "groups", "realm_access.roles"
  std::vector<ClaimRole> roles = {};
  bool enabled = false;
  Instant created_at;
  std::int64_t version = 1;  // for If-Match
};

inline constexpr std::size_t kProvidersMax = 20;
inline constexpr std::size_t kClaimRolesMax = 100;
inline constexpr std::size_t kAllowedDomainsMax = 50;

// Whole-record checks of what was typed; sets defaults of the preset and normal forms. Errors name the field.
Result<void> check_provider(LoginProvider& provider);

// https, or http to this machine's loopback (for trying things out; the operator must have named it in outbound_loopback,
// too). No user information, no fragment.
Result<void> check_provider_url(const std::string& field, std::string_view url);

// The tenant's id in the issuer of Microsoft; empty: none.
std::string microsoft_tenant(std::string_view issuer);

// Somebody's account at a provider, linked to their account here.
struct Login {
  LoginId id;
  UserId user;
  LoginProviderId provider;
  std::string subject;     // the provider's own, unchanging name for the account
  std::string mail, name;  // as the provider last told them; only shown
  Instant linked_at, last_used_at;
};

// A membership that a provider's roles made, or whose role they decide. It ends with the membership itself.
struct GivenRole {
  LoginProviderId provider;
  UserId user;
  WorkspaceId workspace;
  Role role = Role::viewer;         // the last one that the claim gave
  std::string value;                // of the row that gave it
  std::optional<Role> former = {};  // what people had made of it; none: the provider made the membership
};

class LoginStore {
 public:
  virtual ~LoginStore() = default;
  virtual Result<std::vector<LoginProvider>> providers(Snapshot&) const = 0;  // by name; at most kProvidersMax
  virtual Result<std::optional<LoginProvider>> find_provider(Snapshot&, LoginProviderId) const = 0;
  virtual Result<void> put_provider(Transaction&, const LoginProvider&) = 0;  // insert or replace, with its roles
  virtual Result<void> remove_provider(Transaction&, LoginProviderId) = 0;    // with every login there
  virtual Result<std::int64_t> count_logins(Snapshot&, LoginProviderId) const = 0;

  virtual Result<std::optional<Login>> find(Snapshot&, LoginProviderId, const std::string& subject) const = 0;
  virtual Result<std::vector<Login>> of_user(Snapshot&, UserId) const = 0;
  virtual Result<void> put(Transaction&, const Login&) = 0;  // insert or replace by id
  virtual Result<void> remove(Transaction&, UserId, LoginId) = 0;

  virtual Result<std::vector<GivenRole>> given_by(Snapshot&, LoginProviderId) const = 0;
  virtual Result<std::vector<GivenRole>> given_in(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put_given(Transaction&, const GivenRole&) = 0;  // insert or replace
  virtual Result<void> forget_given(Transaction&, LoginProviderId, UserId, WorkspaceId) = 0;
};

}  // namespace connlog
