// What time causes: silence, and deadlines of rules; and what follows from a change of state for the groups above.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/watch/watch.h"

namespace connlog {
namespace {

std::vector<SubjectId> without_doubles(std::vector<SubjectId> subjects) {
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  return subjects;
}

}  // namespace

Watch::Due Watch::due_of(SubjectEntry& entry) const {
  const SubjectDirectory::Impl& directory = parts_.directory.impl();
  const Monotonic now = parts_.clock.monotonic();
  const Instant wall = parts_.clock.now();
  Due due;
  const std::lock_guard lock(entry.mutex);
  due.is_judged =
      directory.is_listening() && SubjectDirectory::Impl::is_judged(entry) && directory.waits_until(entry) <= now;
  if (!due.is_judged) return due;
  due.last_seen_at = entry.last_seen_at;
  if (!entry.parts.empty() && entry.newest) due.values = entry.newest->values;
  if (!SubjectDirectory::Impl::can_fall_silent(entry)) return due;
  const Monotonic deadline = directory.silence_deadline(entry);
  due.is_silent = deadline <= now;
  if (!due.is_silent) return due;
  due.silent_since = wall - (now - deadline);
  // For a subject that this process heard, the monotonic clock tells how long it is silent. Across a restart only the
  // wall clock can, and it may have stepped.
  const microseconds silent =
      entry.heard_here ? now - entry.heard : std::max<microseconds>(wall - entry.last_seen_at, entry.window);
  due.silent_for = std::chrono::duration_cast<seconds>(silent);
  return due;
}

Result<bool> Watch::look(Transaction& tx, SubjectEntry& entry, Round& round) {
  const Due due = due_of(entry);
  if (!due.is_judged) return false;
  const auto subject = TRY(parts_.subjects.find(tx, entry.workspace.id, entry.id));
  if (!subject || subject->removed_at.is_set() || subject->paused_at.is_set()) return false;
  ObservedState observed = TRY(observed_of(tx, *subject));
  if (is_calm(observed.reason)) return false;

  const bool is_news = due.is_silent && (observed.state != State::down || observed.reason != StateReason::silent);
  if (is_news) {
    observed.last_seen_at = due.last_seen_at;
    TRY(enter(tx, observed, State::down, StateReason::silent, {}, due.silent_since));
    round.changed[subject->workspace].push_back(subject->id);
  }
  const auto* rules = TRY(rules_of(tx, subject->workspace, round));
  const Look look{.subject = *subject,
                  .observed = observed,
                  .values = due.values ? &*due.values : nullptr,
                  .silent_for = due.silent_for};
  TRY(judge_rules(tx, look, *rules));
  return due.is_silent;
}

Result<const std::vector<Rule>*> Watch::rules_of(Snapshot& snapshot, WorkspaceId workspace, Round& round) const {
  const auto found = round.rules.find(workspace);
  if (found != round.rules.end()) return &found->second;
  std::vector<Rule> rules = TRY(parts_.rules.list(snapshot, workspace));
  return &(round.rules[workspace] = std::move(rules));
}

Result<void> Watch::settle(Transaction& tx, Round& round) {
  for (auto& [workspace, subjects] : round.changed) TRY(settle(tx, workspace, std::move(subjects), round));
  round.changed.clear();
  return {};
}

Result<void> Watch::settle(Transaction& tx, WorkspaceId workspace, std::vector<SubjectId> changed) {
  Round round;
  return settle(tx, workspace, std::move(changed), round);
}

// First all groups above are found, with their distance from what changed; then each is computed once, the nearest
// first, where a member of it has changed. A group in the wrong place (a circle) ends at kNestingMax.
Result<void> Watch::settle(Transaction& tx, WorkspaceId workspace, std::vector<SubjectId> changed, Round& round) {
  std::map<SubjectId, std::vector<GroupId>> above;
  std::map<GroupId, std::size_t> distances;
  std::vector<SubjectId> level = without_doubles(std::move(changed));
  const std::vector<SubjectId> first = level;
  for (std::size_t distance = 1; distance <= kNestingMax && !level.empty(); ++distance) {
    std::vector<SubjectId> next;
    for (const SubjectId& member : level) {
      const auto [at, is_new] = above.try_emplace(member);
      if (is_new) at->second = TRY(parts_.groups.groups_of(tx, workspace, member));
      for (const GroupId& group : at->second) {
        distances[group] = distance;
        next.push_back(group);
      }
    }
    level = without_doubles(std::move(next));
  }
  if (distances.empty()) return {};

  // The groups to compute, with the moment from which a change of theirs holds.
  std::map<GroupId, Instant> stirred;
  const auto stir = [&](const SubjectId& member, Instant at) {
    for (const GroupId& group : above[member]) stirred[group] = std::max(stirred[group], at);
  };
  for (const SubjectId& member : first) {
    const auto observed = TRY(parts_.subjects.state(tx, workspace, member));
    stir(member, observed ? observed->since : parts_.clock.now());
  }
  std::vector<std::pair<std::size_t, GroupId>> order;
  for (const auto& [group, distance] : distances) order.emplace_back(distance, group);
  std::sort(order.begin(), order.end());
  for (const auto& [distance, group] : order) {
    const auto at = stirred.find(group);
    if (at == stirred.end()) continue;
    const auto since = TRY(compute(tx, workspace, group, at->second, round));
    if (since) stir(group, *since);
  }
  return {};
}

Result<std::optional<Instant>> Watch::compute(Transaction& tx, WorkspaceId workspace, GroupId id, Instant at,
                                              Round& round) {
  const std::optional<Instant> same;
  const auto subject = TRY(parts_.subjects.find(tx, workspace, id));
  if (!subject || subject->removed_at.is_set() || subject->paused_at.is_set()) return same;
  const auto group = TRY(parts_.groups.find(tx, workspace, id));
  if (!group) return same;
  ObservedState observed = TRY(observed_of(tx, *subject));
  if (is_calm(observed.reason)) return same;
  const MemberCounts counts = TRY(parts_.groups.counts(tx, workspace, id));
  const State state = state_of(*group, counts);
  std::string detail = detail_of(counts);
  if (state == observed.state) {
    if (state == State::pending || detail == observed.detail) return same;
    observed.detail = std::move(detail);
    TRY(parts_.subjects.put_state(tx, observed));
    remember(tx, observed);
    return same;
  }
  TRY(enter(tx, observed, state, StateReason::members, std::move(detail), std::min(at, parts_.clock.now())));
  const auto* rules = TRY(rules_of(tx, workspace, round));
  TRY(judge_rules(tx, {.subject = *subject, .observed = observed}, *rules));
  return std::optional<Instant>(observed.since);
}

}  // namespace connlog
