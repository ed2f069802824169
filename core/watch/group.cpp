#include "core/watch/group.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace connlog {
namespace {

// Whether the health rule holds with so many of `all` members up. A group that wants more members up than count wants
// all of those: pausing a member never breaks the group.
bool holds(const Group& group, std::int64_t up, std::int64_t all) {
  switch (group.health) {
    case Health::all:
      return up == all;
    case Health::at_least:
      return up >= std::min(group.amount, all);
    case Health::share:
      return up * 100 >= group.amount * all;
    case Health::any:
      return up > 0;
  }
  return false;
}

}  // namespace

State state_of(const Group& group, const MemberCounts& counts) {
  const std::int64_t all = counts.all() - counts.pending;
  if (all == 0) return State::pending;
  const std::int64_t up = counts.up + counts.degraded;
  if (!holds(group, up + counts.unknown, all)) return State::down;
  if (!holds(group, up, all)) return State::unknown;
  return counts.down > 0 || counts.degraded > 0 ? State::degraded : State::up;
}

std::string detail_of(const MemberCounts& counts) {
  std::string text;
  for (const auto& [count, state] :
       {std::pair(counts.down, State::down), std::pair(counts.degraded, State::degraded),
        std::pair(counts.unknown, State::unknown), std::pair(counts.pending, State::pending)}) {
    if (count == 0) continue;
    if (text.empty()) {
      text = fmt::format("{} of {} members {} {}", count, counts.all(), count == 1 ? "is" : "are", to_text(state));
    } else {
      text += fmt::format(", {} {}", count, to_text(state));
    }
  }
  return text;
}

}  // namespace connlog
