// A wall clock that is set by a day, forward or back, inside each window between an incident and its message, while the
// appliance runs: what was to be told is told, once, and no later than its window could have lasted. With a restart:
// telling_test.cpp.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/watch/telling/telling.h"
#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Announcement::Kind;

struct Stepped : AlertWorld {
  Stepped() { group_messages(true); }

  std::string reason(const Incident& incident) {
    const auto view = storage.read<Telling::View>(
        [&](Snapshot& snapshot) { return services->telling.view(snapshot, workspace.id, incident.id); });
    return view.row ? view.row->reason : std::string();
  }
  bool was(const Incident& incident, std::string_view reason) {
    const auto view = storage.read<Telling::View>(
        [&](Snapshot& snapshot) { return services->telling.view(snapshot, workspace.id, incident.id); });
    for (const TellingEntry& entry : view.entries) {
      if (entry.reason == reason) return true;
    }
    return false;
  }
  Incident open_of(const TestAgent& agent) {
    for (const Incident& incident : open_incidents()) {
      if (incident.subject == agent.id()) return incident;
    }
    FAIL("no open incident of it");
    return {};
  }
  void depends(const TestAgent& child, const TestAgent& parent) {
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(services->subjects.set_parents(tx, actor(), child.id(), {parent.id()}));
      return {};
    }));
  }
  void be_quiet(QuietKind kind, const TestAgent& agent, microseconds length) {
    Quiet wanted;
    wanted.kind = kind;
    wanted.name = wanted.reason = "Kernel update";
    wanted.matchers.resize(1);
    wanted.matchers[0].subject = agent.id();
    wanted.starts_at = clock.now();
    wanted.ends_at = clock.now() + length;
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(services->quiet_service.add(tx, actor(), wanted, true));
      return {};
    }));
  }
  Rule change_silence(const std::function<void(Rule&)>& edit) {
    Rule rule = silence_rule();
    edit(rule);
    return change(rule);
  }
  void change_recipient(const std::function<void(Recipient&)>& edit) {
    edit(recipient);
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, recipient); });
  }
  int minute_now() const { return static_cast<int>(clock.now().micros / 60'000'000 % (24 * 60)); }
  // The same as pass(), a minute at a time.
  void pass_long(microseconds span) {
    for (microseconds passed{0}; passed < span; passed += 60s) {
      clock.advance(60s);
      services->scheduler.run_once();
    }
  }
  // Messages that tell of the opening, of whatever form.
  int openings(const Incident& incident) {
    int count = 0;
    for (const LoggedDelivery& delivery : deliveries(incident)) {
      const Kind kind = delivery.announcement.kind;
      count += kind == Kind::incident_opened || kind == Kind::group || kind == Kind::digest ? 1 : 0;
    }
    return count;
  }
};

const microseconds kSteps[] = {24h, -24h};

// Of each step, in a world of its own.
void for_each_step(const std::function<void(Stepped&, microseconds)>& story) {
  for (const microseconds step : kSteps) {
    CAPTURE(step.count());
    Stepped world;
    story(world, step);
  }
}

}  // namespace

TEST_CASE("a clock that is set by a day while a parent's verdict is awaited: the child is told once") {
  for_each_step([](Stepped& world, microseconds step) {
    const TestAgent host = world.add_agent("host-1"), router = world.add_agent("router-1");
    world.depends(host, router);
    world.heartbeat(router);
    world.heartbeat(host);
    world.pass(20s);
    world.heartbeat(router);
    world.pass(21s);  // the host has been silent for 41 s, the router for 21 s
    REQUIRE(world.reason(world.open_of(host)) == "waiting_for_parent");
    world.clock.step_wall_clock(step);
    for (int i = 0; i < 8; ++i) {
      world.heartbeat(router);
      world.pass(10s);
    }
    CHECK(world.openings(world.open_of(host)) == 1);
    world.pass(6min);
    CHECK(world.openings(world.open_of(host)) == 1);
  });
}

TEST_CASE("a clock that is set by a day while a child has time to follow its parent: it is told once") {
  for_each_step([](Stepped& world, microseconds step) {
    const TestAgent host = world.add_agent("host-1"), router = world.add_agent("router-1");
    world.depends(host, router);
    world.heartbeat(host);
    world.pass(5s);
    world.heartbeat(router);
    world.pass(60s);
    REQUIRE(world.reason(world.open_of(host)) == "parent_down");
    world.heartbeat(router);
    world.pass(1s);
    REQUIRE(world.reason(world.open_of(host)) == "parent_recovering");
    world.clock.step_wall_clock(step);
    for (int i = 0; i < 40; ++i) {
      world.pass(10s);  // first: a second after its last heartbeat another one would be refused
      world.heartbeat(router);
    }
    CHECK(world.openings(world.open_of(host)) == 1);
  });
}

TEST_CASE("a clock that is set back by a day: a parent that came back before is no reason to wait for the day that follows") {
  Stepped world;
  const TestAgent host = world.add_agent("host-1"), router = world.add_agent("router-1");
  world.depends(host, router);
  world.heartbeat(host);
  world.heartbeat(router);
  world.pass(60s);
  const auto both = [&](microseconds span) {
    for (; span > microseconds(0); span -= 10s) {
      world.heartbeat(host);
      world.heartbeat(router);
      world.pass(10s);
    }
  };
  both(5min);
  REQUIRE(world.open_incidents().empty());
  world.clock.step_wall_clock(-24h);
  world.pass(10s);
  both(5min);
  world.beat_for(router, 60s);
  const Incident of_host = world.open_of(host);
  CHECK_FALSE(world.was(of_host, "parent_recovering"));
  CHECK(world.openings(of_host) == 1);
}

TEST_CASE("a clock that is set by a day in a maintenance or a mute: what still stands is told once") {
  for (const QuietKind kind : {QuietKind::maintenance, QuietKind::mute}) {
    CAPTURE(to_text(kind));
    for_each_step([kind](Stepped& world, microseconds step) {
      const TestAgent agent = world.add_agent();
      world.heartbeat(agent);
      world.be_quiet(kind, agent, 10min);
      world.pass(41s);
      REQUIRE(world.openings(world.open_of(agent)) == 0);
      world.clock.step_wall_clock(step);
      world.pass(11min);
      CHECK(world.openings(world.open_of(agent)) == 1);
      // Back at the hours at which it was planned.
      if (step < microseconds(0)) world.pass_long(24h);
      CHECK(world.openings(world.open_of(agent)) == 1);
    });
  }
}

TEST_CASE("a clock that is set by a day while messages are collected: each incident is told once") {
  for_each_step([](Stepped& world, microseconds step) {
    const TestAgent first = world.add_agent("db-1"), second = world.add_agent("db-2");
    world.heartbeat(first);
    world.heartbeat(second);
    world.pass(41s);
    REQUIRE(world.outbox(Kind::incident_opened) == 1);
    world.clock.step_wall_clock(step);
    world.pass(40s);
    CHECK(world.openings(world.open_of(first)) == 1);
    CHECK(world.openings(world.open_of(second)) == 1);
    world.pass(6min);
    CHECK(world.openings(world.open_of(first)) == 1);
    CHECK(world.openings(world.open_of(second)) == 1);
  });
}

TEST_CASE("a clock that is set by a day while somebody looks after it: it is told again when that ends, and once") {
  for_each_step([](Stepped& world, microseconds step) {
    const TestAgent agent = world.add_agent();
    world.heartbeat(agent);
    world.pass(41s);
    const Incident incident = world.open_of(agent);
    REQUIRE(world.openings(incident) == 1);
    REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
      AcknowledgeFor how_long;
      how_long.minutes = 20;
      TRY(world.services->incidents.acknowledge(tx, world.actor(), incident.id, "", how_long));
      return {};
    }));
    world.clock.step_wall_clock(step);
    world.pass(19min);
    CHECK(world.outbox(Kind::reminder) == 0);
    world.pass(2min);
    CHECK(world.outbox(Kind::reminder) == 1);
    CHECK(world.openings(incident) == 1);
  });
}

TEST_CASE("a clock that is set by a day before a reminder: it comes after its interval") {
  for_each_step([](Stepped& world, microseconds step) {
    world.change_silence([](Rule& rule) { rule.repeat_seconds = 600; });
    const TestAgent agent = world.add_agent();
    world.heartbeat(agent);
    world.pass(41s);
    world.clock.step_wall_clock(step);
    world.pass(580s);
    CHECK(world.outbox(Kind::reminder) == 0);
    world.pass(30s);
    CHECK(world.outbox(Kind::reminder) == 1);
    CHECK(world.outbox(Kind::incident_opened) == 1);
  });
}

TEST_CASE("a clock that is set by a day outside a rule's working hours: it is told once when they begin") {
  for_each_step([](Stepped& world, microseconds step) {
    world.change_silence([&](Rule& rule) {
      rule.hours.days = 127;
      rule.hours.zone = "UTC";
      rule.hours.from_minute = world.minute_now() + 60;
      rule.hours.to_minute = world.minute_now() + 120;
    });
    const TestAgent agent = world.add_agent();
    world.heartbeat(agent);
    world.pass(41s);
    REQUIRE(world.reason(world.open_of(agent)) == "outside_hours");
    world.clock.step_wall_clock(step);
    world.pass(50min);
    CHECK(world.openings(world.open_of(agent)) == 0);
    world.pass(16min);
    CHECK(world.openings(world.open_of(agent)) == 1);
  });
}

TEST_CASE("a clock that is set by a day while a warning waits for its reader: it is told once, a day late at most") {
  for (const bool is_digest : {true, false}) {
    CAPTURE(is_digest);
    for_each_step([is_digest](Stepped& world, microseconds step) {
      world.change_silence([](Rule& rule) { rule.severity = Severity::warning; });
      world.change_recipient([&](Recipient& recipient) {
        const int now = world.minute_now();
        if (is_digest) {
          recipient.digest_at = now + 60;
        } else {
          recipient.quiet_from = now - 60;
          recipient.quiet_to = now + 60;
        }
      });
      const TestAgent agent = world.add_agent();
      world.heartbeat(agent);
      world.pass(41s);
      const Incident incident = world.open_of(agent);
      REQUIRE(world.was(incident, is_digest ? "daily_digest" : "quiet_hours"));
      REQUIRE(world.openings(incident) == 0);
      world.clock.step_wall_clock(step);
      world.pass_long(26h);
      CHECK(world.openings(incident) == 1);
    });
  }
}
