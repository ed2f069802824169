// Deadlines of pings: when the next look is, and what a ping that did not come means.
#include <algorithm>

#include "core/monitors/work_inside.h"

namespace connlog {
namespace {

constexpr microseconds kWhileImplausible = seconds(60);
constexpr std::size_t kDueMax = 1'000;  // at one tick; more follow at the next

State state_of(PingVerdict verdict) {
  switch (verdict) {
    case PingVerdict::late:
      return State::degraded;
    case PingVerdict::missing:
      return State::down;
    case PingVerdict::own_absence:
      return State::unknown;
    case PingVerdict::in_time:
      break;
  }
  return State::up;
}

StateReason reason_of(PingVerdict verdict) {
  switch (verdict) {
    case PingVerdict::late:
      return StateReason::late;
    case PingVerdict::missing:
      return StateReason::missing;
    case PingVerdict::own_absence:
      return StateReason::unchecked;
    case PingVerdict::in_time:
      break;
  }
  return StateReason::source;
}

}  // namespace

// Needs `mutex`.
void MonitorWork::Impl::look_again(MonitorId id, std::optional<Monotonic> at) {
  const auto found = looks.find(id);
  if (found != looks.end()) {
    queue.erase({found->second, id});
    looks.erase(found);
  }
  if (!at) return;
  looks[id] = *at;
  queue.insert({*at, id});
}

// A deadline stands until a further ping, or other settings, make another: a step of the clock moves none of a period's.
void MonitorWork::Impl::plan_ping(MonitorEntry& entry) {
  if (!is_listening) return;
  PingSettings settings;
  PingState state;
  bool is_expected = false;
  {
    const std::lock_guard lock(entry.mutex);
    is_expected = !entry.gone && entry.row.kind == kPushKind;
    settings = entry.ping_settings;
    state = entry.ping;
    if (is_expected) {
      const std::lock_guard subject_lock(entry.subject.mutex);
      is_expected = SubjectDirectory::Impl::is_judged(entry.subject);
    }
  }
  const Instant wall = parts.clock.now();
  const Monotonic now = parts.clock.monotonic();
  std::optional<PingExpected> fresh;
  if (is_expected) fresh = expected_ping(settings, state, wall, now);
  const std::lock_guard lock(mutex);
  if (!fresh) {
    expected.erase(entry.id);
    return look_again(entry.id, std::nullopt);
  }
  const auto known = expected.find(entry.id);
  const bool is_same = known != expected.end() && known->second.pings == fresh->pings &&
                       known->second.due_wall == fresh->due_wall && known->second.down_wall == fresh->down_wall;
  if (!is_same) expected[entry.id] = *fresh;
  const PingExpected& stands = expected[entry.id];
  look_again(entry.id, std::max(std::min(stands.due, stands.down_at), now));
}

std::vector<MonitorEntry*> MonitorWork::Impl::due_pings(Monotonic now) {
  std::vector<MonitorId> ids;
  {
    const std::lock_guard lock(mutex);
    while (!queue.empty() && queue.begin()->first <= now && ids.size() < kDueMax) {
      ids.push_back(queue.begin()->second);
      look_again(ids.back(), std::nullopt);
    }
  }
  std::vector<MonitorEntry*> due;
  for (const MonitorId& id : ids) {
    if (MonitorEntry* entry = parts.directory.by_id(id)) due.push_back(entry);
  }
  return due;
}

void MonitorWork::Impl::judge(MonitorEntry& entry, std::vector<Conclusion>& out) {
  const Instant wall = parts.clock.now();
  const Monotonic now = parts.clock.monotonic();
  const bool is_plausible = !parts.clock_is_plausible || parts.clock_is_plausible();
  const Presence::Now here = here_now();
  PingExpected stands;
  {
    const std::lock_guard lock(mutex);
    const auto found = expected.find(entry.id);
    if (found == expected.end()) return;
    stands = found->second;
  }
  std::optional<Monotonic> again;
  bool is_outdated = false;
  {
    const std::lock_guard lock(entry.mutex);
    const std::lock_guard subject_lock(entry.subject.mutex);
    const bool is_judged = !entry.gone && SubjectDirectory::Impl::is_judged(entry.subject);
    // A slot of a schedule means nothing by a clock that cannot be right.
    if (is_judged && !is_plausible && !entry.ping_settings.schedule.empty()) {
      again = now + kWhileImplausible;
    } else if (is_judged && entry.ping.pings != stands.pings) {
      is_outdated = true;  // a ping came meanwhile, perhaps one that was counted alone
    } else if (is_judged && entry.subject.state != State::down) {  // only a ping ends what is down
      const PingJudged judged = judge_ping(entry.ping_settings, entry.ping, stands, here, wall, now);
      again = judged.look_again;
      if (entry.subject.in_flight > 0) {
        again = now + seconds(1);
      } else if (judged.verdict != PingVerdict::in_time && entry.subject.state != state_of(judged.verdict)) {
        Conclusion conclusion{.entry = &entry, .pings = stands.pings};
        conclusion.observation.at = wall;
        conclusion.observation.since = judged.since;
        conclusion.observation.state = state_of(judged.verdict);
        conclusion.observation.reason = reason_of(judged.verdict);
        conclusion.observation.details.emplace_back(0, sentence_of(judged.verdict, entry.ping, stands, here));
        conclusion.observation.is_reading = false;
        ++entry.subject.in_flight;
        ++(judged.verdict == PingVerdict::late ? late : judged.verdict == PingVerdict::missing ? missing : not_judged);
        out.push_back(std::move(conclusion));
      }
    }
  }
  if (is_outdated) return plan_ping(entry);
  const std::lock_guard lock(mutex);
  if (again) look_again(entry.id, std::max(*again, now + microseconds(1)));
}

Presence::Now MonitorWork::Impl::here_now() const {
  Presence::Now here = presence.now();
  if (!safeguards.forgets_absence) here = {};
  return here;
}

void MonitorWork::Impl::replan_schedules(Instant wall, Monotonic now) {
  for (MonitorEntry* entry : parts.directory.all()) {
    {
      const std::lock_guard lock(entry->mutex);
      if (entry->row.kind != kPushKind || entry->ping_settings.schedule.empty()) continue;
    }
    const std::lock_guard lock(mutex);
    const auto found = expected.find(entry->id);
    if (found == expected.end()) continue;
    found->second = anew_by_wall(found->second, wall, now);
    look_again(entry->id, std::max(found->second.due, now));
  }
}

}  // namespace connlog
