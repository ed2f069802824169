#include "core/access/invitations.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/people/standing.h"
#include "core/identity/identity_service.h"
#include "core/notify/letter_text.h"

namespace connlog {
namespace {

constexpr std::string_view kByMail = " mail";
constexpr std::string_view kShown = " shown";
constexpr std::int64_t kDaySeconds = 86'400;

Error ended() {
  return Error{
      ErrorCode::forbidden,
      "This invitation is not valid (any more): it was used, revoked or sent anew, or its time is over. Ask whoever "
      "invited you for a new one.",
      "token"};
}

Error no_such_invitation() {
  return Error{ErrorCode::not_found, "There is no such invitation."};
}

std::string link_data(InvitationId id, std::string_view way) {
  return id.text() + std::string(way);
}

}  // namespace

Result<Invitation> Invitations::find(Snapshot& snapshot, const Actor& actor, InvitationId id) const {
  auto found = TRY(parts_.invitations.find(snapshot, actor.workspace, id));
  if (!found) return no_such_invitation();
  return *std::move(found);
}

Result<void> Invitations::end_links(Transaction& tx, InvitationId id) {
  TRY(parts_.links.end_of_data(tx, link_purpose::kInvitation, link_data(id, kByMail)));
  return parts_.links.end_of_data(tx, link_purpose::kInvitation, link_data(id, kShown));
}

Result<SentInvitation> Invitations::send(Transaction& tx, const Actor& actor, Invitation invitation, seconds lifetime) {
  const auto workspace = TRY(parts_.workspaces.find(tx, actor.workspace));
  if (!workspace) return Error{ErrorCode::not_found, "There is no such workspace."};
  TRY(end_links(tx, invitation.id));
  invitation.sent_at = parts_.clock.believed();
  invitation.expires_at = invitation.sent_at + lifetime;
  invitation.inviter = actor.user;
  invitation.inviter_name = actor.name;
  invitation.mailed = TRY(parts_.letters.can_send(tx));
  const auto open = [&](std::string_view way) {
    return parts_.links.open(tx, {.purpose = link_purpose::kInvitation,
                                  .workspace = actor.workspace,
                                  .data = link_data(invitation.id, way),
                                  .lifetime = lifetime});
  };
  if (invitation.mailed) {
    const Secret token = TRY(open(kByMail));
    Letter letter;
    letter.kind = "invitation";
    letter.to_address = invitation.mail;
    const std::string inviter = unlinked(actor.name), where = unlinked(workspace->name);
    letter.headline = fmt::format("{} invites you to {}", inviter, where);
    letter.paragraphs = {
        fmt::format("{} invites you to the workspace {} on this monitoring appliance, as {}.", inviter, where,
                    to_text(invitation.role)),
        fmt::format(
            "The link works once, for {} {}. If you do not know what this is about, ignore this letter: nothing "
            "happens without you.",
            lifetime.count() / kDaySeconds, lifetime.count() == kDaySeconds ? "day" : "days")};
    letter.link = LetterLink{Secret(fmt::format("/invitation#token={}", token.reveal())), "Look at the invitation"};
    letter.workspace = actor.workspace;
    letter.useful_until = invitation.expires_at;
    TRY(parts_.letters.post(tx, letter));
  }
  Secret shown = TRY(open(kShown));
  return SentInvitation{std::move(invitation), std::move(shown)};
}

Result<SentInvitation> Invitations::invite(Transaction& tx, const Actor& actor, const NewInvitation& wanted) {
  // An invitation is checked against its inviter's role, now and when it is accepted. A key of a workspace has no such
  // person.
  if (actor.user.is_nil())
    return Error{ErrorCode::forbidden, "Invitations are sent by people, not by keys of a workspace."};
  TRY(check_mail("mail", wanted.mail));
  if (wanted.role == Role::owner)
    return invalid("role",
                   "Nobody is invited as an owner. Invite an admin, and make them an owner once they are here.");
  if (is_above(wanted.role, actor.role))
    return Error{ErrorCode::forbidden, "Nobody can invite above their own role.", "role"};
  if (!wanted.team.is_nil()) {
    const auto team = TRY(parts_.teams.team(tx, actor.workspace, wanted.team));
    if (!team) return invalid("team_id", "There is no such team.");
  }
  const std::int64_t days_max = parts_.limits.value(Limit::invitation_days);
  if (wanted.days && (*wanted.days < 1 || *wanted.days > days_max))
    return invalid("days", fmt::format("On this appliance an invitation can be accepted for 1 to {} days.", days_max));
  const std::string key = mail_key(wanted.mail);
  if (const auto user = TRY(parts_.users.find_by_mail(tx, key))) {
    const auto member = TRY(parts_.members.find(tx, actor.workspace, user->id));
    if (member) return invalid("mail", "Somebody with this address is a member already.");
  }
  if (const auto open = TRY(parts_.invitations.find_by_mail(tx, actor.workspace, key))) {
    if (open->expires_at > parts_.clock.believed())
      return invalid("mail", "This address is invited already. Send that invitation again, or revoke it.");
    TRY(end_links(tx, open->id));
    TRY(parts_.invitations.remove(tx, actor.workspace, open->id));
  }
  const auto members = TRY(parts_.members.list(tx, actor.workspace));
  const auto invitations = TRY(parts_.invitations.list(tx, actor.workspace));
  const std::size_t people = members.size() + invitations.size();
  if (people >= static_cast<std::size_t>(parts_.limits.value(Limit::members_per_workspace)))
    return Error{ErrorCode::conflict,
                 "The workspace has as many members and open invitations as the appliance allows."};
  Invitation invitation;
  invitation.created_at = parts_.clock.believed();
  invitation.id = InvitationId::make(invitation.created_at, parts_.random);
  invitation.workspace = actor.workspace;
  invitation.mail = wanted.mail;
  invitation.mail_key = key;
  invitation.role = wanted.role;
  invitation.team = wanted.team;
  const seconds lifetime{wanted.days.value_or(days_max) * kDaySeconds};
  SentInvitation sent = TRY(send(tx, actor, std::move(invitation), lifetime));
  TRY(parts_.invitations.insert(tx, sent.invitation));
  TRY(parts_.audit.append(
      tx, actor, "invitation.sent", sent.invitation.mail,
      fmt::format("as {}{}", to_text(wanted.role), sent.invitation.mailed ? "" : ", link handed over")));
  announce_access(tx, parts_.bus, actor.workspace);
  return sent;
}

Result<SentInvitation> Invitations::send_again(Transaction& tx, const Actor& actor, InvitationId id) {
  if (actor.user.is_nil())
    return Error{ErrorCode::forbidden, "Invitations are sent by people, not by keys of a workspace."};
  Invitation invitation = TRY(find(tx, actor, id));
  if (is_above(invitation.role, actor.role))
    return Error{ErrorCode::forbidden, "Nobody can invite above their own role."};
  // Valid for as long as before, unless the appliance allows less by now.
  const auto chosen = std::chrono::duration_cast<seconds>(invitation.expires_at - invitation.sent_at);
  const seconds lifetime = std::min(chosen, seconds{parts_.limits.value(Limit::invitation_days) * kDaySeconds});
  SentInvitation sent = TRY(send(tx, actor, std::move(invitation), lifetime));
  TRY(parts_.invitations.update(tx, sent.invitation));
  TRY(parts_.audit.append(tx, actor, "invitation.sent_again", sent.invitation.mail,
                          fmt::format("as {}; earlier links ended", to_text(sent.invitation.role))));
  announce_access(tx, parts_.bus, actor.workspace);
  return sent;
}

Result<void> Invitations::revoke(Transaction& tx, const Actor& actor, InvitationId id) {
  const Invitation invitation = TRY(find(tx, actor, id));
  TRY(end_links(tx, id));
  TRY(parts_.invitations.remove(tx, actor.workspace, id));
  TRY(parts_.audit.append(tx, actor, "invitation.revoked", invitation.mail));
  announce_access(tx, parts_.bus, actor.workspace);
  return {};
}

Result<OpenInvitation> Invitations::look(Snapshot& snapshot, std::string_view token) const {
  const auto link = parts_.links.look(snapshot, link_purpose::kInvitation, token);
  if (!link) return link.error().code == ErrorCode::forbidden ? ended() : link.error();
  const std::size_t space = link->data.find(' ');
  InvitationId id;
  if (space == std::string::npos || !InvitationId::parse(std::string_view(link->data).substr(0, space), id))
    return ended();
  auto invitation = TRY(parts_.invitations.find(snapshot, link->workspace, id));
  if (!invitation || invitation->expires_at <= parts_.clock.believed()) return ended();
  auto workspace = TRY(parts_.workspaces.find(snapshot, link->workspace));
  if (!workspace || !workspace->enabled) return ended();
  // An invitation needs an inviter who may still invite to this role. So people who were demoted or removed leave no
  // way in behind.
  const auto inviter = TRY(parts_.members.find(snapshot, link->workspace, invitation->inviter));
  if (!inviter || !inviter->enabled || !allows(inviter->role, Action::manage_members) ||
      is_above(invitation->role, inviter->role)) {
    return ended();
  }
  return OpenInvitation{*std::move(invitation), *std::move(workspace), link->data.substr(space) == kByMail};
}

Result<Workspace> Invitations::accept(Transaction& tx, const Actor& actor, const User& user, std::string_view token) {
  const OpenInvitation open = TRY(look(tx, token));
  if (user.mail_key != open.invitation.mail_key) {
    return Error{
        ErrorCode::forbidden,
        fmt::format("This invitation is for another mail address than yours ({}). Log in as whoever it is for, or ask "
                    "for an invitation to your own address.",
                    user.mail)};
  }
  const auto member = TRY(parts_.members.find(tx, open.workspace.id, user.id));
  if (member) return Error{ErrorCode::conflict, "You are a member of this workspace already."};
  TRY(parts_.links.use(tx, link_purpose::kInvitation, token));
  TRY(end_links(tx, open.invitation.id));
  TRY(parts_.invitations.remove(tx, open.workspace.id, open.invitation.id));
  const Instant now = parts_.clock.believed();
  TRY(parts_.workspaces.put_membership(
      tx, {.workspace = open.workspace.id, .user = user.id, .role = open.invitation.role, .since = now}));
  if (!open.invitation.team.is_nil()) {
    const auto team = TRY(parts_.teams.team(tx, open.workspace.id, open.invitation.team));
    if (team) TRY(parts_.teams.put_member(tx, {team->id, open.workspace.id, user.id, false, now}));
  }
  Actor inside = actor;
  inside.workspace = open.workspace.id;
  TRY(parts_.audit.append(
      tx, inside, "invitation.accepted", user.mail,
      fmt::format("as {}, invited by {}", to_text(open.invitation.role), open.invitation.inviter_name)));
  announce_access(tx, parts_.bus, open.workspace.id);
  return open.workspace;
}

Result<void> Invitations::remove_expired(Transaction& tx) {
  return parts_.invitations.remove_expired(tx, parts_.clock.proven());
}

}  // namespace connlog
