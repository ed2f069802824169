#include "core/monitors/monitors_resident.h"

namespace connlog {
namespace {

constexpr std::size_t kMonitorsAtATime = 100;  // monitors that go in one transaction, with at most some pings each

}  // namespace

Result<bool> MonitorsResident::erase(Transaction& tx, WorkspaceId workspace, std::int64_t& rows) {
  if (parts_.forget_sources) tx.after_commit([forget = parts_.forget_sources, workspace] { forget(workspace); });
  std::vector<Monitor> monitors = TRY(parts_.monitors.list(tx, workspace));
  if (monitors.empty()) return parts_.rows.erase(tx, workspace, rows);
  if (monitors.size() > kMonitorsAtATime) monitors.resize(kMonitorsAtATime);
  for (const Monitor& monitor : monitors) {
    TRY(parts_.monitors.remove(tx, workspace, monitor.id));
    tx.after_commit([directory = &parts_.directory, monitor] { directory->remove(monitor); });
  }
  return false;
}

}  // namespace connlog
