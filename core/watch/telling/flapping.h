// Flapping: a subject that changes its state so often that each message would be noise. Judged from the record of states alone,
// so that a restart changes nothing: of the last 20 slots (a minute each, or the subject's interval where that is longer) those
// with a change between up and not up are weighed from 0.8 (the oldest) to 1.15 (the newest); it flaps from 30 %, and is steady
// again below 25 %. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "core/watch/subject.h"

namespace connlog {

inline constexpr int kFlapSlots = 20;
inline constexpr int kFlapOnPercent = 30, kFlapOffPercent = 25;
inline constexpr seconds kFlapToldDownAfter{30 * 60};

struct FlapView {
  double percent = 0;
  bool is_flapping = false;
  Instant down_since;  // of the present unbroken down; not set: it is not down
  Instant look_again;  // flapping: when it may be steady without another change
};
// `changes`: oldest first, those that overlap the last 20 slots. `was_flapping`: hysteresis.
FlapView flap_of(const std::vector<StateChange>& changes, seconds slot, bool was_flapping, Instant now);

}  // namespace connlog
