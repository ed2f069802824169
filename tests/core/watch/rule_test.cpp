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

Rule state_rule() {
  Rule rule;
  rule.name = "Down";
  rule.kind = RuleKind::state;
  return rule;
}

Subject subject_of(const Rule& rule, SubjectKind kind, SeededRandom& random) {
  Subject subject;
  subject.id = SubjectId::make({1}, random);
  subject.workspace = rule.workspace;
  subject.kind = kind;
  return subject;
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
  rule.target = {.kind = RuleTarget::Kind::tag, .text = "web"};
  CHECK(sentence(rule) == "When load per core on agents tagged web is above 4 for 1 h 30 min");
  rule.kind = RuleKind::silence;
  CHECK(sentence(rule) == "When an agent tagged web falls silent");
  rule.target.kind = RuleTarget::Kind::subject;
  CHECK(sentence(rule, "db-1") == "When db-1 falls silent");
  CHECK(sentence(rule) == "When one agent falls silent");
}

TEST_CASE("the sentence of a rule about silence, a metric or a state names each kind of target") {
  struct Row {
    RuleTarget target;
    const char *silence, *metric, *state;
  };
  const Row rows[] = {
      {{.kind = RuleTarget::Kind::all},
       "When an agent falls silent",
       "When disk used on all agents is above 90 % for 5 min",
       "When a subject is down for 5 min"},
      {{.kind = RuleTarget::Kind::tag, .text = "web"},
       "When an agent tagged web falls silent",
       "When disk used on agents tagged web is above 90 % for 5 min",
       "When a subject tagged web is down for 5 min"},
      {{.kind = RuleTarget::Kind::label, .text = "env=prod"},
       "When an agent labelled env=prod falls silent",
       "When disk used on agents labelled env=prod is above 90 % for 5 min",
       "When a subject labelled env=prod is down for 5 min"},
      {{.kind = RuleTarget::Kind::subject},
       "When rack-4 falls silent",
       "When disk used on rack-4 is above 90 % for 5 min",
       "When rack-4 is down for 5 min"},
      {{.kind = RuleTarget::Kind::group},
       "When an agent of the group rack-4 falls silent",
       "When disk used on the agents of the group rack-4 is above 90 % for 5 min",
       "When a subject of the group rack-4 is down for 5 min"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.silence);
    Rule rule = metric_rule();
    rule.target = row.target;
    CHECK(sentence(rule, "rack-4") == row.metric);
    rule.kind = RuleKind::silence;
    CHECK(sentence(rule, "rack-4") == row.silence);
    rule.kind = RuleKind::state;
    CHECK(sentence(rule, "rack-4") == row.state);
  }
}

TEST_CASE("a state rule says which state of what; a part stands before its subject") {
  Rule rule = state_rule();
  rule.duration_seconds = 0;
  CHECK(sentence(rule) == "When a subject is down");
  rule.only_kind = SubjectKind::agent;
  CHECK(sentence(rule) == "When an agent is down");
  rule.state = State::degraded;
  CHECK(sentence(rule) == "When an agent is degraded");
  rule.state = State::unknown;
  CHECK(sentence(rule) == "When an agent is in an unknown state");
  rule.target.kind = RuleTarget::Kind::group;
  CHECK(sentence(rule) == "When an agent of a group is in an unknown state");
  rule = state_rule();
  rule.duration_seconds = 600;
  rule.target.kind = RuleTarget::Kind::subject;
  rule.part = kEachPart;
  CHECK(sentence(rule, "connlog") == "When a part of connlog is down for 10 min");
  rule.part = "certificate";
  CHECK(sentence(rule, "connlog") == "When certificate of connlog is down for 10 min");
}

TEST_CASE("a threshold in seconds reads as a duration where that loses nothing") {
  Rule rule = metric_rule();
  rule.metric = Metric::uptime;
  rule.comparison = Comparison::below;
  rule.duration_seconds = 0;
  rule.threshold_x100 = 60'000;
  CHECK(sentence(rule) == "When uptime on all agents is below 10 min");
  rule.threshold_x100 = 9'000'000;
  CHECK(sentence(rule) == "When uptime on all agents is below 1 d 1 h");
  rule.threshold_x100 = 9'000'100;  // 1 d 1 h and a second
  CHECK(sentence(rule) == "When uptime on all agents is below 90001 s");
  rule.threshold_x100 = 366'100;
  CHECK(sentence(rule) == "When uptime on all agents is below 3661 s");
  rule.threshold_x100 = 150;
  CHECK(sentence(rule) == "When uptime on all agents is below 1.5 s");
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
  rule.part = kEachPart;
  CHECK(field_of(rule) == "part");  // disks are not told apart
  rule = metric_rule();
  rule.kind = RuleKind::silence;
  rule.part = "/data";
  CHECK(field_of(rule) == "part");
}

TEST_CASE("a target that names nothing is refused and names the field") {
  Rule rule = metric_rule();
  rule.target.kind = RuleTarget::Kind::subject;
  CHECK(field_of(rule) == "target.subject_id");
  rule.target.kind = RuleTarget::Kind::group;
  CHECK(field_of(rule) == "target.group_id");
  rule.target.kind = RuleTarget::Kind::tag;
  CHECK(field_of(rule) == "target.tag");
  rule.target.kind = RuleTarget::Kind::label;
  CHECK(field_of(rule) == "target.label");
  rule.target.text = "=prod";
  CHECK(field_of(rule) == "target.label");
  rule.target.text = "env=" + std::string(10'000, 'x');
  CHECK(field_of(rule) == "target.label");
  for (const char* text : {"env", "env=", "env=prod", "env=a=b", "k8s.io/app-1_x=Web 2"}) {
    CAPTURE(text);
    rule.target.text = text;
    CHECK(field_of(rule) == "");
  }
}

TEST_CASE("a state rule is about down, degraded and unknown, of the whole or of a part") {
  Rule rule = state_rule();
  for (const State state : {State::down, State::degraded, State::unknown}) {
    CAPTURE(to_text(state));
    rule.state = state;
    CHECK(field_of(rule) == "");
  }
  rule.state = State::up;
  CHECK(field_of(rule) == "state");
  rule.state = State::pending;
  CHECK(field_of(rule) == "state");
  rule = state_rule();
  rule.part = kEachPart;
  CHECK(field_of(rule) == "");
  rule.part = std::string(200, 'p');
  CHECK(field_of(rule) == "");
  rule.part = std::string(201, 'p');
  CHECK(field_of(rule) == "part");
  rule.part = "two\nlines";
  CHECK(field_of(rule) == "part");
  rule = state_rule();
  rule.duration_seconds = 86'401;
  CHECK(field_of(rule) == "duration_seconds");
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
    rule.comparison = row.worse == Worse::below ? Comparison::below : Comparison::above;
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

TEST_CASE("a rule is about subjects of its own workspace only, and about none that was removed") {
  SeededRandom random;
  Rule rule = metric_rule();
  rule.workspace = WorkspaceId::make({1}, random);
  Subject subject = subject_of(rule, SubjectKind::agent, random);
  subject.tags = {"eu", "web"};
  subject.labels = {{"env", "prod"}, {"rack", ""}};
  subject.groups = {GroupId::make({1}, random)};
  CHECK(targets(rule, subject));
  rule.target = {.kind = RuleTarget::Kind::tag, .text = "eu"};
  CHECK(targets(rule, subject));
  rule.target.text = "e";
  CHECK(!targets(rule, subject));
  rule.target = {.kind = RuleTarget::Kind::subject, .text = {}, .subject = subject.id};
  CHECK(targets(rule, subject));
  rule.target = {.kind = RuleTarget::Kind::group, .text = {}, .subject = subject.groups.front()};
  CHECK(targets(rule, subject));
  rule.target.subject = subject.id;
  CHECK(!targets(rule, subject));
  rule.target = {};
  subject.removed_at = {1};
  CHECK(!targets(rule, subject));
  subject.removed_at = {};
  subject.workspace = WorkspaceId::make({1}, random);
  CHECK(!targets(rule, subject));
}

TEST_CASE("a label is met by its value, or by any value where none is asked for") {
  SeededRandom random;
  Rule rule = metric_rule();
  Subject subject = subject_of(rule, SubjectKind::agent, random);
  subject.labels = {{"env", "prod"}, {"rack", ""}};
  const auto is_met = [&](const char* label) {
    rule.target = {.kind = RuleTarget::Kind::label, .text = label};
    return targets(rule, subject);
  };
  CHECK(is_met("env=prod"));
  CHECK(is_met("env"));
  CHECK(is_met("rack="));
  CHECK(is_met("rack"));
  CHECK(!is_met("env=pro"));
  CHECK(!is_met("env="));
  CHECK(!is_met("en"));
  CHECK(!is_met("zone"));
}

TEST_CASE("all means the fleet: groups are named by themselves, and only by what they can meet") {
  SeededRandom random;
  Rule rule = state_rule();
  Subject group = subject_of(rule, SubjectKind::group, random);
  group.tags = {"web"};
  CHECK(!targets(rule, group));
  rule.target = {.kind = RuleTarget::Kind::tag, .text = "web"};
  CHECK(targets(rule, group));
  rule.target = {.kind = RuleTarget::Kind::subject, .text = {}, .subject = group.id};
  CHECK(targets(rule, group));
  rule.kind = RuleKind::silence;  // it is not expected to report
  CHECK(!targets(rule, group));
  rule.kind = RuleKind::metric;  // it has no disk
  rule.metric = Metric::disk_percent;
  CHECK(!targets(rule, group));
  rule.metric = Metric{4'000'000};  // of another version
  CHECK(!targets(rule, group));
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
