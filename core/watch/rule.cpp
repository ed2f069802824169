#include "core/watch/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/base/time_zone.h"
#include "core/watch/subject_kind.h"
#include "core/watch/subject_texts.h"

namespace connlog {
namespace {

constexpr std::int64_t kSecondsMax = 86'400;
constexpr std::int64_t kRepeatSecondsMin = 300;
constexpr int kMinutesOfDay = 24 * 60;
constexpr std::uint8_t kAllDays = 0x7f;
constexpr std::size_t kRecipientsMax = 50;
constexpr std::size_t kPartCharactersMax = 200;

Result<void> check_range(const char* field, const char* what, std::int64_t value, std::int64_t low, std::int64_t high,
                         const std::string& range) {
  if (value >= low && value <= high) return {};
  return invalid(field, fmt::format("{} must lie between {}.", what, range));
}

// The threshold and the hysteresis, by the range of the metric.
Result<void> validate_metric(const Rule& rule) {
  const MetricRow* row = find_metric(rule.metric);
  if (row == nullptr || !row->in_rules) return invalid("metric", "A rule cannot be about this metric.");
  if (!rule.part.empty() && row->part.empty()) return invalid("part", "This metric has no parts; leave it empty.");
  const std::int64_t lowest = hundredths_of(*row, row->low);
  const std::int64_t highest = hundredths_of(*row, row->high);
  const auto range = [row](std::int64_t low, std::int64_t high) {
    return fmt::format("{} and {}{}", decimal_text_x100(low), decimal_text_x100(high), sign_of(row->unit));
  };
  TRY(check_range("threshold", "The threshold", rule.threshold_x100, lowest, highest, range(lowest, highest)));
  TRY(check_range("hysteresis", "The hysteresis", rule.hysteresis_x100, 0, highest - lowest,
                  range(0, highest - lowest)));
  // The value at which the rule recovers must be one that can occur, or the incident could never end.
  const bool is_above = rule.comparison == Comparison::above;
  const std::int64_t back =
      is_above ? rule.threshold_x100 - rule.hysteresis_x100 : rule.threshold_x100 + rule.hysteresis_x100;
  if (back < lowest || back > highest) {
    return invalid(
        "hysteresis",
        "With this hysteresis the incident could never end: the value would have to pass the end of its range.");
  }
  if (is_above && rule.threshold_x100 == highest) {
    return invalid("threshold", "Nothing can be above the highest value; choose a lower threshold.");
  }
  if (!is_above && rule.threshold_x100 == lowest) {
    return invalid("threshold",
                   fmt::format("Nothing can be below {}; choose a higher threshold.", decimal_text_x100(lowest)));
  }
  return {};
}

Result<void> validate_state(const Rule& rule) {
  if (rule.state == State::up || rule.state == State::pending) {
    return invalid("state", "A rule can be about the states down, degraded and unknown.");
  }
  if (!rule.part.empty()) TRY(one_line("part", "The part", rule.part, 1, kPartCharactersMax));
  return {};
}

Result<void> validate_target(const RuleTarget& target) {
  switch (target.kind) {
    case RuleTarget::Kind::all:
      break;
    case RuleTarget::Kind::tag:
      TRY(one_line("target.tag", "The tag", target.text, 1, kTagCharactersMax));
      break;
    case RuleTarget::Kind::label:
      TRY(parse_label("target.label", target.text));
      break;
    case RuleTarget::Kind::subject:
      if (target.subject.is_nil()) return invalid("target.subject_id", "Name the subject that the rule is about.");
      break;
    case RuleTarget::Kind::group:
      if (target.subject.is_nil()) return invalid("target.group_id", "Name the group whose members the rule is about.");
      break;
  }
  return {};
}

Result<void> validate_hours(const WorkingHours& hours) {
  if (hours.days == 0) return {};
  if (hours.days > kAllDays) return invalid("working_hours.days", "A week has seven days.");
  if (hours.from_minute < 0 || hours.from_minute >= kMinutesOfDay)
    return invalid("working_hours.from", "The hours begin between 00:00 and 23:59.");
  if (hours.to_minute < 1 || hours.to_minute > kMinutesOfDay)
    return invalid("working_hours.to", "The hours end between 00:01 and 24:00.");
  if (hours.from_minute == hours.to_minute)
    return invalid("working_hours.to", "The hours end when they begin; choose another end.");
  if (auto zone = TimeZone::load(hours.zone); !zone) return invalid("working_hours.zone", zone.error().message);
  return {};
}

// How and when the rule tells.
Result<void> validate_telling(const Rule& rule) {
  if (rule.repeat_seconds != 0 && (rule.repeat_seconds < kRepeatSecondsMin || rule.repeat_seconds > kSecondsMax))
    return invalid("repeat_seconds", "A reminder comes every 300 to 86400 seconds; 0: never.");
  TRY(validate_hours(rule.hours));
  TRY(checked_runbook(rule.runbook));
  TRY(some_lines("notes", "The notes", rule.notes, 0, kRuleNotesBytesMax));
  if (rule.notes.size() <= kRuleNotesBytesMax) return {};
  return invalid("notes", fmt::format("The notes may have at most {} bytes; these have {}.", kRuleNotesBytesMax,
                                      rule.notes.size()));
}

// The condition can hold for subjects of the kind that the rule names.
Result<void> validate_kind(const Rule& rule) {
  const SubjectKindRow& row = row_of(*rule.only_kind);
  if (!row.is_listed) return invalid("only_kind", "A rule cannot be about this kind.");
  if (applies(rule, *rule.only_kind)) return {};
  return invalid("only_kind", fmt::format("This cannot be said of {}.", row.plural));
}

// What the rule speaks of: the only kind of subject that its condition and its target leave, or any.
struct Nouns {
  std::string_view one, many;
};

Nouns nouns_of(const Rule& rule) {
  const SubjectKindRow* only = nullptr;
  for (const SubjectKindRow& row : kSubjectKinds) {
    if (!row.is_listed || !applies(rule, row.kind)) continue;
    if (rule.target.kind == RuleTarget::Kind::all && !row.in_all) continue;
    if (only != nullptr) return {"subject", "subjects"};
    only = &row;
  }
  if (only == nullptr) return {"subject", "subjects"};
  return {only->noun, only->plural};
}

std::string with_article(std::string_view noun) {
  return fmt::format("{} {}", std::string_view("aeio").find(noun.front()) == std::string_view::npos ? "a" : "an", noun);
}

std::string group_text(std::string_view name) {
  return name.empty() ? "a group" : fmt::format("the group {}", name);
}

// "an agent tagged web"
std::string one_of(const Rule& rule, std::string_view name) {
  const std::string one = with_article(nouns_of(rule).one);
  switch (rule.target.kind) {
    case RuleTarget::Kind::all:
      return one;
    case RuleTarget::Kind::tag:
      return fmt::format("{} tagged {}", one, rule.target.text);
    case RuleTarget::Kind::label:
      return fmt::format("{} labelled {}", one, rule.target.text);
    case RuleTarget::Kind::subject:
      return name.empty() ? fmt::format("one {}", nouns_of(rule).one) : std::string(name);
    case RuleTarget::Kind::group:
      return fmt::format("{} of {}", one, group_text(name));
  }
  return one;
}

// "agents tagged web"
std::string all_of(const Rule& rule, std::string_view name) {
  const std::string_view many = nouns_of(rule).many;
  switch (rule.target.kind) {
    case RuleTarget::Kind::all:
      return fmt::format("all {}", many);
    case RuleTarget::Kind::tag:
      return fmt::format("{} tagged {}", many, rule.target.text);
    case RuleTarget::Kind::label:
      return fmt::format("{} labelled {}", many, rule.target.text);
    case RuleTarget::Kind::subject:
      return one_of(rule, name);
    case RuleTarget::Kind::group:
      return fmt::format("the {} of {}", many, group_text(name));
  }
  return std::string(many);
}

std::string state_text(State state) {
  if (state == State::unknown) return "in an unknown state";
  return std::string(to_text(state));
}

std::string condition_of_state(const Rule& rule, std::string_view name) {
  std::string who = one_of(rule, name);
  if (rule.part == kEachPart) {
    who = "a part of " + who;
  } else if (!rule.part.empty()) {
    who = fmt::format("{} of {}", rule.part, who);
  }
  return fmt::format("{} is {}", who, state_text(rule.state));
}

std::string condition_of_metric(const Rule& rule, std::string_view name) {
  const MetricRow* row = find_metric(rule.metric);
  std::string what(row == nullptr ? "an unknown metric" : row->noun);
  if (rule.part == kEachPart) {
    what += fmt::format(" of each {}", row == nullptr || row->part.empty() ? "part" : row->part);
  } else if (!rule.part.empty()) {
    what += " of " + rule.part;
  }
  return fmt::format(
      "{} on {} is {} {}", what, all_of(rule, name), to_text(rule.comparison),
      row == nullptr ? decimal_text_x100(rule.threshold_x100) : measured_text(*row, rule.threshold_x100));
}

}  // namespace

Result<void> validate(const Rule& rule) {
  TRY(one_line("name", "The rule's name", rule.name, 1, 80));
  if (rule.kind == RuleKind::event)
    return invalid("kind", "What other systems say needs no rule; a rule is about silence, a metric or a state.");
  TRY(validate_target(rule.target));
  TRY(validate_telling(rule));
  if (rule.only_kind) TRY(validate_kind(rule));
  if (rule.recipients.size() > kRecipientsMax) {
    return invalid("recipient_ids", fmt::format("A rule may name at most {} recipients.", kRecipientsMax));
  }
  TRY(check_range("cooldown_seconds", "The cooldown", rule.cooldown_seconds, 0, kSecondsMax, "0 and 86400 seconds"));
  if (rule.kind == RuleKind::silence) {
    if (rule.part.empty()) return {};
    return invalid("part", "Silence is of the whole, not of a part; leave it empty.");
  }
  TRY(check_range("duration_seconds", "The duration", rule.duration_seconds, 0, kSecondsMax, "0 and 86400 seconds"));
  return rule.kind == RuleKind::metric ? validate_metric(rule) : validate_state(rule);
}

std::string sentence(const Rule& rule, std::string_view subject_name) {
  if (rule.kind == RuleKind::event) return rule.name.empty() ? "When another system says so" : rule.name;
  if (rule.kind == RuleKind::silence) return fmt::format("When {} falls silent", one_of(rule, subject_name));
  std::string text = "When " + (rule.kind == RuleKind::metric ? condition_of_metric(rule, subject_name)
                                                              : condition_of_state(rule, subject_name));
  if (rule.duration_seconds > 0) text += " for " + duration_text(rule.duration_seconds);
  return text;
}

bool applies(const Rule& rule, SubjectKind kind) {
  if (rule.only_kind && *rule.only_kind != kind) return false;
  const SubjectKindRow& of_kind = row_of(kind);
  switch (rule.kind) {
    case RuleKind::silence:
      return of_kind.reports;
    case RuleKind::metric: {
      const MetricRow* row = find_metric(rule.metric);
      return row != nullptr && (row->kinds & of_kind.bit) != 0;
    }
    case RuleKind::state:
      return true;
    case RuleKind::event:
      return false;
  }
  return false;
}

bool targets(const Rule& rule, const Subject& subject) {
  if (rule.workspace != subject.workspace || subject.removed_at.is_set()) return false;
  if (!applies(rule, subject.kind)) return false;
  switch (rule.target.kind) {
    case RuleTarget::Kind::all:
      return row_of(subject.kind).in_all;
    case RuleTarget::Kind::tag:
      return std::ranges::find(subject.tags, rule.target.text) != subject.tags.end();
    case RuleTarget::Kind::label: {
      const std::string_view text = rule.target.text;
      const std::string_view key = text.substr(0, text.find('='));
      return has_label(subject, key, is_any_value(text) ? std::string_view() : text.substr(key.size() + 1),
                       is_any_value(text));
    }
    case RuleTarget::Kind::subject:
      return rule.target.subject == subject.id;
    case RuleTarget::Kind::group:
      return std::ranges::find(subject.groups, GroupId::of(rule.target.subject)) != subject.groups.end();
  }
  return false;
}

Result<Label> parse_label(std::string_view field, std::string_view text) {
  const std::string_view key = text.substr(0, text.find('='));
  return checked_label(field, key, is_any_value(text) ? std::string_view() : text.substr(key.size() + 1));
}

bool has_label(const Subject& subject, std::string_view key, std::string_view value, bool any_value) {
  return std::ranges::any_of(
      subject.labels, [&](const Label& label) { return label.key == key && (any_value || label.value == value); });
}

namespace {

// Makes the rules with which a workspace begins.
struct Defaults {
  WorkspaceId workspace;
  Instant now;
  Random& random;

  Rule make(const char* name, RuleKind kind) const {
    Rule rule;
    rule.id = RuleId::make(now, random);
    rule.workspace = workspace;
    rule.name = name;
    rule.kind = kind;
    rule.created_at = now;
    return rule;
  }
  Rule state_of_monitors(const char* name, State state, std::int64_t duration_seconds, Severity severity) const {
    Rule rule = make(name, RuleKind::state);
    rule.only_kind = SubjectKind::monitor;
    rule.state = state;
    rule.duration_seconds = duration_seconds;
    rule.cooldown_seconds = 0;  // a service that fails again a minute after its recovery is told again
    rule.severity = severity;
    return rule;
  }
  Rule certificate(const char* name, std::int64_t days, Severity severity) const {
    Rule rule = make(name, RuleKind::metric);
    rule.only_kind = SubjectKind::monitor;
    rule.metric = Metric::certificate_days;
    rule.comparison = Comparison::below;
    rule.threshold_x100 = days * 100;
    rule.hysteresis_x100 = 0;
    rule.duration_seconds = 0;
    rule.severity = severity;
    return rule;
  }
};

}  // namespace

std::vector<Rule> default_rules_of(SubjectKind kind, WorkspaceId workspace, Instant now, Random& random) {
  if (kind != SubjectKind::monitor) return {};
  const Defaults defaults{workspace, now, random};
  return {defaults.state_of_monitors("Monitor is down", State::down, 0, Severity::critical),
          defaults.state_of_monitors("Monitor cannot be checked", State::unknown, 300, Severity::warning),
          defaults.certificate("Certificate ends in 14 days", 14, Severity::warning),
          defaults.certificate("Certificate ends in 7 days", 7, Severity::warning),
          defaults.certificate("Certificate ends in 1 day", 1, Severity::critical)};
}

std::vector<Rule> default_rules(WorkspaceId workspace, Instant now, Random& random) {
  const Defaults defaults{workspace, now, random};
  const auto metric = [&](const char* name, Metric what, std::int64_t threshold_x100, std::int64_t hysteresis_x100,
                          std::int64_t duration_seconds) {
    Rule rule = defaults.make(name, RuleKind::metric);
    rule.metric = what;
    rule.threshold_x100 = threshold_x100;
    rule.hysteresis_x100 = hysteresis_x100;
    rule.duration_seconds = duration_seconds;
    rule.severity = Severity::warning;
    return rule;
  };
  Rule silence = defaults.make("Agent is silent", RuleKind::silence);
  silence.duration_seconds = 0;
  // A short cooldown: if a host falls silent again a minute after its recovery, people must be told.
  silence.cooldown_seconds = 60;
  return {silence, metric("Disk is filling up", Metric::disk_percent, 9'000, 200, 300),
          metric("Memory is short", Metric::memory_percent, 9'500, 300, 600),
          metric("Load is high", Metric::load_per_core, 400, 100, 600)};
}

}  // namespace connlog
