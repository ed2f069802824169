// How often an agent may be heard (agent-protocol §12.2): not closer than 0.9 × the shortest interval there is. Retries of
// the same request id never come here. Kept apart, so that none takes the place of another: the daemon's cycle, the
// `test-heartbeat` that an installer runs right beside it (§13.4), and another machine with the same token. The very
// first heartbeat may be followed by one more at once, whatever it looks like. Guarded by the agent's entry; on loan
// like it.
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

  // 0: accepted, and counted. Otherwise the whole seconds after which it would be.
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

  // It was accepted, but could not be stored: the agent tries again and must not be refused for it.
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
