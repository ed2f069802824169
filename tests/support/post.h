// A post for worlds without an outbox thread: what is due was taken by the other side, or refused for good.
#pragma once

#include "tests/support/alert_world.h"

namespace connlog {

inline void hand_over(AlertWorld& world, Notification::State state = Notification::State::sent) {
  world.storage.write([&](Transaction& tx) -> Result<void> {
    const Instant now = world.clock.now();
    const auto due = TRY(world.storage->outbox().lease(tx, now, now + seconds(60), 10'000));
    for (Notification row : due) {
      row.state = state;
      if (state == Notification::State::sent) row.sent_at = now;
      TRY(world.storage->outbox().update(tx, row));
    }
    return {};
  });
}

}  // namespace connlog
