// The rooms' rows of a workspace, for its deletion, in SQL: storage/<room>/workspace_rows.cpp. A table with a workspace in
// it is in one of them or goes by itself with a row that is; a test walks all tables. Stateless: any thread, with the
// transaction that it was given.
#pragma once

#include "core/people/workspace_rows.h"

namespace connlog::storage {

class SqlTrustRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

class SqlAgentsRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

class SqlWatchRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

// With the workspace's own row, so the last of all.
class SqlAccessRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

}  // namespace connlog::storage
