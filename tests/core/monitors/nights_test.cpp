// Nights: what went wrong, and the sentence that people read in the morning.
#include <doctest/doctest.h>

#include "core/checks/own_path.h"
#include "core/monitors/ping_deadlines.h"
#include "tests/support/monitor_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

IpAddress ip(const std::string& text) {
  IpAddress address;
  REQUIRE(parse_ip(text, address));
  return address;
}

// A home network: the router is gateway and name server, and is watched like any other thing.
struct Home {
  MonitorWorld world;
  OwnPath path;
  bool has_router = true, has_uplink = true;

  Home() {
    OwnPath::Places places;
    places.gateway_v4 = ip("192.0.2.1");
    places.name_servers = {ip("192.0.2.1")};
    places.witnesses = {ip("203.0.113.250")};
    AddressRange link;
    REQUIRE(parse_address_range("192.0.2.0/24", link));
    places.on_link = {link};
    path.places(places);
  }

  // As the loop of checks does it: a failure is held while the path is asked, and handed in as judged.
  void check(const MonitorAndSubject& monitor, const std::string& host, CheckResult result) {
    const CheckSpec spec;
    const CheckTarget target{.host = host, .port = 443};
    const Monotonic now = world.clock.monotonic();
    for (const PathPart part : path.questions(spec, target, result, now)) {
      if (part == PathPart::resolver) {
        path.answered(part, {.is_well = has_router, .text = "no name server answers"}, now);
      } else {
        path.answered(part,
                      {.is_well = has_router && has_uplink,
                       .text = has_router ? "the gateway answers, but nothing beyond it"
                                          : "the gateway 192.0.2.1 does not answer"},
                      now);
      }
    }
    world.result(monitor, path.judged(spec, target, std::move(result), now));
  }
  static CheckResult silence(const std::string& address) {
    CheckResult result = MonitorWorld::failed();
    result.address = ip(address);
    return result;
  }
  static CheckResult no_name() {
    CheckResult result = MonitorWorld::failed("no name server answers", CheckReason::no_resolver, FailureSource::name);
    result.phases.total = 5s;
    return result;
  }
};

std::string clock_text(Instant at) {
  return to_iso8601(at).substr(11, 8);
}

}  // namespace

TEST_CASE("night: the router that held the name server dies: it is down, and what lies beyond cannot be checked") {
  Home home;
  MonitorWorld& world = home.world;
  const auto router = world.add_http("router", "https://192.0.2.1/");
  const auto printer = world.add_http("printer", "https://192.0.2.30/");
  const auto shop = world.add_http("shop", "https://shop.example.org/");
  for (const auto& each : {router, printer, shop}) world.result(each, MonitorWorld::up());
  world.pass(60s);
  home.has_router = false;
  const Instant since = world.clock.now();
  for (int i = 0; i < 3; ++i) {
    home.check(router, "192.0.2.1", Home::silence("192.0.2.1"));
    home.check(shop, "shop.example.org", Home::no_name());
    world.result(printer, MonitorWorld::up());
    world.pass(15s);
  }
  CHECK(world.told(router) == std::vector<std::string>{"router is down: no answer within 10 s"});
  CHECK(world.state(printer) == State::up);
  CHECK(world.state(shop) == State::unknown);
  CHECK(world.told(shop).empty());
  world.pass(300s);
  CHECK(world.told(shop) ==
        std::vector<std::string>{"shop cannot be checked since " + clock_text(since) + " UTC: no name server answers"});
}

TEST_CASE("night: the uplink and a host of the own network fail at once: only the host is down") {
  Home home;
  MonitorWorld& world = home.world;
  const auto nas = world.add_http("nas", "https://192.0.2.20/");
  const auto shop = world.add_http("shop", "https://203.0.113.80/");
  for (const auto& each : {nas, shop}) world.result(each, MonitorWorld::up());
  world.pass(60s);
  home.has_uplink = false;
  for (int i = 0; i < 3; ++i) {
    home.check(nas, "192.0.2.20", Home::silence("192.0.2.20"));
    home.check(shop, "203.0.113.80", Home::silence("203.0.113.80"));
    world.pass(15s);
  }
  CHECK(world.told(nas) == std::vector<std::string>{"nas is down: no answer within 10 s"});
  CHECK(world.state(shop) == State::unknown);
  CHECK(world.detail(shop) == "the gateway answers, but nothing beyond it");
}

TEST_CASE("night: the machine is paused for three hours: no job is called down for it, and confirmations begin anew") {
  MonitorWorld world;
  const auto backup = world.add_job("backup", {}, {{"period_seconds", 3'600}, {"grace_seconds", 600}});
  const auto web = world.add_http("web");
  world.ping(backup);
  world.result(web, MonitorWorld::up());
  world.pass(60s);
  world.result(web, MonitorWorld::failed());
  world.result(web, MonitorWorld::failed());
  const Instant from = world.clock.now();
  world.away(10'800s);  // the job pinged meanwhile, and reached nobody
  world.result(web, MonitorWorld::failed());
  CHECK(world.state(web) == State::up);
  world.pass(599s);
  CHECK(world.state(backup) == State::up);
  world.pass(2s);
  CHECK(world.state(backup) == State::unknown);
  const auto minute = [](Instant at) { return to_iso8601(at).substr(0, 10) + " " + to_iso8601(at).substr(11, 5) + " UTC"; };
  CHECK(world.detail(backup) == "no ping since " + minute(from - 60s) + ", but connlog itself was away from " +
                                    minute(from) + " to " + minute(from + 10'800s));
  world.ping(backup);
  CHECK(world.state(backup) == State::up);
  CHECK(world.open_incidents().empty());
}

TEST_CASE("night: the clock says 1970: a job's period goes on, and the schedule of another is not judged by it") {
  MonitorWorld world;
  const auto hourly = world.add_job("hourly", {}, {{"period_seconds", 3'600}, {"grace_seconds", 600}});
  world.ping(hourly);
  world.pass(60s);
  const microseconds back = world.clock.now() - Instant{3'600'000'000};
  world.clock.step_wall_clock(-back);
  world.pass(60s);
  CHECK(world.state(hourly) == State::up);
  world.pass(3'500s);
  CHECK(world.state(hourly) == State::degraded);  // an hour has really passed
  world.clock.step_wall_clock(back);
  world.pass(700s);
  CHECK(world.state(hourly) != State::up);
  const auto troubles = world.services->monitor_work.troubles();
  REQUIRE_FALSE(troubles.empty());
  CHECK(troubles.front().is_of_clock);
  CHECK(troubles.front().text.starts_with("The machine's clock was set forward by"));
}

namespace {

// The job of 02:30 in Berlin, in the night of `day`; it pinged in the night before.
struct CronNight {
  PingSettings settings;
  PingState state;
  Presence presence;

  explicit CronNight(const std::string& last_ping) {
    settings.schedule = "30 2 * * *";
    settings.zone = "Europe/Berlin";
    settings.grace = 1'800s;
    Instant at;
    REQUIRE(parse_iso8601(last_ping, at));
    state = after_ping(settings, state, PingKind::success, {}, at).state;
    presence.began(at - 86'400s, Monotonic{1});
  }
  // When it is due, and what is said at the end of its grace.
  std::string due() const { return to_iso8601(due_of(settings, state)->due); }
  std::string said() const {
    const Instant wall = due_of(settings, state)->down_at;
    const Monotonic now{400'000'000'000};
    // As it was planned at the moment of the last ping.
    const PingExpected expected = expected_ping(settings, state, wall, now).value();
    const PingJudged judged = judge_ping(settings, state, expected, presence.now(), wall, now);
    REQUIRE(judged.verdict == PingVerdict::missing);
    return sentence_of(judged.verdict, state, expected, presence.now());
  }
};

}  // namespace

TEST_CASE("night: a job of 02:30 in the night in which that does not exist is due at the first moment that does") {
  const CronNight spring("2026-03-28T01:31:00Z");
  CHECK(spring.due() == "2026-03-29T01:00:00Z");  // 03:00 in Berlin
  CHECK(spring.said() == "no ping since 2026-03-28 01:31 UTC; due at 2026-03-29 01:00 UTC");
}

TEST_CASE("night: a job of 02:30 in the night in which that is twice is due once") {
  CronNight autumn("2026-10-24T00:31:00Z");
  const std::string due = autumn.due();
  CHECK(due == "2026-10-25T00:30:00Z");  // the first 02:30 of Berlin
  CHECK(autumn.said() == "no ping since 2026-10-24 00:31 UTC; due at 2026-10-25 00:30 UTC");
  Instant pinged;
  REQUIRE(parse_iso8601("2026-10-25T00:31:00Z", pinged));
  autumn.state = after_ping(autumn.settings, autumn.state, PingKind::success, {}, pinged).state;
  CHECK(autumn.due() == "2026-10-26T01:30:00Z");  // not an hour later
}
