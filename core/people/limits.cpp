#include "core/people/limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr LimitFact kFacts[] = {
    {Limit::open_registration, "open_registration", 0, 0, 1, "flag",
     "Strangers may make an account by themselves. Off: people come by invitation or are added by an administrator."},
    {Limit::create_workspaces, "create_workspaces", 0, 0, 1, "flag",
     "Everybody with an account may create workspaces. Off: administrators of the appliance and owners of a workspace."},
    {Limit::workspaces_per_person, "workspaces_per_person", 20, 1, 1'000, "", "Workspaces that one person may own."},
    {Limit::members_per_workspace, "members_per_workspace", 200, 1, 10'000, "",
     "Members of one workspace, open invitations included."},
    {Limit::agents_per_workspace, "agents_per_workspace", 5'000, 1, 100'000, "", "Agents of one workspace."},
    {Limit::agent_interval_seconds, "agent_interval_seconds", 10, 10, 3'600, "seconds",
     "The shortest interval that an agent may be given."},
    {Limit::monitors_per_workspace, "monitors_per_workspace", 2'000, 1, 100'000, "", "Monitors of one workspace."},
    {Limit::check_interval_seconds, "check_interval_seconds", 5, 5, 3'600, "seconds",
     "The shortest interval at which a monitor may be checked."},
    {Limit::recipients_per_workspace, "recipients_per_workspace", 200, 1, 1'000, "",
     "Recipients of alerts in one workspace."},
    {Limit::api_keys_per_workspace, "api_keys_per_workspace", 100, 0, 100, "", "API keys of one workspace."},
    {Limit::api_keys_per_person, "api_keys_per_person", 100, 0, 100, "", "Personal API keys of one person."},
    {Limit::enrolment_keys_per_workspace, "enrolment_keys_per_workspace", 20, 0, 100, "",
     "Enrolment keys of one workspace."},
    {Limit::session_idle_minutes, "session_idle_minutes", 720, 5, 43'200, "minutes",
     "A session ends when it was not used for so long."},
    {Limit::session_absolute_hours, "session_absolute_hours", 720, 1, 8'760, "hours",
     "A session ends so long after the login, used or not."},
    {Limit::fresh_minutes, "fresh_minutes", 10, 1, 60, "minutes",
     "How long a confirmation of who you are serves for dangerous acts."},
    {Limit::invitation_days, "invitation_days", 7, 1, 60, "days", "An invitation can be accepted for so long."},
    {Limit::workspace_deletion_days, "workspace_deletion_days", 14, 1, 90, "days",
     "The time between the request to delete a workspace and its deletion."},
    {Limit::review_interval_days, "review_interval_days", 90, 0, 730, "days",
     "How often a workspace should review who has access. 0: no reminders."},
    {Limit::reading_days, "reading_days", 31, 1, 3'650, "days", "How long readings are kept."},
    {Limit::audit_days, "audit_days", 400, 0, 3'650, "days",
     "How long the audit logs of workspaces are kept, 30 days or more. 0: for ever."},
    {Limit::security_event_days, "security_event_days", 400, 0, 3'650, "days",
     "How long security events are kept, 30 days or more. 0: for ever."},
    {Limit::appliance_trail_days, "appliance_trail_days", 400, 0, 3'650, "days",
     "How long the trail of the appliance's administration is kept, 30 days or more. 0: for ever."},
    {Limit::incident_days, "incident_days", 400, 30, 3'650, "days",
     "How long ended incidents, the messages about them and the record of states are kept."},
    {Limit::letter_days, "letter_days", 30, 1, 365, "days", "How long sent and failed letters are kept."},
    {Limit::removed_days, "removed_days", 30, 1, 365, "days",
     "How long a removed rule, recipient, group, agent or monitor can be put back."},
};
static_assert(std::size(kFacts) == kLimits);

// Without a minimum an administrator could have the traces of an act removed within a day.
constexpr std::int64_t kTrailDaysMin = 30;

bool keeps_a_trail(Limit limit) {
  return limit == Limit::audit_days || limit == Limit::security_event_days || limit == Limit::appliance_trail_days;
}

bool is_too_short(Limit limit, std::int64_t value) {
  return keeps_a_trail(limit) && value > 0 && value < kTrailDaysMin;
}

}  // namespace

std::span<const LimitFact, kLimits> limit_facts() {
  return std::span<const LimitFact, kLimits>(kFacts);
}

const LimitFact* find_limit(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kFacts), std::end(kFacts), [&](const LimitFact& fact) { return fact.name == name; });
  return found == std::end(kFacts) ? nullptr : found;
}

Result<void> check_limit(Limit limit, std::int64_t value) {
  const LimitFact& fact = kFacts[static_cast<std::size_t>(limit)];
  if (value < fact.lowest || value > fact.highest) {
    return invalid(std::string(fact.name),
                   fmt::format("This must be a whole number from {} to {}.", fact.lowest, fact.highest));
  }
  if (is_too_short(limit, value)) {
    return invalid(std::string(fact.name),
                   fmt::format("A trail is kept for {} days or more, or for ever (0).", kTrailDaysMin));
  }
  return {};
}

Limits::Limits(const LimitStore& store, const std::map<Limit, std::int64_t>& defaults) : store_(store) {
  for (const LimitFact& fact : kFacts) {
    const auto given = defaults.find(fact.limit);
    const std::int64_t default_value = given == defaults.end() ? fact.default_value : given->second;
    defaults_[index(fact.limit)] = default_value;
    values_[index(fact.limit)] = default_value;
  }
}

Result<void> Limits::load(Snapshot& snapshot) {
  const auto all_stored = TRY(store_.all(snapshot));
  for (const StoredLimit& stored : all_stored) {
    const LimitFact* fact = find_limit(stored.name);
    if (fact == nullptr) {  // a limit of a later or an earlier version
      log_warning("limits.unknown", {{"name", stored.name}});
      continue;
    }
    const std::int64_t value = std::clamp(stored.value, fact->lowest, fact->highest);
    values_[index(fact->limit)] = is_too_short(fact->limit, value) ? kTrailDaysMin : value;
  }
  return {};
}

}  // namespace connlog
