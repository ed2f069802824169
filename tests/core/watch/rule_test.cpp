#include <doctest/doctest.h>

#include "core/watch/rule.h"
#include "tests/support/seeded_random.h"

using namespace connlog;

namespace {

Rule metric_rule() {
  Rule rule;
  rule.name = "Disk";
  rule.kind = RuleKind::metric;
  rule.metric = Metric::disk_percent;
  return rule;
}

std::string field_of(const Rule& rule) {
  const auto result = validate(rule);
  return result ? "" : result.error().field;
}

}  // namespace

TEST_CASE("a rule reads as a sentence") {
  Rule rule = metric_rule();
  CHECK(sentence(rule) == "When disk used on all agents is above 90 % for 5 min");
  rule.duration_seconds = 0;
  rule.threshold_x100 = 9'350;
  CHECK(sentence(rule) == "When disk used on all agents is above 93.5 %");
  rule.metric = Metric::load_per_core;
  rule.threshold_x100 = 400;
  rule.duration_seconds = 5'400;
  rule.target.kind = RuleTarget::Kind::tag;
  rule.target.tag = "web";
  CHECK(sentence(rule) == "When load per core on agents tagged web is above 4 for 1 h 30 min");
  rule.kind = RuleKind::silence;
  CHECK(sentence(rule) == "When an agent tagged web falls silent");
  rule.target.kind = RuleTarget::Kind::agent;
  CHECK(sentence(rule, "db-1") == "When db-1 falls silent");
}

TEST_CASE("a rule that could never speak, or never end, is refused and names the field") {
  Rule rule = metric_rule();
  CHECK(field_of(rule) == "");
  rule.name = "";
  CHECK(field_of(rule) == "name");
  rule.name = "two\nlines";  // whole-string: a second line is not another try
  CHECK(field_of(rule) == "name");
  rule.name = std::string("nul\0l", 5);
  CHECK(field_of(rule) == "name");
  rule = metric_rule();
  rule.threshold_x100 = 10'000;
  CHECK(field_of(rule) == "threshold");
  rule.threshold_x100 = -1;
  CHECK(field_of(rule) == "threshold");
  rule = metric_rule();
  rule.threshold_x100 = 300;
  rule.hysteresis_x100 = 301;
  CHECK(field_of(rule) == "hysteresis");
  rule = metric_rule();
  rule.comparison = Comparison::below;
  rule.threshold_x100 = 0;
  rule.hysteresis_x100 = 0;
  CHECK(field_of(rule) == "threshold");
  rule = metric_rule();
  rule.duration_seconds = 86'401;
  CHECK(field_of(rule) == "duration_seconds");
  rule = metric_rule();
  rule.cooldown_seconds = -1;
  CHECK(field_of(rule) == "cooldown_seconds");
  rule = metric_rule();
  rule.target.kind = RuleTarget::Kind::agent;
  CHECK(field_of(rule) == "target.agent_id");
  rule.target.kind = RuleTarget::Kind::tag;
  CHECK(field_of(rule) == "target.tag");
}

TEST_CASE("a rule is about a metric that the table offers, within the metric's range") {
  Rule rule = metric_rule();
  rule.metric = Metric::memory_total;
  CHECK(field_of(rule) == "metric");
  rule.metric = Metric{4'000'000};
  CHECK(field_of(rule) == "metric");
  for (const MetricRow& row : kMetricTable) {
    if (!row.in_rules) continue;
    CAPTURE(row.word);
    rule.metric = row.number;
    rule.threshold_x100 = hundredths_of(row, row.suggested.threshold);
    rule.hysteresis_x100 = hundredths_of(row, row.suggested.hysteresis);
    CHECK(field_of(rule) == "");
    rule.threshold_x100 = hundredths_of(row, row.high) + 1;
    CHECK(field_of(rule) == "threshold");
  }
}

TEST_CASE("every workspace starts with a rule about silence, disk, memory and load") {
  SeededRandom random;
  const WorkspaceId workspace = WorkspaceId::make({1}, random);
  const auto rules = default_rules(workspace, {1'795'000'000'000'000}, random);
  REQUIRE(rules.size() == 4);
  for (const Rule& rule : rules) {
    CAPTURE(rule.name);
    CHECK(validate(rule));
    CHECK(rule.workspace == workspace);
    CHECK(rule.enabled);
  }
  CHECK(sentence(rules[0]) == "When an agent falls silent");
  CHECK(sentence(rules[1]) == "When disk used on all agents is above 90 % for 5 min");
  CHECK(sentence(rules[2]) == "When memory used on all agents is above 95 % for 10 min");
  CHECK(sentence(rules[3]) == "When load per core on all agents is above 4 for 10 min");
}

TEST_CASE("a rule is about agents of its own workspace only, and about no tombstone") {
  SeededRandom random;
  Rule rule = metric_rule();
  rule.workspace = WorkspaceId::make({1}, random);
  Agent agent;
  agent.id = AgentId::make({1}, random);
  agent.workspace = rule.workspace;
  agent.tags = {"web", "eu"};
  CHECK(targets(rule, agent));
  rule.target = {.kind = RuleTarget::Kind::tag, .tag = "eu"};
  CHECK(targets(rule, agent));
  rule.target.tag = "e";
  CHECK(!targets(rule, agent));
  rule.target = {.kind = RuleTarget::Kind::agent, .tag = {}, .agent = agent.id};
  CHECK(targets(rule, agent));
  agent.removed_at = {1};
  CHECK(!targets(rule, agent));
  agent.removed_at = {};
  agent.workspace = WorkspaceId::make({1}, random);
  CHECK(!targets(rule, agent));
}

TEST_CASE("the stored words of rules are read back, and nothing else is") {
  for (const MetricRow& row : kMetricTable) {
    CAPTURE(row.word);
    Metric back{};
    CHECK(to_text(row.number) == row.word);
    CHECK(parse_metric(row.word, back));
    CHECK(back == row.number);
  }
  Metric metric = Metric::uptime;
  CHECK(!parse_metric("", metric));
  CHECK(!parse_metric("CPU_PERCENT", metric));
  CHECK(metric == Metric::uptime);
  CHECK_FALSE(parse_word<RuleKind>(""));
  CHECK_FALSE(parse_word<RuleKind>("Silence"));
  CHECK_FALSE(parse_word<RuleKind>("silence\n"));
}
