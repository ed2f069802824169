#include "core/checks/absence.h"

#include <algorithm>

namespace connlog {

ClockReadings readings_of(const Clock& clock) {
  return {clock.monotonic(), clock.boot(), clock.now()};
}

std::optional<CheckLoop::Absence> absence_between(const ClockReadings& before, const ClockReadings& now) {
  const microseconds by_machine = std::max(now.monotonic - before.monotonic, now.boot - before.boot);
  const microseconds by_wall = now.wall - before.wall;
  if (by_machine > CheckLoop::kAbsence) return CheckLoop::Absence{now.wall - by_machine, now.wall, by_machine};
  if (by_wall > CheckLoop::kAbsence) return CheckLoop::Absence{before.wall, now.wall, by_wall};
  return std::nullopt;
}

}  // namespace connlog
