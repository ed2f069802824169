// What people do to subjects, as far as states, rules and incidents follow from it; and the parts of subjects.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/watch/watch.h"

namespace connlog {
namespace {

constexpr microseconds kPartNotedEvery = seconds(86'400);  // how old `last_used_at` of a part may be

const Rule* find_rule(const std::vector<Rule>& rules, RuleId id) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

Result<void> Watch::added(Transaction& tx, const Subject& subject) {
  ObservedState observed;
  observed.subject = subject.id;
  observed.workspace = subject.workspace;
  observed.since = subject.created_at;
  TRY(parts_.subjects.put_state(tx, observed));
  tx.after_commit([this, subject] { parts_.directory.put(subject); });
  remember(tx, observed);
  return begin_kind(tx, subject.workspace, subject.kind);
}

Result<void> Watch::begin_kind(Transaction& tx, WorkspaceId workspace, SubjectKind kind) {
  constexpr std::size_t kRoomFor = 100;  // rules: a workspace with more than these made its own
  if (parts_.directory.count(workspace, kind) > 0) return {};
  const std::vector<Rule> fresh = default_rules_of(kind, workspace, parts_.clock.now(), parts_.random);
  if (fresh.empty()) return {};
  const auto standing = TRY(parts_.rules.list(tx, workspace));
  if (standing.size() > kRoomFor) return {};
  if (std::ranges::any_of(standing, [&](const Rule& rule) { return rule.only_kind == kind; })) return {};
  for (const Rule& rule : fresh) {
    TRY(parts_.rules.insert(tx, rule));
    tx.after_commit([this, rule] { parts_.directory.impl().put_rule(rule); });
  }
  return {};
}

// ── Calm ──

Result<void> Watch::end_all(Transaction& tx, const Subject& subject, Resolution resolution,
                            const std::string& actor_name) {
  const auto states = TRY(parts_.incidents.states_of(tx, subject.workspace, subject.id));
  for (const RuleState& state : states) TRY(end(tx, state, resolution, actor_name));
  return end_events(tx, subject, resolution, actor_name);
}

// Switched off counts more than paused: a subject that is both is `disabled` until it is switched on again.
Result<void> Watch::stop(Transaction& tx, const Subject& subject, StateReason why) {
  ObservedState observed = TRY(observed_of(tx, subject));
  if (observed.reason == why || observed.reason == StateReason::disabled) return {};
  TRY(enter(tx, observed, State::unknown, why, {}, parts_.clock.now()));
  return settle(tx, subject.workspace, {subject.id});
}

Result<void> Watch::resume(Transaction& tx, const Subject& subject, StateReason stopped_by) {
  ObservedState observed = TRY(observed_of(tx, subject));
  if (observed.reason != stopped_by) return {};
  if (subject.paused_at.is_set())
    return enter(tx, observed, State::unknown, StateReason::paused, {}, parts_.clock.now());
  TRY(enter(tx, observed, State::pending, StateReason::resumed, {}, parts_.clock.now()));
  tx.after_commit([this, id = subject.id] {
    SubjectEntry* entry = parts_.directory.impl().by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    entry->silence_from = std::max(entry->silence_from, parts_.clock.monotonic());
  });
  if (subject.kind == SubjectKind::group) {
    Round round;
    TRY(compute(tx, subject.workspace, GroupId::of(subject.id), parts_.clock.now(), round));
  }
  return settle(tx, subject.workspace, {subject.id});
}

Result<void> Watch::switched(Transaction& tx, const Subject& subject, bool off, const std::string& actor_name) {
  if (off) {
    TRY(end_all(tx, subject, Resolution::subject_disabled, actor_name));
    TRY(stop(tx, subject, StateReason::disabled));
  } else {
    TRY(resume(tx, subject, StateReason::disabled));
  }
  tx.after_commit([this, id = subject.id, off] {
    SubjectEntry* entry = parts_.directory.impl().by_id(id);
    if (entry == nullptr) return;
    {
      const std::lock_guard lock(entry->mutex);
      entry->is_off = off;
    }
    plan(id);
  });
  return {};
}

// ── Changes ──

Result<void> Watch::subject_changed(Transaction& tx, const Subject& before, const Subject& after,
                                    const std::string& actor_name) {
  const bool was_paused = before.paused_at.is_set();
  const bool is_paused = after.paused_at.is_set();
  if (is_paused && !was_paused) {
    TRY(end_all(tx, after, Resolution::subject_paused, actor_name));
    return stop(tx, after, StateReason::paused);
  }
  const auto states = TRY(parts_.incidents.states_of(tx, after.workspace, after.id));
  if (!states.empty()) {
    const auto rules = TRY(parts_.rules.list(tx, after.workspace));
    for (const RuleState& state : states) {
      const Rule* rule = find_rule(rules, state.rule);
      if (rule == nullptr || targets(*rule, after)) continue;
      TRY(end(tx, state, Resolution::subject_changed, actor_name));
    }
  }
  if (was_paused && !is_paused) {
    // What follows plans looks, which a row that is still paused would not get.
    tx.after_commit([this, after] { parts_.directory.put(after); });
    return resume(tx, after, StateReason::paused);
  }
  if (is_paused) return {};
  // A rule that is about it from now on is judged soon, also where nothing reports.
  tx.after_commit([this, id = after.id] {
    SubjectEntry* entry = parts_.directory.impl().by_id(id);
    if (entry == nullptr) return;
    const std::lock_guard lock(entry->mutex);
    if (entry->state == State::up || entry->state == State::pending) return;
    parts_.directory.impl().look_at(*entry, parts_.clock.monotonic());
  });
  return {};
}

Result<void> Watch::not_measured(Transaction& tx, const Subject& subject, std::span<const Metric> gone,
                                 const std::string& actor_name) {
  const auto states = TRY(parts_.incidents.states_of(tx, subject.workspace, subject.id));
  if (states.empty()) return {};
  const auto rules = TRY(parts_.rules.list(tx, subject.workspace));
  for (const RuleState& state : states) {
    const Rule* rule = find_rule(rules, state.rule);
    if (rule == nullptr || rule->kind != RuleKind::metric) continue;
    if (std::find(gone.begin(), gone.end(), rule->metric) == gone.end()) continue;
    TRY(end(tx, state, Resolution::subject_changed, actor_name));
  }
  return {};
}

Result<void> Watch::removed(Transaction& tx, const Subject& subject, const std::string& actor_name) {
  return end_all(tx, subject, Resolution::subject_removed, actor_name);
}

Result<void> Watch::came_back(Transaction& tx, const Subject& subject) {
  if (subject.kind == SubjectKind::source) {
    IncidentStore::Filter open;
    open.state = IncidentStore::Filter::State::open;
    open.subject = subject.id;
    open.limit = 1;
    const auto left = TRY(parts_.incidents.list(tx, subject.workspace, open));
    if (!left.empty()) {
      return Error{ErrorCode::conflict,
                   "What was open of it when it was removed is still being ended. Try again in a minute."};
    }
  }
  ObservedState observed = TRY(observed_of(tx, subject));
  auto parts = TRY(parts_.subjects.parts(tx, subject.workspace, subject.id));
  tx.after_commit([this, subject, parts = std::move(parts)] {
    SubjectEntry* entry = parts_.directory.impl().put(subject);
    parts_.directory.impl().set_parts(subject.id, parts);
    const std::lock_guard lock(entry->mutex);
    entry->silence_from = std::max(entry->silence_from, parts_.clock.monotonic());
  });
  if (is_calm(observed.reason)) {
    remember(tx, observed);
  } else {
    TRY(enter(tx, observed, State::pending, StateReason::resumed, {}, parts_.clock.now()));
  }
  return settle(tx, subject.workspace, {subject.id});
}

Result<void> Watch::group_changed(Transaction& tx, const Group& group) {
  Round round;
  const auto since = TRY(compute(tx, group.workspace, group.id, parts_.clock.now(), round));
  if (!since) return {};
  return settle(tx, group.workspace, {group.id}, round);
}

// ── Parts ──

Result<std::optional<PartNumber>> Watch::part(Transaction& tx, SubjectEntry& entry, std::string_view text) {
  const WorkspaceId workspace = entry.workspace.id;
  auto parts = TRY(parts_.subjects.parts(tx, workspace, entry.id));
  const Instant now = parts_.clock.now();
  PartNumber last = 0;
  for (Part& part : parts) {
    last = std::max(last, part.number);
    if (part.text != text) continue;
    const PartNumber number = part.number;
    if (now - part.last_used_at < kPartNotedEvery) return std::optional<PartNumber>(number);
    part.last_used_at = now;
    TRY(parts_.subjects.put_part(tx, workspace, entry.id, part));
    return std::optional<PartNumber>(number);
  }
  if (parts.size() >= kPartsMax) {
    log_warning("part_dropped", {{"subject", entry.id.text()}, {"part", text}, {"why", "It has too many parts."}});
    return std::optional<PartNumber>();
  }
  const Part fresh{.number = last + 1, .text = std::string(text), .last_used_at = now};
  TRY(parts_.subjects.put_part(tx, workspace, entry.id, fresh));
  parts.push_back(fresh);
  tx.after_commit([this, id = entry.id, parts = std::move(parts)] { parts_.directory.impl().set_parts(id, parts); });
  return std::optional<PartNumber>(fresh.number);
}

Result<void> Watch::part_gone(Transaction& tx, SubjectEntry& entry, PartNumber number) {
  const WorkspaceId workspace = entry.workspace.id;
  const auto states = TRY(parts_.incidents.states_of(tx, workspace, entry.id));
  for (const RuleState& state : states) {
    if (state.part == number) TRY(end(tx, state, Resolution::part_gone, {}));
  }
  TRY(parts_.subjects.remove_part(tx, workspace, entry.id, number));
  auto parts = TRY(parts_.subjects.parts(tx, workspace, entry.id));
  tx.after_commit([this, id = entry.id, parts = std::move(parts)] { parts_.directory.impl().set_parts(id, parts); });
  return {};
}

}  // namespace connlog
