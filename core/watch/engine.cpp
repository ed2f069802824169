#include "core/watch/engine.h"

#include <algorithm>

#include "core/base/assert.h"

namespace connlog {
namespace {

Decision keep(Reason reason) {
  return {.verdict = Verdict::keep, .reason = reason, .next = {}};
}

bool is_breached(const Rule& rule, std::int64_t value_x100) {
  return rule.comparison == Comparison::above ? value_x100 > rule.threshold_x100 : value_x100 < rule.threshold_x100;
}

bool is_recovered(const Rule& rule, std::int64_t value_x100) {
  return rule.comparison == Comparison::above ? value_x100 <= rule.threshold_x100 - rule.hysteresis_x100
                                              : value_x100 >= rule.threshold_x100 + rule.hysteresis_x100;
}

bool is_silent(const Seen& seen) {
  return seen.state == State::down && seen.reason == StateReason::silent;
}

// When the cooldown ends; never later than a whole cooldown from `now`, whatever clock the stored instant came from.
Instant cooldown_end(const Rule& rule, const RuleState& state, Instant now) {
  return std::min(state.cooldown_until, now + seconds(rule.cooldown_seconds));
}

// The latest deadline that a breach which begins now can have.
Instant latest_deadline(const Rule& rule, const RuleState& state, Instant now) {
  return std::max(now + seconds(rule.duration_seconds), cooldown_end(rule, state, now));
}

Decision open(const RuleState& state, Instant now, Reason reason) {
  Decision decision{.verdict = Verdict::open, .reason = reason, .next = state};
  decision.next.phase = RuleState::Phase::open;
  decision.next.since = now;
  decision.next.deadline = {};
  return decision;
}

Decision resolve(const Rule& rule, const RuleState& state, Instant now) {
  Decision decision{.verdict = Verdict::resolve, .reason = Reason::recovered, .next = calm(state, now)};
  decision.next.cooldown_until = now + seconds(rule.cooldown_seconds);
  return decision;
}

Decision begin(const Rule& rule, const RuleState& state, Instant now, Reason reason) {
  Decision decision{.verdict = Verdict::remember, .reason = reason, .next = state};
  decision.next.phase = RuleState::Phase::pending;
  decision.next.since = now;
  decision.next.deadline = latest_deadline(rule, state, now);
  return decision;
}

// Nothing is pending, and the condition holds.
Decision first_breach(const Rule& rule, const RuleState& state, Instant now) {
  Decision decision = begin(rule, state, now, Reason::breach_began);
  if (decision.next.deadline <= now) return open(state, now, Reason::duration_reached);
  if (rule.duration_seconds == 0) decision.reason = Reason::in_cooldown;
  return decision;
}

// The condition held before, and holds.
Decision next_breach(const Rule& rule, const RuleState& state, Instant now) {
  const Instant latest = latest_deadline(rule, state, now);
  if (now >= std::min(state.deadline, latest)) return open(state, now, Reason::duration_reached);
  if (state.deadline <= latest) return keep(Reason::breach_continues);
  // A deadline later than the rule allows was stored while the clock was ahead: it is set again, counted from `now`.
  return begin(rule, state, now, Reason::breach_continues);
}

Decision breach_ended(const RuleState& state, Instant now) {
  return {.verdict = Verdict::remember, .reason = Reason::breach_ended, .next = calm(state, now)};
}

Decision decide_silence(const Rule& rule, const RuleState& state, const Seen& seen, Instant now) {
  const bool is_open = state.phase == RuleState::Phase::open;
  if (!is_silent(seen)) return is_open ? resolve(rule, state, now) : keep(Reason::not_breached);
  if (is_open) return keep(Reason::still_open);
  const Instant end = cooldown_end(rule, state, now);
  if (now < end) {
    // A cooldown that was stored while the clock was ahead is cut once, and the cut is stored: clamped only at each
    // call, it would never end.
    Decision decision{.verdict = end < state.cooldown_until ? Verdict::remember : Verdict::keep,
                      .reason = Reason::in_cooldown,
                      .next = state};
    decision.next.cooldown_until = end;
    return decision;
  }
  return open(state, now, Reason::went_silent);
}

Decision decide_metric(const Rule& rule, const RuleState& state, const Seen& seen, Instant now) {
  if (!seen.is_reading) return keep(Reason::not_its_business);
  if (!seen.value_x100) return keep(Reason::no_value);
  const std::int64_t value = *seen.value_x100;
  switch (state.phase) {
    case RuleState::Phase::open:
      if (is_recovered(rule, value)) return resolve(rule, state, now);
      return keep(is_breached(rule, value) ? Reason::still_open : Reason::within_hysteresis);
    case RuleState::Phase::pending:
      if (!is_breached(rule, value)) return breach_ended(state, now);
      if (seen.after_gap) return begin(rule, state, now, Reason::breach_began_anew);
      return next_breach(rule, state, now);
    case RuleState::Phase::ok:
      return is_breached(rule, value) ? first_breach(rule, state, now) : keep(Reason::not_breached);
  }
  return keep(Reason::not_breached);
}

// A gap does not matter: the record of observed states says what held meanwhile.
Decision decide_state(const Rule& rule, const RuleState& state, const Seen& seen, Instant now) {
  const bool holds = seen.state == rule.state;
  switch (state.phase) {
    case RuleState::Phase::open:
      return holds ? keep(Reason::still_open) : resolve(rule, state, now);
    case RuleState::Phase::pending:
      return holds ? next_breach(rule, state, now) : breach_ended(state, now);
    case RuleState::Phase::ok:
      return holds ? first_breach(rule, state, now) : keep(Reason::not_breached);
  }
  return keep(Reason::not_breached);
}

}  // namespace

Decision decide(const Rule& rule, const RuleState& state, const Seen& seen, Instant now) {
  switch (rule.kind) {
    case RuleKind::silence:
      return decide_silence(rule, state, seen, now);
    case RuleKind::metric:
      return decide_metric(rule, state, seen, now);
    case RuleKind::state:
      return decide_state(rule, state, seen, now);
    case RuleKind::event:
      return keep(Reason::not_its_business);
  }
  return keep(Reason::not_breached);
}

std::optional<Instant> next_look(const Rule& rule, const RuleState& state, const Seen& seen, Instant now) {
  switch (rule.kind) {
    case RuleKind::silence:
      if (state.phase == RuleState::Phase::open || !state.cooldown_until.is_set() || !is_silent(seen))
        return std::nullopt;
      return cooldown_end(rule, state, now);
    case RuleKind::metric:
    case RuleKind::event:
      return std::nullopt;
    case RuleKind::state:
      if (state.phase != RuleState::Phase::pending) return std::nullopt;
      return std::min(state.deadline, latest_deadline(rule, state, now));
  }
  return std::nullopt;
}

RuleState calm(const RuleState& state, Instant now) {
  RuleState next = state;
  next.phase = RuleState::Phase::ok;
  next.since = now;
  next.deadline = {};
  next.incident = {};
  return next;
}

std::string_view to_text(Reason reason) {
  switch (reason) {
    case Reason::not_breached:
      return "not_breached";
    case Reason::no_value:
      return "no_value";
    case Reason::breach_began:
      return "breach_began";
    case Reason::breach_began_anew:
      return "breach_began_anew";
    case Reason::breach_continues:
      return "breach_continues";
    case Reason::breach_ended:
      return "breach_ended";
    case Reason::duration_reached:
      return "duration_reached";
    case Reason::in_cooldown:
      return "in_cooldown";
    case Reason::still_open:
      return "still_open";
    case Reason::within_hysteresis:
      return "within_hysteresis";
    case Reason::recovered:
      return "recovered";
    case Reason::went_silent:
      return "went_silent";
    case Reason::not_its_business:
      return "not_its_business";
  }
  return "";
}

}  // namespace connlog
