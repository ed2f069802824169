// Deletes the rows that each room has of a workspace; implemented in storage/<room>/workspace_rows.cpp. Every table
// with a workspace column is either deleted by one of these classes or goes with such a row by a foreign key; a test
// checks all tables. Stateless: any thread, with the transaction that it was given.
#pragma once

#include "core/people/workspace_rows.h"

namespace connlog::storage {

class SqlTrustRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

class SqlMonitorsRows final : public WorkspaceRows {
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

// Deletes the workspace's own row too, so it is called last.
class SqlAccessRows final : public WorkspaceRows {
 public:
  Result<bool> erase(Transaction&, WorkspaceId, std::int64_t& rows) override;
};

}  // namespace connlog::storage
