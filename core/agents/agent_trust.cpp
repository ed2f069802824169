#include "core/agents/agent_trust.h"

#include <algorithm>

#include "core/watch/agent_entry.h"
#include "core/wire/trust.h"

namespace connlog {

AgentTrust count_trust(AgentDirectory& directory, const std::vector<std::string>& pins, bool system) {
  AgentTrust count;
  for (AgentEntry* entry : directory.impl().all()) {
    const std::lock_guard lock(entry->mutex);
    if (entry->trust.empty() || entry->agent.removed_at.is_set()) continue;
    ++count.told;
    const bool good = wire::trusts(entry->trust, wire::kTrustFile) ||
                      (system && wire::trusts(entry->trust, wire::kTrustSystem)) ||
                      std::any_of(pins.begin(), pins.end(), [&](const std::string& pin) {
                        return wire::trusts(entry->trust, std::string(wire::kTrustPin) + pin);
                      });
    count.cut_off += good ? 0 : 1;
  }
  return count;
}

}  // namespace connlog
