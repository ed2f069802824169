// The schemas of logins by providers.
#include "core/identity/oidc/provider.h"
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

namespace {

json preset() {
  json words = json::array();
  for (const PresetFacts& facts : presets()) words.push_back(facts.word);
  return {{"type", "string"}, {"enum", std::move(words)}};
}

json role() {
  return one_of({"owner", "admin", "operator", "member", "viewer"});
}

json claim_roles() {
  return list(object(
      {{"value", described(text(1, 200), "Of the claim; * is any.")}, {"workspace_id", id()}, {"role", role()}}));
}

json lists_of(json item, std::initializer_list<Member> more = {}) {
  json schema = object({{"items", list(std::move(item))}, {"next", or_null(text())}});
  for (const Member& member : more) {
    schema["properties"][std::string(member.name)] = member.schema;
    schema["required"].push_back(member.name);
  }
  return schema;
}

}  // namespace

json login_schemas() {
  const json linkable = list(object({{"id", id()}, {"name", text()}}));
  const json second_factor = object({{"ticket", text()}, {"methods", list(text())}});
  return {
      {"LoginButtonList",
       lists_of(object({{"id", id()},
                        {"name", text()},
                        {"preset", preset()},
                        {"trouble", described(flag(), "It did not answer as it should when it was last asked.")}}))},
      {"LoginTicket", object({{"ticket", text(1, 200)}})},
      {"LoginConfirmation",
       object({{"provider", text()}, {"mail", text()}, {"has_password", flag()}, {"can_mail", flag()}})},
      {"LoginAgreement", object({{"ticket", text(1, 200)}, {"password", text()}})},
      {"LoginEntered", object({{"entered", flag()}, {"second_factor", or_null(second_factor)}})},
      {"LoginLink", object({{"token", text(1, 200)}})},
      {"LoginLinked", object({{"provider", text()}})},
      {"LoginList", lists_of(object({{"id", id()},
                                     {"provider_id", id()},
                                     {"provider", text()},
                                     {"enabled", flag()},
                                     {"mail", text()},
                                     {"name", text()},
                                     {"linked_at", time()},
                                     {"last_used_at", or_null(time())}}),
                             {{"linkable", linkable}, {"has_password", flag()}})},
      {"LoginStart", object({{"provider_id", id()}})},
      {"LoginAway", object({{"url", described(text(), "Where to send the browser.")}})},
      {"LoginProvider", object({{"id", id()},
                                {"preset", preset()},
                                {"name", text()},
                                {"issuer", text()},
                                {"client_id", text()},
                                {"has_secret", flag()},
                                {"ca_pem", text()},
                                {"allowed_domains", list(text())},
                                {"create_accounts", flag()},
                                {"counts_as_second_factor", flag()},
                                {"second_factor_acr", text()},
                                {"role_claim", text()},
                                {"roles", claim_roles()},
                                {"enabled", flag()},
                                {"trouble", or_null(object({{"message", text()}, {"at", time()}}))},
                                {"created_at", time()},
                                {"version", integer()}})},
      {"LoginProviderList", lists_of(reference("LoginProvider"), {{"presets", list(object({{"preset", preset()},
                                                                                           {"name", text()},
                                                                                           {"issuer", text()},
                                                                                           {"issuer_hint", text()},
                                                                                           {"role_claim", text()}}))},
                                                                  {"workspaces", linkable},
                                                                  {"redirect_uri", text()}})},
      {"NewLoginProvider", object({{"preset", preset()},
                                   {"name", text(1, 40)},
                                   optional("issuer", text(0, 400)),
                                   {"client_id", text(1, 255)},
                                   optional("client_secret", text()),
                                   optional("ca_pem", text()),
                                   optional("allowed_domains", list(text())),
                                   optional("create_accounts", flag()),
                                   optional("counts_as_second_factor", flag()),
                                   optional("second_factor_acr", text(0, 200)),
                                   optional("role_claim", text(0, 200)),
                                   optional("roles", claim_roles()),
                                   optional("enabled", flag())})},
      {"LoginProviderChange",
       object({optional("name", text(1, 40)), optional("issuer", text(0, 400)), optional("client_id", text(1, 255)),
               optional("client_secret", text()), optional("ca_pem", text()), optional("allowed_domains", list(text())),
               optional("create_accounts", flag()), optional("counts_as_second_factor", flag()),
               optional("second_factor_acr", text(0, 200)), optional("role_claim", text(0, 200)),
               optional("roles", claim_roles()), optional("enabled", flag())})},
      {"LoginProviderTest",
       object(
           {{"ok", flag()},
            {"steps",
             list(object({{"name", one_of({"discovery", "keys", "client"})}, {"ok", flag()}, {"detail", text()}}))}})},
  };
}

}  // namespace connlog::web
