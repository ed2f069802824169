// Incidents, their timelines, and what the engine remembers of each rule and agent, in SQL.
#include "storage/watch/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_incident reads them.
#define CONNLOG_INCIDENT_COLUMNS                                                                                          \
  "id, workspace_id, rule_id, agent_id, agent_name, rule_sentence, kind, severity, summary, opened_at, acknowledged_at, " \
  "acknowledged_by, resolved_at, resolution, version"

Incident read_incident(Row& row) {
  Incident incident;
  incident.id = row.id<IncidentId>();
  incident.workspace = row.id<WorkspaceId>();
  incident.rule = row.id<RuleId>();
  incident.agent = row.id<AgentId>();
  incident.agent_name = row.text();
  incident.rule_sentence = row.text();
  incident.kind = row.word(kIncidentKind);
  incident.severity = row.word(kIncidentSeverity);
  incident.summary = row.text();
  incident.opened_at = row.instant();
  incident.acknowledged_at = row.instant();
  incident.acknowledged_by = row.text();
  incident.resolved_at = row.instant();
  incident.resolution = row.text();
  incident.version = row.integer();
  return incident;
}

void bind_changing(Statement& statement, const Incident& incident) {
  statement.id(":id", incident.id)
      .id(":workspace", incident.workspace)
      .text(":agent_name", incident.agent_name)
      .text(":rule_sentence", incident.rule_sentence)
      .text(":severity", to_text(incident.severity))
      .text(":summary", incident.summary)
      .instant(":acknowledged_at", incident.acknowledged_at)
      .text(":acknowledged_by", incident.acknowledged_by)
      .instant(":resolved_at", incident.resolved_at)
      .text(":resolution", incident.resolution)
      .integer(":version", incident.version);
}

IncidentEvent read_event(Row& row) {
  IncidentEvent event;
  event.id = row.id<IncidentEventId>();
  event.incident = row.id<IncidentId>();
  event.workspace = row.id<WorkspaceId>();
  event.at = row.instant();
  event.kind = row.text();
  event.actor_name = row.text();
  event.text = row.text();
  return event;
}

RuleState read_state(Row& row) {
  RuleState state;
  state.rule = row.id<RuleId>();
  state.agent = row.id<AgentId>();
  state.workspace = row.id<WorkspaceId>();
  state.phase = row.word(kRuleStatePhase);
  state.since = row.instant();
  state.deadline = row.instant();
  state.cooldown_until = row.instant();
  state.incident = row.id_or_nil<IncidentId>();
  return state;
}

}  // namespace

// -------------------------------------------------------------------- incidents

Result<std::optional<Incident>> SqlIncidentStore::find(Snapshot& snapshot, WorkspaceId workspace, IncidentId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_INCIDENT_COLUMNS
                                              " FROM incident WHERE workspace_id = :workspace AND id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_incident);
}

// Ids are in order of time, so an id is the cursor of a page.
Result<std::vector<Incident>> SqlIncidentStore::list(Snapshot& snapshot, WorkspaceId workspace,
                                                     const Filter& filter) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_INCIDENT_COLUMNS
      " FROM incident WHERE workspace_id = :workspace "
      "AND (:state = 'any' OR (:state = 'open' AND resolved_at = 0) OR (:state = 'resolved' AND resolved_at <> 0)) "
      "AND (:agent IS NULL OR agent_id = :agent) AND (:rule IS NULL OR rule_id = :rule) AND (:after IS NULL OR id < :after) "
      "AND opened_at >= :opened_since AND (:seen_by IS NULL OR EXISTS (SELECT 1 FROM agent_team a JOIN team_member m "
      "ON m.workspace_id = a.workspace_id AND m.team_id = a.team_id AND m.user_id = :seen_by "
      "WHERE a.workspace_id = :workspace AND a.agent_id = incident.agent_id)) ORDER BY id DESC LIMIT :limit"));
  select.id(":workspace", workspace)
      .text(":state", to_text(filter.state))
      .id_or_null(":agent", filter.agent.value_or(AgentId{}))
      .id_or_null(":rule", filter.rule.value_or(RuleId{}))
      .id_or_null(":after", filter.after.value_or(IncidentId{}))
      .instant(":opened_since", filter.opened_since)
      .id_or_null(":seen_by", filter.seen_by)
      .integer(":limit", filter.limit);
  return all(select, read_incident);
}

// The id alone, so that an incident with an unknown word is found, too: there must not be a second one.
Result<std::optional<IncidentId>> SqlIncidentStore::open_of(Snapshot& snapshot, WorkspaceId workspace, RuleId rule,
                                                            AgentId agent) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id FROM incident WHERE workspace_id = :workspace "
                               "AND rule_id = :rule AND agent_id = :agent AND resolved_at = 0"));
  return one(select.id(":workspace", workspace).id(":rule", rule).id(":agent", agent),
             [](Row& row) { return row.id<IncidentId>(); });
}

Result<void> SqlIncidentStore::insert(Transaction& tx, const Incident& incident) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO incident (id, workspace_id, rule_id, agent_id, agent_name, rule_sentence, kind, severity, summary, opened_at, "
      "acknowledged_at, acknowledged_by, resolved_at, resolution, version) "
      "VALUES (:id, :workspace, :rule, :agent, :agent_name, :rule_sentence, :kind, :severity, :summary, :opened_at, :acknowledged_at, "
      ":acknowledged_by, :resolved_at, :resolution, :version)"));
  bind_changing(insert, incident);
  insert.id(":rule", incident.rule)
      .id(":agent", incident.agent)
      .text(":kind", to_text(incident.kind))
      .instant(":opened_at", incident.opened_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlIncidentStore::update(Transaction& tx, const Incident& incident) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE incident SET agent_name = :agent_name, rule_sentence = :rule_sentence, severity = :severity, summary = :summary, "
      "acknowledged_at = :acknowledged_at, acknowledged_by = :acknowledged_by, resolved_at = :resolved_at, resolution = :resolution, "
      "version = :version WHERE workspace_id = :workspace AND id = :id"));
  bind_changing(update, incident);
  return exactly_one(update, "incident");
}

Result<void> SqlIncidentStore::add_event(Transaction& tx, const IncidentEvent& event) {
  Statement insert = TRY(
      at(tx).prepare("INSERT INTO incident_event (id, workspace_id, incident_id, sequence, at, kind, actor_name, text) "
                     "VALUES (:id, :workspace, :incident, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM incident_event "
                     "WHERE workspace_id = :workspace AND incident_id = :incident), :at, :kind, :actor_name, :text)"));
  insert.id(":id", event.id)
      .id(":workspace", event.workspace)
      .id(":incident", event.incident)
      .instant(":at", event.at)
      .text(":kind", event.kind)
      .text(":actor_name", event.actor_name)
      .text(":text", event.text);
  TRY(insert.run());
  return {};
}

Result<std::vector<IncidentEvent>> SqlIncidentStore::events(Snapshot& snapshot, WorkspaceId workspace,
                                                            IncidentId incident) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id, incident_id, workspace_id, at, kind, actor_name, text FROM incident_event "
                               "WHERE workspace_id = :workspace AND incident_id = :incident ORDER BY sequence"));
  return all(select.id(":workspace", workspace).id(":incident", incident), read_event);
}

// ----------------------------------------------------------------------- states

// Start-up only: all workspaces.
Result<std::vector<RuleState>> SqlIncidentStore::all_states(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT rule_id, agent_id, workspace_id, phase, since, deadline, cooldown_until, incident_id "
      "FROM rule_state"));
  return all(select, read_state);
}

Result<std::optional<RuleState>> SqlIncidentStore::state(Snapshot& snapshot, WorkspaceId workspace, RuleId rule,
                                                         AgentId agent) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT rule_id, agent_id, workspace_id, phase, since, deadline, cooldown_until, incident_id "
      "FROM rule_state WHERE workspace_id = :workspace AND rule_id = :rule AND agent_id = :agent"));
  return one(select.id(":workspace", workspace).id(":rule", rule).id(":agent", agent), read_state);
}

Result<void> SqlIncidentStore::put_state(Transaction& tx, const RuleState& state) {
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO rule_state (workspace_id, rule_id, agent_id, phase, since, deadline, cooldown_until, incident_id) "
      "VALUES (:workspace, :rule, :agent, :phase, :since, :deadline, :cooldown_until, :incident) "
      "ON CONFLICT (workspace_id, rule_id, agent_id) DO UPDATE SET phase = excluded.phase, since = excluded.since, "
      "deadline = excluded.deadline, cooldown_until = excluded.cooldown_until, incident_id = excluded.incident_id"));
  put.id(":workspace", state.workspace)
      .id(":rule", state.rule)
      .id(":agent", state.agent)
      .text(":phase", to_text(state.phase))
      .instant(":since", state.since)
      .instant(":deadline", state.deadline)
      .instant(":cooldown_until", state.cooldown_until)
      .id_or_null(":incident", state.incident);
  TRY(put.run());
  return {};
}

Result<void> SqlIncidentStore::remove_states(Transaction& tx, WorkspaceId workspace, RuleId rule) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM rule_state WHERE workspace_id = :workspace AND rule_id = :rule"));
  TRY(remove.id(":workspace", workspace).id(":rule", rule).run());
  return {};
}

}  // namespace connlog::storage
