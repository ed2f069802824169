// The request ids that an agent used last, so that a retried cycle makes no second reading (agent-protocol §12.3). A
// small ring: a retry arrives within its cycle. Rebuilt at start from the reading log. Guarded by the lock of the
// agent's entry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/watch/observation.h"

namespace connlog {

using RequestId = ObservationKey;  // wire::request_id: [0] is the kind, 0 is "none"

class RequestIds {
 public:
  static constexpr std::size_t kRemembered = 12;

  enum class Known { no, in_flight, committed };

  Known find(const RequestId& id) const {
    if (id[0] == 0) return Known::no;
    for (const Slot& slot : slots_) {
      if (slot.id == id) return slot.committed ? Known::committed : Known::in_flight;
    }
    return Known::no;
  }

  void begin(const RequestId& id) { put(id, false); }
  void remember(const RequestId& id) {
    if (find(id) == Known::no) put(id, true);
  }

  void commit(const RequestId& id) {
    for (Slot& slot : slots_) {
      if (id[0] != 0 && slot.id == id) slot.committed = true;
    }
  }
  void abort(const RequestId& id) {  // forgotten: a retry counts as the first
    for (Slot& slot : slots_) {
      if (id[0] != 0 && slot.id == id) slot = Slot{};
    }
  }

 private:
  struct Slot {
    RequestId id{};
    bool committed = false;
  };

  void put(const RequestId& id, bool committed) {
    if (id[0] == 0) return;
    slots_[next_] = Slot{id, committed};
    next_ = (next_ + 1) % kRemembered;
  }

  std::array<Slot, kRemembered> slots_{};
  std::size_t next_ = 0;
};

}  // namespace connlog
