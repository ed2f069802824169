// What results become: states, incidents, readings and kept answers, over the real database under a fake clock.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/crypto/sealed.h"
#include "tests/support/monitor_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

std::vector<KeptAnswer> answers_of(MonitorWorld& world, const MonitorAndSubject& monitor) {
  return world.storage.read<std::vector<KeptAnswer>>([&](Snapshot& snapshot) {
    return world.storage->monitors().answers(snapshot, world.workspace.id, monitor.monitor.id, 10);
  });
}

std::vector<Reading> readings_of(MonitorWorld& world, const MonitorAndSubject& monitor) {
  return world.storage.read<std::vector<Reading>>([&](Snapshot& snapshot) {
    return world.storage->readings().range(snapshot, world.workspace.id, monitor.subject.id, Instant{1},
                                           world.clock.now() + 1s);
  });
}

}  // namespace

TEST_CASE("the first result that is up makes a monitor up, and its values are in the log") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  CHECK(world.state(web) == State::pending);
  world.result(web, MonitorWorld::up());
  CHECK(world.state(web) == State::up);
  const auto readings = readings_of(world, web);
  REQUIRE(readings.size() == 1);
  CHECK(readings[0].values.get(Metric::response_ms) == 2'500);
  CHECK(readings[0].values.get(Metric::dns_ms) == 200);
  CHECK(readings[0].values.get(Metric::check_reason) == 0);
  CHECK_FALSE(readings[0].values.get(Metric::tls_ms).has_value());
  CHECK(world.live(web).last->text == "answered 200 OK");
}

TEST_CASE("a service that fails is told once after its retries, from its first failure on, and its recovery is told") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  world.pass(60s);
  const Instant failed = world.clock.now();
  CHECK(world.result(web, MonitorWorld::failed("answered 503 Service Unavailable")) == milliseconds(15'000));
  CHECK(world.state(web) == State::up);
  world.pass(15s);
  world.result(web, MonitorWorld::failed("answered 503 Service Unavailable"));
  CHECK(world.open_incidents().empty());
  world.pass(15s);
  CHECK_FALSE(world.result(web, MonitorWorld::failed("answered 503 Service Unavailable")).has_value());
  CHECK(world.state(web) == State::down);
  CHECK(world.live(web).observed.since == failed);
  CHECK(world.told(web) == std::vector<std::string>{"web is down: answered 503 Service Unavailable"});
  CHECK(world.outbox(Announcement::Kind::incident_opened) == 1);
  world.pass(60s);
  world.result(web, MonitorWorld::up());
  CHECK(world.told(web).empty());
  CHECK(world.outbox(Announcement::Kind::incident_resolved) == 1);
}

TEST_CASE("the answer that turned a monitor down is kept, masked and sealed; later ones are not") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  CheckResult failed = MonitorWorld::failed("answered 500");
  failed.excerpt = "oops: https://ada:hunter2-secret@db.example.org/ failed";
  world.turn_down(web, failed);
  world.pass(60s);
  world.result(web, failed);
  const auto kept = answers_of(world, web);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].sealed.find("oops") == std::string::npos);
  const auto opened = unseal(world.storage.keys, "monitor.answer", kept[0].sealed);
  REQUIRE(opened.has_value());
  CHECK(opened->reveal().find("oops") != std::string_view::npos);
  CHECK(opened->reveal().find("hunter2-secret") == std::string_view::npos);
}

TEST_CASE("what an answer says reaches people as one line without its secrets") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.turn_down(web, MonitorWorld::failed("bad\r\nSubject: x\x1b[31m https://ada:hunter2-secret@db.example.org/"));
  const std::string summary = world.told(web).at(0);
  CHECK(summary.starts_with("web is down: bad  Subject: x"));
  CHECK(summary.find('\n') == std::string::npos);
  CHECK(summary.find('\x1b') == std::string::npos);
  CHECK(summary.find("hunter2-secret") == std::string::npos);
}

TEST_CASE("unknown for five minutes is told with what is the matter, and ends by itself") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  world.pass(60s);
  const Instant since = world.clock.now();
  world.result(web, MonitorWorld::unjudged("no route by IPv4"));
  CHECK(world.state(web) == State::unknown);
  world.pass(240s);
  world.result(web, MonitorWorld::unjudged("no route by IPv4"));
  CHECK(world.told(web).empty());
  world.pass(65s);
  const std::string at = to_iso8601(since).substr(11, 8);
  CHECK(world.told(web) == std::vector<std::string>{"web cannot be checked since " + at + " UTC: no route by IPv4"});
  world.result(web, MonitorWorld::up());
  CHECK(world.told(web).empty());
}

TEST_CASE("what is down stays down while it cannot be checked: nobody is told that it recovered") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.turn_down(web);
  world.pass(60s);
  world.result(web, MonitorWorld::unjudged());
  CHECK(world.state(web) == State::down);
  CHECK(world.told(web).size() == 1);
  CHECK(world.outbox(Announcement::Kind::incident_resolved) == 0);
}

TEST_CASE("a result that changes nothing is stored without a change of the record or the version") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  const auto changes = world.state_changes(web.subject.id).size();
  for (int i = 0; i < 5; ++i) {
    world.pass(60s);
    world.result(web, MonitorWorld::up());
  }
  CHECK(world.state_changes(web.subject.id).size() == changes);
  CHECK(readings_of(world, web).size() == 6);
}

TEST_CASE("the address that was reached is a part's number; only a new one is written with the whole way") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  CheckResult seen = MonitorWorld::up();
  IpAddress address;
  REQUIRE(parse_ip("192.0.2.10", address));
  seen.address = address;
  world.result(web, seen);
  world.result(web, seen);
  const auto readings = readings_of(world, web);
  REQUIRE(readings.size() == 2);
  const auto number = readings[0].values.get(Metric::check_address);
  REQUIRE(number.has_value());
  CHECK(readings[1].values.get(Metric::check_address) == number);
  const auto parts = world.storage.read<std::vector<Part>>([&](Snapshot& snapshot) {
    return world.storage->subjects().parts(snapshot, world.workspace.id, web.subject.id);
  });
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].text == "192.0.2.10");
}

TEST_CASE("a change that cannot be stored is no change, and comes with the next result") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  for (int i = 0; i < 2; ++i) {
    world.pass(15s);
    world.result(web, MonitorWorld::failed());
  }
  world.dice.failures_percent = 100;
  world.pass(15s);
  world.result(web, MonitorWorld::failed());
  CHECK(world.state(web) == State::up);
  world.dice.failures_percent = 0;
  world.pass(15s);
  world.result(web, MonitorWorld::failed());
  CHECK(world.state(web) == State::down);
  CHECK(world.told(web).size() == 1);
}

TEST_CASE("a paused monitor takes no results, and begins anew when it is resumed") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.turn_down(web);
  world.pause(web.subject.id);
  CHECK(world.told(web).empty());
  world.result(web, MonitorWorld::up());
  CHECK(world.state(web) == State::unknown);
  CHECK(world.services->checks.counts().planned == 0);
  world.resume(web.subject.id);
  CHECK(world.state(web) == State::pending);
  world.result(web, MonitorWorld::failed());
  CHECK(world.state(web) == State::pending);
  world.result(web, MonitorWorld::up());
  CHECK(world.state(web) == State::up);
}

TEST_CASE("a removed monitor takes no results") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  REQUIRE(world.in_transaction(
      [&](Transaction& tx) { return world.services->monitors.remove(tx, world.actor(), web.monitor.id); }));
  CHECK_FALSE(world.result(web, MonitorWorld::failed()).has_value());
  CHECK(world.open_incidents().empty());
}

TEST_CASE("a restart changes nothing: what is down is not told again, and recovers once") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.turn_down(web);
  world.restart(60s);
  CHECK(world.state(web) == State::down);
  world.result(web, MonitorWorld::failed());
  CHECK(world.outbox(Announcement::Kind::incident_opened) == 1);
  world.result(web, MonitorWorld::up());
  CHECK(world.state(web) == State::up);
  CHECK(world.outbox(Announcement::Kind::incident_resolved) == 1);
}

TEST_CASE("in recovery nothing becomes of results") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.services->recovery_mode.set(true);
  CHECK_FALSE(world.result(web, MonitorWorld::failed()).has_value());
  world.services->recovery_mode.set(false);
  CHECK(readings_of(world, web).empty());
}

TEST_CASE("confirmation can be switched off for a test, and then a single failure is told") {
  MonitorWorld world;
  const auto web = world.add_http("web");
  world.result(web, MonitorWorld::up());
  world.services->monitor_work.switch_off_for_test({.confirms = false, .forgets_absence = true});
  world.result(web, MonitorWorld::failed());
  CHECK(world.state(web) == State::down);
}

// ── Rules and recipients ──

TEST_CASE("a workspace gets the rules of monitors with its first monitor, once") {
  MonitorWorld world;
  const auto rules = [&] {
    auto all = world.storage.read<std::vector<Rule>>(
        [&](Snapshot& snapshot) { return world.storage->rules().list(snapshot, world.workspace.id); });
    std::erase_if(all, [](const Rule& rule) { return rule.only_kind != SubjectKind::monitor; });
    return all;
  };
  CHECK(rules().empty());
  world.add_http("web");
  REQUIRE(rules().size() == 5);
  for (const Rule& rule : rules()) CHECK(validate(rule));
  world.remove(rules().front());
  world.add_http("mail", "https://192.0.2.11/");
  CHECK(rules().size() == 4);
}

TEST_CASE("rules of monitors say so, and are about no agent") {
  SeededRandom random;
  const auto rules = default_rules_of(SubjectKind::monitor, WorkspaceId::make({1}, random), {1}, random);
  REQUIRE(rules.size() == 5);
  CHECK(sentence(rules[0]) == "When a monitor is down");
  CHECK(sentence(rules[1]) == "When a monitor is in an unknown state for 5 min");
  CHECK(sentence(rules[2]) == "When days left of the certificate on all monitors is below 14 days");
  for (const Rule& rule : rules) {
    CHECK_FALSE(applies(rule, SubjectKind::agent));
    CHECK(applies(rule, SubjectKind::monitor));
  }
}

TEST_CASE("where a rule names nobody, those are told whom the monitor's tags name") {
  MonitorWorld world;
  const Recipient grace = world.storage.add_recipient(world.workspace, "grace@example.org");
  const auto web = world.add_http("web");
  SubjectChange tags;
  tags.tags = std::vector<std::string>{"shop"};
  world.change(web.subject.id, tags);
  CheckDefaults of_shop;
  of_shop.workspace = world.workspace.id;
  of_shop.scope = CheckDefaults::Scope::tag;
  of_shop.of = "shop";
  of_shop.recipients = {grace.id};
  world.put_defaults(of_shop);
  world.turn_down(web);
  REQUIRE(world.open_incidents().size() == 1);
  const auto deliveries = world.deliveries(world.open_incidents().front());
  REQUIRE(deliveries.size() == 1);
  CHECK(deliveries[0].notification.shown == "grace@example.org");
}

// ── Probes ──

TEST_CASE("k of n probes decide: one that lies and one that is silent change nothing") {
  MonitorWorld world;
  const std::vector<TestAgent> probes{world.add_agent("ams-1"), world.add_agent("fra-1"), world.add_agent("hel-1")};
  const auto web = world.add_probed("web", probes, 2);
  for (int round = 0; round < 4; ++round) {
    world.from_probe(web, probes[0], MonitorWorld::failed());  // it lies
    world.from_probe(web, probes[1], MonitorWorld::up());
    world.from_probe(web, probes[2], MonitorWorld::up());
    world.pass(60s);
  }
  CHECK(world.state(web) == State::up);
  for (int round = 0; round < 4; ++round) {  // hel-1 falls silent
    world.from_probe(web, probes[0], MonitorWorld::failed());
    world.from_probe(web, probes[1], MonitorWorld::up());
    world.pass(60s);
  }
  CHECK(world.state(web) == State::unknown);
  CHECK(world.detail(web) == "2 of 3 probes must agree; down: ams-1; answers: fra-1; no fresh result: hel-1");
  for (int round = 0; round < 4; ++round) {
    world.from_probe(web, probes[0], MonitorWorld::failed());
    world.from_probe(web, probes[1], MonitorWorld::failed());
    world.pass(60s);
  }
  CHECK(world.state(web) == State::down);
}

TEST_CASE("a probe's results for what it is not assigned come back, and change nothing") {
  MonitorWorld world;
  const TestAgent probe = world.add_agent("ams-1"), other = world.add_agent("fra-1");
  const auto web = world.add_probed("web", {probe}, 1);
  const auto mine = world.add_http("mine", "https://192.0.2.12/");
  CHECK(world.services->monitor_work.assigned(probe.agent.id).size() == 1);
  CHECK(world.services->monitor_work.assigned(other.agent.id).empty());
  const ProbeResult results[] = {{web.monitor.id, MonitorWorld::up()}, {mine.monitor.id, MonitorWorld::failed()}};
  CHECK(world.services->monitor_work.probe_results(other.agent.id, results).size() == 2);
  CHECK(world.services->monitor_work.probe_results(probe.agent.id, results) ==
        std::vector<MonitorId>{mine.monitor.id});
  world.settle();
  CHECK(world.state(mine) == State::pending);
}

TEST_CASE("an assignment's version rises with each change of what an agent is to check") {
  MonitorWorld world;
  const TestAgent probe = world.add_agent("ams-1");
  const auto version = [&] { return world.services->monitor_work.assignment_version(probe.agent.id); };
  const auto before = version();
  const auto web = world.add_probed("web", {probe}, 1);
  const auto added = version();
  CHECK(added > before);
  world.pause(web.subject.id);
  CHECK(version() > added);
  CHECK(world.services->monitor_work.assigned(probe.agent.id).empty());
}
