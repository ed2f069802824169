#include "core/identity/oidc/provider.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/net/address_policy.h"
#include "core/net/http_url.h"

namespace connlog {
namespace {

constexpr std::size_t kIssuerBytesMax = 400;
constexpr std::size_t kClientIdBytesMax = 255;
constexpr std::size_t kPemBytesMax = 32 * 1024;
constexpr std::string_view kMicrosoftBegin = "https://login.microsoftonline.com/";
constexpr std::string_view kMicrosoftEnd = "/v2.0";

// From the documentation and discovery documents of the providers; docs/login-providers.md says which ones were tried.
constexpr PresetFacts kPresets[] = {
    {ProviderPreset::generic, "Single sign-on", "", "https://login.example.org", "openid email profile", ""},
    {ProviderPreset::google, "Google", "https://accounts.google.com", "", "openid email profile", ""},
    {ProviderPreset::microsoft, "Microsoft", "",
     "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0", "openid email profile", "groups"},
    {ProviderPreset::gitlab, "GitLab", "", "https://gitlab.com", "openid email profile", "groups_direct"},
    {ProviderPreset::keycloak, "Keycloak", "", "https://keycloak.example.org/realms/staff", "openid email profile",
     "groups"},
    {ProviderPreset::authentik, "authentik", "", "https://authentik.example.org/application/o/connlog/",
     "openid email profile", "groups"},
    {ProviderPreset::forgejo, "Forgejo", "", "https://forgejo.example.org/", "openid email profile groups", "groups"},
    {ProviderPreset::github, "GitHub", "https://github.com", "", "read:user user:email", ""},
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_loopback(const std::string& host) {
  IpAddress address;
  if (!parse_ip(host, address)) return host == "localhost";
  if (!address.v6) return address.bytes[0] == 127;
  return std::all_of(address.bytes.begin(), address.bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; }) &&
         address.bytes.back() == 1;
}

Result<void> check_issuer(LoginProvider& provider) {
  const PresetFacts& facts = facts_of(provider.preset);
  if (provider.issuer.empty()) provider.issuer = facts.issuer;
  if (provider.issuer.empty())
    return invalid("issuer", fmt::format("Give the provider's address, like {}.", facts.issuer_hint));
  TRY(check_provider_url("issuer", provider.issuer));
  if (provider.issuer.find('?') != std::string::npos)
    return invalid("issuer", "The issuer has no question mark in it.");
  if (provider.preset == ProviderPreset::microsoft) {
    Uuid tenant;
    // With "common" or "organizations" people of every tenant could log in, and the issuer could not be checked.
    if (!parse_uuid(microsoft_tenant(provider.issuer), tenant))
      return invalid("issuer",
                     fmt::format("Give the address of your own tenant by its id, like {}.", facts.issuer_hint));
  }
  if (provider.preset == ProviderPreset::github && provider.issuer.back() == '/') provider.issuer.pop_back();
  return {};
}

Result<void> check_domains(LoginProvider& provider) {
  if (provider.allowed_domains.size() > kAllowedDomainsMax)
    return invalid("allowed_domains", fmt::format("At most {} domains.", kAllowedDomainsMax));
  for (std::string& domain : provider.allowed_domains) {
    domain = lower(domain);
    if (!domain.empty() && domain.front() == '@') domain.erase(0, 1);
    if (!is_host(domain) || domain.find('.') == std::string::npos)
      return invalid("allowed_domains", "Each must be a domain, like example.org.");
  }
  std::ranges::sort(provider.allowed_domains);
  const auto rest = std::ranges::unique(provider.allowed_domains);
  provider.allowed_domains.erase(rest.begin(), rest.end());
  if (provider.create_accounts && provider.allowed_domains.empty())
    return invalid("allowed_domains",
                   "Accounts are made only for mail addresses of domains that stand here. Name one.");
  return {};
}

Result<void> check_roles(LoginProvider& provider) {
  if (provider.roles.size() > kClaimRolesMax) return invalid("roles", fmt::format("At most {} rows.", kClaimRolesMax));
  if (!provider.role_claim.empty() && (provider.role_claim.size() > 200 || !is_plain(provider.role_claim)))
    return invalid("role_claim", "This must be the name of a claim, like groups or realm_access.roles.");
  bool needs_claim = false;
  for (ClaimRole& row : provider.roles) {
    row.value = TRY(one_line("roles", "The claim's value", row.value, 1, 200));
    if (row.role == Role::owner)
      return invalid("roles", "A claim gives no ownership: only an owner of the workspace does, in its settings.");
    needs_claim = needs_claim || row.value != "*";
  }
  if (needs_claim && provider.role_claim.empty())
    return invalid("role_claim", "Name the claim whose values stand in the rows below.");
  return {};
}

}  // namespace

std::span<const PresetFacts> presets() {
  return kPresets;
}

const PresetFacts& facts_of(ProviderPreset preset) {
  for (const PresetFacts& facts : kPresets) {
    if (facts.preset == preset) return facts;
  }
  return kPresets[0];
}

Result<void> check_provider_url(const std::string& field, std::string_view url) {
  if (url.size() > kIssuerBytesMax || !is_plain(url))
    return invalid(field, "This must be an address like https://login.example.org.");
  const HttpUrl parsed = TRY(check_http_url(url, field));
  if (parsed.scheme != "https" && !is_loopback(parsed.host))
    return invalid(field, "This must begin with https://: over http, anybody on the way could log in as anybody.");
  return {};
}

std::string microsoft_tenant(std::string_view issuer) {
  if (!issuer.starts_with(kMicrosoftBegin) || !issuer.ends_with(kMicrosoftEnd) ||
      issuer.size() < kMicrosoftBegin.size() + kMicrosoftEnd.size()) {
    return {};
  }
  issuer.remove_prefix(kMicrosoftBegin.size());
  issuer.remove_suffix(kMicrosoftEnd.size());
  return std::string(issuer);
}

Result<void> check_provider(LoginProvider& provider) {
  provider.name = TRY(one_line("name", "The provider's name", provider.name, 1, 40));
  TRY(check_issuer(provider));
  if (provider.client_id.empty() || provider.client_id.size() > kClientIdBytesMax || !is_plain(provider.client_id))
    return invalid("client_id", "Give the client id that the provider has for connlog.");
  if (provider.ca_pem.size() > kPemBytesMax) return invalid("ca_pem", "This is too long for certificates.");
  if (provider.second_factor_acr.size() > 200 || !is_plain(provider.second_factor_acr))
    return invalid("second_factor_acr", "This must be one acr value, without spaces.");
  TRY(check_domains(provider));
  return check_roles(provider);
}

}  // namespace connlog
