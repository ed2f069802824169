// Reads a person from claims: which claim has what, and which values are too odd to be used. Declared in
// provider_flow.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/identity/identity_service.h"
#include "core/identity/oidc/claim_values.h"
#include "core/identity/oidc/provider_flow.h"
#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

constexpr std::size_t kNameCharactersMax = 80;

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

// The values of `amr` (RFC 8176): a list of texts, or one text. No other form is read: it counts as a second factor.
std::vector<std::string> methods_of(const json& claims) {
  std::vector<std::string> methods;
  const auto found = claims.find("amr");
  if (found == claims.end()) return methods;
  for (const json& each : found->is_array() ? *found : json::array({*found})) {
    if (each.is_string()) methods.push_back(each.get<std::string>());
  }
  return methods;
}

// A claim that is one text, also where a provider makes a list of one of it.
std::string one_text(const json& claims, std::string_view name) {
  const auto found = claims.find(name);
  if (found != claims.end() && found->is_array() && found->size() == 1 && found->front().is_string())
    return found->front().get<std::string>();
  return text_member(claims, name).value_or("");
}

// A mail address and what stands beside it about its proof. Both must come from the same answer.
struct SaidAddress {
  std::string mail;   // as it is written there
  Says says;          // email_verified
  std::string shown;  // the value of email_verified
};

SaidAddress said_address(ProviderPreset preset, const json& answer) {
  SaidAddress said{one_text(answer, "email"), says(answer, "email_verified"), {}};
  if (const auto value = answer.find("email_verified"); value != answer.end()) said.shown = shown_value(*value);
  // Microsoft does not send email_verified, and its users may have any address. The optional claim xms_edov says whether
  // the domain's owner verified it.
  if (preset == ProviderPreset::microsoft && said.says != Says::yes && says(answer, "xms_edov") == Says::yes)
    said.says = Says::yes;
  return said;
}

std::string after(std::string text, const std::string& unread) {
  return unread.empty() ? std::move(text) : fmt::format("{}; {}", text, unread);
}

// Chooses the address and whether it counts as proved. The ID token's address goes first. Userinfo may add the word that
// an address is verified only for the same address, and never against a "no" of the ID token: both answers are about
// the same person, but a word about one address proves nothing about another.
void read_address(ProviderPreset preset, const json& claims, const json& userinfo, const std::string& unread,
                  ProviderIdentity& identity) {
  const SaidAddress token = said_address(preset, claims);
  const SaidAddress info = said_address(preset, userinfo);
  const SaidAddress* said = token.mail.empty() ? &info : &token;
  if (said->mail.empty()) {
    identity.mail_note =
        after("neither the ID token nor userinfo has a mail address (is the scope email allowed?)", unread);
    return;
  }
  if (!check_mail("mail", said->mail).has_value()) {
    identity.mail_note = "its mail address is not a valid one";
    return;
  }
  identity.mail = said->mail;
  const bool undecided = said->says == Says::nothing || said->says == Says::unreadable;
  if (said == &token && undecided && info.says != Says::nothing) {
    if (mail_key(info.mail) == mail_key(token.mail)) {
      said = &info;
    } else {
      identity.mail_note =
          "userinfo does not have the mail address of the ID token, so its email_verified is of another";
      return;
    }
  }
  switch (said->says) {
    case Says::yes:
      identity.mail_verified = true;
      break;
    case Says::no:
      identity.mail_note =
          fmt::format("the provider says that the mail address is not verified (email_verified is {})", said->shown);
      break;
    case Says::unreadable:
      identity.mail_note = fmt::format("email_verified is {}, which says neither true nor false", said->shown);
      break;
    case Says::nothing:
      identity.mail_note =
          preset == ProviderPreset::microsoft
              ? "the ID token has no xms_edov, which Microsoft sends instead of email_verified (an optional claim)"
              : after("neither the ID token nor userinfo says whether the mail address is verified (email_verified)",
                      unread);
      break;
  }
}

// A group called "not admin" must not become the group "admin" because a provider sends a single group as a bare text.
// So only the text of an unknown provider may be a list: the known ones send lists, and a text of theirs is one group,
// whatever its name. And if a value in the rows has a blank or a comma itself, groups there have such names, and no text
// is taken apart.
TextIs meaning_of_text(const LoginProvider& provider) {
  if (provider.preset != ProviderPreset::generic) return TextIs::value;
  const bool has_such_names = std::ranges::any_of(
      provider.roles, [](const ClaimRole& row) { return row.value.find_first_of(" ,;") != std::string::npos; });
  return has_such_names ? TextIs::value : TextIs::list;
}

void read_roles(const LoginProvider& provider, const json& claims, const json& userinfo, const std::string& unread,
                ProviderIdentity& identity) {
  if (provider.role_claim.empty()) return;
  const std::string& name = provider.role_claim;
  const TextIs text = meaning_of_text(provider);
  ClaimValues token = claim_values(claims, name, text);
  ClaimValues info = claim_values(userinfo, name, text);
  for (ClaimValues* said : {&token, &info}) {
    if (!said->unread.empty() || said->values.empty()) continue;
    identity.role_values = std::move(said->values);
    return;
  }
  // No values. That is only an answer if everything was read that there is.
  if (!token.unread.empty() || !info.unread.empty()) {
    identity.roles_unread =
        fmt::format("the claim {} cannot be read: {}", name, token.unread.empty() ? info.unread : token.unread);
  } else if (is_elsewhere(claims, name) || is_elsewhere(userinfo, name)) {
    identity.roles_unread = fmt::format(
        "the claim {} was left out because the person is in too many groups for one answer, and the provider keeps them "
        "elsewhere. Let it send only the groups that are assigned to this application",
        name);
  } else if (!token.found && !unread.empty()) {
    identity.roles_unread = fmt::format("the claim {} is not in the ID token, and {}", name, unread);
  }
}

}  // namespace

bool lacks_userinfo(const LoginProvider& provider, const json& claims) {
  const ProviderIdentity so_far = read_identity(provider, claims, json::object(), {});
  if (!provider.role_claim.empty() && so_far.role_values.empty()) return true;
  // Microsoft's userinfo says nothing about the address that the ID token does not say.
  if (provider.preset == ProviderPreset::microsoft) return so_far.mail.empty();
  const Says said = says(claims, "email_verified");
  return so_far.mail.empty() || said == Says::nothing || said == Says::unreadable;
}

ProviderIdentity read_identity(const LoginProvider& provider, const json& claims, const json& userinfo,
                               const std::string& userinfo_unread) {
  ProviderIdentity identity;
  identity.sub = text_member(claims, "sub").value_or("");
  read_address(provider.preset, claims, userinfo, userinfo_unread, identity);
  read_roles(provider, claims, userinfo, userinfo_unread, identity);
  for (const auto& [from, name] :
       {std::pair(&claims, "name"), std::pair(&userinfo, "name"), std::pair(&claims, "preferred_username"),
        std::pair(&userinfo, "preferred_username")}) {
    if (identity.name.empty()) identity.name = shown(text_member(*from, name).value_or(""));
  }
  identity.is_named = !identity.name.empty();
  if (identity.name.empty()) identity.name = shown(identity.mail.substr(0, identity.mail.find('@')));
  if (identity.name.empty()) identity.name = "Somebody";
  identity.hosted_domain = text_member(claims, "hd").value_or("");
  // How the person was authenticated is read from signed claims only.
  const std::vector<std::string> methods = methods_of(claims);
  const std::string context = text_member(claims, "acr").value_or("");
  identity.second_factor =
      std::ranges::any_of(methods,
                          [](const std::string& method) {
                            return std::ranges::find(kSecondFactorMethods, method) != kSecondFactorMethods.end();
                          }) ||
      (!provider.second_factor_acr.empty() && context == provider.second_factor_acr);
  if (const auto at = claims.find("auth_time"); at != claims.end() && at->is_number()) {
    const double told = at->get<double>();  // RFC 7519 §2: a number of seconds, perhaps with a fraction
    if (told > 0 && told < 9e9) identity.authenticated_at = Instant{static_cast<std::int64_t>(told) * 1'000'000};
  }
  return identity;
}

}  // namespace connlog::oidc
