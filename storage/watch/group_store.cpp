// Groups of agents, in SQL. The database's own constraint keeps names unique, so that of two requests for one name at
// the same time only one gets it.
#include "storage/watch/stores.h"

#include "core/base/text.h"
#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

#define CONNLOG_GROUP_COLUMNS                                                                                           \
  "SELECT t.id, t.workspace_id, t.name, t.created_at, t.version, "                                                      \
  "(SELECT COUNT(*) FROM agent_group_member a JOIN agent g ON g.workspace_id = a.workspace_id AND g.id = a.agent_id "   \
  "WHERE a.workspace_id = t.workspace_id AND a.group_id = t.id AND g.removed_at = 0), "                                 \
  "(SELECT COUNT(*) FROM rule_group r WHERE r.workspace_id = t.workspace_id AND r.group_id = t.id) FROM agent_group t " \
  "WHERE t.workspace_id = :workspace "

Group read_group(Row& row) {
  Group group;
  group.id = row.id<GroupId>();
  group.workspace = row.id<WorkspaceId>();
  group.name = row.text();
  group.created_at = row.instant();
  group.version = row.integer();
  group.agents = row.integer();
  group.rules = row.integer();
  return group;
}

void bind_named(Statement& statement, const Group& group) {
  statement.id(":id", group.id)
      .id(":workspace", group.workspace)
      .text(":name", group.name)
      .text(":name_key", folded(group.name))
      .integer(":version", group.version);
}

}  // namespace

Result<std::vector<Group>> SqlGroupStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_GROUP_COLUMNS "ORDER BY t.name_key, t.id"));
  return all(select.id(":workspace", workspace), read_group);
}

Result<std::optional<Group>> SqlGroupStore::find(Snapshot& snapshot, WorkspaceId workspace, GroupId id) const {
  Statement select = TRY(at(snapshot).prepare(CONNLOG_GROUP_COLUMNS "AND t.id = :id"));
  return one(select.id(":workspace", workspace).id(":id", id), read_group);
}

Result<void> SqlGroupStore::insert(Transaction& tx, const Group& group) {
  Statement insert =
      TRY(at(tx).prepare("INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) "
                         "VALUES (:id, :workspace, :name, :name_key, :created_at, :version)"));
  bind_named(insert, group);
  TRY(insert.instant(":created_at", group.created_at).run());
  return {};
}

Result<void> SqlGroupStore::update(Transaction& tx, const Group& group) {
  Statement update =
      TRY(at(tx).prepare("UPDATE agent_group SET name = :name, name_key = :name_key, version = :version "
                         "WHERE workspace_id = :workspace AND id = :id"));
  bind_named(update, group);
  return exactly_one(update, "group");
}

Result<void> SqlGroupStore::remove(Transaction& tx, WorkspaceId workspace, GroupId id) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM agent_group WHERE workspace_id = :workspace AND id = :id"));
  return exactly_one(remove.id(":workspace", workspace).id(":id", id), "group");
}

}  // namespace connlog::storage
