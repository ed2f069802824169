// Subjects with their tags, labels, teams and memberships in groups, in SQL. Their observed states and parts are in
// subject_state_store.cpp.
#include <unordered_map>

#include "core/base/text.h"
#include "storage/connection.h"
#include "storage/statement.h"
#include "storage/watch/stores.h"

namespace connlog::storage {
namespace {

// In the order in which read_subject reads them.
#define CONNLOG_SUBJECT_COLUMNS \
  "id, workspace_id, number, kind, name, key, notes, runbook, paused_at, created_at, removed_at, version"

Subject read_subject(Row& row) {
  Subject subject;
  subject.id = row.id<SubjectId>();
  subject.workspace = row.id<WorkspaceId>();
  subject.number = row.integer();
  subject.kind = row.word(kSubjectKind);
  subject.name = row.text();
  subject.key = row.text();
  subject.notes = row.text();
  subject.runbook = row.text();
  subject.paused_at = row.instant();
  subject.created_at = row.instant();
  subject.removed_at = row.instant();
  subject.version = row.integer();
  return subject;
}

void bind_changing(Statement& statement, const Subject& subject) {
  statement.id(":id", subject.id)
      .id(":workspace", subject.workspace)
      .text(":name", subject.name)
      .text(":name_key", folded(subject.name))
      .text(":notes", subject.notes)
      .text(":runbook", subject.runbook)
      .instant(":paused_at", subject.paused_at)
      .instant(":removed_at", subject.removed_at)
      .integer(":version", subject.version);
  if (subject.key.empty()) {
    statement.null(":key");
  } else {
    statement.text(":key", subject.key);
  }
}

struct Belonging {
  SubjectId subject;
  Uuid to;
};

Belonging read_belonging(Row& row) {
  Belonging belonging;
  belonging.subject = row.id<SubjectId>();
  belonging.to = row.id<Uuid>();
  return belonging;
}

struct Mark {  // a tag, which is a key without a value, or a label
  SubjectId subject;
  Label label;
};

Mark read_tag(Row& row) {
  Mark tag;
  tag.subject = row.id<SubjectId>();
  tag.label.key = row.text();
  return tag;
}

Mark read_label(Row& row) {
  Mark label;
  label.subject = row.id<SubjectId>();
  label.label.key = row.text();
  label.label.value = row.text();
  return label;
}

// What belongs to subjects beside their rows, each in the order in which it is kept.
struct Beside {
  Statement tags, labels, teams, groups;
};

Result<void> give(std::vector<Subject>& subjects, Beside beside) {
  std::unordered_map<SubjectId, Subject*> by_id;
  for (Subject& subject : subjects) by_id[subject.id] = &subject;
  const auto of = [&by_id](SubjectId id) {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
  };
  std::vector<Mark> tags = TRY(storage::all(beside.tags, read_tag));
  for (Mark& tag : tags) {
    if (Subject* const subject = of(tag.subject)) subject->tags.push_back(std::move(tag.label.key));
  }
  std::vector<Mark> labels = TRY(storage::all(beside.labels, read_label));
  for (Mark& label : labels) {
    if (Subject* const subject = of(label.subject)) subject->labels.push_back(std::move(label.label));
  }
  const std::vector<Belonging> teams = TRY(storage::all(beside.teams, read_belonging));
  for (const Belonging& each : teams) {
    if (Subject* const subject = of(each.subject)) subject->teams.push_back(TeamId::of(each.to));
  }
  const std::vector<Belonging> groups = TRY(storage::all(beside.groups, read_belonging));
  for (const Belonging& each : groups) {
    if (Subject* const subject = of(each.subject)) subject->groups.push_back(GroupId::of(each.to));
  }
  return {};
}

Result<void> give_of_workspace(Connection& connection, WorkspaceId workspace, std::vector<Subject>& subjects) {
  Statement tags =
      TRY(connection.prepare("SELECT subject_id, tag FROM subject_tag WHERE workspace_id = :workspace "
                             "ORDER BY subject_id, tag"));
  Statement labels =
      TRY(connection.prepare("SELECT subject_id, key, value FROM subject_label WHERE workspace_id = :workspace "
                             "ORDER BY subject_id, key"));
  Statement teams =
      TRY(connection.prepare("SELECT subject_id, team_id FROM subject_team WHERE workspace_id = :workspace "
                             "ORDER BY subject_id, team_id"));
  Statement groups =
      TRY(connection.prepare("SELECT subject_id, group_id FROM group_member WHERE workspace_id = :workspace "
                             "ORDER BY subject_id, group_id"));
  for (Statement* each : {&tags, &labels, &teams, &groups}) each->id(":workspace", workspace);
  return give(subjects, {std::move(tags), std::move(labels), std::move(teams), std::move(groups)});
}

Result<void> give_of_one(Connection& connection, std::vector<Subject>& subjects) {
  const Subject& subject = subjects.front();
  Statement tags =
      TRY(connection.prepare("SELECT subject_id, tag FROM subject_tag "
                             "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY tag"));
  Statement labels =
      TRY(connection.prepare("SELECT subject_id, key, value FROM subject_label "
                             "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY key"));
  Statement teams =
      TRY(connection.prepare("SELECT subject_id, team_id FROM subject_team "
                             "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY team_id"));
  Statement groups =
      TRY(connection.prepare("SELECT subject_id, group_id FROM group_member "
                             "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY group_id"));
  for (Statement* each : {&tags, &labels, &teams, &groups})
    each->id(":workspace", subject.workspace).id(":subject", subject.id);
  return give(subjects, {std::move(tags), std::move(labels), std::move(teams), std::move(groups)});
}

Result<std::optional<Subject>> with_what_belongs(Connection& connection, std::optional<Subject> found) {
  if (!found) return found;
  std::vector<Subject> alone;
  alone.push_back(std::move(*found));
  TRY(give_of_one(connection, alone));
  return std::optional<Subject>(std::move(alone.front()));
}

// One statement about one subject.
template <std::size_t N>
Result<void> run_about(Connection& connection, const char (&sql)[N], WorkspaceId workspace, SubjectId subject) {
  Statement statement = TRY(connection.prepare(sql));
  TRY(statement.id(":workspace", workspace).id(":subject", subject).run());
  return {};
}

Result<void> write_what_belongs(Connection& connection, const Subject& subject) {
  for (const std::string& tag : subject.tags) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO subject_tag (workspace_id, subject_id, tag) VALUES (:workspace, :subject, :tag)"));
    TRY(insert.id(":workspace", subject.workspace).id(":subject", subject.id).text(":tag", tag).run());
  }
  for (const Label& label : subject.labels) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO subject_label (workspace_id, subject_id, key, value) VALUES (:workspace, :subject, :key, :value)"));
    insert.id(":workspace", subject.workspace).id(":subject", subject.id);
    TRY(insert.text(":key", label.key).text(":value", label.value).run());
  }
  for (const TeamId& team : subject.teams) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO subject_team (workspace_id, subject_id, team_id) VALUES (:workspace, :subject, :team)"));
    TRY(insert.id(":workspace", subject.workspace).id(":subject", subject.id).id(":team", team).run());
  }
  for (const GroupId& group : subject.groups) {
    Statement insert = TRY(connection.prepare(
        "INSERT INTO group_member (workspace_id, group_id, subject_id) VALUES (:workspace, :group, :subject)"));
    TRY(insert.id(":workspace", subject.workspace).id(":subject", subject.id).id(":group", group).run());
  }
  return {};
}

Result<void> clear_what_belongs(Connection& connection, WorkspaceId workspace, SubjectId subject) {
  TRY(run_about(connection, "DELETE FROM subject_tag WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject));
  TRY(run_about(connection, "DELETE FROM subject_label WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject));
  return run_about(connection, "DELETE FROM group_member WHERE workspace_id = :workspace AND subject_id = :subject",
                   workspace, subject);
}

// Numbers are given on the one writer thread, so two subjects never get the same. The highest of those that are given
// stands in one of the two tables for ever, so none is given again.
Result<std::int64_t> next_number(Connection& connection) {
  Statement select = TRY(connection.prepare(
      "SELECT COALESCE(MAX(number), 0) + 1 FROM (SELECT MAX(number) AS number FROM subject UNION ALL "
      "SELECT MAX(number) AS number FROM gone_subject) AS given"));
  const bool found = TRY(select.step());
  if (!found) return damaged_row();
  return Row(select).integer();
}

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<Subject>> SqlSubjectStore::all(Snapshot& snapshot) const {
  Connection& connection = at(snapshot);
  Statement select = TRY(connection.prepare("SELECT " CONNLOG_SUBJECT_COLUMNS " FROM subject ORDER BY id"));
  std::vector<Subject> subjects = TRY(storage::all(select, read_subject));
  Statement tags = TRY(connection.prepare("SELECT subject_id, tag FROM subject_tag ORDER BY subject_id, tag"));
  Statement labels =
      TRY(connection.prepare("SELECT subject_id, key, value FROM subject_label ORDER BY subject_id, key"));
  Statement teams = TRY(connection.prepare("SELECT subject_id, team_id FROM subject_team ORDER BY subject_id, team_id"));
  Statement groups =
      TRY(connection.prepare("SELECT subject_id, group_id FROM group_member ORDER BY subject_id, group_id"));
  TRY(give(subjects, {std::move(tags), std::move(labels), std::move(teams), std::move(groups)}));
  return subjects;
}

Result<std::optional<Subject>> SqlSubjectStore::find(Snapshot& snapshot, WorkspaceId workspace, SubjectId id) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_SUBJECT_COLUMNS
                                              " FROM subject WHERE workspace_id = :workspace AND id = :id"));
  std::optional<Subject> found = TRY(one(select.id(":workspace", workspace).id(":id", id), read_subject));
  return with_what_belongs(at(snapshot), std::move(found));
}

Result<std::optional<Subject>> SqlSubjectStore::find_by_key(Snapshot& snapshot, WorkspaceId workspace,
                                                            std::string_view key) const {
  Statement select = TRY(at(snapshot).prepare("SELECT " CONNLOG_SUBJECT_COLUMNS
                                              " FROM subject WHERE workspace_id = :workspace AND key = :key"));
  std::optional<Subject> found = TRY(one(select.id(":workspace", workspace).text(":key", key), read_subject));
  return with_what_belongs(at(snapshot), std::move(found));
}

Result<std::vector<Subject>> SqlSubjectStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT " CONNLOG_SUBJECT_COLUMNS
      " FROM subject WHERE workspace_id = :workspace AND removed_at = 0 ORDER BY name_key, id"));
  std::vector<Subject> subjects = TRY(storage::all(select.id(":workspace", workspace), read_subject));
  TRY(give_of_workspace(at(snapshot), workspace, subjects));
  return subjects;
}

Result<std::int64_t> SqlSubjectStore::insert(Transaction& tx, const Subject& subject) {
  const std::int64_t number = TRY(next_number(at(tx)));
  Statement insert = TRY(at(tx).prepare(
      "INSERT INTO subject (id, workspace_id, number, kind, name, name_key, key, notes, runbook, paused_at, created_at, "
      "removed_at, version) VALUES (:id, :workspace, :number, :kind, :name, :name_key, :key, :notes, :runbook, "
      ":paused_at, :created_at, :removed_at, :version)"));
  bind_changing(insert, subject);
  insert.integer(":number", number).text(":kind", to_text(subject.kind)).instant(":created_at", subject.created_at);
  TRY(insert.run());
  TRY(write_what_belongs(at(tx), subject));
  return number;
}

Result<void> SqlSubjectStore::update(Transaction& tx, const Subject& subject) {
  {
    Statement update = TRY(at(tx).prepare(
        "UPDATE subject SET name = :name, name_key = :name_key, key = :key, notes = :notes, runbook = :runbook, "
        "paused_at = :paused_at, removed_at = :removed_at, version = :version WHERE workspace_id = :workspace AND id = :id"));
    bind_changing(update, subject);
    TRY(exactly_one(update, "subject"));
  }
  TRY(clear_what_belongs(at(tx), subject.workspace, subject.id));
  TRY(run_about(at(tx), "DELETE FROM subject_team WHERE workspace_id = :workspace AND subject_id = :subject",
                subject.workspace, subject.id));
  return write_what_belongs(at(tx), subject);
}

// The reading log is not gone through: without the number nobody finds the subject's readings, and retention takes them.
Result<void> SqlSubjectStore::remove(Transaction& tx, const Subject& subject, Instant now) {
  Connection& connection = at(tx);
  const WorkspaceId workspace = subject.workspace;
  {
    Statement mark = TRY(connection.prepare(
        "UPDATE subject SET removed_at = :now, key = NULL, notes = '', runbook = '', paused_at = 0, version = version + 1 "
        "WHERE workspace_id = :workspace AND id = :subject AND removed_at = 0"));
    TRY(exactly_one(mark.id(":workspace", workspace).id(":subject", subject.id).instant(":now", now), "subject"));
  }
  TRY(run_about(connection,
                "DELETE FROM reading_head WHERE subject_number IN "
                "(SELECT number FROM subject WHERE workspace_id = :workspace AND id = :subject)",
                workspace, subject.id));
  TRY(run_about(connection, "DELETE FROM subject_state WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject.id));
  TRY(run_about(connection, "DELETE FROM state_change WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject.id));
  TRY(run_about(connection, "DELETE FROM subject_part WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject.id));
  TRY(run_about(connection, "DELETE FROM rule_state WHERE workspace_id = :workspace AND subject_id = :subject",
                workspace, subject.id));
  TRY(run_about(connection,
                "DELETE FROM dependency WHERE workspace_id = :workspace AND (subject_id = :subject OR parent_id = :subject)",
                workspace, subject.id));
  TRY(run_about(connection, "DELETE FROM flapping WHERE workspace_id = :workspace AND subject_id = :subject", workspace,
                subject.id));
  TRY(run_about(connection, "DELETE FROM subject_group WHERE workspace_id = :workspace AND id = :subject", workspace,
                subject.id));
  TRY(clear_what_belongs(connection, workspace, subject.id));
  return forget_removed_subject(connection, workspace, subject.id);
}

Result<void> forget_removed_subject(Connection& connection, WorkspaceId workspace, SubjectId subject) {
  TRY(run_about(connection,
                "INSERT INTO gone_subject (number) SELECT number FROM subject "
                "WHERE workspace_id = :workspace AND id = :subject AND removed_at <> 0 AND NOT EXISTS "
                "(SELECT 1 FROM incident i WHERE i.workspace_id = :workspace AND i.subject_id = :subject) "
                "ON CONFLICT DO NOTHING",
                workspace, subject));
  return run_about(connection,
                   "DELETE FROM subject WHERE workspace_id = :workspace AND id = :subject AND removed_at <> 0 "
                   "AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.workspace_id = :workspace "
                   "AND i.subject_id = :subject)",
                   workspace, subject);
}

}  // namespace connlog::storage
