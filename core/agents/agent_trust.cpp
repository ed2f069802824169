#include "core/agents/agent_trust.h"

#include <algorithm>

#include "core/agents/agent_entry.h"
#include "core/wire/trust.h"

namespace connlog {

AgentTrust count_trust(const AgentDirectory& directory, const std::vector<std::string>& pins, bool system) {
  AgentTrust count;
  for (AgentEntry* entry : directory.all()) {
    const std::lock_guard lock(entry->mutex);
    if (entry->trust.empty() || entry->gone) continue;
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
