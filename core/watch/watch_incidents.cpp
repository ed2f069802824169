// Incidents: what is written when one opens and when it ends. What people are told of it is the pipeline's
// (core/watch/telling).
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/notify/channel.h"
#include "core/watch/subject_kind.h"
#include "core/watch/watch.h"

namespace connlog {
namespace {

std::string lasted_text(microseconds lasted) {
  return duration_text(std::max<std::int64_t>(lasted / seconds(1), 0));
}

std::string resolution_text(Resolution resolution, const Incident& incident, std::string_view by) {
  const std::string_view noun = row_of(incident.subject_kind).noun;
  switch (resolution) {
    case Resolution::recovered:
      return "Recovered after " + lasted_text(incident.resolved_at - incident.opened_at) + ".";
    case Resolution::rule_deleted:
      return "The rule was deleted.";
    case Resolution::rule_disabled:
      return "The rule was switched off.";
    case Resolution::rule_changed:
      return "The rule was changed and is not about this any more.";
    case Resolution::subject_removed:
      return fmt::format("The {} was removed.", noun);
    case Resolution::subject_disabled:
      return fmt::format("The {} was disabled.", noun);
    case Resolution::subject_changed:
      return fmt::format("The {} was changed, and the rule is not about it any more.", noun);
    case Resolution::subject_paused:
      return fmt::format("The {} was paused.", noun);
    case Resolution::part_gone:
      return fmt::format("{} is no longer there.", incident.part_text);
    case Resolution::said_resolved:
      // Nobody said so: it had told its own end.
      return fmt::format("{} after {}.",
                         by.empty() ? "The time that its sender gave it is over," : "Its sender says that it is over,",
                         lasted_text(incident.resolved_at - incident.opened_at));
    case Resolution::stale:
      return "Nothing was heard of it any more. Whether it is over is not known.";
    case Resolution::drill_ended:
      return "The drill was ended.";
  }
  return "Resolved.";
}

}  // namespace

Result<void> Watch::save_state(Transaction& tx, const RuleState& state) {
  TRY(parts_.incidents.put_state(tx, state, engine_now()));
  tx.after_commit([this, state] {
    parts_.directory.impl().set_state(state);
    plan(state.subject);
  });
  return {};
}

void Watch::publish_subject(WorkspaceId workspace, SubjectId subject) const {
  parts_.bus.publish({workspace, EventScope::about(subject), EventName::subject_changed,
                      fmt::format(R"({{"workspace_id":"{}","subject_id":"{}"}})", workspace.text(), subject.text())});
}

void Watch::publish(Transaction& tx, EventName name, const Incident& incident) const {
  std::string data = fmt::format(R"({{"workspace_id":"{}","incident_id":"{}","subject_id":"{}"}})",
                                 incident.workspace.text(), incident.id.text(), incident.subject.text());
  tx.after_commit([this, workspace = incident.workspace, subject = incident.subject, name, data = std::move(data)] {
    parts_.bus.publish({workspace, EventScope::about(subject), name, data});
    publish_subject(workspace, subject);  // how a subject is shown depends on its open incidents
  });
}

// The sentence with the name of what the rule names.
Result<std::string> Watch::sentence_of(Snapshot& snapshot, const Rule& rule) const {
  if (rule.target.kind != RuleTarget::Kind::subject && rule.target.kind != RuleTarget::Kind::group)
    return sentence(rule);
  const auto named = TRY(parts_.subjects.find(snapshot, rule.workspace, rule.target.subject));
  return sentence(rule, named ? std::string_view(named->name) : std::string_view());
}

Result<void> Watch::open(Transaction& tx, const Rule& rule, const Subject& subject, RuleState next,
                         const std::string& part_text, const std::string& summary) {
  // One open incident per rule, subject and part, whatever the state says; a unique index enforces it.
  const auto standing = TRY(parts_.incidents.open_of(tx, rule.workspace, rule.id, subject.id, next.part));
  if (standing) {
    next.incident = *standing;
    return save_state(tx, next);
  }
  const Instant now = parts_.clock.now();
  Incident incident;
  incident.id = IncidentId::make(now, parts_.random);
  incident.workspace = rule.workspace;
  incident.rule = rule.id;
  incident.subject = subject.id;
  incident.subject_kind = subject.kind;
  incident.subject_name = subject.name;
  incident.part = next.part;
  incident.part_text = part_text;
  incident.rule_sentence = TRY(sentence_of(tx, rule));
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
  // From here on the incident and what is told of it belong together: all becomes durable, or nothing does.
  if (parts_.telling != nullptr) TRY(parts_.telling->opened(tx, incident, rule, subject));
  publish(tx, EventName::incident_opened, incident);
  return {};
}

Result<void> Watch::resolve(Transaction& tx, const RuleState& before, RuleState next, Resolution resolution,
                            const std::string& actor_name) {
  TRY(save_state(tx, next));
  const auto incident = TRY(parts_.incidents.find(tx, before.workspace, before.incident));
  if (!incident || incident->resolved_at.is_set()) return {};
  return resolve_incident(tx, *incident, resolution, actor_name);
}

Result<void> Watch::resolve_incident(Transaction& tx, Incident incident, Resolution resolution,
                                     const std::string& actor_name) {
  const Instant now = parts_.clock.now();
  incident.resolved_at = now;
  incident.resolution = to_text(resolution);
  incident.version += 1;
  TRY(parts_.incidents.update(tx, incident));
  TRY(parts_.incidents.add_event(tx, {.id = IncidentEventId::make(now, parts_.random),
                                      .incident = incident.id,
                                      .workspace = incident.workspace,
                                      .at = now,
                                      .kind = "resolved",
                                      .actor_name = actor_name,
                                      .text = resolution_text(resolution, incident, actor_name)}));
  if (parts_.telling != nullptr) TRY(parts_.telling->resolved(tx, incident));
  publish(tx, EventName::incident_resolved, incident);
  return {};
}

Result<void> Watch::end(Transaction& tx, const RuleState& state, Resolution resolution, const std::string& actor_name) {
  if (state.phase == RuleState::Phase::ok) return {};
  const RuleState next = calm(state, engine_now());
  if (state.phase == RuleState::Phase::pending) return save_state(tx, next);
  return resolve(tx, state, next, resolution, actor_name);
}

Result<std::vector<Recipient>> Watch::recipients_of(Snapshot& snapshot, const Rule& rule,
                                                    const Subject& subject) const {
  if (parts_.subject_recipients == nullptr || !rule.recipients.empty()) return recipients_of(snapshot, rule);
  const std::vector<RecipientId> named = parts_.subject_recipients->recipients_for(subject);
  if (named.empty()) return recipients_of(snapshot, rule);
  Rule as_named = rule;
  as_named.recipients = named;
  auto told = TRY(recipients_of(snapshot, as_named));
  if (told.empty()) return recipients_of(snapshot, rule);
  return told;
}

Result<std::vector<Recipient>> Watch::recipients_of(Snapshot& snapshot, const Rule& rule) const {
  auto everybody = TRY(parts_.recipients.list(snapshot, rule.workspace));
  std::erase_if(everybody, [&](const Recipient& recipient) {
    if (!gets_alerts(all_channels(), recipient)) return true;
    if (rule.recipients.empty()) return !recipient.receives_by_default;
    return std::find(rule.recipients.begin(), rule.recipients.end(), recipient.id) == rule.recipients.end();
  });
  return everybody;
}

}  // namespace connlog
