// Rules: what they mean for a subject at one moment, and what a change of a rule ends.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/watch/rule_parts.h"
#include "core/watch/watch.h"

namespace connlog {
namespace {

constexpr std::size_t kDetailBytesMax = 300;

// "Memory used on db-1 is 97.5 %, above 95 %". A rule opens an incident only with a value, and so of a known metric.
std::string metric_summary(const Rule& rule, std::string_view name, std::string_view part, std::int64_t value_x100) {
  const MetricRow* row = find_metric(rule.metric);
  if (row == nullptr) return sentence(rule);
  std::string noun(row->noun);
  if (noun[0] >= 'a' && noun[0] <= 'z') noun[0] = static_cast<char>(noun[0] - 'a' + 'A');
  if (!part.empty()) noun += fmt::format(" of {}", part);
  return fmt::format("{} on {} is {}, {} {}", noun, name, measured_text(*row, value_x100), to_text(rule.comparison),
                     measured_text(*row, rule.threshold_x100));
}

// "02:14:07"
std::string time_of_day(Instant at) {
  constexpr std::size_t kBeforeTime = 11, kTime = 8;
  return to_iso8601(at).substr(kBeforeTime, kTime);
}

// "web cannot be checked since 02:14:07 UTC: no route for IPv4"
std::string unchecked_summary(std::string_view name, Instant since, std::string_view why) {
  return fmt::format("{} cannot be checked since {} UTC{}{}", name, time_of_day(since), why.empty() ? "" : ": ", why);
}

// "rack-4 is down: 2 of 5 members are down"
std::string state_summary(std::string_view name, std::string_view part, State state, std::string_view why) {
  const std::string who = part.empty() ? std::string(name) : fmt::format("{} of {}", part, name);
  return fmt::format("{} is {}{}{}", who, to_text(state), why.empty() ? "" : ": ", why);
}

RuleState state_in(const std::vector<RuleState>& states, const Rule& rule, SubjectId subject, PartNumber part) {
  for (const RuleState& state : states) {
    if (state.rule == rule.id && state.part == part) return state;
  }
  RuleState fresh;
  fresh.rule = rule.id;
  fresh.subject = subject;
  fresh.part = part;
  fresh.workspace = rule.workspace;
  return fresh;
}

bool same_condition(const Rule& a, const Rule& b) {
  return a.kind == b.kind && a.metric == b.metric && a.comparison == b.comparison &&
         a.threshold_x100 == b.threshold_x100 && a.state == b.state && a.part == b.part &&
         a.duration_seconds == b.duration_seconds;
}

// False when the changed rule watches another thing: its open incidents would be about something that is no longer
// judged. A new threshold alone leaves an incident open; the next reading decides.
bool watches_the_same(const Rule& a, const Rule& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case RuleKind::silence:
    case RuleKind::event:
      return true;
    case RuleKind::metric:
      return a.metric == b.metric && a.comparison == b.comparison && a.part == b.part;
    case RuleKind::state:
      return a.state == b.state && a.part == b.part;
  }
  return false;
}

}  // namespace

Result<void> Watch::judge_rules(Transaction& tx, const Look& look, const std::vector<Rule>& rules) {
  const Subject& subject = look.subject;
  std::vector<const Rule*> about;
  bool needs_parts = false;
  for (const Rule& rule : rules) {
    if (!rule.enabled || !targets(rule, subject)) continue;
    about.push_back(&rule);
    needs_parts = needs_parts || is_about_parts(rule);
  }
  if (about.empty()) return {};
  const auto states = TRY(parts_.incidents.states_of(tx, subject.workspace, subject.id));
  std::vector<Part> parts;
  if (needs_parts) parts = TRY(parts_.subjects.parts(tx, subject.workspace, subject.id));
  for (const Rule* rule : about) {
    std::vector<const Part*> judged;
    each_part(*rule, parts, [&judged](const Part& part) { judged.push_back(&part); });
    for (const Part* part : judged)
      TRY(judge_rule(tx, look, *rule, *part, state_in(states, *rule, subject.id, part->number)));
  }
  return {};
}

std::string Watch::summary_of(const Look& look, const Rule& rule, const Part& part, const Seen& seen) {
  const std::string& name = look.subject.name;
  switch (rule.kind) {
    case RuleKind::silence:
      return fmt::format("{} has been silent for {}", name,
                         duration_text(std::max<std::int64_t>(look.silent_for.count(), 0)));
    case RuleKind::metric:
      return metric_summary(rule, name, part.text, seen.value_x100.value_or(0));
    case RuleKind::state:
    case RuleKind::event:
      break;
  }
  if (part.number == 0 && look.observed.reason == StateReason::unchecked)
    return unchecked_summary(name, look.observed.since, look.observed.detail);
  std::string why;
  if (part.number == 0) {
    why = look.observed.reason == StateReason::silent
              ? fmt::format("silent since {} UTC", time_of_day(look.observed.since))
              : look.observed.detail;
  } else if (look.observation != nullptr) {
    for (const auto& [number, text] : look.observation->details) {
      if (number == part.number) why = cut(text, kDetailBytesMax);
    }
  }
  return state_summary(name, part.text, seen.state, why);
}

Result<void> Watch::judge_rule(Transaction& tx, const Look& look, const Rule& rule, const Part& part,
                               const RuleState& state) {
  const Seen subject{.state = look.observed.state,
                     .reason = look.observed.reason,
                     .value_x100 = {},
                     .after_gap = look.after_gap,
                     .is_reading = look.observation != nullptr};
  const std::optional<Seen> seen = seen_of(rule, part.number, subject, look.values);
  if (!seen) return {};
  const Decision decision = decide(rule, state, *seen, engine_now());
  switch (decision.verdict) {
    case Verdict::keep:
      break;
    case Verdict::remember:
      return save_state(tx, decision.next);
    case Verdict::open:
      return open(tx, rule, look.subject, decision.next, part.text, summary_of(look, rule, part, *seen));
    case Verdict::resolve:
      return resolve(tx, state, decision.next, Resolution::recovered, {});
  }
  return {};
}

Result<void> Watch::rule_changed(Transaction& tx, const Rule& before, const std::optional<Rule>& after,
                                 const std::string& actor_name) {
  const auto states = TRY(parts_.incidents.states_of_rule(tx, before.workspace, before.id));
  for (const RuleState& state : states) {
    if (state.phase == RuleState::Phase::ok) continue;
    const auto subject = TRY(parts_.subjects.find(tx, before.workspace, state.subject));
    std::optional<Resolution> resolution;
    if (!after)
      resolution = Resolution::rule_deleted;
    else if (!after->enabled)
      resolution = Resolution::rule_disabled;
    else if (!watches_the_same(before, *after) || !subject || !targets(*after, *subject))
      resolution = Resolution::rule_changed;
    if (resolution) {
      TRY(end(tx, state, *resolution, actor_name));
    } else if (state.phase == RuleState::Phase::pending && !same_condition(before, *after)) {
      TRY(save_state(tx, calm(state, engine_now())));  // the next look begins anew, with the new condition
    }
  }
  return {};
}

}  // namespace connlog
