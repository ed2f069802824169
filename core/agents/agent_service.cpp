#include "core/agents/agent_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/agents/agent_config.h"
#include "core/agents/machine_binding.h"
#include "core/people/limits.h"
#include "core/wire/protocol.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

constexpr std::size_t kTagsMax = 20;

Result<std::vector<std::string>> checked_tags(const std::vector<std::string>& tags) {
  if (tags.size() > kTagsMax) return invalid("tags", fmt::format("An agent may have at most {} tags.", kTagsMax));
  std::vector<std::string> checked;
  for (const std::string& tag : tags) {
    std::string text = TRY(one_line("tags", "A tag", tag, 1, 40));
    if (std::find(checked.begin(), checked.end(), text) == checked.end()) checked.push_back(std::move(text));
  }
  std::sort(checked.begin(), checked.end());
  return checked;
}

Result<void> check_interval(std::int64_t value) {
  if (value >= wire::kIntervalSecondsMin && value <= wire::kIntervalSecondsMax) return {};
  return invalid("interval_seconds",
                 "The interval must lie between 10 and 86400 seconds: an agent would not obey another.");
}

Result<void> check_threshold(std::int64_t value) {
  if (value >= wire::kMissedThresholdMin && value <= wire::kMissedThresholdMax) return {};
  return invalid("missed_threshold", "The number of missed heartbeats must lie between 1 and 100.");
}

}  // namespace

Result<Agent> AgentService::find(Snapshot& snapshot, const Actor& actor, AgentId id) const {
  auto found = TRY(parts_.agents.find(snapshot, actor.workspace, id));
  if (!found || found->removed_at.is_set() || !actor.sight.sees(found->team))
    return Error{ErrorCode::not_found, "There is no such agent."};
  TRY(check_may_edit(snapshot, actor, found->team));
  return *std::move(found);
}

Result<void> AgentService::check_may_edit(Snapshot& snapshot, const Actor& actor, TeamId team) const {
  if (actor.role != Role::operator_ || actor.user.is_nil()) return {};
  std::optional<TeamMember> member;
  if (!team.is_nil()) member = TRY(parts_.teams.member(snapshot, actor.workspace, team, actor.user));
  if (member && member->may_edit) return {};
  return Error{ErrorCode::forbidden, "Your teams let you edit their own agents only, and this one is not theirs."};
}

Result<TeamId> AgentService::team_for(Snapshot& snapshot, const Actor& actor,
                                      const std::optional<TeamId>& wanted) const {
  if (!wanted && actor.role == Role::operator_) {
    std::vector<TeamId> may_edit;
    const auto memberships = TRY(parts_.teams.of_user(snapshot, actor.workspace, actor.user));
    for (const TeamMember& mine : memberships) {
      if (mine.may_edit) may_edit.push_back(mine.team);
    }
    if (may_edit.size() == 1) return may_edit.front();
    return invalid("team_id", "Name the team that the agent is to belong to.");
  }
  const TeamId team = wanted.value_or(TeamId{});
  if (!team.is_nil()) {
    const auto found = TRY(parts_.teams.team(snapshot, actor.workspace, team));
    if (!found) return invalid("team_id", "There is no such team.");
  }
  TRY(check_may_edit(snapshot, actor, team));
  return team;
}

Result<std::vector<GroupId>> AgentService::checked_groups(Snapshot& snapshot, const Actor& actor,
                                                          std::vector<GroupId> groups) const {
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  if (groups.size() > kGroupsOfAgentMax)
    return invalid("group_ids", fmt::format("An agent may be in at most {} groups.", kGroupsOfAgentMax));
  for (const GroupId& group : groups) {
    const auto found = TRY(parts_.groups.find(snapshot, actor.workspace, group));
    if (!found) return invalid("group_ids", "There is no such group.");
  }
  return groups;
}

Secret AgentService::mint(Agent& agent) {
  Secret token = make_token(wire::kTokenPrefix, parts_.random);
  set_token(agent, token);
  return token;
}

void AgentService::set_token(Agent& agent, const Secret& token) const {
  agent.token_digest = digest_token(parts_.token_key, token.reveal());
  agent.token_hint = token_hint(wire::kTokenPrefix, token.reveal());
}

void AgentService::publish(Transaction& tx, const Agent& agent) {
  tx.after_commit([this, agent] {
    parts_.directory.put(agent);
    parts_.bus.publish(
        {agent.workspace, EventScope::about(agent.id), EventName::agent_changed,
         fmt::format(R"({{"workspace_id":"{}","agent_id":"{}"}})", agent.workspace.text(), agent.id.text())});
  });
}

Result<void> AgentService::note_machine(Transaction& tx, const Actor& actor, const Agent& agent,
                                        const std::string& kind, const std::string& machine) {
  return parts_.agents.add_machine_event(tx, {.agent = agent.id,
                                              .workspace = agent.workspace,
                                              .at = parts_.clock.now(),
                                              .kind = kind,
                                              .machine_id = machine,
                                              .actor_name = actor.name});
}

Result<void> AgentService::check_limits(std::int64_t interval_seconds) const {
  if (parts_.limits == nullptr) return {};
  const std::int64_t shortest = parts_.limits->value(Limit::agent_interval_seconds);
  if (interval_seconds >= shortest) return {};
  return invalid("interval_seconds", fmt::format("The appliance allows intervals of {} seconds or more.", shortest));
}

Result<AgentWithToken> AgentService::add(Transaction& tx, const Actor& actor, const NewAgent& wanted) {
  return enrol(tx, actor, wanted, make_token(wire::kTokenPrefix, parts_.random));
}

Result<AgentWithToken> AgentService::enrol(Transaction& tx, const Actor& actor, const NewAgent& wanted, Secret token) {
  if (!wanted.authorised) {
    return invalid("authorised",
                   "Confirm that you may monitor this system. Monitoring a system without permission can be unlawful.");
  }
  Agent agent;
  agent.name = TRY(one_line("name", "The name", wanted.name, 1, 80));
  agent.tags = TRY(checked_tags(wanted.tags));
  TRY(check_interval(wanted.interval_seconds));
  TRY(check_threshold(wanted.missed_threshold));
  TRY(check_limits(wanted.interval_seconds));
  if (parts_.limits != nullptr) {
    const auto most = parts_.limits->value(Limit::agents_per_workspace);
    if (static_cast<std::int64_t>(parts_.directory.list(actor.workspace).size()) >= most) {
      return Error{
          ErrorCode::conflict,
          fmt::format("This workspace may have at most {} agents. The administrator of the appliance can raise that.",
                      most)};
    }
  }
  agent.created_at = parts_.clock.now();
  agent.id = AgentId::make(agent.created_at, parts_.random);
  agent.workspace = actor.workspace;
  agent.team = TRY(team_for(tx, actor, wanted.team));
  agent.groups = TRY(checked_groups(tx, actor, wanted.groups));
  agent.interval_seconds = wanted.interval_seconds;
  agent.missed_threshold = wanted.missed_threshold;
  set_token(agent, token);
  TRY(parts_.agents.insert(tx, agent));
  TRY(parts_.audit.append(tx, actor, "agent.added", agent.id.text(),
                          agent.name + " (confirmed: may monitor this system), token " + agent.token_hint));
  publish(tx, agent);
  return AgentWithToken{agent, std::move(token)};
}

Result<std::string> AgentService::apply(Transaction& tx, const Actor& actor, const AgentChange& change,
                                        Agent& agent) const {
  const Agent before = agent;
  std::string details;
  const auto note = [&details](const std::string& what) { details += (details.empty() ? "" : ", ") + what; };

  if (change.name) {
    agent.name = TRY(one_line("name", "The name", *change.name, 1, 80));
    if (agent.name != before.name) note("name " + before.name + " → " + agent.name);
  }
  if (change.tags) {
    agent.tags = TRY(checked_tags(*change.tags));
    if (agent.tags != before.tags) note("tags");
  }
  if (change.team && *change.team != before.team) {
    agent.team = TRY(team_for(tx, actor, change.team));
    note("team");
  }
  if (change.groups) {
    agent.groups = TRY(checked_groups(tx, actor, *change.groups));
    if (agent.groups != before.groups) note("groups");
  }
  if (change.interval_seconds) {
    TRY(check_interval(*change.interval_seconds));
    if (*change.interval_seconds != before.interval_seconds) TRY(check_limits(*change.interval_seconds));
    agent.interval_seconds = *change.interval_seconds;
    if (agent.interval_seconds != before.interval_seconds) note(fmt::format("interval {} s", agent.interval_seconds));
  }
  if (change.missed_threshold) {
    TRY(check_threshold(*change.missed_threshold));
    agent.missed_threshold = *change.missed_threshold;
    if (agent.missed_threshold != before.missed_threshold)
      note(fmt::format("missed heartbeats {}", agent.missed_threshold));
  }
  if (change.metrics) {
    agent.metrics = *change.metrics;
    if (agent.metrics != before.metrics) note("metrics");
  }
  if (change.disabled) {
    agent.disabled = *change.disabled;
    if (agent.disabled != before.disabled) note(agent.disabled ? "disabled" : "enabled");
  }
  return details;
}

Result<Agent> AgentService::change(Transaction& tx, const Actor& actor, AgentId id, const AgentChange& change) {
  const Agent before = TRY(find(tx, actor, id));
  Agent agent = before;
  const std::string details = TRY(apply(tx, actor, change, agent));
  if (details.empty()) return before;

  // What the agent reads has changed: it must fetch again (agent-protocol §5).
  const bool config_changed = agent.interval_seconds != before.interval_seconds ||
                              agent.missed_threshold != before.missed_threshold || agent.metrics != before.metrics;
  if (config_changed) agent.config_version += 1;
  if (agent.disabled) agent.offline_since = {};  // the silence of a disabled agent is not watched
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.runner.agent_changed(tx, before, agent, actor.name));
  TRY(parts_.audit.append(tx, actor, "agent.changed", id.text(), agent.name + ": " + details));
  if (before.disabled && !agent.disabled) {
    tx.after_commit([this, id] {
      AgentEntry* entry = parts_.directory.impl().by_id(id);
      if (entry == nullptr) return;
      const std::lock_guard lock(entry->mutex);
      entry->silence_from = parts_.clock.monotonic() + kDisabledPause;
    });
  }
  publish(tx, agent);
  return agent;
}

Result<AgentWithToken> AgentService::rotate_token(Transaction& tx, const Actor& actor, AgentId id) {
  Agent agent = TRY(find(tx, actor, id));
  Secret token = mint(agent);
  // The first machine that uses the new token is bound (agent-protocol §12.4).
  if (!agent.machine_id.empty()) TRY(note_machine(tx, actor, agent, "released", agent.machine_id));
  agent.machine_id.clear();
  agent.pending_machine_id.clear();
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.audit.append(tx, actor, "agent.token_rotated", id.text(), agent.name + ", token " + agent.token_hint));
  tx.after_commit([this, id] {
    AgentEntry* entry = parts_.directory.impl().by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->rejected_machines.clear();
    entry->missing_machine_noted = false;
    entry->clones.forget();
    entry->limit.forget();  // the host is installed again: its first heartbeat may come at once
  });
  publish(tx, agent);
  return AgentWithToken{agent, std::move(token)};
}

Result<Agent> AgentService::decide_machine(Transaction& tx, const Actor& actor, AgentId id, bool approve) {
  Agent agent = TRY(find(tx, actor, id));
  if (agent.pending_machine_id.empty()) {
    return Error{ErrorCode::conflict, "No other machine is waiting for a decision."};
  }
  const std::string machine = agent.pending_machine_id;
  agent.pending_machine_id.clear();
  if (approve && !is_clone(agent, machine)) agent.machine_id = machine;  // a clone has the bound machine's id
  TRY(note_machine(tx, actor, agent, approve ? "approved" : "rejected", machine));
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.audit.append(tx, actor, approve ? "agent.machine_approved" : "agent.machine_rejected", id.text(),
                          agent.name + ": " + machine));
  tx.after_commit([this, id, machine, approve] {
    AgentEntry* entry = parts_.directory.impl().by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    std::erase(entry->rejected_machines, machine);
    if (!approve) entry->rejected_machines.push_back(machine);
    if (approve) entry->clones.adopt(machine);
    entry->missing_machine_noted = false;
  });
  publish(tx, agent);
  return agent;
}

Result<void> AgentService::remove(Transaction& tx, const Actor& actor, AgentId id) {
  const Agent before = TRY(find(tx, actor, id));
  Agent agent = before;
  agent.removed_at = parts_.clock.now();
  agent.offline_since = {};
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.runner.agent_changed(tx, before, agent, actor.name));
  TRY(parts_.audit.append(tx, actor, "agent.removed", id.text(), agent.name));
  publish(tx, agent);
  return {};
}

}  // namespace connlog
