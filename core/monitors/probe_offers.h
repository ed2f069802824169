// What agents offer as probes: which kinds, networks and ports their hosts allow, as each said last. Kept in memory alone: an
// agent says it again with each exchange. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/checks/probe_wire.h"

namespace connlog {

class ProbeOffers {
 public:
  static constexpr seconds kHolds{900};  // an agent that was not heard for longer offers nothing

  struct Offered {
    ProbeOffer offer;
    Instant at;
  };
  void put(AgentId agent, ProbeOffer offer, Instant now) {
    const std::lock_guard lock(mutex_);
    offers_.insert_or_assign(agent, Offered{.offer = std::move(offer), .at = now});
  }
  std::optional<Offered> of(AgentId agent, Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = offers_.find(agent);
    if (found == offers_.end() || now - found->second.at > kHolds) return std::nullopt;
    return found->second;
  }
  // Whether the agent may exchange now: ten at once, then one every two seconds. Else how long it has to wait, in seconds.
  std::int64_t wait_of(AgentId agent, Monotonic now) {
    const std::lock_guard lock(mutex_);
    Turn& turn = turns_[agent];
    if (turn.at.micros == 0) turn.left = kAtOnce;
    const double passed = turn.at.micros == 0 ? 0 : static_cast<double>((now - turn.at).count()) / 1e6;
    turn.left = std::min(kAtOnce, turn.left + passed / kTurnSeconds);
    turn.at = now;
    if (turn.left < 1) return 2;
    turn.left -= 1;
    return 0;
  }
  // Whether a security event about the agent may be written now: once an hour.
  bool may_note(AgentId agent, Instant now) {
    const std::lock_guard lock(mutex_);
    Instant& noted = noted_[agent];
    if (noted.is_set() && now - noted < kNoteGap) return false;
    noted = now;
    return true;
  }

 private:
  static constexpr seconds kNoteGap{3'600};
  static constexpr double kAtOnce = 10, kTurnSeconds = 2;
  struct Turn {
    Monotonic at{};
    double left = 0;
  };

  mutable std::mutex mutex_;
  std::map<AgentId, Offered> offers_;
  std::map<AgentId, Instant> noted_;
  std::map<AgentId, Turn> turns_;  // by agents that exist: their token was checked
};

}  // namespace connlog
