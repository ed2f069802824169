#include "core/watch/alert_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/notify/channel.h"
#include "core/watch/agent_entry.h"

namespace connlog {
namespace {

Observation observe(const Rule& rule, const Reading& reading, bool after_gap) {
  Observation seen{.kind = Observation::Kind::heartbeat, .value_x100 = {}, .after_gap = after_gap};
  if (rule.kind == RuleKind::metric) seen.value_x100 = value_x100(rule.metric, reading.values);
  return seen;
}

// "Memory used on db-1 is 97.5 %, above 95 %". A rule opens an incident only with a value, and so of a known metric.
std::string summary_of(const Rule& rule, const Agent& agent, std::optional<std::int64_t> value) {
  const MetricRow* row = find_metric(rule.metric);
  if (row == nullptr || !value) return sentence(rule, agent.name);
  std::string noun(row->noun);
  if (noun[0] >= 'a' && noun[0] <= 'z') noun[0] = static_cast<char>(noun[0] - 'a' + 'A');
  const std::string_view unit = sign_of(row->unit);
  return fmt::format("{} on {} is {}{}, {} {}{}", noun, agent.name, decimal_text_x100(*value), unit,
                     to_text(rule.comparison), decimal_text_x100(rule.threshold_x100), unit);
}

std::string resolution_text(Resolution resolution, microseconds lasted) {
  switch (resolution) {
    case Resolution::recovered:
      return "Recovered after " + duration_text(std::max<std::int64_t>(lasted / seconds(1), 0)) + ".";
    case Resolution::rule_deleted:
      return "The rule was deleted.";
    case Resolution::rule_disabled:
      return "The rule was switched off.";
    case Resolution::rule_changed:
      return "The rule was changed and is not about this any more.";
    case Resolution::agent_removed:
      return "The agent was removed.";
    case Resolution::agent_disabled:
      return "The agent was disabled.";
    case Resolution::agent_changed:
      return "The agent was changed, and the rule is not about it any more.";
  }
  return "Resolved.";
}

// Whether alerts go there now. A channel that this version does not know gets none.
bool is_told(const Recipient& recipient) {
  return recipient.enabled && recipient.consent == Recipient::Consent::confirmed &&
         all_channels().find(recipient.channel) != nullptr;
}

bool is_measured(const Rule& rule, const Agent& agent) {
  if (rule.kind == RuleKind::silence) return true;
  const MetricRow* row = find_metric(rule.metric);
  return row == nullptr || row->toggle == nullptr || agent.metrics.*(row->toggle);
}

bool same_condition(const Rule& a, const Rule& b) {
  return a.kind == b.kind && a.metric == b.metric && a.comparison == b.comparison &&
         a.threshold_x100 == b.threshold_x100 && a.duration_seconds == b.duration_seconds;
}

// False when the changed rule watches another thing: its open incidents would be about something that is no longer
// judged. A new threshold alone leaves an incident open; the next reading decides.
bool watches_the_same(const Rule& a, const Rule& b) {
  return a.kind == b.kind && (a.kind == RuleKind::silence || (a.metric == b.metric && a.comparison == b.comparison));
}

}  // namespace

AlertRunner::AlertRunner(Parts parts)
    : parts_(std::move(parts)), engine_base_(parts_.clock.now()), engine_start_(parts_.clock.monotonic()) {}

Instant AlertRunner::engine_now() const {
  return engine_base_ + (parts_.clock.monotonic() - engine_start_);
}

AlertRunner::Effect AlertRunner::might_change(const AgentEntry& entry, const Reading& reading, bool after_gap) const {
  // A write that is under way may change the states that this would judge by.
  if (entry.engine_in_flight > 0) return Effect::incident;
  Effect effect = Effect::none;
  const Instant now = engine_now();
  for (const ActiveRule& active : entry.rules) {
    const Observation seen = observe(*active.rule, reading, after_gap);
    switch (decide(*active.rule, active.state, seen, now).verdict) {
      case Verdict::keep:
        break;
      case Verdict::remember:
        effect = Effect::state;
        break;
      case Verdict::open:
      case Verdict::resolve:
        return Effect::incident;
    }
  }
  return effect;
}

Result<RuleState> AlertRunner::state_of(Snapshot& snapshot, const Rule& rule, AgentId agent) const {
  auto stored = TRY(parts_.incidents.state(snapshot, rule.workspace, rule.id, agent));
  if (stored) return *stored;
  RuleState fresh;
  fresh.rule = rule.id;
  fresh.agent = agent;
  fresh.workspace = rule.workspace;
  fresh.since = engine_now();
  return fresh;
}

Result<void> AlertRunner::save_state(Transaction& tx, const RuleState& state) {
  TRY(parts_.incidents.put_state(tx, state));
  tx.after_commit([directory = &parts_.directory, state] { directory->impl().set_state(state); });
  return {};
}

void AlertRunner::announce(Transaction& tx, EventName name, const Incident& incident) {
  const std::string agent = incident.agent.text();
  const std::string data = fmt::format(R"({{"workspace_id":"{}","incident_id":"{}","agent_id":"{}"}})",
                                       incident.workspace.text(), incident.id.text(), agent);
  const std::string agent_data =
      fmt::format(R"({{"workspace_id":"{}","agent_id":"{}"}})", incident.workspace.text(), agent);
  tx.after_commit([bus = &parts_.bus, workspace = incident.workspace, id = incident.agent, name, data, agent_data] {
    bus->publish({workspace, EventScope::about(id), name, data});
    // The agent's state depends on its open incidents.
    bus->publish({workspace, EventScope::about(id), EventName::agent_changed, agent_data});
  });
}

Result<void> AlertRunner::on_reading(Transaction& tx, const Agent& agent, const Reading& reading, bool after_gap) {
  const auto rules = TRY(parts_.rules.list(tx, agent.workspace));
  const Instant now = engine_now();
  for (const Rule& rule : rules) {
    if (!rule.enabled || !targets(rule, agent)) continue;
    const RuleState state = TRY(state_of(tx, rule, agent.id));
    const Observation seen = observe(rule, reading, after_gap);
    const Decision decision = decide(rule, state, seen, now);
    switch (decision.verdict) {
      case Verdict::keep:
        break;
      case Verdict::remember:
        TRY(save_state(tx, decision.next));
        break;
      case Verdict::open:
        TRY(open(tx, rule, agent, decision.next, summary_of(rule, agent, seen.value_x100)));
        break;
      case Verdict::resolve:
        TRY(resolve(tx, state, decision.next, Resolution::recovered, {}));
        break;
    }
  }
  return {};
}

Result<std::optional<Monotonic>> AlertRunner::on_silence(Transaction& tx, const Agent& agent, seconds silent_for) {
  const auto rules = TRY(parts_.rules.list(tx, agent.workspace));
  const Instant now = engine_now();
  const Observation seen{.kind = Observation::Kind::silent, .value_x100 = {}, .after_gap = false};
  std::optional<Monotonic> ask_again;
  for (const Rule& rule : rules) {
    if (!rule.enabled || rule.kind != RuleKind::silence || !targets(rule, agent)) continue;
    const RuleState state = TRY(state_of(tx, rule, agent.id));
    const Decision decision = decide(rule, state, seen, now);
    if (decision.verdict == Verdict::open) {
      const std::string summary =
          fmt::format("{} has been silent for {}", agent.name, duration_text(silent_for.count()));
      TRY(open(tx, rule, agent, decision.next, summary));
    } else if (decision.verdict == Verdict::remember) {
      TRY(save_state(tx, decision.next));
    }
    if (decision.ask_again.is_set()) {
      const Monotonic at = parts_.clock.monotonic() + (decision.ask_again - now);
      ask_again = ask_again ? std::min(*ask_again, at) : at;
    }
  }
  return ask_again;
}

Result<void> AlertRunner::open(Transaction& tx, const Rule& rule, const Agent& agent, RuleState next,
                               const std::string& summary) {
  // One open incident per rule and agent, whatever the state says; a unique index enforces it.
  if (const auto standing = TRY(parts_.incidents.open_of(tx, rule.workspace, rule.id, agent.id))) {
    next.incident = *standing;
    return save_state(tx, next);
  }
  const Instant now = parts_.clock.now();
  Incident incident;
  incident.id = IncidentId::make(now, parts_.random);
  incident.workspace = rule.workspace;
  incident.rule = rule.id;
  incident.agent = agent.id;
  incident.agent_name = agent.name;
  incident.rule_sentence = sentence(rule, agent.name);
  incident.kind = rule.kind;
  incident.severity = rule.severity;
  incident.summary = summary;
  incident.opened_at = now;
  TRY(parts_.incidents.insert(tx, incident));
  TRY(parts_.incidents.add_event(tx, {.id = IncidentEventId::make(now, parts_.random),
                                      .incident = incident.id,
                                      .workspace = incident.workspace,
                                      .at = now,
                                      .kind = "opened",
                                      .actor_name = {},
                                      .text = summary}));
  next.incident = incident.id;
  TRY(save_state(tx, next));
  // From here on the incident and its notifications belong together: all become durable, or none does.
  const auto recipients = TRY(recipients_of(tx, rule));
  for (const Recipient& recipient : recipients) {
    TRY(queue(tx, recipient, incident.id, Notification::Kind::incident_opened, incident.workspace));
  }
  announce(tx, EventName::incident_opened, incident);
  return {};
}

Result<void> AlertRunner::resolve(Transaction& tx, const RuleState& before, RuleState next, Resolution resolution,
                                  const std::string& actor_name) {
  TRY(save_state(tx, next));
  auto incident = TRY(parts_.incidents.find(tx, before.workspace, before.incident));
  if (!incident || incident->resolved_at.is_set()) return {};
  const Instant now = parts_.clock.now();
  incident->resolved_at = now;
  incident->resolution = to_text(resolution);
  incident->version += 1;
  TRY(parts_.incidents.update(tx, *incident));
  TRY(parts_.incidents.add_event(tx, {.id = IncidentEventId::make(now, parts_.random),
                                      .incident = incident->id,
                                      .workspace = incident->workspace,
                                      .at = now,
                                      .kind = "resolved",
                                      .actor_name = actor_name,
                                      .text = resolution_text(resolution, now - incident->opened_at)}));
  // Only recipients that were told of the opening are told of the end: once each, and if they can still be reached.
  std::vector<RecipientId> told;
  const auto all_sent = TRY(parts_.outbox.of_incident(tx, incident->workspace, incident->id));
  for (const Notification& sent : all_sent) {
    if (sent.kind != Notification::Kind::incident_opened || sent.state == Notification::State::failed) continue;
    if (std::find(told.begin(), told.end(), sent.recipient) != told.end()) continue;
    told.push_back(sent.recipient);
    const auto recipient = TRY(parts_.recipients.find(tx, incident->workspace, sent.recipient));
    if (!recipient || !is_told(*recipient)) continue;
    TRY(queue(tx, *recipient, incident->id, Notification::Kind::incident_resolved, incident->workspace));
  }
  announce(tx, EventName::incident_resolved, *incident);
  return {};
}

Result<void> AlertRunner::end_incident(Transaction& tx, const RuleState& state, Resolution resolution,
                                       const std::string& actor_name) {
  if (state.phase == RuleState::Phase::ok) return {};
  const RuleState next = calm(state, engine_now());
  if (state.phase == RuleState::Phase::pending) return save_state(tx, next);
  return resolve(tx, state, next, resolution, actor_name);
}

Result<void> AlertRunner::agent_changed(Transaction& tx, const Agent& before, const Agent& after,
                                        const std::string& actor_name) {
  const auto rules = TRY(parts_.rules.list(tx, before.workspace));
  for (const Rule& rule : rules) {
    if (!targets(rule, before)) continue;
    std::optional<Resolution> resolution;
    if (after.removed_at.is_set())
      resolution = Resolution::agent_removed;
    else if (after.disabled)
      resolution = Resolution::agent_disabled;
    else if (!targets(rule, after) || !is_measured(rule, after))
      resolution = Resolution::agent_changed;
    if (!resolution) continue;
    const RuleState state = TRY(state_of(tx, rule, before.id));
    TRY(end_incident(tx, state, *resolution, actor_name));
  }
  return {};
}

Result<void> AlertRunner::rule_changed(Transaction& tx, const Rule& before, const std::optional<Rule>& after,
                                       const std::string& actor_name) {
  const auto agents = TRY(parts_.agents.list(tx, before.workspace));
  for (const Agent& agent : agents) {
    if (!targets(before, agent)) continue;
    const RuleState state = TRY(state_of(tx, before, agent.id));
    if (state.phase == RuleState::Phase::ok) continue;
    std::optional<Resolution> resolution;
    if (!after)
      resolution = Resolution::rule_deleted;
    else if (!after->enabled)
      resolution = Resolution::rule_disabled;
    else if (!watches_the_same(before, *after) || !targets(*after, agent))
      resolution = Resolution::rule_changed;
    if (resolution) {
      TRY(end_incident(tx, state, *resolution, actor_name));
    } else if (state.phase == RuleState::Phase::pending && !same_condition(before, *after)) {
      TRY(save_state(tx, calm(state, engine_now())));  // the next reading begins anew, with the new condition
    }
  }
  return {};
}

Result<std::vector<Recipient>> AlertRunner::recipients_of(Snapshot& snapshot, const Rule& rule) const {
  auto everybody = TRY(parts_.recipients.list(snapshot, rule.workspace));
  std::erase_if(everybody, [&](const Recipient& recipient) {
    if (!is_told(recipient)) return true;
    if (rule.recipients.empty()) return !recipient.receives_by_default;
    return std::find(rule.recipients.begin(), rule.recipients.end(), recipient.id) == rule.recipients.end();
  });
  return everybody;
}

Result<void> AlertRunner::queue(Transaction& tx, const Recipient& recipient, IncidentId incident,
                                Notification::Kind kind, WorkspaceId workspace) {
  const Instant now = parts_.clock.now();
  Notification row;
  row.id = NotificationId::make(now, parts_.random);
  row.workspace = workspace;
  row.incident = incident;
  row.recipient = recipient.id;
  row.kind = kind;
  row.channel = recipient.channel;
  row.shown = recipient.shown;
  row.target = recipient.target;
  row.message_id = "<" + row.id.text() + "@" + parts_.public_host + ">";  // RFC 5322 §3.6.4
  row.created_at = now;
  row.next_attempt_at = now;
  TRY(parts_.outbox.insert(tx, row));
  if (parts_.wake_outbox) tx.after_commit(parts_.wake_outbox);
  return {};
}

}  // namespace connlog
