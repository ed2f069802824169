// The pipeline at work over the real stores, under a fake clock: what is held and why, when it is told, and that neither a restart
// nor a clock that steps loses or doubles anything.
#include "core/watch/telling/telling.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/alert_world.h"
#include "tests/support/post.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Announcement::Kind;

struct TellingWorld : AlertWorld {
  TellingWorld() { group_messages(true); }

  bool post_works = true;
  void pass(microseconds span) {
    for (; span > microseconds(0); span -= 10s) {
      AlertWorld::pass(std::min<microseconds>(span, 10s));
      if (post_works) hand_over(*this);
    }
  }

  Telling::View view(const Incident& incident) {
    return storage.read<Telling::View>(
        [&](Snapshot& snapshot) { return services->telling.view(snapshot, workspace.id, incident.id); });
  }
  std::string reason(const Incident& incident) {
    const auto row = view(incident).row;
    return row ? row->reason : std::string();
  }
  TellingPhase phase(const Incident& incident) { return view(incident).row.value().phase; }
  std::vector<std::string> reasons(const Incident& incident) {
    std::vector<std::string> all;
    for (const TellingEntry& entry : view(incident).entries) all.push_back(entry.reason);
    return all;
  }
  bool was(const Incident& incident, TellingReason reason) {
    const auto all = reasons(incident);
    return std::ranges::find(all, std::string(to_text(reason))) != all.end();
  }
  Incident only_open() {
    const auto open = open_incidents();
    REQUIRE(open.size() == 1);
    return open.front();
  }
  Incident open_of(const TestAgent& agent) {
    for (const Incident& incident : open_incidents()) {
      if (incident.subject == agent.id()) return incident;
    }
    FAIL("no open incident of it");
    return {};
  }

  Quiet make_quiet(QuietKind kind, const QuietMatcher& matcher, microseconds length) {
    Quiet wanted;
    wanted.kind = kind;
    wanted.name = wanted.reason = "Kernel update";
    wanted.matchers = {matcher};
    wanted.starts_at = clock.now();
    wanted.ends_at = clock.now() + length;
    Quiet made;
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
      made = TRY(services->quiet_service.add(tx, actor(), wanted, true));
      return {};
    }));
    return made;
  }
  Quiet maintain(const TestAgent& agent, microseconds length) {
    QuietMatcher matcher;
    matcher.subject = agent.id();
    return make_quiet(QuietKind::maintenance, matcher, length);
  }
  void depends(const TestAgent& child, const SubjectId& parent) {
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(services->subjects.set_parents(tx, actor(), child.id(), {parent}));
      return {};
    }));
  }
  void acknowledge(const Incident& incident, std::int64_t minutes) {
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
      AcknowledgeFor how_long;
      how_long.minutes = minutes;
      TRY(services->incidents.acknowledge(tx, actor(), incident.id, "", how_long));
      return {};
    }));
  }
  void change_recipient(void (*how)(Recipient&)) {
    how(recipient);
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, recipient); });
  }
  int told() { return outbox(Kind::incident_opened); }
};

int minute_of(Instant at) {
  return static_cast<int>(at.micros / 60'000'000 % (24 * 60));
}

}  // namespace

// ── Told at once ──

TEST_CASE("nothing against it: told in the transaction that opens it, and nothing is noted but that") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  CHECK(world.told() == 1);
  CHECK(world.reason(incident) == "told");
  CHECK(world.view(incident).entries.empty());
  world.heartbeat(agent);
  CHECK(world.outbox(Kind::incident_resolved) == 1);
  CHECK(world.was(incident, TellingReason::recovery_told));
  CHECK(world.phase(incident) == TellingPhase::over);
}

TEST_CASE("nobody can be told: that is said on the incident") {
  TellingWorld world;
  world.change_recipient([](Recipient& recipient) { recipient.enabled = false; });
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  CHECK(world.phase(incident) == TellingPhase::dropped);
  CHECK(world.was(incident, TellingReason::nobody_named));
  world.heartbeat(agent);
  CHECK_FALSE(world.was(incident, TellingReason::ended_untold));
}

TEST_CASE("nobody could be told: who is switched on or added meanwhile is told of what still stands, in one message") {
  TellingWorld world;
  world.change_recipient([](Recipient& recipient) { recipient.enabled = false; });
  const TestAgent one = world.add_agent("db-1"), two = world.add_agent("db-2");
  world.heartbeat(one);
  world.heartbeat(two);
  world.pass(40s);
  REQUIRE(world.open_incidents().size() == 2);
  const Incident first = world.open_of(one);
  world.pass(20min);
  CHECK(world.reasons(first) == std::vector<std::string>{"nobody_named"});  // said once
  CHECK(world.told() == 0);
  world.change_recipient([](Recipient& recipient) { recipient.enabled = true; });
  world.pass(6min);
  CHECK(world.phase(first) == TellingPhase::told);
  CHECK(world.phase(world.open_of(two)) == TellingPhase::told);
  CHECK(world.told() == 0);
  CHECK(world.outbox(Kind::group) == 1);
  world.pass(20min);
  CHECK(world.told() == 0);
  CHECK(world.outbox(Kind::group) == 1);
  world.heartbeat(one);
  world.heartbeat(two);
  CHECK(world.was(first, TellingReason::recovery_told));
}

TEST_CASE("nobody could be told: a start looks again, whatever clock planned the next look") {
  TellingWorld world;
  world.change_recipient([](Recipient& recipient) { recipient.enabled = false; });
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  CHECK(world.phase(incident) == TellingPhase::dropped);
  world.change_recipient([](Recipient& recipient) { recipient.enabled = true; });
  world.clock.step_wall_clock(-24h);
  world.restart(1s);
  world.pass(2min);
  CHECK(world.phase(incident) == TellingPhase::told);
  CHECK(world.told() == 1);
}

// ── Quiet ──

TEST_CASE("what opens in a maintenance and is over at its end is told to nobody; what still stands is told then") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.maintain(agent, 10min);
  world.pass(40s);
  const Incident first = world.only_open();
  CHECK(world.told() == 0);
  CHECK(world.phase(first) == TellingPhase::held);
  CHECK(world.reasons(first) == std::vector<std::string>{"in_maintenance"});
  world.heartbeat(agent);
  CHECK(world.told() == 0);
  CHECK(world.outbox(Kind::incident_resolved) == 0);
  CHECK(world.was(first, TellingReason::ended_untold));
  world.pass(2min);  // beyond the cooldown
  const Incident second = world.only_open();
  CHECK(world.told() == 0);
  world.pass(8min);
  CHECK(world.told() + world.outbox(Kind::group) == 1);
  CHECK(world.was(second, TellingReason::told));
}

TEST_CASE("what a maintenance held is told as one message at its end") {
  TellingWorld world;
  std::vector<TestAgent> agents;
  for (int i = 0; i < 5; ++i) agents.push_back(world.add_agent("host-" + std::to_string(i)));
  for (const TestAgent& agent : agents) world.heartbeat(agent);
  world.make_quiet(QuietKind::maintenance, {}, 5min);
  world.pass(4min);
  CHECK(world.open_incidents().size() == 5);
  CHECK(world.told() + world.outbox(Kind::group) == 0);
  world.pass(90s);
  CHECK(world.outbox(Kind::group) == 1);
  CHECK(world.told() == 0);
}

TEST_CASE("a mute holds openings and no recovery; ended by a click, what stands is told") {
  TellingWorld world;
  const TestAgent told = world.add_agent("told"), muted = world.add_agent("muted");
  world.heartbeat(told);
  world.pass(40s);
  CHECK(world.told() == 1);
  const Quiet mute = world.make_quiet(QuietKind::mute, {}, 1h);
  world.heartbeat(told);
  CHECK(world.outbox(Kind::incident_resolved) == 1);
  world.heartbeat(muted);
  world.pass(40s);
  const Incident held = world.open_of(muted);
  CHECK(world.was(held, TellingReason::muted));
  CHECK(world.told() == 1);
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->quiet_service.end(tx, world.actor(), mute.id, false));
    return {};
  }));
  world.pass(6min);
  CHECK(world.was(held, TellingReason::told));
}

TEST_CASE("outside the working hours of its rule an incident waits for them") {
  TellingWorld world;
  const int now = minute_of(world.clock.now());
  Rule silence = world.silence_rule();
  silence.hours.days = 0b1111111;
  silence.hours.from_minute = now + 30;
  silence.hours.to_minute = now + 60;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  CHECK(world.was(incident, TellingReason::outside_hours));
  CHECK(world.told() == 0);
  world.pass(30min);
  CHECK(world.told() == 1);
}

// ── Dependencies ──

TEST_CASE("a router with a host behind it falls silent: one message, about the router, whoever is noticed first") {
  TellingWorld world;
  const TestAgent router = world.add_agent("router-1"), host = world.add_agent("host-1");
  world.depends(host, router.id());
  world.heartbeat(host);
  world.pass(5s);
  world.heartbeat(router);  // its silence is noticed later than the host's
  world.pass(2min);
  REQUIRE(world.open_incidents().size() == 2);
  const Incident of_host = world.open_of(host);
  CHECK(world.reasons(of_host) == std::vector<std::string>{"waiting_for_parent", "parent_down"});
  CHECK(world.told() == 1);
  CHECK(world.deliveries(world.open_of(router)).size() == 1);
  const std::string text = world.view(of_host).row.value().text;
  CHECK(text.find("its parent router-1 is down since") == 0);

  world.heartbeat(router);
  world.pass(1s);
  CHECK(world.reason(of_host) == "parent_recovering");
  world.heartbeat(host);
  CHECK(world.was(of_host, TellingReason::ended_untold));
  CHECK(world.told() == 1);
  CHECK(world.outbox(Kind::incident_resolved) == 1);
}

TEST_CASE("a parent holds its children only where somebody received that it is down") {
  TellingWorld world;
  world.post_works = false;
  const TestAgent router = world.add_agent("router-1"), host = world.add_agent("host-1");
  world.depends(host, router.id());
  world.heartbeat(host);
  world.pass(5s);
  world.heartbeat(router);
  world.pass(60s);
  const Incident of_host = world.open_of(host);
  CHECK(world.reason(of_host) == "parent_down");  // the message is on its way
  SUBCASE("it waits for longer than a minute") {
    world.pass(70s);
    CHECK(world.was(of_host, TellingReason::told));
  }
  SUBCASE("it is given up") {
    hand_over(world, Notification::State::failed);
    world.pass(70s);
    CHECK(world.was(of_host, TellingReason::told));
  }
  SUBCASE("it is taken") {
    hand_over(world);
    world.pass(6min);
    CHECK(world.reason(of_host) == "parent_down");
    CHECK_FALSE(world.was(of_host, TellingReason::told));
  }
}

TEST_CASE("a host whose router is well is told once that has reported; one that does not follow its router back, too") {
  TellingWorld world;
  const TestAgent router = world.add_agent("router-1"), host = world.add_agent("host-1");
  world.depends(host, router.id());
  world.heartbeat(host);
  world.beat_for(router, 45s);
  CHECK(world.told() == 1);
  const Incident of_host = world.open_of(host);
  CHECK(world.was(of_host, TellingReason::told));
  CHECK_FALSE(world.was(of_host, TellingReason::parent_down));
  world.heartbeat(host);

  world.pass(70s);
  world.heartbeat(host);
  world.heartbeat(router);
  world.pass(2min);
  CHECK(world.reason(world.open_of(host)) == "parent_down");
  world.beat_for(router, 40s);  // two intervals, and the host is still away
  CHECK(world.was(world.open_of(host), TellingReason::told));
}

TEST_CASE("a parent that is muted or paused holds nothing; its maintenance holds its children") {
  TellingWorld world;
  const TestAgent router = world.add_agent("router-1"), host = world.add_agent("host-1");
  world.depends(host, router.id());
  QuietMatcher of_router;
  of_router.subject = router.id();
  SUBCASE("muted") {
    world.make_quiet(QuietKind::mute, of_router, 1h);
    world.heartbeat(host);
    world.heartbeat(router);
    world.pass(3min);
    CHECK(world.was(world.open_of(host), TellingReason::told));
    CHECK(world.was(world.open_of(router), TellingReason::muted));
  }
  SUBCASE("paused") {
    world.pause(router.id());
    world.heartbeat(host);
    world.pass(40s);
    CHECK(world.told() == 1);
  }
  SUBCASE("maintained") {
    world.make_quiet(QuietKind::maintenance, of_router, 10min);
    world.heartbeat(host);
    world.beat_for(router, 60s);
    CHECK(world.was(world.open_of(host), TellingReason::parent_maintained));
    CHECK(world.told() == 0);
    world.beat_for(router, 10min);
    CHECK(world.told() == 1);
  }
}

TEST_CASE("a muted parent that is held for its own parent holds its children; when that is back, it holds nothing") {
  TellingWorld world;
  const TestAgent router = world.add_agent("router-1"), between = world.add_agent("switch-1");
  const TestAgent host = world.add_agent("host-1");
  world.depends(between, router.id());
  world.depends(host, between.id());
  QuietMatcher of_switch;
  of_switch.subject = between.id();
  world.make_quiet(QuietKind::mute, of_switch, 1h);
  for (const TestAgent* agent : {&host, &between, &router}) world.heartbeat(*agent);
  world.pass(3min);
  const Incident of_host = world.open_of(host);
  CHECK(world.reason(world.open_of(router)) == "told");
  CHECK(world.reason(world.open_of(between)) == "parent_down");
  CHECK(world.reason(of_host) == "parent_down");
  CHECK(world.told() + world.outbox(Kind::group) == 1);

  world.beat_for(router, 2min);  // the two behind it do not follow
  CHECK(world.reason(world.open_of(between)) == "muted");
  CHECK(world.was(of_host, TellingReason::told));
}

TEST_CASE("a parent that was told holds its children when its acknowledgement ends in a mute, too") {
  TellingWorld world;
  const TestAgent router = world.add_agent("router-1"), host = world.add_agent("host-1");
  world.depends(host, router.id());
  world.heartbeat(host);
  world.heartbeat(router);
  world.pass(2min);
  const Incident of_router = world.open_of(router), of_host = world.open_of(host);
  REQUIRE(world.reason(of_host) == "parent_down");
  world.acknowledge(of_router, 10);
  QuietMatcher matcher;
  matcher.subject = router.id();
  world.make_quiet(QuietKind::mute, matcher, 1h);
  world.pass(12min);
  CHECK(world.reason(of_router) == "muted");
  CHECK(world.reason(of_host) == "parent_down");
  CHECK(world.deliveries(of_host).empty());
}

TEST_CASE("a lesser incident waits while a more severe one of the same metric stands") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  Rule severe = world.default_rule(Metric::disk_percent);
  severe.id = {};
  severe.name = "Disk is full";
  severe.severity = Severity::critical;
  severe.threshold_x100 = 9'400;
  severe.hysteresis_x100 = 100;
  severe.duration_seconds = 0;
  severe = world.add_rule(severe);
  world.beat_for(agent, 6min, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 2);
  const auto open = world.open_incidents();
  const Incident& lesser = open[0].severity == Severity::warning ? open[0] : open[1];
  CHECK(world.was(lesser, TellingReason::more_severe_open));
  CHECK(world.deliveries(lesser).empty());
  world.beat_for(agent, 6min, Vitals::disk(92));  // the severe one is over
  CHECK(world.was(lesser, TellingReason::told));
}

TEST_CASE("a lesser incident waits, too, when the acknowledgement of the more severe one ends in a mute") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  Rule severe = world.default_rule(Metric::disk_percent);
  severe.id = {};
  severe.name = "Disk is full";
  severe.severity = Severity::critical;
  severe.threshold_x100 = 9'400;
  severe.hysteresis_x100 = 100;
  severe.duration_seconds = 0;
  severe = world.add_rule(severe);
  world.beat_for(agent, 6min, Vitals::disk(95));
  REQUIRE(world.open_incidents().size() == 2);
  const auto open = world.open_incidents();
  const std::size_t first = open[0].severity == Severity::warning ? 0 : 1;
  const Incident& lesser = open[first];
  const Incident& known = open[1 - first];
  REQUIRE(world.reason(lesser) == "more_severe_open");
  world.acknowledge(known, 10);
  QuietMatcher matcher;
  matcher.rule = severe.id;
  world.make_quiet(QuietKind::mute, matcher, 1h);
  world.beat_for(agent, 16min, Vitals::disk(95));
  CHECK(world.reason(known) == "muted");
  CHECK(world.reason(lesser) == "more_severe_open");
  CHECK(world.deliveries(lesser).empty());
}

// ── Flapping ──

TEST_CASE("a subject that comes and goes is told of a few times, then once as flapping, and again when it stays down") {
  TellingWorld world;
  Rule silence = world.silence_rule();
  silence.cooldown_seconds = 0;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  for (int i = 0; i < 15; ++i) {
    world.heartbeat(agent);
    world.pass(60s);
  }
  CHECK(world.outbox(Kind::flapping) == 1);
  const Incident held = world.only_open();
  CHECK(world.was(held, TellingReason::flapping));
  CHECK_FALSE(world.was(held, TellingReason::told));
  world.pass(35min);
  // Down for half an hour in a row, or steady again before that: it is told as down.
  CHECK((world.was(held, TellingReason::flapping_down) || world.was(held, TellingReason::told)));
}

// ── Of a recipient ──

TEST_CASE("what is less than critical waits for the end of its reader's quiet hours, or for the digest; the rest does not") {
  TellingWorld world;
  bool is_digest = false;
  SUBCASE("the digest") { is_digest = true; }
  SUBCASE("quiet hours") { is_digest = false; }
  Rule silence = world.silence_rule();
  silence.severity = Severity::warning;
  world.change(silence);
  const int now = minute_of(world.clock.now());
  if (is_digest) {
    world.recipient.digest_at = now + 60;
  } else {
    world.recipient.quiet_from = now - 60;
    world.recipient.quiet_to = now + 60;
  }
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, world.recipient); });
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  CHECK(world.was(incident, is_digest ? TellingReason::daily_digest : TellingReason::quiet_hours));
  CHECK(world.told() == 0);
  world.pass(61min);
  CHECK(world.told() + world.outbox(Kind::digest) + world.outbox(Kind::group) == 1);
}

TEST_CASE("the first message goes at once, what follows is one message") {
  TellingWorld world;
  std::vector<TestAgent> agents;
  for (int i = 0; i < 4; ++i) agents.push_back(world.add_agent("host-" + std::to_string(i)));
  for (const TestAgent& agent : agents) world.heartbeat(agent);
  world.pass(41s);
  CHECK(world.open_incidents().size() == 4);
  CHECK(world.told() == 1);
  world.pass(60s);
  CHECK(world.told() == 1);
  CHECK(world.outbox(Kind::group) == 1);
  int grouped = 0;
  for (const Incident& incident : world.open_incidents()) grouped += world.was(incident, TellingReason::grouped) ? 1 : 0;
  CHECK(grouped == 3);
}

// ── Reminders and acknowledgements ──

TEST_CASE("a reminder comes at the interval of the rule, not while somebody looks after it, and again when that ends") {
  TellingWorld world;
  Rule silence = world.silence_rule();
  silence.repeat_seconds = 300;
  world.change(silence);
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  const Incident incident = world.only_open();
  world.pass(5min);
  CHECK(world.outbox(Kind::reminder) == 1);
  CHECK(world.was(incident, TellingReason::told_again));
  world.acknowledge(incident, 30);
  const int before = world.outbox(Kind::reminder);
  world.pass(25min);
  CHECK(world.outbox(Kind::reminder) == before);
  CHECK(world.was(incident, TellingReason::acknowledged));
  world.pass(6min);
  CHECK(world.outbox(Kind::reminder) > before);
  const auto events = world.timeline(incident);
  CHECK(std::ranges::any_of(events, [](const IncidentEvent& event) { return event.kind == "unacknowledged"; }));
  CHECK_FALSE(world.only_open().acknowledged_at.is_set());
}

TEST_CASE("an acknowledgement ends without a reminder of the rule, too: what stands is told again") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.acknowledge(world.only_open(), 10);
  world.pass(11min);
  CHECK(world.outbox(Kind::reminder) == 1);
}

// ── Whom it would tell ──

TEST_CASE("a rule shows whom it would tell now, and what stands against it") {
  TellingWorld world;
  const auto would = [&] {
    return world.storage.read<std::vector<Telling::WouldTell>>(
        [&](Snapshot& snapshot) { return world.services->telling.would_tell(snapshot, world.silence_rule()); });
  };
  REQUIRE(would().size() == 1);
  CHECK(would()[0].verdict == StageVerdict::pass);
  CHECK(would()[0].recipient.id == world.recipient.id);
  world.make_quiet(QuietKind::mute, {}, 1h);
  CHECK(would()[0].verdict == StageVerdict::hold);
  CHECK(would()[0].reason == TellingReason::muted);
}

// ── A restart and a clock that steps, inside each window ──

namespace {

void check_told_once(TellingWorld& world, const TestAgent& agent, microseconds within) {
  world.pass(within);
  const Incident incident = world.open_of(agent);
  CHECK(world.deliveries(incident).size() == 1);
  CHECK(world.phase(incident) == TellingPhase::told);
}

}  // namespace

TEST_CASE("a restart, and a clock that is set by a day meanwhile, lose and double nothing in any window") {
  for (const microseconds step : {microseconds(0), microseconds(24h), microseconds(-24h)}) {
    CAPTURE(step.count());
    TellingWorld world;
    const TestAgent agent = world.add_agent();
    const auto restart = [&] {
      world.clock.step_wall_clock(step);
      world.restart(1s);
    };
    SUBCASE("while a parent's verdict is awaited") {
      const TestAgent router = world.add_agent("router-1");
      world.depends(agent, router.id());
      world.heartbeat(router);
      world.pass(20s);
      world.heartbeat(router);
      world.heartbeat(agent);
      world.pass(20s);
      world.heartbeat(router);
      world.pass(21s);  // the agent has been silent for 41 s, the router for 21 s
      REQUIRE(world.reason(world.open_of(agent)) == "waiting_for_parent");
      restart();
      for (int i = 0; i < 8; ++i) {
        world.heartbeat(router);
        world.pass(10s);
      }
      check_told_once(world, agent, 1s);
    }
    SUBCASE("in a maintenance") {
      world.heartbeat(agent);
      world.maintain(agent, 10min);
      world.pass(40s);
      REQUIRE(world.phase(world.open_of(agent)) == TellingPhase::held);
      restart();
      check_told_once(world, agent, 11min);
    }
    SUBCASE("while a group of messages is collected") {
      const TestAgent first = world.add_agent("first");
      world.heartbeat(first);
      world.heartbeat(agent);
      world.pass(41s);
      REQUIRE(world.open_incidents().size() == 2);
      restart();
      world.pass(6min);
      for (const Incident& incident : world.open_incidents()) CHECK(world.deliveries(incident).size() == 1);
    }
    SUBCASE("while an acknowledgement runs") {
      world.heartbeat(agent);
      world.pass(40s);
      world.acknowledge(world.only_open(), 20);
      restart();
      world.pass(21min);
      CHECK(world.outbox(Kind::incident_opened) == 1);
      CHECK(world.outbox(Kind::reminder) == 1);
    }
    SUBCASE("before a reminder") {
      Rule silence = world.silence_rule();
      silence.repeat_seconds = 600;
      world.change(silence);
      world.heartbeat(agent);
      world.pass(40s);
      restart();
      world.pass(590s);
      CHECK(world.outbox(Kind::reminder) <= 1);
      world.pass(20s);
      CHECK(world.outbox(Kind::reminder) >= 1);
      CHECK(world.outbox(Kind::incident_opened) == 1);
    }
  }
}

TEST_CASE("a start long after the clock was set ends no acknowledgement early") {
  for (const microseconds step : {microseconds(24h), microseconds(-24h)}) {
    CAPTURE(step.count());
    TellingWorld world;
    const TestAgent agent = world.add_agent();
    world.clock.step_wall_clock(step);
    world.pass(10s);
    world.heartbeat(agent);
    world.pass(40s);
    REQUIRE(world.told() == 1);
    world.acknowledge(world.only_open(), 20);
    world.pass(60s);
    world.restart(1s);
    world.pass(17min);
    CHECK(world.outbox(Kind::reminder) == 0);
    CHECK(world.only_open().acknowledged_at.is_set());
    world.pass(5min);
    CHECK(world.outbox(Kind::reminder) == 1);
    CHECK_FALSE(world.only_open().acknowledged_at.is_set());
    world.pass(10min);
    CHECK(world.outbox(Kind::reminder) == 1);
  }
}

TEST_CASE("the recovery of what was told is told once, over a restart") {
  TellingWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  world.pass(40s);
  world.restart(5s);
  world.heartbeat(agent);
  world.pass(60s);
  CHECK(world.outbox(Kind::incident_resolved) == 1);
}
