#include "core/watch/telling/flapping.h"

#include <algorithm>
#include <array>

namespace connlog {
namespace {

constexpr double kOldest = 0.8, kNewest = 1.15;
constexpr seconds kSlotLeast{60};

using Changed = std::array<bool, kFlapSlots>;  // by age: 0 is the present slot

double weight_of(int age) {
  return kNewest - (kNewest - kOldest) * age / (kFlapSlots - 1);
}

// In percent, as it will be `later` slots on if nothing changes.
double percent_of(const Changed& changed, int later) {
  double sum = 0, all = 0;
  for (int age = 0; age < kFlapSlots; ++age) {
    all += weight_of(age);
    if (age >= later && changed[static_cast<std::size_t>(age - later)]) sum += weight_of(age);
  }
  return 100 * sum / all;
}

// The number of the slot since 1970: slots do not depend on when one looks.
std::int64_t slot_of(Instant at, seconds slot) {
  return at.micros / microseconds(slot).count();
}

Changed changed_slots(const std::vector<StateChange>& changes, seconds slot, Instant now) {
  Changed changed{};
  const StateChange* former = nullptr;
  for (const StateChange& change : changes) {
    // A pause, its end and a beginning are people's: nothing changed by itself.
    if (change.state == State::pending || is_calm(change.reason)) {
      former = nullptr;
      continue;
    }
    const bool is_other = former != nullptr && (former->state == State::up) != (change.state == State::up);
    const std::int64_t age = slot_of(now, slot) - slot_of(change.at, slot);
    if (is_other && age >= 0 && age < kFlapSlots) changed[static_cast<std::size_t>(age)] = true;
    former = &change;
  }
  return changed;
}

Instant down_since(const std::vector<StateChange>& changes) {
  Instant since;
  for (auto change = changes.rbegin(); change != changes.rend() && change->state == State::down; ++change)
    since = change->at;
  return since;
}

}  // namespace

FlapView flap_of(const std::vector<StateChange>& changes, seconds slot, bool was_flapping, Instant now) {
  const seconds length = std::max(slot, kSlotLeast);
  const Changed changed = changed_slots(changes, length, now);
  FlapView view;
  view.percent = percent_of(changed, 0);
  view.is_flapping = view.percent >= (was_flapping ? kFlapOffPercent : kFlapOnPercent);
  view.down_since = down_since(changes);
  if (!view.is_flapping) return view;
  int later = 1;
  while (later < kFlapSlots && percent_of(changed, later) >= kFlapOffPercent) ++later;
  view.look_again = Instant{(slot_of(now, length) + later) * microseconds(length).count()};
  return view;
}

}  // namespace connlog
