// Reads a person from claims: which claim has what, and which values are too odd to be used. Declared in
// provider_flow.h.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/provider_flow.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t kNameCharactersMax = 80;
constexpr std::size_t kRoleValuesMax = 500;
constexpr std::size_t kRoleValueBytesMax = 200;

// RFC 8176: authentication methods that count as more than a password.
constexpr std::array<std::string_view, 12> kSecondFactorMethods = {"mfa",  "otp",    "hwk", "swk", "fpt", "face",
                                                                   "iris", "retina", "vbm", "sc",  "sms", "tel"};

// A name made fit to show: without control characters, with at most kNameCharactersMax characters. A provider may send
// any text.
std::string shown(const std::string& text) {
  if (!is_utf8(text)) return {};
  std::string out;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size() && characters < kNameCharactersMax;) {
    std::size_t end = at + 1;
    while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
    const std::string character = text.substr(at, end - at);
    if (!has_control_character(character)) {
      out += character;
      ++characters;
    }
    at = end;
  }
  const std::size_t begin = out.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : out.substr(begin, out.find_last_not_of(' ') - begin + 1);
}

// Finds a claim by its name, such as "groups", or by a path into objects, such as "realm_access.roles". A claim that
// has exactly this name, dots included, is used first.
const json* find_claim(const json& claims, const std::string& path) {
  if (const auto whole = claims.find(path); whole != claims.end()) return &*whole;
  const json* here = &claims;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('.', at), path.size());
    if (!here->is_object()) return nullptr;
    const auto found = here->find(path.substr(at, end - at));
    if (found == here->end()) return nullptr;
    here = &*found;
    at = end + 1;
  }
  return here;
}

std::vector<std::string> texts_of(const json* claim) {
  std::vector<std::string> texts;
  const auto take = [&texts](const json& value) {
    if (value.is_string() && value.get_ref<const std::string&>().size() <= kRoleValueBytesMax &&
        texts.size() < kRoleValuesMax) {
      texts.push_back(value.get<std::string>());
    }
  };
  if (claim == nullptr) return texts;
  if (claim->is_array()) {
    for (const json& each : *claim) take(each);
  } else {
    take(*claim);
  }
  return texts;
}

// Microsoft does not send email_verified, and its users may have any address. The optional claim xms_edov says whether
// the domain's owner verified it.
bool says_verified(ProviderPreset preset, const json& claims) {
  const auto verified = claims.find("email_verified");
  if (verified != claims.end() && *verified == true) return true;
  if (preset != ProviderPreset::microsoft) return false;
  const auto owner = claims.find("xms_edov");
  return owner != claims.end() && (*owner == true || *owner == 1 || *owner == "1" || *owner == "true");
}

}  // namespace

ProviderIdentity read_identity(const LoginProvider& provider, const json& claims, const json& userinfo) {
  ProviderIdentity identity;
  identity.sub = text_member(claims, "sub").value_or("");
  // The address and the statement that it is verified must come from the same answer.
  const json& source = text_member(claims, "email") ? claims : userinfo;
  const std::string mail = text_member(source, "email").value_or("");
  if (check_mail("mail", mail).has_value()) {
    identity.mail = mail;
    identity.mail_verified = says_verified(provider.preset, source);
  }
  for (const auto& [from, name] :
       {std::pair(&claims, "name"), std::pair(&userinfo, "name"), std::pair(&claims, "preferred_username"),
        std::pair(&userinfo, "preferred_username")}) {
    if (identity.name.empty()) identity.name = shown(text_member(*from, name).value_or(""));
  }
  if (identity.name.empty()) identity.name = shown(identity.mail.substr(0, identity.mail.find('@')));
  if (identity.name.empty()) identity.name = "Somebody";
  identity.hosted_domain = text_member(claims, "hd").value_or("");
  if (!provider.role_claim.empty()) {
    identity.role_values = texts_of(find_claim(claims, provider.role_claim));
    if (identity.role_values.empty()) identity.role_values = texts_of(find_claim(userinfo, provider.role_claim));
  }
  // How the person was authenticated is read from signed claims only.
  const std::vector<std::string> methods = texts_of(find_claim(claims, "amr"));
  const std::string context = text_member(claims, "acr").value_or("");
  identity.second_factor =
      std::ranges::any_of(methods,
                          [](const std::string& method) {
                            return std::ranges::find(kSecondFactorMethods, method) != kSecondFactorMethods.end();
                          }) ||
      (!provider.second_factor_acr.empty() && context == provider.second_factor_acr);
  if (const auto at = claims.find("auth_time"); at != claims.end() && at->is_number_integer()) {
    const auto told = at->get<std::int64_t>();
    if (told > 0 && told < 9'000'000'000) identity.authenticated_at = Instant{told * 1'000'000};
  }
  return identity;
}

}  // namespace connlog::oidc
