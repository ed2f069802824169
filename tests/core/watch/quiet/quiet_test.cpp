// Quiet as data: what a line matches, what is refused, what is wide, and what the book says covers an incident.
#include "core/watch/quiet/quiet.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/watch/quiet/quiet_book.h"
#include "core/watch/quiet/quiet_reach.h"
#include "core/watch/subject_entry.h"
#include "tests/support/fake_clock.h"
#include "tests/support/seeded_random.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

constexpr Instant kNow = FakeClock::kStart;

struct World {
  SeededRandom random;
  WorkspaceId workspace = WorkspaceId::make(kNow, random);
  SubjectDirectory directory;

  Subject add(const std::string& name, SubjectKind kind = SubjectKind::agent) {
    Subject subject;
    subject.id = SubjectId::make(kNow, random);
    subject.workspace = workspace;
    subject.kind = kind;
    subject.name = name;
    directory.put(subject);
    return subject;
  }
  Quiet quiet(QuietKind kind = QuietKind::mute) {
    Quiet made;
    made.id = QuietId::make(kNow, random);
    made.workspace = workspace;
    made.kind = kind;
    made.name = "Kernel update";
    made.reason = "New kernel";
    made.by_name = "Bo";
    made.matchers.resize(1);
    made.starts_at = made.created_at = kNow;
    made.ends_at = kNow + 2h;
    return made;
  }
};

std::string refused(const Quiet& quiet) {
  const auto checked = validate(quiet, kNow);
  return checked ? std::string() : checked.error().field;
}

}  // namespace

TEST_CASE("all that a line names must hold, and a line that names nothing matches everything but the appliance") {
  World world;
  Subject db = world.add("db-1");
  db.tags = {"production"};
  db.labels = {{"env", "prod"}};
  const GroupId rack = GroupId::make(kNow, world.random);
  const std::vector<GroupId> groups = {rack};
  const RuleId rule = RuleId::make(kNow, world.random);
  const QuietCandidate candidate{.subject = db, .groups = groups, .rule = rule, .severity = Severity::warning};
  const auto line = [](const auto& change) {
    QuietMatcher matcher;
    change(matcher);
    return matcher;
  };
  CHECK(matches(QuietMatcher{}, candidate));
  CHECK(matches(line([&](QuietMatcher& m) { m.subject = db.id; }), candidate));
  CHECK_FALSE(matches(line([&](QuietMatcher& m) { m.subject = rack; }), candidate));
  CHECK(matches(line([&](QuietMatcher& m) { m.group = rack; }), candidate));
  CHECK_FALSE(matches(line([&](QuietMatcher& m) { m.group = GroupId::make(kNow, world.random); }), candidate));
  CHECK(matches(line([](QuietMatcher& m) { m.tag = "production"; }), candidate));
  CHECK_FALSE(matches(line([](QuietMatcher& m) { m.tag = "test"; }), candidate));
  CHECK(matches(line([](QuietMatcher& m) { m.label = "env=prod"; }), candidate));
  CHECK(matches(line([](QuietMatcher& m) { m.label = "env"; }), candidate));
  CHECK_FALSE(matches(line([](QuietMatcher& m) { m.label = "env=test"; }), candidate));
  CHECK(matches(line([&](QuietMatcher& m) { m.rule = rule; }), candidate));
  CHECK_FALSE(matches(line([&](QuietMatcher& m) { m.rule = RuleId::make(kNow, world.random); }), candidate));
  CHECK(matches(line([](QuietMatcher& m) { m.severity = Severity::warning; }), candidate));
  CHECK_FALSE(matches(line([](QuietMatcher& m) { m.severity = Severity::critical; }), candidate));
  CHECK_FALSE(matches(line([](QuietMatcher& m) { m.tag = "production", m.severity = Severity::critical; }), candidate));

  const Subject appliance = world.add("connlog", SubjectKind::appliance);
  const std::vector<GroupId> none;
  CHECK(matches(world.quiet(), candidate));
  CHECK_FALSE(matches(world.quiet(), QuietCandidate{.subject = appliance, .groups = none}));
}

TEST_CASE("what a host asked for covers that host alone, whatever its lines say") {
  World world;
  const Subject mine = world.add("db-1"), other = world.add("db-2");
  const std::vector<GroupId> none;
  Quiet quiet = world.quiet(QuietKind::host);
  quiet.by_host = mine.id;
  CHECK(matches(quiet, QuietCandidate{.subject = mine, .groups = none}));
  CHECK_FALSE(matches(quiet, QuietCandidate{.subject = other, .groups = none}));
}

TEST_CASE("a refusal names the field, and what is wide lasts a day at most") {
  World world;
  CHECK(refused(world.quiet()) == "");
  const auto with = [&](const auto& change) {
    Quiet quiet = world.quiet();
    change(quiet);
    return refused(quiet);
  };
  CHECK(with([](Quiet& q) { q.name = ""; }) == "name");
  CHECK(with([](Quiet& q) { q.reason = ""; }) == "reason");
  CHECK(with([](Quiet& q) { q.kind = QuietKind::maintenance, q.reason = ""; }) == "");
  CHECK(with([](Quiet& q) { q.reason = std::string(501, 'a'); }) == "reason");
  CHECK(with([](Quiet& q) { q.matchers.clear(); }) == "matchers");
  CHECK(with([](Quiet& q) { q.matchers.resize(kMatchersMax + 1); }) == "matchers");
  CHECK(with([](Quiet& q) { q.matchers.resize(2), q.matchers[1].label = "=x"; }) == "matchers.1.label");
  CHECK(with([](Quiet& q) { q.ends_at = {}; }) == "ends_at");
  CHECK(with([](Quiet& q) { q.ends_at = kNow; }) == "ends_at");
  CHECK(with([](Quiet& q) { q.ends_at = kNow + 30 * 24h; }) == "");
  CHECK(with([](Quiet& q) { q.ends_at = kNow + 30 * 24h + 1s; }) == "ends_at");
  CHECK(with([](Quiet& q) { q.is_wide = true, q.ends_at = kNow + 24h; }) == "");
  CHECK(with([](Quiet& q) { q.is_wide = true, q.ends_at = kNow + 24h + 1s; }) == "ends_at");
  CHECK(with([](Quiet& q) { q.kind = QuietKind::host, q.ends_at = kNow + 4h; }) == "");
  CHECK(with([](Quiet& q) { q.kind = QuietKind::host, q.ends_at = kNow + 4h + 1s; }) == "ends_at");
  CHECK(with([](Quiet& q) { q.repeat = QuietRepeat::weekly; }) == "repeat");  // a mute has one end

  const auto weekly = [&](const auto& change) {
    Quiet quiet = world.quiet(QuietKind::maintenance);
    quiet.repeat = QuietRepeat::weekly;
    quiet.schedule = "mon 22:00";
    quiet.duration_seconds = 7'200;
    quiet.ends_at = {};
    change(quiet);
    return refused(quiet);
  };
  CHECK(weekly([](Quiet&) {}) == "");
  CHECK(weekly([](Quiet& q) { q.zone = "Nowhere"; }) == "zone");
  CHECK(weekly([](Quiet& q) { q.schedule = "22:00"; }) == "schedule");
  CHECK(weekly([](Quiet& q) { q.ends_at = kNow + 1h; }) == "schedule");  // it never comes
  CHECK(weekly([](Quiet& q) { q.duration_seconds = 59; }) == "duration_seconds");
  CHECK(weekly([](Quiet& q) { q.duration_seconds = 7 * 86'400; }) == "duration_seconds");  // until the next one
  CHECK(weekly([](Quiet& q) { q.schedule = "mon-sun 22:00", q.duration_seconds = 86'400; }) == "duration_seconds");
  CHECK(weekly([](Quiet& q) { q.schedule = "mon-sun 22:00", q.duration_seconds = 82'800; }) == "");
  const auto cron = [&](const char* schedule) {
    return weekly([schedule](Quiet& q) { q.repeat = QuietRepeat::cron, q.schedule = schedule, q.duration_seconds = 60; });
  };
  CHECK(cron("0 * * * *") == "");
  CHECK(cron("0,30 * * * *") == "schedule");
  CHECK(cron("*/2 3 * * *") == "schedule");  // thirty in one hour of a day
  CHECK(weekly([](Quiet& q) { q.is_wide = true, q.duration_seconds = 86'401; }) == "duration_seconds");
  CHECK(weekly([](Quiet& q) { q.is_wide = true, q.schedule = "mon-sun 22:00", q.duration_seconds = 46'800; }) ==
        "duration_seconds");  // more than half of the time
}

TEST_CASE(
    "more than half of the subjects is wide, also when narrow ones add up to it; one subject by its name is not") {
  World world;
  std::vector<Subject> subjects;
  for (const char* name : {"a", "b", "c", "d"}) subjects.push_back(world.add(name));
  Quiet mine = world.quiet();
  mine.matchers.resize(2);
  mine.matchers[0].subject = subjects[0].id;
  mine.matchers[1].subject = subjects[1].id;
  QuietReach reach = reach_of(mine, world.directory, {}, {});
  CHECK(reach.matches == 2);
  CHECK(reach.subjects == 4);
  CHECK_FALSE(reach.is_wide);  // half is not more than half

  Quiet other = world.quiet();
  other.matchers[0].subject = subjects[2].id;
  const std::vector<Quiet> others = {mine};
  CHECK_FALSE(reach_of(other, world.directory, {}, {}).is_wide);
  CHECK(reach_of(other, world.directory, {}, others).is_wide);  // three of four, by two people's narrow ones

  CHECK(reach_of(world.quiet(), world.directory, {}, {}).is_wide);
  Quiet critical = world.quiet();
  critical.matchers[0].tag = "nobody";
  critical.matchers[0].severity = Severity::critical;
  CHECK(reach_of(critical, world.directory, {}, {}).is_wide);
  critical.matchers[0].severity = Severity::warning;
  CHECK_FALSE(reach_of(critical, world.directory, {}, {}).is_wide);
}

TEST_CASE("what a reader does not see is counted to decide what is wide, and told to nobody") {
  World world;
  const TeamId team = TeamId::make(kNow, world.random);
  for (const char* name : {"a", "b", "c"}) {
    Subject subject = world.add(name);
    subject.tags = {"web"};
    if (subject.name == "a") subject.teams = {team};
    world.directory.put(subject);
  }
  Quiet quiet = world.quiet();
  quiet.matchers[0].tag = "web";
  const Sight sight{.all = false, .teams = {team}};
  const QuietReach reach = reach_of(quiet, world.directory, {}, {}, &sight);
  CHECK(reach.matches == 1);
  CHECK(reach.subjects == 1);
  CHECK(reach.is_wide);
}

TEST_CASE("others count where one of their windows overlaps one of its own, also later than its beginning") {
  World world;
  const Quiet mine = world.quiet();  // two hours from now
  const auto counts = [&](const Quiet& asked, microseconds from, microseconds length) {
    Quiet other = world.quiet(QuietKind::maintenance);
    other.starts_at = kNow + from;
    other.ends_at = other.starts_at + length;
    return overlapping(asked, {other}, kNow).size() == 1;
  };
  CHECK(counts(mine, 1h, 5h));
  CHECK(counts(mine, -1h, 5h));
  CHECK_FALSE(counts(mine, 2h, 5h));
  CHECK_FALSE(counts(mine, -2h, 1h));

  Quiet daily = world.quiet(QuietKind::maintenance);
  daily.repeat = QuietRepeat::cron;
  daily.schedule = "0 3 * * *";
  daily.duration_seconds = 3'600;
  daily.ends_at = {};
  CHECK(overlapping(mine, {daily}, kNow).empty());  // now it is eleven
  CHECK(counts(daily, 3 * 24h, 24h));
  CHECK_FALSE(counts(daily, 20 * 24h, 24h));
  Quiet later = daily;
  later.schedule = "59 3 * * *";
  CHECK(overlapping(daily, {later}, kNow).size() == 1);
  later.schedule = "0 4 * * *";
  CHECK(overlapping(daily, {later}, kNow).empty());
}

TEST_CASE("lines of many quiets together are those of each: a subject, a group, a tag, a label, a rule") {
  World world;
  const Subject rack = world.add("Rack 4", SubjectKind::group);
  Subject member = world.add("member");
  member.groups = {GroupId::of(rack.id)};
  world.directory.put(member);
  Subject tagged = world.add("tagged");
  tagged.tags = {"web"};
  world.directory.put(tagged);
  Subject labelled = world.add("labelled");
  labelled.labels = {{"env", "prod"}};
  world.directory.put(labelled);
  const Subject named = world.add("named");
  Rule rule;
  rule.id = RuleId::make(kNow, world.random);
  rule.workspace = world.workspace;
  rule.kind = RuleKind::silence;
  rule.target.kind = RuleTarget::Kind::subject;
  rule.target.subject = named.id;
  const std::vector<Rule> rules = {rule};
  const auto covered = [&](const auto& change) {
    Quiet quiet = world.quiet();
    change(quiet.matchers[0]);
    return union_of(world.workspace, {&quiet, 1}, world.directory, rules).matches;
  };
  CHECK(covered([](QuietMatcher&) {}) == 5);
  CHECK(covered([&](QuietMatcher& m) { m.group = GroupId::of(rack.id); }) == 2);
  CHECK(covered([](QuietMatcher& m) { m.tag = "web"; }) == 1);
  CHECK(covered([](QuietMatcher& m) { m.label = "env"; }) == 1);
  CHECK(covered([&](QuietMatcher& m) { m.rule = rule.id; }) == 1);
  CHECK(covered([&](QuietMatcher& m) { m.rule = RuleId::make(kNow, world.random); }) == 0);
  CHECK(covered([&](QuietMatcher& m) { m.subject = tagged.id, m.tag = "db"; }) == 0);
  CHECK(covered([&](QuietMatcher& m) { m.subject = tagged.id, m.severity = Severity::info; }) == 1);
}

TEST_CASE("a line about a group covers members of groups in it") {
  World world;
  Subject outer = world.add("Berlin", SubjectKind::group), inner = world.add("Rack 4", SubjectKind::group);
  inner.groups = {GroupId::of(outer.id)};
  world.directory.put(inner);
  Subject host = world.add("db-1");
  host.groups = {GroupId::of(inner.id)};
  world.directory.put(host);
  const std::vector<GroupId> above = groups_above(world.directory, host);
  CHECK(above == std::vector<GroupId>{GroupId::of(inner.id), GroupId::of(outer.id)});
  QuietMatcher matcher;
  matcher.group = GroupId::of(outer.id);
  CHECK(matches(matcher, QuietCandidate{.subject = host, .groups = above}));
}

TEST_CASE("the book says what covers an incident, until when, and which workspaces have an edge in a stretch") {
  World world;
  const Subject host = world.add("db-1");
  const std::vector<GroupId> none;
  const QuietCandidate candidate{.subject = host, .groups = none};
  QuietBook book;
  Quiet mute = world.quiet();
  book.put(mute);
  Quiet later = world.quiet(QuietKind::maintenance);
  later.starts_at = kNow + 1h;
  later.ends_at = kNow + 3h;
  book.put(later);

  Quiet far = world.quiet(QuietKind::maintenance);  // planned long ahead: nothing that runs is forgotten for it
  far.starts_at = kNow + 90 * 24h;
  far.ends_at = far.starts_at + 1h;
  book.put(far);

  CHECK(book.covering(world.workspace, candidate, kNow).maintenances.empty());
  const auto muted = book.covering(world.workspace, candidate, kNow).mutes;
  REQUIRE(muted.size() == 1);
  CHECK(muted[0].until == kNow + 2h);
  CHECK(muted[0].by_name == "Bo");
  CHECK_FALSE(book.is_maintained(world.workspace, host, none, kNow));
  CHECK(book.is_maintained(world.workspace, host, none, kNow + 1h));
  CHECK(book.covering(world.workspace, candidate, kNow + 90min).maintenances.size() == 1);
  CHECK(book.next_edge(world.workspace, kNow) == kNow + 1h);
  CHECK(book.next_edge(world.workspace, kNow + 1h) == kNow + 2h);

  CHECK(book.edges_between(kNow, kNow + 1h).empty());
  CHECK(book.begun_between(kNow, kNow + 1h) == std::vector<WorkspaceId>{world.workspace});
  CHECK(book.edges_between(kNow + 1h, kNow + 2h) == std::vector<WorkspaceId>{world.workspace});
  CHECK(book.edges_between(kNow + 2h, kNow + 3h - 1s).empty());
  CHECK(book.edges_between(kNow + 2h, kNow + 3h) == std::vector<WorkspaceId>{world.workspace});
  // The clock steps back, and what is quiet then is quiet.
  CHECK(book.covering(world.workspace, candidate, kNow).mutes.size() == 1);

  mute.ended_early_at = kNow + 1min;
  book.put(mute);
  CHECK(book.covering(world.workspace, candidate, kNow + 1min).mutes.empty());
  CHECK(book.of(world.workspace).size() == 2);
  book.forget(world.workspace);
  CHECK(book.of(world.workspace).empty());
}

TEST_CASE("a maintenance of one rule or one severity marks no time of its subject") {
  World world;
  const Subject host = world.add("db-1");
  Quiet quiet = world.quiet(QuietKind::maintenance);
  const MaintainedTimes whole(world.directory, {quiet}, kNow - 1h, kNow + 1h);
  REQUIRE(whole.of(host).size() == 1);
  CHECK(whole.of(host)[0].from == kNow);
  quiet.matchers[0].severity = Severity::warning;
  CHECK(MaintainedTimes(world.directory, {quiet}, kNow - 1h, kNow + 1h).of(host).empty());
  // Overlapping ones are one stretch; another set has another fingerprint.
  Quiet second = world.quiet(QuietKind::maintenance);
  second.starts_at = kNow + 30min;
  second.ends_at = kNow + 5h;
  quiet.matchers[0].severity.reset();
  const MaintainedTimes both(world.directory, {quiet, second}, kNow - 1h, kNow + 8h);
  REQUIRE(both.of(host).size() == 1);
  CHECK(both.of(host)[0].to == kNow + 5h);
  CHECK(both.fingerprint() != whole.fingerprint());
}
