// Everything that is kept about a person, for that person: one JSON document to save. It names each member, like a
// view, so that no secret (a hash, a token, a key) is added by accident.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/identity/accounts.h"
#include "core/identity/oidc/provider_logins.h"
#include "core/trust/trust_services.h"
#include "core/notify/letter_store.h"
#include "web/api/access/services.h"
#include "web/api/audit/services.h"
#include "web/api/identity/handlers.h"
#include "web/api/notify/services.h"
#include "web/api/trust/services.h"
#include "web/api/views.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

constexpr int kLettersMax = 500;  // the newest
constexpr int kEventsPage = 500;
constexpr std::size_t kEventsMax = 10'000;  // the newest

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

// The person's workspaces with their teams there, and the people whom they invited and who have not come yet.
Result<void> add_workspaces(const access::Services& services, Snapshot& snapshot, UserId id, json& document) {
  json workspaces = json::array(), invitations = json::array();
  const auto of_user = TRY(services.workspaces.of_user(snapshot, id));
  for (const Workspace& workspace : of_user) {
    const auto membership = TRY(services.workspaces.membership(snapshot, workspace.id, id));
    if (!membership) continue;
    json teams = json::array();
    const auto memberships = TRY(services.access.team_store().of_user(snapshot, workspace.id, id));
    for (const TeamMember& member : memberships) {
      const auto team = TRY(services.access.team_store().team(snapshot, workspace.id, member.team));
      if (team)
        teams.push_back({{"name", team->name}, {"may_edit", member.may_edit}, {"since", time_view(member.since)}});
    }
    workspaces.push_back({{"name", workspace.name},
                          {"slug", workspace.slug},
                          {"role", to_text(membership->role)},
                          {"member_since", time_view(membership->since)},
                          {"teams", std::move(teams)}});
    const auto made = TRY(services.access.invitations().list(snapshot, workspace.id));
    for (const Invitation& invitation : made) {
      if (invitation.inviter != id) continue;
      invitations.push_back({{"workspace", workspace.name},
                             {"mail", invitation.mail},
                             {"role", to_text(invitation.role)},
                             {"created_at", time_view(invitation.created_at)},
                             {"expires_at", time_view(invitation.expires_at)}});
    }
  }
  document["workspaces"] = std::move(workspaces);
  document["invitations_made"] = std::move(invitations);
  return {};
}

// The factors with which the person proves who they are: never a secret, a public key or a credential's id.
Result<json> factors_of(const Services& services, Snapshot& snapshot, UserId id) {
  const Factors factors = TRY(services.second_factors.of(snapshot, id));
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

Result<json> logins_of(const Services& services, Snapshot& snapshot, UserId id) {
  json items = json::array();
  const auto all_linked = TRY(services.logins.service().list(snapshot, id));
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

Result<json> api_keys_of(const access::Services& services, Snapshot& snapshot, UserId id) {
  json items = json::array();
  const auto keys = TRY(services.administration.api_keys().of_person(snapshot, id));
  for (const ApiKey& key : keys) {
    json scopes = json::array();
    for (const Action scope : key.scopes) scopes.push_back(to_text(scope));
    items.push_back({{"name", key.name},
                     {"hint", key.token_hint},
                     {"scopes", std::move(scopes)},
                     {"addresses", key.addresses},
                     {"created_at", time_view(key.created_at)},
                     {"expires_at", time_view(key.expires_at)},
                     {"revoked_at", time_view(key.revoked_at)},
                     {"last_used_at", time_view(key.last_used_at)},
                     {"last_used_address", key.last_used_address}});
  }
  return items;
}

Result<json> events_of(const audit::Services& services, Snapshot& snapshot, UserId id) {
  json items = json::array();
  std::string next;
  do {
    const TrailPage page = TRY(services.trails.page(snapshot, {Trail::security, {}, id}, {}, next, kEventsPage));
    for (const TrailEntry& entry : page.entries) {
      items.push_back({{"at", time_view(entry.at)},
                       {"act", entry.act},
                       {"by", entry.actor_name},
                       {"address", entry.address},
                       {"subject", entry.object},
                       {"details", entry.details}});
    }
    next = page.next;
  } while (!next.empty() && items.size() < kEventsMax);
  return items;
}

Result<json> acceptances_of(const trust::Services& services, Snapshot& snapshot, UserId id) {
  json items = json::array();
  const auto acceptances = TRY(services.trust.legal().acceptances().of_user(snapshot, id));
  for (const Acceptance& acceptance : acceptances) {
    items.push_back({{"name", acceptance.name},
                     {"title", acceptance.title},
                     {"version", to_hex(acceptance.digest)},
                     {"accepted_at", time_view(acceptance.at)},
                     {"address", acceptance.address}});
  }
  return items;
}

Result<json> sessions_of(const Services& services, Snapshot& snapshot, UserId id) {
  json items = json::array();
  const auto sessions = TRY(services.sessions.of_user(snapshot, id));
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

Result<json> letters_to(const notify::Services& services, Snapshot& snapshot, const std::string& mail) {
  json items = json::array();
  const auto letters = TRY(services.letters.list_to(snapshot, mail, kLettersMax));
  for (const PostedLetter& letter : letters) {
    items.push_back({{"subject", letter.headline},
                     {"kind", letter.kind},
                     {"posted_at", time_view(letter.created_at)},
                     {"sent_at", time_view(letter.sent_at)}});
  }
  return items;
}

}  // namespace

Result<Reply> export_own_data(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const UserId id = ctx.identified->user.id;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Accounts::Profile profile = TRY(services.accounts.profile(snapshot, id));
    json document = {{"made_by", std::string("connlog ") + std::string(version())},
                     {"made_at", time_view(services.clock.now())},
                     {"account", account_of(profile)}};
    TRY(add_workspaces(ctx.of<access::Services>(), snapshot, id, document));
    document["second_factors"] = TRY(factors_of(services, snapshot, id));
    document["logins"] = TRY(logins_of(services, snapshot, id));
    document["api_keys"] = TRY(api_keys_of(ctx.of<access::Services>(), snapshot, id));
    document["sessions"] = TRY(sessions_of(services, snapshot, id));
    document["security_events"] = TRY(events_of(ctx.of<audit::Services>(), snapshot, id));
    document["accepted_texts"] = TRY(acceptances_of(ctx.of<trust::Services>(), snapshot, id));
    document["letters"] = TRY(letters_to(ctx.of<notify::Services>(), snapshot, profile.user.mail));
    Reply reply = json_reply(200, document);
    reply.body = document.dump(2, ' ', false, json::error_handler_t::replace);
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"connlog-account.json\"");
    return reply;
  });
}

}  // namespace connlog::web::identity
