// Which private networks the checks and webhooks of a workspace may reach: a list of the appliance's administrator for each
// workspace. The answer at first run fills the first one's; later ones begin with public addresses alone. Values in memory,
// immutable once handed out; any thread. Changing them is core/access/network_changes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/net/address_range.h"

namespace connlog {

inline constexpr std::size_t kNetworksMax = 64;  // of one workspace

class WorkspaceNetworks {
 public:
  using Ranges = std::shared_ptr<const std::vector<AddressRange>>;
  Ranges of(WorkspaceId workspace) const;  // never null; empty: public addresses alone
  void put(WorkspaceId workspace, std::vector<AddressRange> ranges);
  void forget(WorkspaceId workspace);

 private:
  mutable std::mutex mutex_;
  std::map<WorkspaceId, Ranges> ranges_;
};

class NetworkStore {
 public:
  virtual ~NetworkStore() = default;
  virtual Result<std::vector<std::pair<WorkspaceId, std::vector<std::string>>>> all(Snapshot&) const = 0;
  virtual Result<std::vector<std::string>> of(Snapshot&, WorkspaceId) const = 0;
  virtual Result<void> replace(Transaction&, WorkspaceId, const std::vector<std::string>& ranges) = 0;
};

// At start: everything that is stored. What cannot be read is left out, and said in the log.
Result<void> load_networks(Snapshot&, const NetworkStore&, WorkspaceNetworks&);
std::vector<AddressRange> parsed_networks(const std::vector<std::string>& texts);

// The private networks of this machine's own interfaces, as proposed at first run: "192.168.1.0/24".
std::vector<std::string> own_networks();

}  // namespace connlog
