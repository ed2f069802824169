#include "core/agents/agent_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/agents/agent_config.h"
#include "core/agents/agent_entry.h"
#include "core/agents/machine_binding.h"
#include "core/base/text.h"
#include "core/crypto/token.h"
#include "core/wire/protocol.h"

namespace connlog {
namespace {

Result<void> check_interval(std::int64_t value) {
  if (value >= wire::kIntervalSecondsMin && value <= wire::kIntervalSecondsMax) return {};
  return invalid("interval_seconds",
                 "The interval must lie between 10 and 86400 seconds: an agent would not obey another.");
}

Result<void> check_threshold(std::int64_t value) {
  if (value >= wire::kMissedThresholdMin && value <= wire::kMissedThresholdMax) return {};
  return invalid("missed_threshold", "The number of missed heartbeats must lie between 1 and 100.");
}

// The metrics that were measured and are not any more, those included that are derived from such.
std::vector<Metric> no_longer_measured(const wire::MetricToggles& before, const wire::MetricToggles& after) {
  std::vector<Metric> gone;
  for (const MetricRow& row : kMetricTable) {
    if (row.toggle != nullptr && before.*(row.toggle) && !(after.*(row.toggle))) gone.push_back(row.number);
  }
  return gone;
}

}  // namespace

Result<AgentAndSubject> AgentService::find(Snapshot& snapshot, const Actor& actor, AgentId id) const {
  AgentAndSubject found;
  found.subject = TRY(parts_.subjects.find_to_edit(snapshot, actor, id));
  auto agent = TRY(parts_.agents.find(snapshot, actor.workspace, id));
  if (!agent || found.subject.kind != SubjectKind::agent)
    return Error{ErrorCode::not_found, "There is no such agent."};
  found.agent = *std::move(agent);
  return found;
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

void AgentService::put(Transaction& tx, const Agent& agent) {
  tx.after_commit([this, agent] { parts_.directory.put(agent); });
}

void AgentService::publish(Transaction& tx, const Agent& agent) {
  put(tx, agent);
  tx.after_commit([this, workspace = agent.workspace, id = agent.id] {
    parts_.bus.publish({workspace, EventScope::about(id), EventName::subject_changed,
                        fmt::format(R"({{"workspace_id":"{}","subject_id":"{}"}})", workspace.text(), id.text())});
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

Result<void> AgentService::check_room(const Actor& actor) const {
  if (parts_.limits == nullptr) return {};
  const auto most = parts_.limits->value(Limit::agents_per_workspace);
  const std::size_t here = parts_.directory.subjects().count(actor.workspace, SubjectKind::agent);
  if (static_cast<std::int64_t>(here) < most) return {};
  return Error{
      ErrorCode::conflict,
      fmt::format("This workspace may have at most {} agents. The administrator of the appliance can raise that.",
                  most)};
}

Result<AgentWithToken> AgentService::add(Transaction& tx, const Actor& actor, const NewAgent& wanted) {
  return enrol(tx, actor, wanted, make_token(wire::kTokenPrefix, parts_.random));
}

Result<AgentWithToken> AgentService::enrol(Transaction& tx, const Actor& actor, const NewAgent& wanted, Secret token) {
  if (!wanted.authorised) {
    return invalid("authorised",
                   "Confirm that you may monitor this system. Monitoring a system without permission can be unlawful.");
  }
  TRY(check_interval(wanted.interval_seconds));
  TRY(check_threshold(wanted.missed_threshold));
  TRY(check_limits(wanted.interval_seconds));
  TRY(check_room(actor));
  Agent agent;
  agent.workspace = actor.workspace;
  agent.interval_seconds = wanted.interval_seconds;
  agent.missed_threshold = wanted.missed_threshold;
  set_token(agent, token);
  NewSubject of = wanted;
  of.kind = SubjectKind::agent;
  const Subject subject = TRY(parts_.subjects.add(tx, actor, of, "agent.added",
                                                  "(confirmed: may monitor this system), token " + agent.token_hint));
  agent.id = AgentId::of(subject.id);
  TRY(parts_.agents.insert(tx, agent));
  put(tx, agent);
  return AgentWithToken{std::move(agent), subject, std::move(token)};
}

Result<std::string> AgentService::apply(const AgentChange& change, Agent& agent) const {
  const Agent before = agent;
  std::string details;
  const auto note = [&details](const std::string& what) { details += (details.empty() ? "" : ", ") + what; };

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
  // What the agent reads has changed: it must fetch again (agent-protocol §5).
  if (!details.empty()) agent.config_version += 1;
  if (change.disabled) {
    agent.disabled = *change.disabled;
    if (agent.disabled != before.disabled) note(agent.disabled ? "disabled" : "enabled");
  }
  return details;
}

Result<AgentAndSubject> AgentService::change(Transaction& tx, const Actor& actor, AgentId id, const AgentChange& change,
                                             std::int64_t expected_version) {
  AgentAndSubject known = TRY(find(tx, actor, id));
  const Agent before = known.agent;
  const std::string details = TRY(apply(change, known.agent));
  if (!details.empty()) TRY(parts_.agents.update(tx, known.agent));
  known.subject = TRY(parts_.subjects.change(tx, actor, id, change, expected_version, details));
  if (details.empty()) return known;
  TRY(tell_watch(tx, actor, before, known));
  put(tx, known.agent);
  return known;
}

Result<void> AgentService::tell_watch(Transaction& tx, const Actor& actor, const Agent& before,
                                      const AgentAndSubject& after) {
  const std::vector<Metric> gone = no_longer_measured(before.metrics, after.agent.metrics);
  if (!gone.empty()) TRY(parts_.watch.not_measured(tx, after.subject, gone, actor.name));
  if (before.disabled == after.agent.disabled) return {};
  TRY(parts_.watch.switched(tx, after.subject, after.agent.disabled, actor.name));
  if (after.agent.disabled) return {};
  tx.after_commit([this, id = after.agent.id] {
    AgentEntry* entry = parts_.directory.by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->subject.mutex);
    entry->subject.silence_from = std::max(entry->subject.silence_from, parts_.clock.monotonic() + kDisabledPause);
  });
  return {};
}

Result<AgentWithToken> AgentService::rotate_token(Transaction& tx, const Actor& actor, AgentId id) {
  auto [agent, subject] = TRY(find(tx, actor, id));
  Secret token = mint(agent);
  // The first machine that uses the new token is bound (agent-protocol §12.4).
  if (!agent.machine_id.empty()) TRY(note_machine(tx, actor, agent, "released", agent.machine_id));
  agent.machine_id.clear();
  agent.pending_machine_id.clear();
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.audit.append(tx, actor, "agent.token_rotated", id.text(), subject.name + ", token " + agent.token_hint));
  tx.after_commit([this, id] {
    AgentEntry* entry = parts_.directory.by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->rejected_machines.clear();
    entry->missing_machine_noted = false;
    entry->clones.forget();
    entry->limit.forget();  // the host is installed again: its first heartbeat may come at once
  });
  publish(tx, agent);
  return AgentWithToken{std::move(agent), std::move(subject), std::move(token)};
}

Result<AgentAndSubject> AgentService::decide_machine(Transaction& tx, const Actor& actor, AgentId id, bool approve) {
  AgentAndSubject known = TRY(find(tx, actor, id));
  Agent& agent = known.agent;
  if (agent.pending_machine_id.empty()) {
    return Error{ErrorCode::conflict, "No other machine is waiting for a decision."};
  }
  const std::string machine = agent.pending_machine_id;
  agent.pending_machine_id.clear();
  if (approve && !is_clone(agent, machine)) agent.machine_id = machine;  // a clone has the bound machine's id
  TRY(note_machine(tx, actor, agent, approve ? "approved" : "rejected", machine));
  TRY(parts_.agents.update(tx, agent));
  TRY(parts_.audit.append(tx, actor, approve ? "agent.machine_approved" : "agent.machine_rejected", id.text(),
                          known.subject.name + ": " + machine));
  tx.after_commit([this, id, machine, approve] {
    AgentEntry* entry = parts_.directory.by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    std::erase(entry->rejected_machines, machine);
    if (!approve) entry->rejected_machines.push_back(machine);
    if (approve) entry->clones.adopt(machine);
    entry->missing_machine_noted = false;
  });
  publish(tx, agent);
  return known;
}

Result<void> AgentService::remove(Transaction& tx, const Actor& actor, AgentId id) {
  const AgentAndSubject known = TRY(find(tx, actor, id));
  if (parts_.removed != nullptr) {
    TRY(parts_.removed->take(
        tx, removed_now(RemovedKind::agent, id, known.subject.name, actor, parts_.clock, parts_.random)));
  }
  TRY(parts_.agents.remove(tx, known.agent));
  TRY(parts_.subjects.remove(tx, actor, id));
  tx.after_commit([this, agent = known.agent] { parts_.directory.remove(agent); });
  return {};
}

Result<std::vector<std::string>> AgentService::put_back(Transaction& tx, const Actor& actor, const Removed& removed) {
  TRY(check_room(actor));
  std::vector<std::string> left_out = TRY(parts_.removed->put_back(tx, removed));
  const AgentId id = AgentId::of(removed.object);
  TRY(parts_.subjects.came_back(tx, actor, id));
  const auto agent = TRY(parts_.agents.find(tx, actor.workspace, id));
  if (!agent) return Error{ErrorCode::not_found, "There is no such agent."};
  left_out.emplace_back(
      "If its host reported while it was removed, the agent's program uninstalled itself there: give the agent a new "
      "token and install it again.");
  tx.after_commit([this, agent = *agent] { parts_.directory.bring_back(agent, parts_.clock.monotonic() + kDisabledPause); });
  return left_out;
}

}  // namespace connlog
