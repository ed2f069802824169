// One bounded piece of the deletion of a workspace: runs one DELETE after the other until the allowed number of rows is
// used up. For storage/<room>/workspace_rows.cpp. The writer thread.
#pragma once

#include <cstdint>

#include "storage/connection.h"

namespace connlog::storage {

class Slice {
 public:
  Slice(Connection& connection, WorkspaceId workspace, std::int64_t& rows)
      : connection_(connection), workspace_(workspace), left_(rows) {}

  bool has_room() const { return left_ > 0; }

  template <std::size_t N>
  Result<void> run(const char (&sql)[N]) {
    if (!has_room()) return {};
    Statement remove = TRY(connection_.prepare(sql));
    const std::int64_t removed = TRY(remove.id(":workspace", workspace_).integer(":rows", left_).run());
    left_ -= removed;
    return {};
  }

  // Runs `sql` without a limit. For tables with few rows of one workspace.
  template <std::size_t N>
  Result<void> run_whole(const char (&sql)[N]) {
    if (!has_room()) return {};
    Statement statement = TRY(connection_.prepare(sql));
    TRY(statement.id(":workspace", workspace_).run());
    return {};
  }

 private:
  Connection& connection_;
  WorkspaceId workspace_;
  std::int64_t& left_;
};

}  // namespace connlog::storage
