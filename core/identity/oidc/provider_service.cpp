#include "core/identity/oidc/provider_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/crypto/sealed.h"
#include "core/net/tls_trust.h"

namespace connlog::oidc {
namespace {

constexpr std::size_t kSecretBytesMax = 1'024;

std::string described(const LoginProvider& provider) {
  return fmt::format(
      "{} at {}, {}{}{}{}", facts_of(provider.preset).word, provider.issuer, provider.enabled ? "on" : "off",
      provider.create_accounts ? fmt::format(", makes accounts for {}", fmt::join(provider.allowed_domains, " ")) : "",
      provider.counts_as_second_factor ? ", counts as a second factor" : "",
      provider.roles.empty() ? "" : fmt::format(", {} roles by claim", provider.roles.size()));
}

}  // namespace

Result<void> ProviderService::check(Snapshot& snapshot, LoginProvider& wanted) const {
  TRY(check_provider(wanted));
  if (!wanted.ca_pem.empty()) {
    if (const auto anchors = TrustAnchors::open({TlsTrust::Kind::ca_pem, wanted.ca_pem}, {}); !anchors)
      return invalid("ca_pem", anchors.error().message);
  }
  for (const ClaimRole& row : wanted.roles) {
    if (!TRY(parts_.workspaces.find(snapshot, row.workspace)))
      return invalid("roles", "One of the workspaces does not exist (any more).");
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
  if (TRY(parts_.logins.providers(tx)).size() >= kProvidersMax)
    return Error{ErrorCode::conflict, fmt::format("There can be {} login providers at most.", kProvidersMax)};
  TRY(check(tx, wanted));
  if (secret && secret->reveal().size() > kSecretBytesMax) return invalid("client_secret", "This is too long.");
  wanted.created_at = parts_.clock.now();
  wanted.id = LoginProviderId::make(wanted.created_at, parts_.random);
  wanted.version = 1;
  wanted.sealed_secret = secret ? sealed(wanted, *secret) : "";
  TRY(parts_.logins.put_provider(tx, wanted));
  TRY(parts_.audit.append(tx, actor, "login_provider.added", wanted.name, described(wanted)));
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
  if (wanted.issuer != before.issuer && TRY(parts_.logins.count_logins(tx, id)) > 0) {
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
  forget_after(tx, id);
  return wanted;
}

Result<void> ProviderService::remove(Transaction& tx, const Actor& actor, LoginProviderId id) {
  const LoginProvider provider = TRY(find(tx, id));
  const std::int64_t linked = TRY(parts_.logins.count_logins(tx, id));
  TRY(parts_.logins.remove_provider(tx, id));
  forget_after(tx, id);
  return parts_.audit.append(tx, actor, "login_provider.removed", provider.name,
                             fmt::format("{}; people linked to it: {}", described(provider), linked));
}

}  // namespace connlog::oidc
