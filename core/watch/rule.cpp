#include "core/watch/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::pair<Metric, std::string_view> kMetrics[] = {{Metric::cpu_percent, "cpu_percent"},
                                                            {Metric::memory_percent, "memory_percent"},
                                                            {Metric::disk_percent, "disk_percent"},
                                                            {Metric::load_per_core, "load_per_core"}};

constexpr std::int64_t kSecondsMax = 86'400;
constexpr std::int64_t kPercentX100Max = 10'000;
constexpr std::int64_t kLoadX100Max = 100'000;  // 1000 runnable tasks for each core
constexpr std::size_t kRecipientsMax = 50;

std::string_view noun(Metric metric) {
  switch (metric) {
    case Metric::cpu_percent:
      return "CPU";
    case Metric::memory_percent:
      return "memory used";
    case Metric::disk_percent:
      return "disk used";
    case Metric::load_per_core:
      return "load per core";
  }
  return "";
}

Result<void> check_range(const char* field, const char* what, std::int64_t value, std::int64_t low, std::int64_t high,
                         const std::string& range) {
  if (value >= low && value <= high) return {};
  return invalid(field, fmt::format("{} must lie between {}.", what, range));
}

}  // namespace

std::string_view to_text(Metric metric) {
  for (const auto& [candidate, word] : kMetrics) {
    if (candidate == metric) return word;
  }
  return {};
}
bool parse_metric(std::string_view text, Metric& out) {
  for (const auto& [candidate, word] : kMetrics) {
    if (word != text) continue;
    out = candidate;
    return true;
  }
  return false;
}

Result<void> validate(const Rule& rule) {
  TRY(one_line("name", "The rule's name", rule.name, 1, 80));
  if (rule.target.kind == RuleTarget::Kind::tag) TRY(one_line("target.tag", "The tag", rule.target.tag, 1, 40));
  if (rule.target.kind == RuleTarget::Kind::agent && rule.target.agent.is_nil()) {
    return invalid("target.agent_id", "Name the agent that the rule is about.");
  }
  if (rule.target.kind == RuleTarget::Kind::group && rule.target.group.is_nil()) {
    return invalid("target.group_id", "Name the group that the rule is about.");
  }
  if (rule.recipients.size() > kRecipientsMax) {
    return invalid("recipient_ids", fmt::format("A rule may name at most {} recipients.", kRecipientsMax));
  }
  TRY(check_range("cooldown_seconds", "The cooldown", rule.cooldown_seconds, 0, kSecondsMax, "0 and 86400 seconds"));
  if (rule.kind == RuleKind::silence) return {};

  TRY(check_range("duration_seconds", "The duration", rule.duration_seconds, 0, kSecondsMax, "0 and 86400 seconds"));
  const bool is_load = rule.metric == Metric::load_per_core;
  const std::int64_t highest = is_load ? kLoadX100Max : kPercentX100Max;
  const std::string range = is_load ? "0 and 1000" : "0 and 100 %";
  TRY(check_range("threshold", "The threshold", rule.threshold_x100, 0, highest, range));
  TRY(check_range("hysteresis", "The hysteresis", rule.hysteresis_x100, 0, highest, range));
  // The value at which the rule recovers must be one that can occur, or the incident could never end.
  const std::int64_t back = rule.comparison == Comparison::above ? rule.threshold_x100 - rule.hysteresis_x100
                                                                 : rule.threshold_x100 + rule.hysteresis_x100;
  if (back < 0 || back > highest) {
    return invalid(
        "hysteresis",
        "With this hysteresis the incident could never end: the value would have to pass the end of its range.");
  }
  if (rule.comparison == Comparison::above && rule.threshold_x100 == highest) {
    return invalid("threshold", "Nothing can be above the highest value; choose a lower threshold.");
  }
  if (rule.comparison == Comparison::below && rule.threshold_x100 == 0) {
    return invalid("threshold", "Nothing can be below 0; choose a higher threshold.");
  }
  return {};
}

std::string sentence(const Rule& rule, std::string_view agent_name) {
  std::string target;
  switch (rule.target.kind) {
    case RuleTarget::Kind::all:
      target = "all agents";
      break;
    case RuleTarget::Kind::tag:
      target = fmt::format("agents tagged {}", rule.target.tag);
      break;
    case RuleTarget::Kind::agent:
      target = agent_name.empty() ? "one agent" : std::string(agent_name);
      break;
    case RuleTarget::Kind::group:
      target = "the agents of a group";
      break;
  }
  if (rule.kind == RuleKind::silence) {
    const std::string who = rule.target.kind == RuleTarget::Kind::all ? "an agent"
                            : rule.target.kind == RuleTarget::Kind::tag
                                ? fmt::format("an agent tagged {}", rule.target.tag)
                            : rule.target.kind == RuleTarget::Kind::group ? "an agent of a group"
                                                                          : target;
    return fmt::format("When {} falls silent", who);
  }
  const char* unit = rule.metric == Metric::load_per_core ? "" : " %";
  std::string text = fmt::format("When {} on {} is {} {}{}", noun(rule.metric), target, to_text(rule.comparison),
                                 decimal_text_x100(rule.threshold_x100), unit);
  if (rule.duration_seconds > 0) text += " for " + duration_text(rule.duration_seconds);
  return text;
}

bool targets(const Rule& rule, const Agent& agent) {
  if (rule.workspace != agent.workspace || agent.removed_at.is_set()) return false;
  switch (rule.target.kind) {
    case RuleTarget::Kind::all:
      return true;
    case RuleTarget::Kind::tag:
      return std::find(agent.tags.begin(), agent.tags.end(), rule.target.tag) != agent.tags.end();
    case RuleTarget::Kind::agent:
      return rule.target.agent == agent.id;
    case RuleTarget::Kind::group:
      return std::find(agent.groups.begin(), agent.groups.end(), rule.target.group) != agent.groups.end();
  }
  return false;
}

std::vector<Rule> default_rules(WorkspaceId workspace, Instant now, Random& random) {
  const auto make = [&](const char* name, RuleKind kind) {
    Rule rule;
    rule.id = RuleId::make(now, random);
    rule.workspace = workspace;
    rule.name = name;
    rule.kind = kind;
    rule.created_at = now;
    return rule;
  };
  const auto metric = [&](const char* name, Metric what, std::int64_t threshold_x100, std::int64_t hysteresis_x100,
                          std::int64_t duration_seconds) {
    Rule rule = make(name, RuleKind::metric);
    rule.metric = what;
    rule.threshold_x100 = threshold_x100;
    rule.hysteresis_x100 = hysteresis_x100;
    rule.duration_seconds = duration_seconds;
    rule.severity = Severity::warning;
    return rule;
  };
  Rule silence = make("Agent is silent", RuleKind::silence);
  silence.duration_seconds = 0;
  // A short cooldown: if a host falls silent again a minute after its recovery, people must be told.
  silence.cooldown_seconds = 60;
  return {silence, metric("Disk is filling up", Metric::disk_percent, 9'000, 200, 300),
          metric("Memory is short", Metric::memory_percent, 9'500, 300, 600),
          metric("Load is high", Metric::load_per_core, 400, 100, 600)};
}

}  // namespace connlog
