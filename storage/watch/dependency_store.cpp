#include "storage/watch/dependency_store.h"

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {
namespace {

Dependency read_dependency(Row& row) {
  Dependency dependency;
  dependency.workspace = row.id<WorkspaceId>();
  dependency.subject = row.id<SubjectId>();
  dependency.parent = row.id<SubjectId>();
  return dependency;
}

}  // namespace

// Start-up only: all workspaces.
Result<std::vector<Dependency>> SqlDependencyStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare("SELECT workspace_id, subject_id, parent_id FROM dependency "
                                              "ORDER BY workspace_id, subject_id, parent_id"));
  return storage::all(select, read_dependency);
}

Result<std::vector<Dependency>> SqlDependencyStore::list(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(at(snapshot).prepare("SELECT workspace_id, subject_id, parent_id FROM dependency "
                                              "WHERE workspace_id = :workspace ORDER BY subject_id, parent_id"));
  return storage::all(select.id(":workspace", workspace), read_dependency);
}

Result<void> SqlDependencyStore::replace(Transaction& tx, WorkspaceId workspace, SubjectId subject,
                                         const std::vector<SubjectId>& parents) {
  {
    Statement remove = TRY(
        at(tx).prepare("DELETE FROM dependency WHERE workspace_id = :workspace AND subject_id = :subject"));
    TRY(remove.id(":workspace", workspace).id(":subject", subject).run());
  }
  for (const SubjectId parent : parents) {
    Statement insert = TRY(at(tx).prepare(
        "INSERT INTO dependency (workspace_id, subject_id, parent_id) VALUES (:workspace, :subject, :parent)"));
    TRY(insert.id(":workspace", workspace).id(":subject", subject).id(":parent", parent).run());
  }
  return {};
}

}  // namespace connlog::storage
