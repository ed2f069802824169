// One's own account: profile, password, sessions, mail address, and its end.
#include <nlohmann/json.hpp>

#include "core/identity/accounts.h"
#include "core/identity/device.h"
#include "core/identity/second_factor.h"
#include "web/api/identity/handlers.h"
#include "web/api/identity/session_reply.h"
#include "web/api/views.h"
#include "web/api/identity/session_cookie.h"

namespace connlog::web::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kPasswordBytesRead = 1024;  // the policy has its own, lower limit and says so

json mail_change_view(const std::optional<MailChange>& change) {
  if (!change) return nullptr;
  return {{"mail", change->mail},
          {"former_agreed", change->former_agreed_at.is_set()},
          {"new_agreed", change->new_agreed_at.is_set()},
          {"expires_at", time_view(change->expires_at)}};
}

// Asked before a transaction: it reads.
std::string backups_hold(Context& ctx) {
  return ctx.options().backups_hold ? ctx.options().backups_hold() : std::string();
}

Result<Reply> account_reply(const Services& services, Snapshot& snapshot, UserId id, const std::string& held,
                            int status) {
  const Accounts::Profile profile = TRY(services.accounts.profile(snapshot, id));
  json alone = json::array();
  for (const Workspace& workspace : profile.owned_alone) alone.push_back(workspace.name);
  return json_reply(status, {{"id", id_view(profile.user.id)},
                             {"name", profile.user.name},
                             {"mail", profile.user.mail},
                             {"mail_verified_at", time_view(profile.facts.mail_verified_at)},
                             {"created_at", time_view(profile.user.created_at)},
                             {"last_login_at", time_view(profile.user.last_login_at)},
                             {"has_password", !profile.user.password_hash.empty()},
                             {"password_changed_at", time_view(profile.facts.password_changed_at)},
                             {"login_notices", profile.facts.login_notices},
                             {"mail_change", mail_change_view(profile.mail_change)},
                             {"owned_alone", std::move(alone)},
                             {"mail_works", profile.mail_works},
                             {"backups_hold", held}});
}

}  // namespace

Result<Reply> show_account(Context& ctx) {
  const std::string held = backups_hold(ctx);
  return ctx.read([&](Snapshot& snapshot) {
    return account_reply(ctx.of<Services>(), snapshot, ctx.identified->user.id, held, 200);
  });
}

Result<Reply> change_account(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto name = TRY(body.maybe_text("name", 1, 80));
  const auto notices = TRY(body.maybe_flag("login_notices"));
  return ctx.write([&services, actor = ctx.actor, name, notices,
                    held = backups_hold(ctx)](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.change_profile(tx, actor, name, notices));
    return account_reply(services, tx, actor.user, held, 200);
  });
}

Result<Reply> change_own_password(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WebOptions& options = ctx.options();
  const Body body = TRY(ctx.body());
  const Secret current = TRY(body.secret("current", kPasswordBytesRead));
  const Secret wanted = TRY(body.secret("password", kPasswordBytesRead));
  auto prepared = services.accounts.prepare_change(ctx.origin(), ctx.identified->user, current, wanted);
  if (!prepared && prepared.error().field == "current") {
    return ctx.write([&services, actor = ctx.actor, refusal = prepared.error()](Transaction& tx) -> Result<Reply> {
      TRY(services.accounts.record_wrong_password(tx, actor));
      return problem(refusal);
    });
  }
  if (!prepared) return std::move(prepared).error();
  return ctx.write([&rooms = ctx.rooms(), &services, &options, origin = ctx.origin(), tls = ctx.request().peer().tls,
                    prepared = *prepared, before = ctx.identified->session](Transaction& tx) -> Result<Reply> {
    // The new session is as fresh as the old one: a password is no proof of a second factor.
    const SessionProof proof = TRY(services.second_factors.proof_of(tx, before));
    const OpenedSession opened = TRY(services.accounts.change_password(tx, origin, prepared));
    TRY(services.second_factors.carry(tx, proof, opened.session));
    return session_reply(rooms, options, tx, 200, opened, origin, tls);
  });
}

// ---- sessions ----

Result<Reply> list_own_sessions(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json items = json::array();
    const auto sessions = TRY(ctx.of<Services>().sessions.of_user(snapshot, ctx.identified->user.id));
    for (const Session& session : sessions) {
      if (!ctx.of<Services>().identity.is_alive(session)) continue;
      items.push_back({{"id", id_view(session.id)},
                       {"current", session.id == ctx.identified->session.id},
                       {"device", device_label(session.user_agent)},
                       {"address", session.address},
                       {"created_at", time_view(session.created_at)},
                       {"last_seen_at", time_view(session.last_seen_at)},
                       {"expires_at", time_view(ctx.of<Services>().identity.end_of(session))}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> end_own_session(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const SessionId session = TRY(ctx.id<SessionId>());
  return ctx.write([&services, actor = ctx.actor, session, tls = ctx.request().peer().tls,
                    own = ctx.identified->session.id == session](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.end_session(tx, actor, session));
    Reply reply = no_content();
    if (own) reply.headers.emplace_back("Set-Cookie", ended_session_cookie(tls));
    return reply;
  });
}

Result<Reply> end_own_sessions(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string which = TRY(ctx.query_text("which", 6));
  if (!which.empty() && which != "all" && which != "others") return invalid("which", "This is all or others.");
  return ctx.write([&services, actor = ctx.actor, kept = ctx.identified->session.id, tls = ctx.request().peer().tls,
                    all = which == "all"](Transaction& tx) -> Result<Reply> {
    Reply reply = no_content();
    if (all) {
      TRY(services.accounts.end_every_session(tx, actor));
      reply.headers.emplace_back("Set-Cookie", ended_session_cookie(tls));
    } else {
      TRY(services.accounts.end_other_sessions(tx, actor, kept));
    }
    return reply;
  });
}

// ---- mail ----

Result<Reply> verify_own_mail(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.ask_verification(tx, actor));
    return Reply{.status = 202};
  });
}

Result<Reply> ask_mail_change(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string mail = TRY(body.text("mail", 1, 254));
  return ctx.write([&services, actor = ctx.actor, mail, held = backups_hold(ctx)](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.ask_mail_change(tx, actor, mail));
    TRY(services.attempts.admit_letter(mail));
    return account_reply(services, tx, actor.user, held, 202);
  });
}

Result<Reply> cancel_mail_change(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.cancel_mail_change(tx, actor));
    return no_content();
  });
}

// ---- the end ----

Result<Reply> delete_own_account(Context& ctx) {
  const Services& services = ctx.of<Services>();
  return ctx.write([&services, actor = ctx.actor, tls = ctx.request().peer().tls](Transaction& tx) -> Result<Reply> {
    TRY(services.accounts.delete_account(tx, actor));
    Reply reply = no_content();
    reply.headers.emplace_back("Set-Cookie", ended_session_cookie(tls));
    return reply;
  });
}

}  // namespace connlog::web::identity
