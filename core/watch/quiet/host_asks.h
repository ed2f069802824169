// How often hosts may ask for quiet: one request of a host within some seconds, and one trace an hour of what was
// refused to it, so that nobody with a token can fill the trail. Bounded; in memory alone. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace connlog {

class HostAsks {
 public:
  static constexpr seconds kGap{10}, kNotedEvery{3'600};
  static constexpr std::size_t kHostsMax = 20'000;

  // 0: it may ask, and is counted. Else after how many seconds, rounded up.
  std::int64_t wait_of(AgentId agent, Monotonic now) {
    const std::lock_guard lock(mutex_);
    if (asked_.size() >= kHostsMax) asked_.clear();
    const auto [entry, is_new] = asked_.try_emplace(agent, now);
    if (is_new) return 0;
    const microseconds since = now - entry->second;
    if (since < kGap) return (kGap - since + seconds(1) - microseconds(1)) / seconds(1);
    entry->second = now;
    return 0;
  }

  bool may_note(AgentId agent, Monotonic now) const {
    const std::lock_guard lock(mutex_);
    const auto noted = noted_.find(agent);
    return noted == noted_.end() || now - noted->second >= kNotedEvery;
  }
  void noted(AgentId agent, Monotonic now) {
    const std::lock_guard lock(mutex_);
    if (noted_.size() >= kHostsMax) noted_.clear();
    noted_[agent] = now;
  }

 private:
  mutable std::mutex mutex_;
  std::map<AgentId, Monotonic> asked_, noted_;  // under mutex_
};

}  // namespace connlog
