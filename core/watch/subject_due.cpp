// Who is due: when silence or a rule's deadline must be looked at, and the queue of these looks.
#include <algorithm>
#include <functional>
#include <map>

#include "core/watch/engine.h"
#include "core/watch/group.h"
#include "core/watch/subject_directory.h"
#include "core/watch/subject_entry.h"

namespace connlog {
namespace {

// After a start, a subject that does not report itself is judged by time only after this, a group once each of its members
// had the time to report.
constexpr microseconds kGraceAfterStart = seconds(60);
// A look is never planned for this moment: what did not change anything now would come again at once.
constexpr microseconds kSoon = seconds(1);

const Rule* find_rule(const RuleList& rules, RuleId id) {
  for (const auto& rule : rules) {
    if (rule->id == id) return rule.get();
  }
  return nullptr;
}

// Whether a rule waits for time to pass while the condition holds.
bool waits_for_time(const SubjectEntry& entry) {
  return std::any_of(entry.states.begin(), entry.states.end(), [&](const RuleState& state) {
    if (state.phase != RuleState::Phase::pending) return false;
    const Rule* rule = find_rule(entry.rules, state.rule);
    return rule != nullptr && rule->kind == RuleKind::state;
  });
}

}  // namespace

bool SubjectDirectory::Impl::is_judged(const SubjectEntry& entry) {
  return !entry.is_off && !entry.is_put_aside && !is_calm(entry.reason) &&
         entry.workspace.enabled.load(std::memory_order_relaxed);
}

bool SubjectDirectory::Impl::is_known_silent(const SubjectEntry& entry) {
  return entry.state == State::down && entry.reason == StateReason::silent;
}

bool SubjectDirectory::Impl::can_fall_silent(const SubjectEntry& entry) {
  return entry.window.count() > 0 && entry.first_seen_at.is_set() && is_judged(entry);
}

Monotonic SubjectDirectory::Impl::silence_deadline(const SubjectEntry& entry) const {
  Monotonic from{listening_.load(std::memory_order_acquire)};
  if (entry.heard_here) from = std::max(from, entry.heard);
  return std::max(from, entry.silence_from) + entry.window;
}

Monotonic SubjectDirectory::Impl::waits_until(const SubjectEntry& entry) const {
  if (entry.window.count() == 0) return entry.silence_from;
  if (!can_fall_silent(entry)) return Monotonic{0};
  const bool is_fresh = entry.heard_here && entry.heard >= listening() && !is_known_silent(entry);
  return is_fresh ? Monotonic{0} : silence_deadline(entry);
}

void SubjectDirectory::Impl::look_at(SubjectEntry& entry, Monotonic at) {
  if (!is_listening()) return;  // listening_since plans for everybody
  if (entry.queued_for != 0 && entry.queued_for <= at.micros) return;
  entry.queued_for = at.micros;
  const std::lock_guard lock(due_mutex_);
  looks_.push_back({at.micros, &entry});
  std::push_heap(looks_.begin(), looks_.end(), std::greater<>());
}

void SubjectDirectory::Impl::plan_look(SubjectEntry& entry, Instant engine_now, Monotonic now) {
  if (!is_listening() || !is_judged(entry)) return;
  if (can_fall_silent(entry)) {
    const Monotonic deadline = silence_deadline(entry);
    if (deadline > now) {
      look_at(entry, deadline);
    } else if (!is_known_silent(entry)) {
      look_at(entry, now + kSoon);
    }
  }
  if (entry.states.empty()) return;
  std::erase_if(entry.states, [&](const RuleState& state) {
    return state.phase == RuleState::Phase::ok && state.cooldown_until <= engine_now;
  });
  std::optional<Instant> next;
  const Seen seen{.state = entry.state, .reason = entry.reason};
  for (const RuleState& state : entry.states) {
    const Rule* rule = find_rule(entry.rules, state.rule);
    if (rule == nullptr) continue;
    if (state.part != 0 && is_known_silent(entry)) continue;  // nobody knows the state of the part
    const std::optional<Instant> at = connlog::next_look(*rule, state, seen, engine_now);
    if (at && (!next || *at < *next)) next = at;
  }
  if (!next) return;
  look_at(entry, std::max({now + (*next - engine_now), waits_until(entry), now + kSoon}));
}

// How long the members of each group may say nothing at most, those of its groups included.
std::map<SubjectId, microseconds> SubjectDirectory::Impl::longest_windows(const std::vector<SubjectEntry*>& entries) {
  std::map<SubjectId, microseconds> longest;
  const auto raise = [&longest](const Subject& member, microseconds window) {
    for (const GroupId& group : member.groups) longest[group] = std::max(longest[group], window);
  };
  std::vector<SubjectEntry*> groups;
  for (SubjectEntry* entry : entries) {
    const std::lock_guard lock(entry->mutex);
    if (entry->row->kind == SubjectKind::group && !entry->row->groups.empty()) groups.push_back(entry);
    if (can_fall_silent(*entry)) raise(*entry->row, entry->window);
  }
  for (std::size_t level = 1; level < kNestingMax; ++level) {
    for (SubjectEntry* group : groups) {
      const std::lock_guard lock(group->mutex);
      if (const auto found = longest.find(group->id); found != longest.end()) raise(*group->row, found->second);
    }
  }
  return longest;
}

void SubjectDirectory::Impl::listening_since(Monotonic now) {
  listening_.store(std::max<std::int64_t>(now.micros, 1), std::memory_order_release);
  const std::vector<SubjectEntry*> entries = all();
  const std::map<SubjectId, microseconds> windows = longest_windows(entries);
  for (SubjectEntry* entry : entries) {
    const std::lock_guard lock(entry->mutex);
    // Subjects that were silent before the last stop are judged once more: a cooldown may have ended meanwhile.
    if (can_fall_silent(*entry)) {
      look_at(*entry, silence_deadline(*entry));
    } else if (entry->window.count() == 0) {
      // Its members, or whoever observes it, come first: what was planned before an outage of ours does not hold.
      const auto window = windows.find(entry->id);
      entry->silence_from = now + (window == windows.end() ? kGraceAfterStart : window->second + kSoon);
      entry->queued_for = 0;
      if (is_judged(*entry) && !entry->states.empty()) look_at(*entry, entry->silence_from);
    } else if (is_judged(*entry) && !entry->states.empty()) {
      look_at(*entry, now + kGraceAfterStart);
    }
  }
}

void SubjectDirectory::Impl::storing_stopped(Monotonic now) {
  not_storing_since_.store(std::max<std::int64_t>(now.micros, 1), std::memory_order_release);
}

void SubjectDirectory::Impl::storing_again(Monotonic now) {
  if (not_storing_since_.exchange(0, std::memory_order_acq_rel) == 0) return;
  if (is_listening()) listening_since(now);
}

std::vector<SubjectEntry*> SubjectDirectory::Impl::take_due(Monotonic now, std::size_t limit) {
  std::vector<SubjectEntry*> due;
  while (due.size() < limit) {
    Look look{};
    {
      const std::lock_guard lock(due_mutex_);
      if (looks_.empty() || looks_.front().at > now.micros) break;
      look = looks_.front();
      std::pop_heap(looks_.begin(), looks_.end(), std::greater<>());
      looks_.pop_back();
    }
    SubjectEntry& entry = *look.entry;
    const std::lock_guard lock(entry.mutex);
    if (entry.queued_for != look.at) continue;  // outdated: an earlier look was planned afterwards
    entry.queued_for = 0;
    if (!is_judged(entry)) continue;
    const bool is_watched = can_fall_silent(entry);
    if (!is_watched && waits_until(entry) > now) {
      look_at(entry, waits_until(entry));
      continue;
    }
    if (is_watched && silence_deadline(entry) > now && entry.state == State::up && !waits_for_time(entry)) {
      look_at(entry, silence_deadline(entry));  // it was heard in the meantime, and nothing else is due
    } else {
      due.push_back(&entry);
    }
  }
  return due;
}

std::optional<Monotonic> SubjectDirectory::Impl::next_look() const {
  const std::lock_guard lock(due_mutex_);
  if (looks_.empty()) return std::nullopt;
  return Monotonic{looks_.front().at};
}

}  // namespace connlog
