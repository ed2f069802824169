#include "core/identity/oidc/provider_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/crypto/sealed.h"
#include "core/net/tls_trust.h"

namespace connlog::oidc {
namespace {

constexpr std::size_t kSecretBytesMax = 1'024;
constexpr std::size_t kRowsTold = 10;  // named in one letter, or in one entry of the trail

std::string described(const LoginProvider& provider) {
  return fmt::format(
      "{} at {}, {}{}{}{}", to_text(provider.preset), provider.issuer, provider.enabled ? "on" : "off",
      provider.create_accounts ? fmt::format(", makes accounts for {}", fmt::join(provider.allowed_domains, " ")) : "",
      provider.counts_as_second_factor ? ", counts as a second factor" : "",
      provider.roles.empty() ? "" : fmt::format(", {} roles by claim", provider.roles.size()));
}

// "ops: operator, *: viewer"; empty: none.
std::string rows_in(const LoginProvider& provider, WorkspaceId workspace) {
  std::string text;
  std::size_t count = 0;
  for (const ClaimRole& row : provider.roles) {
    if (row.workspace != workspace || ++count > kRowsTold) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{}: {}", row.value, to_text(row.role));
  }
  return count > kRowsTold ? fmt::format("{} and {} more", text, count - kRowsTold) : text;
}

std::vector<ClaimRole> rows_of(const LoginProvider& provider, WorkspaceId workspace) {
  std::vector<ClaimRole> rows = provider.roles;
  std::erase_if(rows, [&](const ClaimRole& row) { return row.workspace != workspace; });
  return rows;
}

bool has_new_row(const LoginProvider& before, const LoginProvider& after, WorkspaceId workspace) {
  return std::ranges::any_of(after.roles, [&](const ClaimRole& row) {
    return row.workspace == workspace && std::ranges::find(before.roles, row) == before.roles.end();
  });
}

}  // namespace

ClaimRoleStores ProviderService::claim_roles() const {
  return {parts_.workspaces, parts_.members, parts_.logins, parts_.audit, parts_.events, parts_.clock};
}

Result<void> ProviderService::tell_workspaces(Transaction& tx, const Actor& actor, const LoginProvider& before,
                                              const LoginProvider& after) {
  std::set<WorkspaceId> concerned;
  for (const LoginProvider* each : {&before, &after}) {
    for (const ClaimRole& row : each->roles) concerned.insert(row.workspace);
  }
  for (const WorkspaceId id : concerned) {
    if (rows_of(before, id) == rows_of(after, id) && before.role_claim == after.role_claim) continue;
    const std::string rows = rows_in(after, id);
    const auto workspace = TRY(parts_.workspaces.find(tx, id));
    if (!workspace) continue;
    Actor here = actor;
    here.workspace = id;
    TRY(parts_.audit.append(tx, here, "login_provider.roles_set", after.name.empty() ? before.name : after.name,
                            rows.empty() ? std::string("none any more") : rows));
    if (!has_new_row(before, after, id)) continue;
    OwnersLetter letter;
    letter.kind = "claim_roles";
    letter.headline = fmt::format("{} gives roles in {}", after.name, workspace->name);
    letter.paragraphs = {
        fmt::format("{}, administrator of the appliance, set up that whoever signs in with {} gets a role in the "
                    "workspace {} by what {} says about them.",
                    actor.name, after.name, workspace->name, after.name),
        fmt::format("Value and role: {}. The value * stands for everybody who signs in with it.", rows),
        "Who came in this way is marked in the list of members, and their coming and going stands in the audit log. "
        "Nobody becomes an owner by it. If you did not ask for this, speak with the administrator."};
    letter.path = fmt::format("/w/{}/members", workspace->slug);
    letter.link_text = "Look at the members";
    TRY(parts_.owners.tell_owners(tx, id, letter));
  }
  return {};
}

Result<void> ProviderService::check(Snapshot& snapshot, LoginProvider& wanted) const {
  TRY(check_provider(wanted));
  if (!wanted.ca_pem.empty()) {
    if (const auto anchors = TrustAnchors::open({TlsTrust::Kind::ca_pem, wanted.ca_pem}, {}); !anchors)
      return invalid("ca_pem", anchors.error().message);
  }
  for (const ClaimRole& row : wanted.roles) {
    const auto workspace = TRY(parts_.workspaces.find(snapshot, row.workspace));
    if (!workspace || is_appliances_own(*workspace)) return invalid("roles", "One of the workspaces does not exist (any more).");
  }
  return {};
}

std::string ProviderService::sealed(const LoginProvider& provider, const Secret& secret) const {
  if (secret.empty()) return {};
  return seal(parts_.keyring, fmt::format("login_provider.{}", provider.id.text()), secret, parts_.random);
}

Result<LoginProvider> ProviderService::find(Snapshot& snapshot, LoginProviderId id) const {
  auto provider = TRY(parts_.logins.find_provider(snapshot, id));
  if (!provider) return Error{ErrorCode::not_found, "There is no such login provider."};
  return *std::move(provider);
}

void ProviderService::forget_after(Transaction& tx, LoginProviderId id) const {
  tx.after_commit([this, id] { parts_.flow.forget(id); });
}

Result<LoginProvider> ProviderService::add(Transaction& tx, const Actor& actor, LoginProvider wanted,
                                           const std::optional<Secret>& secret) {
  const auto providers = TRY(parts_.logins.providers(tx));
  if (providers.size() >= kProvidersMax)
    return Error{ErrorCode::conflict, fmt::format("There can be {} login providers at most.", kProvidersMax)};
  TRY(check(tx, wanted));
  if (secret && secret->reveal().size() > kSecretBytesMax) return invalid("client_secret", "This is too long.");
  wanted.created_at = parts_.clock.now();
  wanted.id = LoginProviderId::make(wanted.created_at, parts_.random);
  wanted.version = 1;
  wanted.sealed_secret = secret ? sealed(wanted, *secret) : "";
  TRY(parts_.logins.put_provider(tx, wanted));
  TRY(parts_.audit.append(tx, actor, "login_provider.added", wanted.name, described(wanted)));
  LoginProvider nothing;
  TRY(tell_workspaces(tx, actor, nothing, wanted));
  return wanted;
}

Result<LoginProvider> ProviderService::change(Transaction& tx, const Actor& actor, LoginProviderId id,
                                              LoginProvider wanted, const std::optional<Secret>& secret,
                                              std::int64_t expected_version) {
  const LoginProvider before = TRY(find(tx, id));
  if (expected_version != 0 && expected_version != before.version)
    return Error{ErrorCode::conflict, "Somebody else changed this login provider. Load it again."};
  wanted.id = before.id;
  wanted.preset = before.preset;
  wanted.created_at = before.created_at;
  wanted.version = before.version + 1;
  TRY(check(tx, wanted));
  const std::int64_t linked = TRY(parts_.logins.count_logins(tx, id));
  if (wanted.issuer != before.issuer && linked > 0) {
    return invalid(
        "issuer",
        "People are linked to this provider, and under another address the same names are other people. Add a "
        "new provider instead.");
  }
  if (secret && secret->reveal().size() > kSecretBytesMax) return invalid("client_secret", "This is too long.");
  wanted.sealed_secret = secret ? sealed(wanted, *secret) : before.sealed_secret;
  TRY(parts_.logins.put_provider(tx, wanted));
  TRY(parts_.audit.append(tx, actor, "login_provider.changed", wanted.name,
                          described(wanted) + (secret ? ", with another secret" : "")));
  TRY(tell_workspaces(tx, actor, before, wanted));
  TRY(settle_claim_roles(tx, claim_roles(), parts_.users, wanted, actor.address));
  forget_after(tx, id);
  return wanted;
}

Result<void> ProviderService::remove(Transaction& tx, const Actor& actor, LoginProviderId id) {
  const LoginProvider provider = TRY(find(tx, id));
  const std::int64_t linked = TRY(parts_.logins.count_logins(tx, id));
  LoginProvider without = provider;
  without.roles.clear();
  TRY(tell_workspaces(tx, actor, provider, without));
  TRY(settle_claim_roles(tx, claim_roles(), parts_.users, without, actor.address));
  TRY(parts_.logins.remove_provider(tx, id));
  forget_after(tx, id);
  return parts_.audit.append(tx, actor, "login_provider.removed", provider.name,
                             fmt::format("{}; people linked to it: {}", described(provider), linked));
}

}  // namespace connlog::oidc
