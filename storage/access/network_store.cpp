// The private networks that workspaces may reach, in SQL.
#include "storage/access/stores.h"

#include <utility>

#include "storage/connection.h"
#include "storage/statement.h"

namespace connlog::storage {

Result<std::vector<std::pair<WorkspaceId, std::vector<std::string>>>> SqlNetworkStore::all(Snapshot& snapshot) const {
  Statement select = TRY(at(snapshot).prepare(
      "SELECT workspace_id, network FROM workspace_network ORDER BY workspace_id, network"));
  const auto rows = TRY(storage::all(select, [](Row& row) {
    const WorkspaceId workspace = row.id<WorkspaceId>();
    return std::pair(workspace, row.text());
  }));
  std::vector<std::pair<WorkspaceId, std::vector<std::string>>> networks;
  for (const auto& [workspace, network] : rows) {
    if (networks.empty() || networks.back().first != workspace) networks.push_back({workspace, {}});
    networks.back().second.push_back(network);
  }
  return networks;
}

Result<std::vector<std::string>> SqlNetworkStore::of(Snapshot& snapshot, WorkspaceId workspace) const {
  Statement select = TRY(
      at(snapshot).prepare("SELECT network FROM workspace_network WHERE workspace_id = :workspace ORDER BY network"));
  select.id(":workspace", workspace);
  return storage::all(select, [](Row& row) { return row.text(); });
}

Result<void> SqlNetworkStore::replace(Transaction& tx, WorkspaceId workspace, const std::vector<std::string>& ranges) {
  Statement remove = TRY(at(tx).prepare("DELETE FROM workspace_network WHERE workspace_id = :workspace"));
  TRY(remove.id(":workspace", workspace).run());
  for (const std::string& range : ranges) {
    Statement insert =
        TRY(at(tx).prepare("INSERT INTO workspace_network (workspace_id, network) VALUES (:workspace, :network)"));
    TRY(insert.id(":workspace", workspace).text(":network", range).run());
  }
  return {};
}

}  // namespace connlog::storage
