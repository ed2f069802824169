#include "core/audit/acts.h"

#include <algorithm>

#include "core/net/mail_header.h"

namespace connlog {
namespace {

// By name, so that it can be searched.
constexpr Act kActs[] = {
    {"agent.added", "added an agent"},
    {"agent.changed", "changed an agent"},
    {"agent.machine_approved", "approved another machine for an agent"},
    {"agent.machine_bound", "bound an agent to its machine"},
    {"agent.machine_mismatch_accepted", "sent a heartbeat from another machine; it was accepted"},
    {"agent.machine_mismatch_refused", "sent a heartbeat from another machine; it was refused"},
    {"agent.machine_rejected", "rejected another machine for an agent"},
    {"agent.removed", "removed an agent"},
    {"agent.token_rotated", "gave an agent a new token"},
    {"appliance.claimed", "claimed the appliance as its first owner"},
    {"audit.anchor_refused", "refused the audit anchor found at start"},
    {"audit.anchor_renewed", "accepted the trails as they are and wrote a new anchor"},
    {"audit.exported", "exported a trail"},
    {"audit.pruned", "removed what is older than the retention"},
    {"audit.verified", "verified the trails"},
    {"incident.acknowledged", "acknowledged an incident"},
    {"incident.commented", "commented on an incident"},
    {"mail_settings.changed", "changed the mail settings"},
    {"mail_settings.removed", "removed the mail settings"},
    {"mail_settings.tested", "sent a test mail"},
    {"notification.retried", "had a notification sent once more"},
    {"recipient.added", "added a recipient"},
    {"recipient.changed", "changed a recipient"},
    {"recipient.removed", "removed a recipient"},
    {"recipient.tested", "sent a test to a recipient"},
    {"rule.added", "added an alert rule"},
    {"rule.changed", "changed an alert rule"},
    {"rule.deleted", "deleted an alert rule"},
    {"rule.tested", "tested an alert rule"},
    {"session.closed", "logged out"},
    {"session.opened", "logged in"},
    {"session.refused", "was refused at the login"},
    {"syslog.changed", "changed the forwarding to syslog"},
    {"user.password_reset", "reset a password"},
    {"workspace.changed", "changed the workspace"},
    {"workspace.created", "created the workspace"},
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
  if (!entry.subject.empty()) out += ": " + entry.subject;
  if (!entry.details.empty()) out += " (" + entry.details + ")";
  if (!entry.address.empty()) out += " from " + entry.address;
  return flattened(out, 2'000);
}

}  // namespace connlog
