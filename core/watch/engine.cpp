#include "core/watch/engine.h"

#include <algorithm>

#include "core/base/assert.h"

namespace connlog {
namespace {

Decision keep(Reason reason) {
  return {.verdict = Verdict::keep, .reason = reason, .next = {}, .ask_again = {}};
}

bool is_breached(const Rule& rule, std::int64_t value_x100) {
  return rule.comparison == Comparison::above ? value_x100 > rule.threshold_x100 : value_x100 < rule.threshold_x100;
}

bool is_recovered(const Rule& rule, std::int64_t value_x100) {
  return rule.comparison == Comparison::above ? value_x100 <= rule.threshold_x100 - rule.hysteresis_x100
                                              : value_x100 >= rule.threshold_x100 + rule.hysteresis_x100;
}

// When the cooldown ends; never later than a whole cooldown from `now`, whatever clock the stored instant came from.
Instant cooldown_end(const Rule& rule, const RuleState& state, Instant now) {
  return std::min(state.cooldown_until, now + seconds(rule.cooldown_seconds));
}

Decision open(const RuleState& state, Instant now, Reason reason) {
  Decision decision{.verdict = Verdict::open, .reason = reason, .next = state, .ask_again = {}};
  decision.next.phase = RuleState::Phase::open;
  decision.next.since = now;
  decision.next.deadline = {};
  return decision;
}

Decision resolve(const Rule& rule, const RuleState& state, Instant now) {
  Decision decision{
      .verdict = Verdict::resolve, .reason = Reason::recovered, .next = calm(state, now), .ask_again = {}};
  decision.next.cooldown_until = now + seconds(rule.cooldown_seconds);
  return decision;
}

Decision begin(const Rule& rule, const RuleState& state, Instant now, Reason reason) {
  Decision decision{.verdict = Verdict::remember, .reason = reason, .next = state, .ask_again = {}};
  decision.next.phase = RuleState::Phase::pending;
  decision.next.since = now;
  decision.next.deadline = std::max(now + seconds(rule.duration_seconds), cooldown_end(rule, state, now));
  return decision;
}

Decision decide_silence(const Rule& rule, const RuleState& state, const Observation& observation, Instant now) {
  const bool is_open = state.phase == RuleState::Phase::open;
  if (observation.kind == Observation::Kind::heartbeat) {
    return is_open ? resolve(rule, state, now) : keep(Reason::not_breached);
  }
  if (is_open) return keep(Reason::still_open);
  const Instant end = cooldown_end(rule, state, now);
  if (now < end) {
    // A cooldown that was stored while the clock was ahead is cut once, and the cut is stored: clamped only at each
    // call, it would never end.
    Decision decision{.verdict = end < state.cooldown_until ? Verdict::remember : Verdict::keep,
                      .reason = Reason::in_cooldown,
                      .next = state,
                      .ask_again = end};
    decision.next.cooldown_until = end;
    return decision;
  }
  return open(state, now, Reason::went_silent);
}

Decision decide_metric(const Rule& rule, const RuleState& state, const Observation& observation, Instant now) {
  if (observation.kind == Observation::Kind::silent) return keep(Reason::not_its_business);
  if (!observation.value_x100) return keep(Reason::no_value);
  const std::int64_t value = *observation.value_x100;

  switch (state.phase) {
    case RuleState::Phase::open:
      if (is_recovered(rule, value)) return resolve(rule, state, now);
      return keep(is_breached(rule, value) ? Reason::still_open : Reason::within_hysteresis);

    case RuleState::Phase::pending: {
      if (!is_breached(rule, value)) {
        return {
            .verdict = Verdict::remember, .reason = Reason::breach_ended, .next = calm(state, now), .ask_again = {}};
      }
      if (observation.after_gap) return begin(rule, state, now, Reason::breach_began_anew);
      const Instant latest = std::max(now + seconds(rule.duration_seconds), cooldown_end(rule, state, now));
      if (now < std::min(state.deadline, latest)) {
        // A deadline later than the rule allows was stored while the clock was ahead: it is set again, counted from
        // `now`.
        if (state.deadline <= latest) return keep(Reason::breach_continues);
        return begin(rule, state, now, Reason::breach_continues);
      }
      return open(state, now, Reason::duration_reached);
    }

    case RuleState::Phase::ok: {
      if (!is_breached(rule, value)) return keep(Reason::not_breached);
      Decision decision = begin(rule, state, now, Reason::breach_began);
      if (decision.next.deadline <= now) return open(state, now, Reason::duration_reached);
      if (rule.duration_seconds == 0) decision.reason = Reason::in_cooldown;
      return decision;
    }
  }
  return keep(Reason::not_breached);
}

}  // namespace

Decision decide(const Rule& rule, const RuleState& state, const Observation& observation, Instant now) {
  return rule.kind == RuleKind::silence ? decide_silence(rule, state, observation, now)
                                        : decide_metric(rule, state, observation, now);
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
