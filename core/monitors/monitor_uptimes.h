// For how much of each of the last 90 days monitors were up, for lists: from the record of states, with one query for many
// monitors, and kept until a monitor's state, its maintenances or the day change. Days are those of UTC. The exact uptime of a stretch
// is core/watch/uptime.h. Any thread may enter; it locks inside, and not while the database is asked.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/monitors/monitor.h"
#include "core/watch/quiet/quiet_reach.h"
#include "core/watch/subject_directory.h"

namespace connlog {

class MonitorUptimes {
 public:
  static constexpr std::size_t kDays = 90, kMonth = 30;
  static constexpr std::size_t kKept = 20'000;  // monitors

  // In hundredths of a percent; nothing: no moment of it counts.
  struct Bars {
    std::array<std::optional<std::int64_t>, kDays> days;  // oldest first; the last one is today
    std::optional<std::int64_t> month;                    // the last 30 of these days
  };

  explicit MonitorUptimes(const MonitorStore& store) : store_(store) {}

  // As many as `monitors`, in their order. `without`: maintenances of the last 90 days, which count neither way.
  Result<std::vector<Bars>> of(Snapshot&, WorkspaceId, std::span<const LiveSubject> monitors, Instant now,
                               const MaintainedTimes& without = MaintainedTimes());
  // From when on `without` is looked at.
  static Instant first_day(Instant now);

 private:
  struct Time {
    std::int64_t up = 0, counted = 0;  // microseconds
  };
  struct Kept {
    // What it was computed from.
    std::int64_t day = 0;
    Instant since;
    State state = State::pending;
    StateReason reason = StateReason::added;
    std::uint64_t maintenances = 0;  // MaintainedTimes::fingerprint
    // Of the days before today, and of today until the last change.
    std::array<std::int16_t, kDays> days{};  // -1: nothing counts
    Time month, today;
    Instant tail_from;  // since when the last state holds, today at the earliest
    State tail = State::pending;
  };

  static Kept computed(const LiveSubject& monitor, std::span<const StateChange> changes, std::int64_t today,
                       std::span<const QuietWindow> without);
  static Bars read(const Kept& kept, Instant now, std::span<const QuietWindow> without);

  const MonitorStore& store_;
  std::mutex mutex_;
  std::map<SubjectId, Kept> kept_;  // under mutex_
};

}  // namespace connlog
