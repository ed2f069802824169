// How often an agent may report (agent-protocol §12.2): heartbeats must be at least 0.9 × the shortest interval apart.
// Retries with the same request id are not counted here. Three sources are counted apart, so that none uses up the turn
// of another: the daemon's cycle, the `test-heartbeat` that an installer runs right beside it (§13.4), and another
// machine with the same token. The very first heartbeat may be followed at once by one more of the daemon or a
// `test-heartbeat`. Guarded by the lock of the agent's entry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/clock.h"

namespace connlog {

enum class HeartbeatSource { daemon, diagnostic, other_machine };

class HeartbeatLimit {
 public:
  static constexpr microseconds kGap = seconds(9);  // 0.9 × 10 s

  // Accepts and counts a heartbeat, and returns 0; or returns after how many seconds (rounded up) one would be
  // accepted.
  int admit(HeartbeatSource source, Monotonic now) {
    Slot& slot = slots_[static_cast<std::size_t>(source)];
    const microseconds since = now - slot.last;
    if (slot.used && since < kGap) {
      if (!(may_repeat_ && source != HeartbeatSource::other_machine)) {
        return static_cast<int>((kGap - since + seconds(1) - microseconds(1)) / seconds(1));
      }
      may_repeat_ = false;
    } else if (slot.used) {
      may_repeat_ = false;
    }
    slot.before = slot.last;
    slot.was_used = slot.used;
    slot.last = now;
    slot.used = true;
    return 0;
  }

  // Undoes admit() for a heartbeat that could not be stored: the agent tries again and must not be refused for it.
  void take_back(HeartbeatSource source, Monotonic admitted_at) {
    Slot& slot = slots_[static_cast<std::size_t>(source)];
    if (!slot.used || slot.last != admitted_at) return;
    slot.last = slot.before;
    slot.used = slot.was_used;
  }

  void forget() { *this = HeartbeatLimit{}; }

 private:
  struct Slot {
    Monotonic last{}, before{};
    bool used = false, was_used = false;
  };
  std::array<Slot, 3> slots_{};
  bool may_repeat_ = true;
};

}  // namespace connlog
