// Everything that is kept about a person, for that person: one JSON document to save. It names each member, like a view, so
// that no secret (a hash, a token, a key) leaves by itself.
#include <nlohmann/json.hpp>

#include "core/base/version.h"
#include "core/identity/accounts.h"
#include "core/notify/letter_store.h"
#include "web/handlers/handlers.h"
#include "web/views.h"

namespace connlog::web::handlers {

using nlohmann::json;

Result<Reply> export_own_data(Context& ctx) {
  const WebServices& services = ctx.services();
  const UserId id = ctx.identified->user.id;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Accounts::Profile profile = TRY(services.accounts.profile(snapshot, id));
    json workspaces = json::array();
    for (const Workspace& workspace : TRY(services.workspaces.of_user(snapshot, id))) {
      const auto membership = TRY(services.workspaces.membership(snapshot, workspace.id, id));
      if (!membership) continue;
      workspaces.push_back({{"name", workspace.name},
                            {"slug", workspace.slug},
                            {"role", to_text(membership->role)},
                            {"member_since", time_view(membership->since)}});
    }
    json sessions = json::array();
    for (const Session& session : TRY(services.sessions.of_user(snapshot, id))) {
      sessions.push_back({{"opened_at", time_view(session.created_at)},
                          {"last_seen_at", time_view(session.last_seen_at)},
                          {"address", session.address},
                          {"user_agent", session.user_agent}});
    }
    json letters = json::array();
    for (const PostedLetter& letter : TRY(services.letters.list_to(snapshot, profile.user.mail, 500))) {
      letters.push_back({{"subject", letter.subject},
                         {"kind", letter.kind},
                         {"posted_at", time_view(letter.created_at)},
                         {"sent_at", time_view(letter.sent_at)}});
    }
    const json document = {
        {"made_by", std::string("connlog ") + std::string(version())},
        {"made_at", time_view(services.clock.now())},
        {"account",
         {{"id", id_view(profile.user.id)},
          {"name", profile.user.name},
          {"mail", profile.user.mail},
          {"mail_verified_at", time_view(profile.facts.mail_verified_at)},
          {"created_at", time_view(profile.user.created_at)},
          {"last_login_at", time_view(profile.user.last_login_at)},
          {"has_password", !profile.user.password_hash.empty()},
          {"password_changed_at", time_view(profile.facts.password_changed_at)},
          {"login_notices", profile.facts.login_notices},
          {"appliance_administrator", profile.user.appliance_administrator}}},
        {"workspaces", std::move(workspaces)},
        {"sessions", std::move(sessions)},
        {"letters", std::move(letters)},
    };
    Reply reply = json_reply(200, document);
    reply.body = document.dump(2, ' ', false, json::error_handler_t::replace);
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"connlog-account.json\"");
    return reply;
  });
}

}  // namespace connlog::web::handlers
