// Groups of subjects, in SQL: the health rule and the members. What a group is as a subject is in subject_store.cpp.
#include <unordered_map>

#include "core/base/value_or.h"
#include "storage/connection.h"
#include "storage/statement.h"
#include "storage/watch/stores.h"

namespace connlog::storage {
namespace {

Group read_group(Row& row) {
  Group group;
  group.id = row.id<GroupId>();
  group.workspace = row.id<WorkspaceId>();
  group.health = row.word(kGroupHealth);
  group.amount = row.integer();
  return group;
}

struct Member {
  GroupId group;
  SubjectId subject;
};

struct Counted {
  State state = State::pending;
  std::int64_t members = 0;
};

void add(MemberCounts& counts, const Counted& counted) {
  switch (counted.state) {
    case State::pending:
      counts.pending += counted.members;
      break;
    case State::up:
      counts.up += counted.members;
      break;
    case State::degraded:
      counts.degraded += counted.members;
      break;
    case State::down:
      counts.down += counted.members;
      break;
    case State::unknown:
      counts.unknown += counted.members;
      break;
  }
}

}  // namespace

Result<std::vector<Group>> SqlGroupStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, workspace_id, health, amount FROM subject_group WHERE workspace_id = :workspace ORDER BY id"));
  std::vector<Group> groups = TRY(all(select.id(":workspace", workspace), read_group));
  Statement members =
      TRY(at(snapshot).prepare("SELECT group_id, subject_id FROM group_member WHERE workspace_id = :workspace "
                               "ORDER BY group_id, subject_id"));
  const auto all_members = TRY(all(members.id(":workspace", workspace), [](Row& row) {
    Member member;
    member.group = row.id<GroupId>();
    member.subject = row.id<SubjectId>();
    return member;
  }));
  std::unordered_map<GroupId, Group*> by_id;
  for (Group& group : groups) by_id[group.id] = &group;
  for (const Member& member : all_members) {
    if (const auto found = by_id.find(member.group); found != by_id.end())
      found->second->members.push_back(member.subject);
  }
  return groups;
}

Result<std::optional<Group>> SqlGroupStore::find(Snapshot& snapshot, WorkspaceId workspace, GroupId id) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT id, workspace_id, health, amount FROM subject_group WHERE workspace_id = :workspace AND id = :id"));
  std::optional<Group> group = TRY(one(select.id(":workspace", workspace).id(":id", id), read_group));
  if (!group) return group;
  Statement members =
      TRY(at(snapshot).prepare("SELECT subject_id FROM group_member "
                               "WHERE workspace_id = :workspace AND group_id = :group ORDER BY subject_id"));
  members.id(":workspace", workspace).id(":group", id);
  group->members = TRY(all(members, [](Row& row) { return row.id<SubjectId>(); }));
  return group;
}

Result<std::vector<GroupId>> SqlGroupStore::groups_of(Snapshot& snapshot, WorkspaceId workspace,
                                                      SubjectId member) const {
  Statement select =
      TRY(at(snapshot).prepare("SELECT group_id FROM group_member "
                               "WHERE workspace_id = :workspace AND subject_id = :subject ORDER BY group_id"));
  select.id(":workspace", workspace).id(":subject", member);
  return all(select, [](Row& row) { return row.id<GroupId>(); });
}

// A member that is paused or switched off counts in no group; its stored reason says so, and for a pause its row too.
Result<MemberCounts> SqlGroupStore::counts(Snapshot& snapshot, WorkspaceId workspace, GroupId id) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT st.state, COUNT(*) FROM group_member m "
      "JOIN subject s ON s.workspace_id = m.workspace_id AND s.id = m.subject_id "
      "JOIN subject_state st ON st.workspace_id = m.workspace_id AND st.subject_id = m.subject_id "
      "WHERE m.workspace_id = :workspace AND m.group_id = :group AND s.removed_at = 0 AND s.paused_at = 0 "
      "AND st.reason <> :paused AND st.reason <> :disabled GROUP BY st.state"));
  select.id(":workspace", workspace)
      .id(":group", id)
      .text(":paused", to_text(StateReason::paused))
      .text(":disabled", to_text(StateReason::disabled));
  const auto counted = TRY(all(select, [](Row& row) {
    Counted one_state;
    one_state.state = row.word(kSubjectState);
    one_state.members = row.integer();
    return one_state;
  }));
  MemberCounts counts;
  for (const Counted& each : counted) add(counts, each);
  return counts;
}

Result<void> SqlGroupStore::put(Transaction& tx, const Group& group) {
  {
    Statement put = TRY(at(tx).prepare(
        "INSERT INTO subject_group (id, workspace_id, health, amount) VALUES (:id, :workspace, :health, :amount) "
        "ON CONFLICT (id) DO UPDATE SET health = excluded.health, amount = excluded.amount "
        "WHERE subject_group.workspace_id = excluded.workspace_id"));
    put.id(":id", group.id)
        .id(":workspace", group.workspace)
        .text(":health", to_text(group.health))
        .integer(":amount", group.amount);
    TRY(exactly_one(put, "group"));
  }
  Statement leave =
      TRY(at(tx).prepare("DELETE FROM group_member WHERE workspace_id = :workspace AND group_id = :group"));
  TRY(leave.id(":workspace", group.workspace).id(":group", group.id).run());
  for (const SubjectId& member : group.members) {
    Statement join = TRY(at(tx).prepare(
        "INSERT INTO group_member (workspace_id, group_id, subject_id) VALUES (:workspace, :group, :subject)"));
    TRY(join.id(":workspace", group.workspace).id(":group", group.id).id(":subject", member).run());
  }
  return {};
}

Result<std::int64_t> SqlGroupStore::rules_about(Snapshot& snapshot, WorkspaceId workspace, SubjectId subject) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT COUNT(*) FROM rule WHERE workspace_id = :workspace AND target_subject_id = :subject"));
  return value_or(one(select.id(":workspace", workspace).id(":subject", subject),
                      [](Row& row) { return row.integer(); }),
                  0);
}

}  // namespace connlog::storage
