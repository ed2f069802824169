// Invitations: routes for members who invite, and for people who got a link.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/identity/accounts.h"
#include "web/api/access/handlers.h"
#include "web/api/identity/session_reply.h"
#include "web/api/views.h"
#include "web/api/access/workspace_view.h"
#include "web/api/identity/session_cookie.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr std::size_t kTokenCharactersMax = 200;
constexpr std::size_t kPasswordBytesRead = 1024;  // the policy has its own, lower limit and says so

json view(const Invitation& invitation, Instant now) {
  return {{"id", invitation.id.text()},
          {"mail", invitation.mail},
          {"role", to_text(invitation.role)},
          {"team_id", id_view(invitation.team)},
          {"inviter_name", invitation.inviter_name},
          {"mailed", invitation.mailed},
          {"expired", invitation.expires_at <= now},
          {"created_at", time_view(invitation.created_at)},
          {"sent_at", time_view(invitation.sent_at)},
          {"expires_at", time_view(invitation.expires_at)}};
}

json view(const SentInvitation& sent, Instant now, const std::string& public_url) {
  return {{"invitation", view(sent.invitation, now)},
          {"link", fmt::format("{}/invitation#token={}", public_url, sent.token.reveal())}};
}

}  // namespace

Result<Reply> list_invitations(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Instant now = ctx.of<Services>().clock.now();
    json items = json::array();
    const auto invitations = TRY(ctx.of<Services>().access.invitations().list(snapshot, ctx.workspace->id));
    for (const Invitation& invitation : invitations) items.push_back(view(invitation, now));
    return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
  });
}

Result<Reply> invite(Context& ctx) {
  const Services& services = ctx.of<Services>();
  // Refuses API keys: a person must be responsible for the invitation, now and when it is accepted.
  if (ctx.actor.user.is_nil())
    return Error{ErrorCode::forbidden, "Invitations are sent by people, not by keys of a workspace."};
  const Body body = TRY(ctx.body());
  NewInvitation wanted;
  wanted.mail = TRY(body.text("mail", 1, 254));
  wanted.role = TRY(body.word<Role>("role"));
  if (const auto team = TRY(body.maybe_text("team_id", 0, 64)); team && !team->empty()) {
    if (!TeamId::parse(*team, wanted.team)) return invalid("team_id", "There is no such team.");
  }
  wanted.days = TRY(body.maybe_integer("days", 1, 3'650));
  return ctx.create([&services, &options = ctx.options(), actor = ctx.actor, wanted](Transaction& tx) -> Result<Reply> {
    const SentInvitation sent = TRY(services.access.invitations().invite(tx, actor, wanted));
    if (sent.invitation.mailed) TRY(services.attempts.admit_letter(sent.invitation.mail));
    return json_reply(201, view(sent, services.clock.now(), options.public_url));
  });
}

Result<Reply> send_invitation_again(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<InvitationId>());
  return ctx.write([&services, &options = ctx.options(), actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    const SentInvitation sent = TRY(services.access.invitations().send_again(tx, actor, id));
    if (sent.invitation.mailed) TRY(services.attempts.admit_letter(sent.invitation.mail));
    return json_reply(200, view(sent, services.clock.now(), options.public_url));
  });
}

Result<Reply> revoke_invitation(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const auto id = TRY(ctx.id<InvitationId>());
  return ctx.write([&services, actor = ctx.actor, id](Transaction& tx) -> Result<Reply> {
    TRY(services.access.invitations().revoke(tx, actor, id));
    return no_content();
  });
}

// Shows what an invitation is about. Needs only its link, no login.
Result<Reply> show_invitation(Context& ctx) {
  TRY(ctx.of<Services>().attempts.admit(Attempt::invitation, {.address = ctx.origin().address}));
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, kTokenCharactersMax));
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const OpenInvitation open = TRY(ctx.of<Services>().access.invitations().look(snapshot, token));
    ctx.of<Services>().attempts.succeeded(Attempt::invitation, {.address = ctx.origin().address});
    return json_reply(200, {{"workspace_name", open.workspace.name},
                            {"role", to_text(open.invitation.role)},
                            {"mail", open.invitation.mail},
                            {"inviter_name", open.invitation.inviter_name},
                            {"expires_at", time_view(open.invitation.expires_at)}});
  });
}

// Makes an account for the invited address, for people without one. The address counts as proved only if the link came
// by mail.
Result<Reply> register_by_invitation(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WebOptions& options = ctx.options();
  TRY(services.attempts.admit(Attempt::invitation, {.address = ctx.origin().address}));
  const Body body = TRY(ctx.body());
  const std::string token = TRY(body.text("token", 1, kTokenCharactersMax));
  const std::string name = TRY(body.text("name", 1, 80));
  const Secret password = TRY(body.secret("password", kPasswordBytesRead));
  std::string mail;
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto open = TRY(services.access.invitations().look(snapshot, token));
    mail = open.invitation.mail;
    return {};
  });
  if (!looked) return looked.error();  // before the hash: a request without a link costs nothing
  services.attempts.succeeded(Attempt::invitation, {.address = ctx.origin().address});
  TRY(check_person_name("name", name));
  const std::string hash = TRY(services.identity.hash_password(password, name, mail));
  return ctx.write([&rooms = ctx.rooms(), &services, &options, origin = ctx.origin(), tls = ctx.request().peer().tls,
                    token, name, hash, old_token = cookie_token(ctx.request())](Transaction& tx) -> Result<Reply> {
    const OpenInvitation open = TRY(services.access.invitations().look(tx, token));
    const User user = TRY(services.accounts.add_person(tx, name, open.invitation.mail, hash, open.by_mail));
    const Actor actor = services.identity.actor_of(user, origin.address);
    TRY(services.audit.append(
        tx, actor, "user.registered", user.mail,
        open.by_mail ? "by an invitation that came by mail" : "by an invitation's link, handed over"));
    TRY(services.access.invitations().accept(tx, actor, user, token));
    const OpenedSession opened = TRY(services.identity.enter(tx, origin, user.id, old_token, "after an invitation"));
    return identity::session_reply(rooms, options, tx, 201, opened, origin, tls);
  });
}

Result<Reply> accept_invitation(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const auto token = TRY(body.text("token", 1, kTokenCharactersMax));
  return ctx.write(
      [&services, actor = ctx.actor, user = ctx.identified->user, token](Transaction& tx) -> Result<Reply> {
        const Workspace workspace = TRY(services.access.invitations().accept(tx, actor, user, token));
        auto shown = TRY(workspace_view(services, tx, workspace, user.id));
        return json_reply(200, std::move(shown));
      });
}

}  // namespace connlog::web::access
