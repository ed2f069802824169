#include "core/monitors/monitor_uptimes.h"

#include <algorithm>
#include <utility>

#include "core/watch/uptime.h"

namespace connlog {
namespace {

constexpr std::int64_t kDayMicros = std::int64_t{86'400} * 1'000'000;

std::int64_t day_of(Instant at) {
  return at.micros / kDayMicros;
}

Instant start_of(std::int64_t day) {
  return Instant{day * kDayMicros};
}

bool is_up(State state) {
  return state == State::up || state == State::degraded;
}

bool counts(State state) {
  return is_up(state) || state == State::down;
}

// Rounded down, so that 100 % means that it was never down. 30 days of microseconds have room for the factor.
std::optional<std::int64_t> percent_x100(std::int64_t up, std::int64_t counted) {
  if (counted <= 0) return std::nullopt;
  return up * 10'000 / counted;
}

}  // namespace

MonitorUptimes::Kept MonitorUptimes::computed(const LiveSubject& monitor, std::span<const StateChange> changes,
                                              std::int64_t today, std::span<const QuietWindow> without) {
  Kept kept;
  kept.day = today;
  kept.since = monitor.observed.since;
  kept.state = monitor.observed.state;
  kept.reason = monitor.observed.reason;
  const std::int64_t first = today - static_cast<std::int64_t>(kDays) + 1;
  std::array<Time, kDays> days{};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const bool is_last = i + 1 == changes.size();
    const Instant begin = std::max(changes[i].at, start_of(first));
    const Instant end = is_last ? std::max(begin, start_of(today)) : changes[i + 1].at;
    if (is_last) {
      kept.tail_from = end;
      kept.tail = changes[i].state;
    }
    if (!counts(changes[i].state)) continue;
    each_stretch_without(without, begin, end, [&](Instant at, Instant stretch_end) {
      while (at < stretch_end) {
        const std::int64_t day = day_of(at);
        const Instant until = std::min(stretch_end, start_of(day + 1));
        Time& time = days[static_cast<std::size_t>(std::clamp(day - first, std::int64_t{0}, std::int64_t{kDays - 1}))];
        time.counted += (until - at).count();
        if (is_up(changes[i].state)) time.up += (until - at).count();
        at = until;
      }
    });
  }
  for (std::size_t i = 0; i + 1 < kDays; ++i) {
    kept.days[i] = static_cast<std::int16_t>(percent_x100(days[i].up, days[i].counted).value_or(-1));
    if (i + kMonth < kDays) continue;
    kept.month.up += days[i].up;
    kept.month.counted += days[i].counted;
  }
  kept.today = days.back();
  return kept;
}

Instant MonitorUptimes::first_day(Instant now) {
  return start_of(day_of(now) - static_cast<std::int64_t>(kDays) + 1);
}

MonitorUptimes::Bars MonitorUptimes::read(const Kept& kept, Instant now, std::span<const QuietWindow> without) {
  Time today = kept.today;
  std::int64_t tail = 0;
  if (kept.tail_from.is_set()) {
    each_stretch_without(without, kept.tail_from, now, [&tail](Instant from, Instant to) { tail += (to - from).count(); });
  }
  if (counts(kept.tail)) today.counted += tail;
  if (is_up(kept.tail)) today.up += tail;
  Bars bars;
  for (std::size_t i = 0; i + 1 < kDays; ++i) {
    if (kept.days[i] >= 0) bars.days[i] = kept.days[i];
  }
  bars.days.back() = percent_x100(today.up, today.counted);
  bars.month = percent_x100(kept.month.up + today.up, kept.month.counted + today.counted);
  return bars;
}

Result<std::vector<MonitorUptimes::Bars>> MonitorUptimes::of(Snapshot& snapshot, WorkspaceId workspace,
                                                             std::span<const LiveSubject> monitors, Instant now,
                                                             const MaintainedTimes& without) {
  const std::int64_t today = day_of(now);
  std::vector<std::vector<QuietWindow>> windows(monitors.size());
  for (std::size_t i = 0; i < monitors.size() && !without.is_empty(); ++i) windows[i] = without.of(*monitors[i].row);
  std::vector<Bars> bars(monitors.size());
  std::vector<std::size_t> missing;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < monitors.size(); ++i) {
      const ObservedState& observed = monitors[i].observed;
      const auto found = kept_.find(monitors[i].id());
      const bool holds = found != kept_.end() && found->second.day == today && found->second.since == observed.since &&
                         found->second.state == observed.state && found->second.reason == observed.reason &&
                         found->second.maintenances == without.fingerprint();
      if (holds) {
        bars[i] = read(found->second, now, windows[i]);
      } else {
        missing.push_back(i);
      }
    }
  }
  if (missing.empty()) return bars;
  std::vector<MonitorId> wanted;
  for (const std::size_t i : missing) wanted.push_back(MonitorId::of(monitors[i].id()));
  std::vector<StateChange> changes =
      TRY(store_.changes(snapshot, workspace, wanted, first_day(now), now));
  std::stable_sort(changes.begin(), changes.end(),
                   [](const StateChange& a, const StateChange& b) { return a.subject < b.subject; });
  const std::lock_guard lock(mutex_);
  if (kept_.size() + missing.size() > kKept) kept_.clear();
  for (const std::size_t i : missing) {
    const auto mine = std::ranges::equal_range(changes, monitors[i].id(), {}, &StateChange::subject);
    Kept kept = computed(monitors[i], std::span<const StateChange>(mine.begin(), mine.end()), today, windows[i]);
    kept.maintenances = without.fingerprint();
    bars[i] = read(kept, now, windows[i]);
    kept_.insert_or_assign(monitors[i].id(), kept);
  }
  return bars;
}

}  // namespace connlog
