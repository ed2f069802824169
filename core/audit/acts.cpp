#include "core/audit/acts.h"

#include <algorithm>

#include "core/net/mail_header.h"

namespace connlog {
namespace {

// Sorted by name, for binary search.
constexpr Act kActs[] = {
    {"access_review.done", "finished an access review"},
    {"account.attempts_noticed", "failed to log in to an account many times"},
    {"account.login_notices_changed", "changed whether they are told of new logins"},
    {"administrator.appointed", "made somebody an administrator of the appliance"},
    {"administrator.dismissed", "took the appliance's administration from somebody"},
    {"agent.added", "added an agent"},
    {"agent.changed", "changed an agent"},
    {"agent.machine_approved", "approved another machine for an agent"},
    {"agent.machine_bound", "bound an agent to its machine"},
    {"agent.machine_mismatch_accepted", "sent a heartbeat from another machine; it was accepted"},
    {"agent.machine_mismatch_refused", "sent a heartbeat from another machine; it was refused"},
    {"agent.machine_missing", "sent a heartbeat without its machine"},
    {"agent.machine_rejected", "rejected another machine for an agent"},
    {"agent.removed", "removed an agent"},
    {"agent.token_rotated", "gave an agent a new token"},
    {"api_key.added", "made an API key"},
    {"api_key.refused", "was refused with an API key"},
    {"api_key.revoked", "revoked an API key"},
    {"appliance.claimed", "claimed the appliance as its first owner"},
    {"audit.anchor_refused", "refused the audit anchor found at start"},
    {"audit.anchor_renewed", "accepted the trails as they are and wrote a new anchor"},
    {"audit.exported", "exported a trail"},
    {"audit.verified", "verified the trails"},
    {"disclosure.changed", "changed whom to tell of a weakness"},
    {"enrolment_key.added", "made an enrolment key"},
    {"enrolment_key.refused", "was refused with an enrolment key"},
    {"enrolment_key.revoked", "revoked an enrolment key"},
    {"group.added", "added a group"},
    {"group.changed", "changed a group"},
    {"group.removed", "removed a group"},
    {"group.renamed", "renamed a group"},
    {"incident.acknowledged", "acknowledged an incident"},
    {"incident.commented", "commented on an incident"},
    {"invitation.accepted", "accepted an invitation"},
    {"invitation.revoked", "revoked an invitation"},
    {"invitation.sent", "invited somebody"},
    {"invitation.sent_again", "sent an invitation once more"},
    {"keys.database_key_exported", "exported the database key"},
    {"keys.rotated", "renewed the master key and the stored secrets"},
    {"leak.answered", "answered a leak"},
    {"leak.closed", "closed a leak"},
    {"leak.opened_again", "opened a leak again"},
    {"leak.reported", "reported a leak"},
    {"leak.step_done", "ticked a step of a leak's checklist"},
    {"leak.step_open", "opened a step of a leak's checklist again"},
    {"legal.accepted", "accepted a legal text"},
    {"limit.changed", "changed a limit"},
    {"login.claim_unread", "logged in by a provider whose claim of their groups could not be read"},
    {"login.confirmation_asked", "asked to link a login provider to their account"},
    {"login.flood_noticed", "failed to log in unusually often, over all accounts"},
    {"login.linked", "linked a login provider"},
    {"login.refused", "was refused by way of a login provider"},
    {"login.stuffing_noticed", "tried to log in to many accounts from one address"},
    {"login.unlinked", "unlinked a login provider"},
    {"login_provider.added", "added a login provider"},
    {"login_provider.changed", "changed a login provider"},
    {"login_provider.removed", "removed a login provider"},
    {"login_provider.roles_set", "set which roles a login provider gives here"},
    {"mail.change_asked", "asked for another mail address"},
    {"mail.change_cancelled", "cancelled the change of the mail address"},
    {"mail.changed", "changed the mail address"},
    {"mail.verified", "confirmed the mail address"},
    {"mail_settings.changed", "changed the mail settings"},
    {"mail_settings.removed", "removed the mail settings"},
    {"mail_settings.tested", "sent a test mail"},
    {"member.added", "made somebody a member"},
    {"member.left", "left the workspace"},
    {"member.removed", "removed a member"},
    {"member.role_changed", "changed a member's role"},
    {"notification.retried", "had a notification sent once more"},
    {"password.changed", "changed the password"},
    {"password.refused", "was refused: the current password was wrong"},
    {"password.reset_asked", "asked for a new password"},
    {"recipient.added", "added a recipient"},
    {"recipient.asked", "asked a recipient whether it wants alerts"},
    {"recipient.changed", "changed a recipient"},
    {"recipient.confirmed", "confirmed that it wants alerts"},
    {"recipient.removed", "removed a recipient"},
    {"recipient.secret_rotated", "gave a webhook a new signing secret"},
    {"recipient.tested", "sent a test to a recipient"},
    {"recipient.unsubscribed", "unsubscribed from alerts"},
    {"registration.asked", "asked for an account"},
    {"rule.added", "added an alert rule"},
    {"rule.changed", "changed an alert rule"},
    {"rule.deleted", "deleted an alert rule"},
    {"rule.tested", "tested an alert rule"},
    {"second_factor.all_removed", "had every second factor removed"},
    {"second_factor.passkey_added", "added a passkey"},
    {"second_factor.passkey_copied", "was refused: the passkey may have been copied"},
    {"second_factor.passkey_removed", "removed a passkey"},
    {"second_factor.passkey_renamed", "renamed a passkey"},
    {"second_factor.recovery_code_used", "used a recovery code"},
    {"second_factor.recovery_codes_renewed", "made new recovery codes"},
    {"second_factor.refused", "was refused at the second factor"},
    {"second_factor.totp_added", "added an authenticator application"},
    {"second_factor.totp_removed", "removed the authenticator application"},
    {"session.closed", "logged out"},
    {"session.ended", "ended sessions"},
    {"session.new_place", "logged in from a new place"},
    {"session.opened", "logged in"},
    {"session.proof_refused", "was refused when asked to confirm who they are"},
    {"session.proved", "confirmed who they are"},
    {"session.refused", "was refused at the login"},
    {"syslog.changed", "changed the forwarding to syslog"},
    {"team.added", "added a team"},
    {"team.member_added", "added somebody to a team"},
    {"team.member_changed", "changed what somebody may do in a team"},
    {"team.member_removed", "removed somebody from a team"},
    {"team.removed", "removed a team"},
    {"team.renamed", "renamed a team"},
    {"token.guessing_noticed", "showed many wrong tokens"},
    {"user.added", "added an account"},
    {"user.created", "made an account by way of a login provider"},
    {"user.deleted", "deleted an account"},
    {"user.disabled", "disabled an account"},
    {"user.enabled", "enabled an account"},
    {"user.password_reset", "reset a password"},
    {"user.registered", "made an account"},
    {"user.renamed", "changed a person's name"},
    {"user.reset_link_made", "made a link for a new password"},
    {"user.second_factor_reset", "removed somebody's second factor"},
    {"user.sessions_ended", "ended somebody's sessions"},
    {"workspace.changed", "changed the workspace"},
    {"workspace.closed", "ended an administrator's look into the workspace"},
    {"workspace.created", "created the workspace"},
    {"workspace.deleted", "deleted the workspace"},
    {"workspace.deletion_cancelled", "cancelled the workspace's deletion"},
    {"workspace.deletion_requested", "asked for the workspace's deletion"},
    {"workspace.disabled", "disabled the workspace"},
    {"workspace.enabled", "enabled the workspace"},
    {"workspace.exported", "exported the workspace"},
    {"workspace.opened", "opened the workspace as an administrator of the appliance"},
    {"workspace.owner_assigned", "gave the workspace an owner"},
    {"workspace.ownership_ended", "stopped being an owner"},
    {"workspace.ownership_given", "made somebody an owner"},
    {"workspace.second_factor_required", "demanded a second factor in the workspace"},
    {"workspace.second_factor_waived", "no longer demands a second factor in the workspace"},
};
static_assert(std::ranges::is_sorted(kActs, {}, &Act::name));

}  // namespace

std::span<const Act> acts() {
  return kActs;
}

std::string phrase_of(std::string_view act) {
  const auto found = std::ranges::lower_bound(kActs, act, {}, &Act::name);
  return std::string(found != std::end(kActs) && found->name == act ? found->phrase : act);
}

std::string sentence_of(const TrailEntry& entry) {
  std::string out = entry.actor_name.empty() ? std::string("Somebody") : entry.actor_name;
  out += " " + phrase_of(entry.act);
  if (!entry.object.empty()) out += ": " + entry.object;
  if (!entry.details.empty()) out += " (" + entry.details + ")";
  if (!entry.address.empty()) out += " from " + entry.address;
  return flattened(out, 2'000);
}

}  // namespace connlog
