#include "core/identity/oidc/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/identity/oidc/strict_json.h"

namespace connlog::oidc {
namespace {

using nlohmann::json;

// Whether the list `name` has `word`; `absent` if there is no list.
bool lists(const json& document, std::string_view name, std::string_view word, bool absent) {
  const auto list = document.find(name);
  if (list == document.end() || !list->is_array()) return absent;
  return std::find(list->begin(), list->end(), word) != list->end();
}

Result<std::string> endpoint(const json& document, const std::string& name, bool required) {
  const std::string url = text_member(document, name).value_or("");
  if (url.empty()) {
    if (!required) return url;
    return Error{ErrorCode::network, fmt::format("The discovery document has no {}.", name)};
  }
  if (const auto good = check_provider_url(name, url); !good)
    return Error{ErrorCode::network,
                 fmt::format("The discovery document's {} is not usable: {}", name, good.error().message)};
  return url;
}

}  // namespace

std::string discovery_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

Result<Metadata> parse_metadata(std::string_view text, const std::string& issuer) {
  const json document = TRY(parse_strict_object(text, "The discovery document"));
  // §4.3. Without this check, a provider could speak for another one.
  const std::string named = text_member(document, "issuer").value_or("");
  if (named != issuer) {
    return Error{
        ErrorCode::network,
        fmt::format("The discovery document is that of another issuer: it says “{}”, and the settings say “{}”. "
                    "They must be the same, to the last slash.",
                    named.substr(0, 200), issuer),
        "issuer"};
  }
  if (!lists(document, "response_types_supported", "code", true))
    return Error{ErrorCode::network, "The provider does not offer the authorization code flow."};
  Metadata metadata;
  metadata.authorization_endpoint = TRY(endpoint(document, "authorization_endpoint", true));
  metadata.token_endpoint = TRY(endpoint(document, "token_endpoint", true));
  metadata.jwks_uri = TRY(endpoint(document, "jwks_uri", true));
  metadata.userinfo_endpoint = TRY(endpoint(document, "userinfo_endpoint", false));
  // RFC 8414 §2: client_secret_basic is the default.
  const bool basic = lists(document, "token_endpoint_auth_methods_supported", "client_secret_basic", true);
  metadata.secret_in_body =
      !basic && lists(document, "token_endpoint_auth_methods_supported", "client_secret_post", false);
  metadata.takes_secrets = basic || metadata.secret_in_body;
  metadata.signs_readably = lists(document, "id_token_signing_alg_values_supported", "RS256", true) ||
                            lists(document, "id_token_signing_alg_values_supported", "ES256", false) ||
                            lists(document, "id_token_signing_alg_values_supported", "EdDSA", false);
  const auto with_issuer = document.find("authorization_response_iss_parameter_supported");
  metadata.answers_with_issuer = with_issuer != document.end() && *with_issuer == true;
  return metadata;
}

Metadata github_metadata(const std::string& issuer) {
  const std::string api = issuer == "https://github.com" ? "https://api.github.com" : issuer + "/api/v3";
  Metadata metadata;
  metadata.authorization_endpoint = issuer + "/login/oauth/authorize";
  metadata.token_endpoint = issuer + "/login/oauth/access_token";
  metadata.userinfo_endpoint = api + "/user";
  metadata.mails_endpoint = api + "/user/emails";
  metadata.secret_in_body = true;
  return metadata;
}

}  // namespace connlog::oidc
