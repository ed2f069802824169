// Login providers: services outside at which people already have an account (a company's Keycloak, Google, GitHub), set
// up by the appliance's administrator. Plain data, the facts about each preset, the checks of what an administrator
// types, and the interface of the store. Pure but for the store; any thread.
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
#include "core/base/words.h"

namespace connlog {

enum class ProviderPreset { generic, google, microsoft, gitlab, keycloak, authentik, forgejo, github };
template <>
inline constexpr auto kWords<ProviderPreset> = words_for<ProviderPreset>({
    {ProviderPreset::generic, "generic"},
    {ProviderPreset::google, "google"},
    {ProviderPreset::microsoft, "microsoft"},
    {ProviderPreset::gitlab, "gitlab"},
    {ProviderPreset::keycloak, "keycloak"},
    {ProviderPreset::authentik, "authentik"},
    {ProviderPreset::forgejo, "forgejo"},
    {ProviderPreset::github, "github"},
});

struct PresetFacts {
  ProviderPreset preset;
  std::string_view name;         // "Google"; the default text of its button
  std::string_view issuer;       // if it is always the same
  std::string_view issuer_hint;  // otherwise an example
  std::string_view scopes;       // the scopes that we ask for
  std::string_view role_claim;   // the claim that usually has its groups; empty: it sends none by itself
};
std::span<const PresetFacts> presets();
const PresetFacts& facts_of(ProviderPreset preset);

// A person with `value` in the provider's claim gets `role` in `workspace`. "*" matches everybody.
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
  std::vector<std::string> allowed_domains = {};  // of mail addresses, lower case; empty: any
  bool create_accounts = false;                   // for people with a verified address of an allowed domain
  bool counts_as_second_factor = false;           // if its answer says that it asked for one (amr, acr)
  std::string second_factor_acr = {};             // an acr that says so, besides the usual values of amr
  std::string role_claim = {};                    // "groups", "realm_access.roles"
  std::vector<ClaimRole> roles = {};
  bool enabled = false;
  Instant created_at;
  std::int64_t version = 1;  // for If-Match
};

inline constexpr std::size_t kProvidersMax = 20;
inline constexpr std::size_t kClaimRolesMax = 100;
inline constexpr std::size_t kAllowedDomainsMax = 50;

// Checks the whole record as typed, and fills in defaults of the preset and normal forms. Errors name the field.
Result<void> check_provider(LoginProvider& provider);

// Accepts https, or http to this machine's loopback (for trying things out; the administrator must also have named it
// in outbound_loopback). No user information, no fragment.
Result<void> check_provider_url(const std::string& field, std::string_view url);

// The tenant's id in a Microsoft issuer; empty: it has none.
std::string microsoft_tenant(std::string_view issuer);

// A person's account at a provider, linked to their account here.
struct Login {
  LoginId id;
  UserId user;
  LoginProviderId provider;
  std::string sub;         // the provider's own name for the account, which never changes
  std::string mail, name;  // as last told by the provider; for display only
  Instant linked_at, last_used_at;
};

// A membership that a provider's roles made, or whose role they decide. The record goes with the membership.
struct GivenRole {
  LoginProviderId provider;
  UserId user;
  WorkspaceId workspace;
  Role role = Role::viewer;         // the last one that the claim gave
  std::string value;                // of the row that gave it
  std::optional<Role> former = {};  // the role that people had given; none: the provider made the membership
};

class LoginStore {
 public:
  virtual ~LoginStore() = default;
  virtual Result<std::vector<LoginProvider>> providers(Snapshot&) const = 0;  // by name; at most kProvidersMax
  virtual Result<std::optional<LoginProvider>> find_provider(Snapshot&, LoginProviderId) const = 0;
  virtual Result<void> put_provider(Transaction&, const LoginProvider&) = 0;  // insert or replace, with its roles
  virtual Result<void> remove_provider(Transaction&, LoginProviderId) = 0;    // with every login there
  virtual Result<std::int64_t> count_logins(Snapshot&, LoginProviderId) const = 0;

  virtual Result<std::optional<Login>> find(Snapshot&, LoginProviderId, const std::string& sub) const = 0;
  virtual Result<std::vector<Login>> of_user(Snapshot&, UserId) const = 0;
  virtual Result<void> put(Transaction&, const Login&) = 0;  // insert or replace by id
  virtual Result<void> remove(Transaction&, UserId, LoginId) = 0;

  virtual Result<std::vector<GivenRole>> given_by(Snapshot&, LoginProviderId) const = 0;
  virtual Result<std::vector<GivenRole>> given_in(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> put_given(Transaction&, const GivenRole&) = 0;  // insert or replace
  virtual Result<void> forget_given(Transaction&, LoginProviderId, UserId, WorkspaceId) = 0;
};

}  // namespace connlog
