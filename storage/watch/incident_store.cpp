// Incidents, their timelines, and what the engine remembers of each rule, subject and part, in SQL.
#include "storage/watch/stores.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

// In the order in which read_incident reads them.
#define CONNLOG_INCIDENT_COLUMNS                                                                                    \
  "id, workspace_id, rule_id, subject_id, subject_kind, subject_name, part, part_text, rule_sentence, kind, severity, " \
  "summary, opened_at, acknowledged_at, acknowledged_by, acknowledged_until, is_drill, resolved_at, resolution, version"

Incident read_incident(Row& row) {
  Incident incident;
  incident.id = row.id<IncidentId>();
  incident.workspace = row.id<WorkspaceId>();
  incident.rule = row.id<RuleId>();
  incident.subject = row.id<SubjectId>();
  incident.subject_kind = row.word(kIncidentSubjectKind);
  incident.subject_name = row.text();
  incident.part = static_cast<PartNumber>(row.integer());
  incident.part_text = row.text();
  incident.rule_sentence = row.text();
  incident.kind = row.word(kIncidentKind);
  incident.severity = row.word(kIncidentSeverity);
  incident.summary = row.text();
  incident.opened_at = row.instant();
  incident.acknowledged_at = row.instant();
  incident.acknowledged_by = row.text();
  incident.acknowledged_until = row.instant();
  incident.is_drill = row.boolean();
  incident.resolved_at = row.instant();
  incident.resolution = row.text();
  incident.version = row.integer();
  return incident;
}

void bind_changing(Statement& statement, const Incident& incident) {
  statement.id(":id", incident.id)
      .id(":workspace", incident.workspace)
      .text(":subject_name", incident.subject_name)
      .text(":rule_sentence", incident.rule_sentence)
      .text(":severity", to_text(incident.severity))
      .text(":summary", incident.summary)
      .instant(":acknowledged_at", incident.acknowledged_at)
      .text(":acknowledged_by", incident.acknowledged_by)
      .instant(":acknowledged_until", incident.acknowledged_until)
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

// In the order in which read_state reads them.
#define CONNLOG_RULE_STATE_COLUMNS \
  "rule_id, subject_id, part, workspace_id, phase, since, deadline, cooldown_until, incident_id"

RuleState read_state(Row& row) {
  RuleState state;
  state.rule = row.id<RuleId>();
  state.subject = row.id<SubjectId>();
  state.part = static_cast<PartNumber>(row.integer());
  state.workspace = row.id<WorkspaceId>();
  state.phase = row.word(kRuleStatePhase);
  state.since = row.instant();
  state.deadline = row.instant();
  state.cooldown_until = row.instant();
  state.incident = row.id_or_nil<IncidentId>();
  return state;
}

struct Ended {
  IncidentId id;
  WorkspaceId workspace;
  SubjectId subject;
};

// With its timeline, and with announcements that told of nothing else, and their deliveries.
Result<void> delete_ended(Connection& connection, const Ended& incident) {
  Statement told = TRY(connection.prepare(
      "DELETE FROM announcement WHERE workspace_id = :workspace AND id IN (SELECT announcement_id "
      "FROM announcement_incident WHERE workspace_id = :workspace AND incident_id = :incident) AND NOT EXISTS ("
      "SELECT 1 FROM announcement_incident o WHERE o.workspace_id = :workspace AND o.announcement_id = announcement.id "
      "AND o.incident_id <> :incident)"));
  TRY(told.id(":workspace", incident.workspace).id(":incident", incident.id).run());
  Statement remove =
      TRY(connection.prepare("DELETE FROM incident WHERE workspace_id = :workspace AND id = :incident"));
  TRY(remove.id(":workspace", incident.workspace).id(":incident", incident.id).run());
  return {};
}

Result<void> forget_state(Connection& connection, const RuleState& state) {
  Statement remove =
      TRY(connection.prepare("DELETE FROM rule_state WHERE workspace_id = :workspace AND subject_id = :subject "
                             "AND rule_id = :rule AND part = :part"));
  remove.id(":workspace", state.workspace).id(":subject", state.subject).id(":rule", state.rule);
  TRY(remove.integer(":part", state.part).run());
  return {};
}

}  // namespace

// -------------------------------------------------------------------- incidents

Result<std::optional<Incident>> SqlIncidentStore::find(Snapshot& snapshot, WorkspaceId workspace, IncidentId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_INCIDENT_COLUMNS
                                              " FROM incident WHERE workspace_id = :workspace AND id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_incident);
}

namespace {

// What is open of one subject, by its index: a workspace has many incidents, and one source of events thousands.
Result<std::vector<Incident>> open_of_subject(Connection& connection, WorkspaceId workspace,
                                              const IncidentStore::Filter& filter) {
  IncidentId last;
  last.bytes.fill(0xff);
  Statement select = TRY(connection.prepare(
      "SELECT " CONNLOG_INCIDENT_COLUMNS
      " FROM incident INDEXED BY incident_open_of_subject WHERE workspace_id = :workspace AND subject_id = :subject "
      "AND resolved_at = 0 AND id < :after AND opened_at >= :opened_since ORDER BY id DESC LIMIT :limit"));
  select.id(":workspace", workspace)
      .id(":subject", *filter.subject)
      .id(":after", filter.after.value_or(last))
      .instant(":opened_since", filter.opened_since)
      .integer(":limit", filter.limit);
  return all(select, read_incident);
}

}  // namespace

// Ids are in order of time, so an id is the cursor of a page.
Result<std::vector<Incident>> SqlIncidentStore::list(Snapshot& snapshot, WorkspaceId workspace,
                                                     const Filter& filter) const {
  if (filter.state == Filter::State::open && filter.subject && !filter.rule && filter.seen_by.is_nil())
    return open_of_subject(at(snapshot), workspace, filter);
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_INCIDENT_COLUMNS
      " FROM incident WHERE workspace_id = :workspace "
      "AND (:state = 'any' OR (:state = 'open' AND resolved_at = 0) OR (:state = 'resolved' AND resolved_at <> 0)) "
      "AND (:subject IS NULL OR subject_id = :subject) AND (:rule IS NULL OR rule_id = :rule) "
      "AND (:after IS NULL OR id < :after) AND opened_at >= :opened_since "
      "AND (:seen_by IS NULL OR EXISTS (SELECT 1 FROM subject_team s JOIN team_member m "
      "ON m.workspace_id = s.workspace_id AND m.team_id = s.team_id AND m.user_id = :seen_by "
      "WHERE s.workspace_id = :workspace AND s.subject_id = incident.subject_id)) ORDER BY id DESC LIMIT :limit"));
  select.id(":workspace", workspace)
      .text(":state", to_text(filter.state))
      .id_or_null(":subject", filter.subject.value_or(SubjectId{}))
      .id_or_null(":rule", filter.rule.value_or(RuleId{}))
      .id_or_null(":after", filter.after.value_or(IncidentId{}))
      .instant(":opened_since", filter.opened_since)
      .id_or_null(":seen_by", filter.seen_by)
      .integer(":limit", filter.limit);
  return all(select, read_incident);
}

// The id alone, so that an incident with an unknown word is found, too: there must not be a second one.
Result<std::optional<IncidentId>> SqlIncidentStore::open_of(Snapshot& snapshot, WorkspaceId workspace, RuleId rule,
                                                            SubjectId subject, PartNumber part) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT id FROM incident WHERE workspace_id = :workspace AND rule_id = :rule "
                               "AND subject_id = :subject AND part = :part AND resolved_at = 0"));
  select.id(":workspace", workspace).id(":rule", rule).id(":subject", subject).integer(":part", part);
  return one(select, [](Row& row) { return row.id<IncidentId>(); });
}

// Of all workspaces: their time is up wherever they are.
Result<std::vector<Incident>> SqlIncidentStore::open_drills(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_INCIDENT_COLUMNS
                                              " FROM incident WHERE is_drill = 1 AND resolved_at = 0 ORDER BY opened_at"));
  return all(select, read_incident);
}

Result<void> SqlIncidentStore::insert(Transaction& tx, const Incident& incident) {
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO incident (" CONNLOG_INCIDENT_COLUMNS
      ") VALUES (:id, :workspace, :rule, :subject, :subject_kind, :subject_name, :part, :part_text, :rule_sentence, "
      ":kind, :severity, :summary, :opened_at, :acknowledged_at, :acknowledged_by, :acknowledged_until, :is_drill, "
      ":resolved_at, :resolution, :version)"));
  bind_changing(insert, incident);
  insert.id(":rule", incident.rule)
      .id(":subject", incident.subject)
      .text(":subject_kind", to_text(incident.subject_kind))
      .integer(":part", incident.part)
      .text(":part_text", incident.part_text)
      .text(":kind", to_text(incident.kind))
      .boolean(":is_drill", incident.is_drill)
      .instant(":opened_at", incident.opened_at);
  TRY(insert.run());
  return {};
}

Result<void> SqlIncidentStore::update(Transaction& tx, const Incident& incident) {
  Statement update = TRY(at(tx).prepare(
      "UPDATE incident SET subject_name = :subject_name, rule_sentence = :rule_sentence, severity = :severity, "
      "summary = :summary, acknowledged_at = :acknowledged_at, acknowledged_by = :acknowledged_by, "
      "acknowledged_until = :acknowledged_until, resolved_at = :resolved_at, resolution = :resolution, version = :version WHERE workspace_id = :workspace AND id = :id"));
  bind_changing(update, incident);
  return exactly_one(update, "incident");
}

Result<void> SqlIncidentStore::add_event(Transaction& tx, const IncidentEvent& event) {
  Statement insert = TRY(
      at(tx).prepare("INSERT INTO incident_event (id, workspace_id, incident_id, sequence, at, kind, actor_name, text) "
                     "VALUES (:id, :workspace, :incident, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM incident_event "
                     "WHERE workspace_id = :workspace AND incident_id = :incident), :at, :kind, :actor_name, :text) ON CONFLICT (id) DO NOTHING"));
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

// Not bound to a workspace: retention is the appliance's.
Result<std::int64_t> SqlIncidentStore::delete_before(Transaction& tx, Instant before, std::int64_t limit) {
  Statement select =
      TRY(at(tx).prepare("SELECT id, workspace_id, subject_id FROM incident "
                         "WHERE resolved_at <> 0 AND resolved_at < :before ORDER BY resolved_at, id LIMIT :limit"));
  select.instant(":before", before).integer(":limit", limit);
  const auto ended = TRY(all(select, [](Row& row) {
    Ended incident;
    incident.id = row.id<IncidentId>();
    incident.workspace = row.id<WorkspaceId>();
    incident.subject = row.id<SubjectId>();
    return incident;
  }));
  for (const Ended& incident : ended) {
    TRY(delete_ended(at(tx), incident));
    TRY(forget_removed_subject(at(tx), incident.workspace, incident.subject));
  }
  return static_cast<std::int64_t>(ended.size());
}

// ----------------------------------------------------------------------- states

// Start-up only: all workspaces.
Result<std::vector<RuleState>> SqlIncidentStore::all_states(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_RULE_STATE_COLUMNS " FROM rule_state"));
  return all(select, read_state);
}

Result<std::vector<RuleState>> SqlIncidentStore::states_of(Snapshot& snapshot, WorkspaceId workspace,
                                                           SubjectId subject) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_RULE_STATE_COLUMNS " FROM rule_state WHERE workspace_id = :workspace "
                           "AND subject_id = :subject ORDER BY rule_id, part"));
  return all(select.id(":workspace", workspace).id(":subject", subject), read_state);
}

Result<std::vector<RuleState>> SqlIncidentStore::states_of_rule(Snapshot& snapshot, WorkspaceId workspace,
                                                                RuleId rule) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT " CONNLOG_RULE_STATE_COLUMNS " FROM rule_state WHERE workspace_id = :workspace "
                           "AND rule_id = :rule ORDER BY subject_id, part"));
  return all(select.id(":workspace", workspace).id(":rule", rule), read_state);
}

Result<void> SqlIncidentStore::put_state(Transaction& tx, const RuleState& state, Instant now) {
  if (state.phase == RuleState::Phase::ok && state.cooldown_until <= now) return forget_state(at(tx), state);
  Statement put = TRY(at(tx).prepare(
      "INSERT INTO rule_state (workspace_id, rule_id, subject_id, part, phase, since, deadline, cooldown_until, "
      "incident_id) VALUES (:workspace, :rule, :subject, :part, :phase, :since, :deadline, :cooldown_until, :incident) "
      "ON CONFLICT (workspace_id, subject_id, rule_id, part) DO UPDATE SET phase = excluded.phase, "
      "since = excluded.since, deadline = excluded.deadline, cooldown_until = excluded.cooldown_until, "
      "incident_id = excluded.incident_id"));
  put.id(":workspace", state.workspace)
      .id(":rule", state.rule)
      .id(":subject", state.subject)
      .integer(":part", state.part)
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
