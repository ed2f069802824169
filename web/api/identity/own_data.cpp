// Everything that is kept about a person, for that person: one JSON document to save. It names each member, like a view, so
// that no secret (a hash, a token, a key) leaves by itself. Each room adds what it keeps (web/api/parts.h).
#include <nlohmann/json.hpp>

#include "core/base/version.h"
#include "core/identity/accounts.h"
#include "core/identity/oidc/provider_logins.h"
#include "web/api/identity/handlers.h"
#include "web/api/views.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

json account_of(const Accounts::Profile& profile) {
  json change = nullptr;
  if (profile.mail_change)
    change = {{"mail", profile.mail_change->mail}, {"asked_at", time_view(profile.mail_change->created_at)}};
  return {{"id", id_view(profile.user.id)},
          {"name", profile.user.name},
          {"mail", profile.user.mail},
          {"mail_verified_at", time_view(profile.facts.mail_verified_at)},
          {"mail_change", std::move(change)},
          {"created_at", time_view(profile.user.created_at)},
          {"last_login_at", time_view(profile.user.last_login_at)},
          {"has_password", !profile.user.password_hash.empty()},
          {"password_changed_at", time_view(profile.facts.password_changed_at)},
          {"login_notices", profile.facts.login_notices},
          {"appliance_administrator", profile.user.appliance_administrator}};
}

// The factors with which the person proves who they are: never a secret, a public key or a credential's id.
Result<json> factors_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  const Factors factors = TRY(services_of<Services>(rooms).second_factors.of(snapshot, person.id));
  json totp = nullptr;
  if (factors.totp)
    totp = {{"set_up_at", time_view(factors.totp->confirmed_at)},
            {"last_used_at", time_view(factors.totp->last_used_at)}};
  json passkeys = json::array();
  for (const Passkey& passkey : factors.passkeys) {
    passkeys.push_back({{"name", passkey.name},
                        {"synchronised", passkey.backed_up},
                        {"added_at", time_view(passkey.created_at)},
                        {"last_used_at", time_view(passkey.last_used_at)}});
  }
  return json{{"authenticator_application", std::move(totp)},
              {"passkeys", std::move(passkeys)},
              {"recovery_codes", {{"left", factors.recovery_left}, {"made_at", time_view(factors.recovery_made_at)}}}};
}

Result<json> logins_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  json items = json::array();
  const auto all_linked = TRY(services_of<Services>(rooms).logins.service().list(snapshot, person.id));
  for (const auto& linked : all_linked) {
    items.push_back({{"provider", linked.provider_name},
                     {"subject", linked.login.sub},
                     {"mail", linked.login.mail},
                     {"name", linked.login.name},
                     {"linked_at", time_view(linked.login.linked_at)},
                     {"last_used_at", time_view(linked.login.last_used_at)}});
  }
  return items;
}

Result<json> sessions_of(const Rooms& rooms, Snapshot& snapshot, const User& person) {
  const auto& services = services_of<Services>(rooms);
  json items = json::array();
  const auto sessions = TRY(services.sessions.of_user(snapshot, person.id));
  for (const Session& session : sessions) {
    const SessionProof proof = TRY(services.second_factors.proof_of(snapshot, session));
    items.push_back({{"opened_at", time_view(session.created_at)},
                     {"opened_by", to_text(proof.opened_by)},
                     {"last_seen_at", time_view(session.last_seen_at)},
                     {"address", session.address},
                     {"user_agent", session.user_agent}});
  }
  return items;
}

constexpr PersonPart kOwnData[] = {
    {"second_factors", factors_of},
    {"logins", logins_of},
    {"sessions", sessions_of},
};

}  // namespace

std::span<const PersonPart> own_data_parts() {
  return kOwnData;
}

Result<Reply> export_own_data(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const UserId id = ctx.identified->user.id;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Accounts::Profile profile = TRY(services.accounts.profile(snapshot, id));
    json document = {{"made_by", std::string("connlog ") + std::string(version())},
                     {"made_at", time_view(services.clock.now())},
                     {"account", account_of(profile)}};
    for (const PersonPart& part : web::own_data_parts()) {
      json value = TRY(part.read(ctx.rooms(), snapshot, profile.user));
      document[std::string(part.name)] = std::move(value);
    }
    Reply reply = json_reply(200, document);
    reply.body = document.dump(2, ' ', false, json::error_handler_t::replace);
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"connlog-account.json\"");
    return reply;
  });
}

}  // namespace connlog::web::identity
