// What sources do: the judgement from memory, and the two ways in.
#include "core/watch/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/text.h"
#include "core/watch/rule_parts.h"

namespace connlog {
namespace {

constexpr microseconds kEventGap = seconds(1);  // between two live events of one subject, at least
constexpr std::size_t kDetailBytesMax = 300;

State state_of(const Observation& observation) {
  return observation.state.value_or(State::up);
}

// Whether the observation changes the observed state, or why it holds.
bool is_news(const Observation& observation, State state, StateReason reason, Instant first_seen_at) {
  return state_of(observation) != state || reason == StateReason::silent || !first_seen_at.is_set();
}

std::string detail_of(const Observation& observation) {
  for (const auto& [part, text] : observation.details) {
    if (part == 0) return cut(text, kDetailBytesMax);
  }
  return {};
}

// The effect of one rule for one part.
Effect effect_of(const Rule& rule, const RuleState* kept, const Seen& seen, Instant now) {
  static const RuleState fresh{};
  switch (decide(rule, kept == nullptr ? fresh : *kept, seen, now).verdict) {
    case Verdict::keep:
      return Effect::none;
    case Verdict::remember:
      return Effect::state;
    case Verdict::open:
    case Verdict::resolve:
      break;
  }
  return Effect::incident;
}

}  // namespace

// ── Liveness ──

void Watch::expect_within(SubjectEntry& entry, microseconds window) {
  if (entry.window == window) return;
  entry.window = window;
  parts_.directory.impl().plan_look(entry, engine_now(), parts_.clock.monotonic());
}

void Watch::hear(SubjectEntry& entry, Monotonic now) {
  entry.heard = now;
  entry.heard_here = true;
}

bool Watch::ends_a_gap(const SubjectEntry& entry, Monotonic now) const {
  const SubjectDirectory::Impl& directory = parts_.directory.impl();
  if (!directory.is_listening() || entry.window.count() <= 0) return false;
  const Monotonic heard_before =
      std::max(entry.heard_here ? entry.heard : Monotonic{0}, std::max(entry.silence_from, directory.listening()));
  return now - heard_before > entry.window;
}

// ── From memory ──

Effect Watch::judge(const SubjectEntry& entry, const Observation& observation, bool after_gap) const {
  // A write that is under way may change the states that this would judge by.
  if (entry.in_flight > 0) return Effect::incident;
  if (!SubjectDirectory::Impl::is_judged(entry)) return Effect::none;
  if (is_news(observation, entry.state, entry.reason, entry.first_seen_at)) return Effect::incident;
  const Seen subject{
      .state = entry.state, .reason = entry.reason, .value_x100 = {}, .after_gap = after_gap, .is_reading = true};
  const Instant now = engine_now();
  Effect effect = Effect::none;
  for (const auto& rule : entry.rules) {
    each_part(*rule, entry.parts, [&](const Part& part) {
      const std::optional<Seen> seen = seen_of(*rule, part.number, subject, &observation.values);
      if (!seen) return;
      effect = std::max(effect, effect_of(*rule, entry.kept_state(*rule, part.number), *seen, now));
    });
    if (effect == Effect::incident) break;
  }
  return effect;
}

// ── Ways in ──

Reading Watch::reading_of(const SubjectEntry& entry, const Observation& observation) {
  return {.workspace = entry.workspace.id,
          .subject = entry.id,
          .at = observation.at,
          .key = observation.key,
          .values = observation.values};
}

void Watch::submit(const SubjectEntry& entry, const Observation& observation, Stores::Completion done) {
  parts_.readings.submit(reading_of(entry, observation), std::move(done));
}

Result<void> Watch::observe(Transaction& tx, SubjectEntry& entry, const Observation& observation, bool after_gap) {
  const auto subject = TRY(parts_.subjects.find(tx, entry.workspace.id, entry.id));
  if (!subject || subject->removed_at.is_set()) return {};
  if (observation.is_reading) TRY(parts_.readings.append(tx, reading_of(entry, observation)));
  if (subject->paused_at.is_set() || !entry.workspace.enabled.load(std::memory_order_relaxed)) return {};
  ObservedState observed = TRY(observed_of(tx, *subject));
  if (is_calm(observed.reason)) return {};

  const bool changes = is_news(observation, observed.state, observed.reason, observed.first_seen_at);
  if (changes) {
    if (!observed.first_seen_at.is_set()) observed.first_seen_at = observation.at;
    if (observation.is_reading) observed.last_seen_at = observation.at;
    const Instant since = observation.since.is_set() ? observation.since : observation.at;
    TRY(enter(tx, observed, state_of(observation), observation.reason, detail_of(observation), since));
  }
  Round round;
  const auto* rules = TRY(rules_of(tx, subject->workspace, round));
  const Look look{.subject = *subject,
                  .observed = observed,
                  .values = &observation.values,
                  .observation = &observation,
                  .after_gap = after_gap};
  TRY(judge_rules(tx, look, *rules));
  if (changes) TRY(settle(tx, subject->workspace, {subject->id}, round));
  return {};
}

bool Watch::landed(SubjectEntry& entry, const Observation& observation, bool stored, Monotonic admitted_at) {
  if (!stored) return false;
  const Monotonic now = parts_.clock.monotonic();
  const std::lock_guard lock(entry.mutex);
  if (!observation.is_reading) {
    parts_.directory.impl().plan_look(entry, engine_base_ + (now - engine_start_), now);
    return false;
  }
  entry.newest = reading_of(entry, observation);  // the last committed, not the latest: the wall clock may step back
  entry.last_seen_at = observation.at;
  parts_.directory.impl().plan_look(entry, engine_base_ + (now - engine_start_), now);
  if (!parts_.bus.watched()) return false;
  if (entry.event_seen && admitted_at - entry.event_published < kEventGap) return false;
  entry.event_published = admitted_at;
  entry.event_seen = true;
  return true;
}

namespace {

// The members of "values", as the API shows them in the subject's "latest".
std::string values_text(const Values& values) {
  std::string out;
  for (const MetricRow& row : kMetricTable) {
    const std::optional<std::int64_t> value = value_of(row, values);
    if (!value) continue;
    fmt::format_to(std::back_inserter(out), R"({}{{"metric":"{}","part":"","value":{}}})", out.empty() ? "" : ",",
                   row.word, value_text(row, *value));
  }
  return out;
}

}  // namespace

void Watch::publish_observed(const SubjectEntry& entry, const Observation& observation) const {
  const WorkspaceId workspace = entry.workspace.id;
  const auto live = parts_.directory.find(workspace, entry.id);
  if (!live) return;
  const std::string at = to_iso8601(observation.at);
  std::string data = fmt::format(R"({{"workspace_id":"{}","subject_id":"{}","kind":"{}","state":"{}",)"
                                 R"("last_seen_at":"{}","latest":{{"at":"{}","values":[{}]}}}})",
                                 workspace.text(), entry.id.text(), to_text(live->row->kind), to_text(live->shown), at,
                                 at, values_text(observation.values));
  parts_.bus.publish({workspace, EventScope::about(entry.id), EventName::subject_observed, std::move(data)});
}

// ── The observed state ──

Result<ObservedState> Watch::observed_of(Snapshot& snapshot, const Subject& subject) const {
  auto stored = TRY(parts_.subjects.state(snapshot, subject.workspace, subject.id));
  if (stored) return *std::move(stored);
  ObservedState fresh;
  fresh.subject = subject.id;
  fresh.workspace = subject.workspace;
  fresh.since = subject.created_at;
  return fresh;
}

Result<void> Watch::enter(Transaction& tx, ObservedState& observed, State state, StateReason reason, std::string detail,
                          Instant at) {
  // A state does not begin before the one that it ends, unless the clock was ahead when that began.
  if (at < observed.since && observed.since <= parts_.clock.now()) at = observed.since;
  const ObservedState before = observed;
  observed.state = state;
  observed.reason = reason;
  observed.detail = std::move(detail);
  observed.since = at;
  TRY(parts_.subjects.put_state(tx, observed));
  remember(tx, observed);
  if (parts_.telling == nullptr || before.state == state) return {};
  // A subject that is not in memory yet is in nobody's way: nothing depends on it.
  const auto row = parts_.directory.row(observed.workspace, observed.subject);
  if (row == nullptr) return {};
  return parts_.telling->state_changed(tx, *row, before, observed);
}

void Watch::remember(Transaction& tx, const ObservedState& observed) {
  tx.after_commit([this, observed] {
    parts_.directory.impl().set_observed(observed);
    plan(observed.subject);
    publish_subject(observed.workspace, observed.subject);
  });
}

void Watch::plan(SubjectId subject) const {
  SubjectEntry* entry = parts_.directory.impl().by_id(subject);
  if (entry == nullptr) return;
  const Monotonic now = parts_.clock.monotonic();
  const std::lock_guard lock(entry->mutex);
  parts_.directory.impl().plan_look(*entry, engine_base_ + (now - engine_start_), now);
}

}  // namespace connlog
