// Nights: what went wrong, what people were told, and the sentence that says why they were not told of the rest. Over the real
// appliance under a fake clock, with all stages.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/post.h"
#include "tests/support/source_world.h"

using namespace connlog;
using namespace std::chrono_literals;

namespace {

using Kind = Announcement::Kind;

std::string mark(Instant at) {
  return "{" + to_iso8601(at) + "}";
}

class Night : public SourceWorld {
 public:
  Night() { group_messages(true); }

  // What is queued is sent within seconds.
  void pass(microseconds span) {
    for (; span > microseconds(0); span -= 10s) {
      SourceWorld::pass(std::min<microseconds>(span, 10s));
      hand_over(*this);
    }
  }

  void depend(const TestAgent& child, const TestAgent& parent) {
    REQUIRE(in_transaction([&](Transaction& tx) -> Result<void> {
              TRY(services->subjects.set_parents(tx, actor(), child.id(), {parent.id()}, true));
              return {};
            }).has_value());
  }
  Result<Quiet> quiet(Quiet wanted, bool confirm_wide = false) {
    Quiet made;
    const auto added = in_transaction([&](Transaction& tx) -> Result<void> {
      made = TRY(services->quiet_service.add(tx, actor(), wanted, confirm_wide));
      return {};
    });
    if (!added) return added.error();
    return made;
  }
  static Quiet mute(const std::string& reason, Instant until, SubjectId subject = {}) {
    Quiet wanted;
    wanted.kind = QuietKind::mute;
    wanted.reason = reason;
    wanted.ends_at = until;
    wanted.matchers.emplace_back();
    wanted.matchers[0].subject = subject;
    return wanted;
  }

  std::vector<LoggedDelivery> log() {
    auto rows = storage.read<std::vector<LoggedDelivery>>([&](Snapshot& snapshot) {
      return storage->outbox().list(snapshot, workspace.id, std::nullopt, 1'000);
    });
    std::ranges::reverse(rows);
    return rows;
  }
  // What people read, oldest first.
  std::vector<std::string> said() {
    std::vector<std::string> titles;
    for (const LoggedDelivery& row : log()) {
      const bool is_end = row.announcement.kind == Kind::incident_resolved;
      titles.push_back((is_end ? "Resolved: " : "") + row.announcement.headline);
    }
    return titles;
  }
  std::int64_t count(Kind kind) {
    const auto rows = log();
    return std::ranges::count_if(rows, [&](const LoggedDelivery& row) { return row.announcement.kind == kind; });
  }
  Incident incident_about(const TestAgent& agent) {
    for (const Incident& incident : incidents()) {
      if (incident.subject == agent.id()) return incident;
    }
    FAIL("there is no incident about it");
    return {};
  }
  // The last decision about the incident itself.
  TellingEntry decision(const TestAgent& agent) {
    const Incident incident = incident_about(agent);
    const auto entries = storage.read<std::vector<TellingEntry>>([&](Snapshot& snapshot) {
      return storage->tellings().entries(snapshot, workspace.id, incident.id);
    });
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (entry->recipient.is_nil()) return *entry;
    }
    FAIL("nothing was decided about it");
    return {};
  }
  std::string why(const TestAgent& agent) { return decision(agent).text; }

  void set_recipient(const std::function<void(Recipient&)>& edit) {
    edit(recipient);
    storage.write([&](Transaction& tx) { return storage->recipients().update(tx, recipient); });
  }
  void until(const std::string& iso) {
    Instant wanted;
    REQUIRE(parse_iso8601(iso, wanted));
    REQUIRE(wanted >= clock.now());
    pass(wanted - clock.now());
  }
};

using Said = std::vector<std::string>;

// A router and what stands behind it. The hosts are found silent five seconds before their router is.
struct Rack : Night {
  TestAgent router = add_agent("router-1");
  std::vector<TestAgent> hosts;

  explicit Rack(int count) {
    for (int i = 0; i < count; ++i) {
      hosts.push_back(add_agent("host-" + std::to_string(i)));
      depend(hosts.back(), router);
    }
  }
  void goes_dark() {
    for (const TestAgent& host : hosts) heartbeat(host);
    pass(5s);
    heartbeat(router);
    pass(35s);  // the hosts are silent for 40 s now
  }
};

}  // namespace

TEST_CASE("night: a router dies with 40 hosts behind it, whose silence is confirmed first: one message, and its recovery") {
  Rack night(40);
  night.goes_dark();
  CHECK(night.open_incidents().size() == 40);
  CHECK(night.said().empty());
  CHECK(night.why(night.hosts[0]).starts_with("it waits for the verdict about its parent router-1, until {"));
  night.pass(5s);
  CHECK(night.said() == Said{"router-1 has been silent for 40 s"});
  const Instant since = night.stored_state(night.router.id()).since;
  CHECK(night.why(night.hosts[39]) ==
        "its parent router-1 is down since " + mark(since) + ", told to " + night.recipient.name);
  night.pass(300s);
  CHECK(night.said().size() == 1);
  night.heartbeat(night.router);
  for (const TestAgent& host : night.hosts) night.heartbeat(host);
  CHECK(night.open_incidents().empty());
  CHECK(night.said() == Said{"router-1 has been silent for 40 s", "Resolved: router-1 has been silent for 40 s"});
  CHECK(night.decision(night.hosts[7]).reason == "ended_untold");
}

TEST_CASE("night: the router is muted and 40 hosts are down behind it: a mute of the parent hides no child") {
  Rack night(40);
  const Instant until = night.clock.now() + 600s;
  REQUIRE(night.quiet(Night::mute("It is replaced", until, night.router.id())).has_value());
  night.goes_dark();
  night.pass(5s);
  CHECK(night.said() == Said{"40 incidents opened"});
  CHECK(night.why(night.router) == "muted: It is replaced, by " + night.owner.name + ", until " + mark(until));
  night.pass(600s);
  CHECK(night.said() == Said{"40 incidents opened", "router-1 has been silent for 40 s"});
}

TEST_CASE("night: a router comes and goes: one message says so, and nothing is told of what depends on it") {
  Night night;
  Rule rule = night.silence_rule();
  rule.cooldown_seconds = 0;
  night.change(rule);
  const TestAgent router = night.add_agent("router-1"), host = night.add_agent("host-1");
  night.depend(host, router);
  const auto minute = [&] {
    night.heartbeat(router);
    night.heartbeat(host);
    night.pass(30s);
    night.heartbeat(host);
    night.pass(30s);
  };
  for (int i = 0; i < 12; ++i) minute();
  CHECK(night.count(Kind::flapping) == 1);
  const std::size_t before = night.said().size();
  for (int i = 0; i < 6; ++i) minute();
  CHECK(night.said().size() == before);
  night.heartbeat(router);
  night.pass(60s);
  CHECK(night.why(host).starts_with("its parent router-1 changes its state too often since {"));
  CHECK(night.said().size() == before);
}

TEST_CASE("night: an operator mutes everything: it is asked twice, the owners know, and the end is one message") {
  Night night;
  std::vector<TestAgent> agents;
  for (const char* name : {"db-1", "db-2", "db-3"}) agents.push_back(night.add_agent(name));
  const Instant until = night.clock.now() + 1'800s;
  const auto asked = night.quiet(Night::mute("I want to sleep", until));
  REQUIRE_FALSE(asked.has_value());
  CHECK(asked.error().code == ErrorCode::conflict);
  CHECK(asked.error().message.starts_with("This covers 3 of 3."));
  CHECK_FALSE(night.quiet(Night::mute("I want to sleep", night.clock.now() + 25h), true).has_value());
  REQUIRE(night.quiet(Night::mute("I want to sleep", until), true).has_value());
  const auto letters = night.storage.read<std::vector<PostedLetter>>(
      [&](Snapshot& snapshot) { return night.storage->letters().list(snapshot, 50); });
  CHECK(std::ranges::any_of(letters, [&](const PostedLetter& letter) {
    return letter.headline.starts_with("Quiet now: 3 of 3, by " + night.owner.name + ", until ") &&
           letter.headline.ends_with(to_iso8601(until).substr(11, 5) + " UTC");
  }));
  for (const TestAgent& agent : agents) night.heartbeat(agent);
  night.pass(600s);
  CHECK(night.open_incidents().size() == 3);
  CHECK(night.said().empty());
  CHECK(night.why(agents[1]) == "muted: I want to sleep, by " + night.owner.name + ", until " + mark(until));
  night.pass(1'205s);
  CHECK(night.said() == Said{"3 incidents opened"});
}

TEST_CASE("night: an intruder on a host asks for quiet: its people read that, it covers that host alone, and it ends") {
  Night night;
  const TestAgent host = night.add_agent("db-1"), other = night.add_agent("db-2");
  const auto ask = [&](std::int64_t minutes) {
    HostAnswer answer;
    REQUIRE(night.in_transaction([&](Transaction& tx) -> Result<void> {
                   answer = TRY(night.services->quiet_service.ask_by_host(
                       tx, {.workspace = night.workspace.id, .agent = host.agent.id, .minutes = minutes,
                            .reason = "routine", .address = "192.0.2.7"}));
                   return {};
                 }).has_value());
    return answer;
  };
  CHECK(ask(241).kind == HostAnswer::Kind::used_up);
  const HostAnswer granted = ask(10);
  CHECK(granted.kind == HostAnswer::Kind::done);
  // Its day is said where it is another one than today.
  const std::string until = to_iso8601(granted.until), today = to_iso8601(night.clock.now()).substr(0, 10);
  const std::string day = until.starts_with(today) ? "" : until.substr(0, 10) + " ";
  CHECK(night.said() == Said{"db-1 asks for quiet until " + day + until.substr(11, 5) + " UTC: routine"});
  night.heartbeat(host);
  night.heartbeat(other);
  night.pass(60s);
  CHECK(night.said().back() == "db-2 has been silent for 40 s");
  CHECK(night.said().size() == 2);
  CHECK(night.why(host) ==
        "its host asked for quiet: routine, until " + mark(granted.until));
  night.pass(600s);
  CHECK(night.said().back() == "db-1 has been silent for 40 s");
}

TEST_CASE("night: the clocks change within a maintenance: it begins when they have, lasts an hour, and what is down then is told") {
  Night night;
  Instant evening;
  REQUIRE(parse_iso8601("2027-03-28T00:50:00Z", evening));
  night.clock.advance(evening - night.clock.now());
  const TestAgent agent = night.add_agent("db-1");
  Quiet weekly;
  weekly.kind = QuietKind::maintenance;
  weekly.name = "Night job";
  weekly.repeat = QuietRepeat::weekly;
  weekly.zone = "Europe/Berlin";
  weekly.schedule = "sun 02:30";  // does not exist in this night: 03:00 is the first time that does
  weekly.duration_seconds = 3'600;
  weekly.matchers.emplace_back();
  weekly.matchers[0].subject = agent.id();
  REQUIRE(night.quiet(weekly).has_value());
  night.beat_for(agent, 640s);  // until 01:00:40 UTC
  night.until("2027-03-28T01:05:00Z");
  CHECK(night.open_incidents().size() == 1);
  CHECK(night.said().empty());
  Instant end;
  REQUIRE(parse_iso8601("2027-03-28T02:00:00Z", end));
  CHECK(night.why(agent) == "maintenance: Night job, by " + night.owner.name + ", until " + mark(end));
  night.until("2027-03-28T01:59:58Z");
  CHECK(night.said().empty());
  night.until("2027-03-28T02:00:05Z");
  CHECK(night.said() == Said{"db-1 has been silent for 40 s"});
}

TEST_CASE("night: another system floods connlog with events: one message, and one that names fifty of the rest") {
  Night night;
  const auto source = night.add_source("Prometheus");
  for (int i = 0; i < 120; ++i)
    REQUIRE(night.say(source, "e" + std::to_string(i)).outcome == EventAnswer::Outcome::accepted);
  night.pass(1s);
  REQUIRE(night.said().size() == 1);
  CHECK(night.said().front().find("Prometheus") != std::string::npos);
  night.pass(35s);
  REQUIRE(night.said().size() == 2);
  CHECK(night.said().back() == "119 incidents opened");
  const Announcement group = night.log().back().announcement;
  CHECK(group.incidents.size() == 119);
  CHECK(std::ranges::count_if(group.facts, [](const auto& fact) { return fact.first == kFactIncident; }) == 50);
}

// ── A restart in each window ──

TEST_CASE("night: a restart while a message waits for the next one: it is told, once") {
  Night night;
  const TestAgent first = night.add_agent("db-1"), second = night.add_agent("db-2");
  night.heartbeat(first);
  night.pass(5s);
  night.heartbeat(second);
  night.pass(41s);
  CHECK(night.said() == Said{"db-1 has been silent for 40 s"});
  night.restart(10s);
  night.pass(60s);
  CHECK(night.said() == Said{"db-1 has been silent for 40 s", "db-2 has been silent for 40 s"});
  night.restart(10s);
  night.pass(400s);
  CHECK(night.said().size() == 2);
}

TEST_CASE("night: a clock that is set back by a day while a message waits delays nothing") {
  Night night;
  const TestAgent first = night.add_agent("db-1"), second = night.add_agent("db-2");
  night.heartbeat(first);
  night.pass(5s);
  night.heartbeat(second);
  night.pass(41s);
  night.clock.step_wall_clock(-24h);
  night.pass(60s);
  CHECK(night.said().size() == 2);
}

TEST_CASE("night: a restart while the verdict about the parent is awaited: the child is decided all the same") {
  Rack night(1);
  night.goes_dark();
  night.restart(5s);
  night.pass(120s);
  REQUIRE(night.count(Kind::incident_opened) >= 1);
  CHECK(night.said().front().find("has been silent") != std::string::npos);
  CHECK(night.decision(night.hosts[0]).reason != "waiting_for_parent");
}

TEST_CASE("night: a restart within a mute: it holds until its end, and then it is told once") {
  Night night;
  const TestAgent agent = night.add_agent("db-1");
  REQUIRE(night.quiet(Night::mute("Known", night.clock.now() + 300s, agent.id())).has_value());
  night.heartbeat(agent);
  night.pass(60s);
  CHECK(night.said().empty());
  night.restart(30s);
  night.pass(120s);
  CHECK(night.said().empty());
  night.pass(95s);
  CHECK(night.said() == Said{"db-1 has been silent for 40 s"});
}

TEST_CASE("night: a restart while a warning waits for the daily digest: it is in it, once") {
  Night night;
  night.set_recipient([](Recipient& recipient) { recipient.digest_at = 11 * 60 + 20; });  // 14 minutes from now
  Rule rule = night.silence_rule();
  rule.severity = Severity::warning;
  night.change(rule);
  const TestAgent agent = night.add_agent("db-1");
  night.heartbeat(agent);
  night.pass(60s);
  CHECK(night.said().empty());
  night.restart(30s);
  night.until("2026-11-18T11:19:58Z");
  CHECK(night.said().empty());
  night.until("2026-11-18T11:20:02Z");
  CHECK(night.said() == Said{"Since yesterday: 1 incident opened"});
  night.pass(60s);
  CHECK(night.count(Kind::digest) == 1);
}
