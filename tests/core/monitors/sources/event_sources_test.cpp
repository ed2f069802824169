// Stories about events of other systems: they open and end incidents, are known by their key, end in time, and their silence is noticed.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/notify/event_facts.h"
#include "tests/support/source_world.h"

using namespace connlog;
using namespace std::chrono_literals;
using Answered = EventAnswer::Outcome;

TEST_CASE("an event opens an incident of its source, a repetition changes nothing, and its end resolves it") {
  SourceWorld world;
  const auto source = world.add_source();
  const EventAnswer opened = world.say(source, "disk", "critical", "Disk of db-1 is full");
  CHECK(opened.outcome == Answered::accepted);
  CHECK(opened.opened == 1);
  const auto open = world.open_incidents();
  REQUIRE(open.size() == 1);
  CHECK(open[0].summary == "Prometheus: “Disk of db-1 is full”");
  CHECK(open[0].severity == Severity::critical);
  CHECK(open[0].kind == RuleKind::event);
  CHECK(open[0].subject == SubjectId(source.id));
  CHECK(open[0].rule_sentence == "When Prometheus says so");
  CHECK(world.live_source(source).shown == ShownState::degraded);
  CHECK(world.live_source(source).observed.state == State::up);  // the source itself works
  CHECK(world.deliveries(open[0]).size() == 1);                  // the recipient that receives by default

  world.pass(5min);
  const EventAnswer again = world.say(source, "disk", "critical", "Disk of db-1 is full");
  CHECK(again.repeated == 1);
  CHECK(again.opened == 0);
  CHECK(world.incidents().size() == 1);
  CHECK(world.deliveries(open[0]).size() == 1);

  CHECK(world.end(source, "disk").resolved == 1);
  CHECK(world.open_incidents().empty());
  CHECK(world.incident_of(open[0].id).resolution == "said_resolved");
  CHECK(world.live_source(source).shown == ShownState::up);
  CHECK(world.end(source, "disk").resolved == 0);  // of what is not open nothing is said
  CHECK(world.end(source, "never heard of").outcome == Answered::accepted);
  CHECK(world.incidents().size() == 1);
}

TEST_CASE("what came with an event is in its message: the link, and ten details as quotations") {
  SourceWorld world;
  const auto source = world.add_source();
  nlohmann::json event = {{"key", "disk"}, {"summary", "full"}, {"link", "https://grafana.example.org/d/1"}};
  for (int i = 10; i < 22; ++i) event["details"]["d" + std::to_string(i)] = "value";
  REQUIRE(world.send(source, event.dump()).opened == 1);
  REQUIRE(world.say(source, "bare").opened == 1);
  for (const Incident& incident : world.open_incidents()) {
    const auto told = world.deliveries(incident);
    REQUIRE(told.size() == 1);
    const Announcement& message = told[0].announcement;
    const auto details = std::count_if(message.facts.begin(), message.facts.end(),
                                       [](const auto& fact) { return fact.first == kFactDetail; });
    const bool is_bare = incident.summary.find("about bare") != std::string::npos;
    CHECK(message.fact(kFactSourceLink) == (is_bare ? "" : "https://grafana.example.org/d/1"));
    CHECK(details == (is_bare ? 0 : static_cast<std::ptrdiff_t>(kDetailsToldMost)));
    CHECK(message.fact(kFactDetail) == (is_bare ? "" : "d10: value"));
  }
}

TEST_CASE("each key is an event of its own, also of another source") {
  SourceWorld world;
  const auto one = world.add_source("One"), two = world.add_source("Two");
  world.say(one, "a");
  world.say(one, "b");
  world.say(two, "a");
  CHECK(world.open_incidents().size() == 3);
  world.end(two, "a");
  CHECK(world.open_incidents().size() == 2);
  for (const Incident& incident : world.open_incidents()) CHECK(incident.subject == SubjectId(one.id));
}

TEST_CASE("an event that comes back more severe ends and opens anew, and a milder one stays as it was") {
  SourceWorld world;
  const auto source = world.add_source();
  world.say(source, "load", "warning");
  const IncidentId first = world.open_incidents().at(0).id;
  CHECK(world.say(source, "load", "critical").opened == 1);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents()[0].severity == Severity::critical);
  CHECK(world.incident_of(first).resolved_at.is_set());
  CHECK(world.say(source, "load", "info").repeated == 1);
  CHECK(world.open_incidents()[0].severity == Severity::critical);
}

TEST_CASE("an event of which nothing is heard is stale, not resolved; one that told its end has ended") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.stale_after_seconds = 3'600;
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  world.say(source, "old");
  world.say(source, "kept");
  nlohmann::json ends = {{"key", "ends"}, {"summary", "s"}, {"ends_at", to_iso8601(world.clock.now() + seconds(600))}};
  world.send(source, ends.dump());
  CHECK(world.open_incidents().size() == 3);
  world.pass(599s);
  CHECK(world.open_incidents().size() == 3);
  world.pass(8s);
  REQUIRE(world.open_incidents().size() == 2);
  world.pass(1'800s);
  world.say(source, "kept");
  world.pass(1'300s);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents()[0].summary == "Prometheus: “about kept”");
  std::vector<std::string> resolutions;
  for (const Incident& incident : world.incidents()) resolutions.push_back(incident.resolution);
  CHECK(std::ranges::count(resolutions, "stale") == 1);
  CHECK(std::ranges::count(resolutions, "said_resolved") == 1);
}

TEST_CASE("what is open survives a restart, and still ends by its key and in time") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.stale_after_seconds = 1'800;
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  world.say(source, "a");
  world.say(source, "b");
  world.restart(60s);
  CHECK(world.live_source(source).open_incidents == 2);
  CHECK(world.say(source, "a").repeated == 1);
  CHECK(world.end(source, "a").resolved == 1);
  CHECK(world.live_source(source).open_incidents == 1);
  world.pass(1'810s);
  CHECK(world.open_incidents().empty());
  CHECK(world.live_source(source).shown == ShownState::up);
}

TEST_CASE("a clock that steps a day ahead makes nothing stale") {
  SourceWorld world;
  const auto source = world.add_source();
  world.say(source, "a");
  world.clock.step_wall_clock(24h);
  world.pass(60s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a watchdog opens nothing; its silence is an incident and the source is down, until it comes again") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.watchdog_event = "Watchdog";
  settings.watchdog_seconds = 300;
  const auto source = world.add_source("Prometheus", EventFormat::alertmanager, settings);
  const std::string alive = R"({"alerts":[{"status":"firing","labels":{"alertname":"Watchdog"},"annotations":{},)"
                            R"("endsAt":"0001-01-01T00:00:00Z","fingerprint":"cafe"}],"version":"4"})";
  CHECK(world.send(source, alive, EventFormat::alertmanager).opened == 0);
  CHECK(world.open_incidents().empty());
  CHECK(world.live_source(source).shown == ShownState::up);
  world.pass(299s);
  CHECK(world.open_incidents().empty());
  world.pass(5s);
  REQUIRE(world.open_incidents().size() == 1);
  const Incident silent = world.open_incidents()[0];
  CHECK(silent.summary == "Prometheus may say nothing any more: its watchdog “Watchdog” has not come for 5 min");
  CHECK(silent.severity == Severity::critical);
  CHECK(world.deliveries(silent).size() == 1);
  CHECK(world.live_source(source).shown == ShownState::down);
  world.pass(600s);
  CHECK(world.open_incidents().size() == 1);  // once
  world.restart(30s);
  world.pass(600s);
  CHECK(world.open_incidents().size() == 1);
  world.send(source, alive, EventFormat::alertmanager);
  CHECK(world.open_incidents().empty());
  CHECK(world.incident_of(silent.id).resolution == "recovered");
  CHECK(world.live_source(source).shown == ShownState::up);
}

TEST_CASE("a watchdog that is silent before and after a pause is told of twice, and not during it") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.watchdog_event = "alive";
  settings.watchdog_seconds = 60;
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  world.say(source, "alive");
  world.pass(70s);
  CHECK(world.open_incidents().size() == 1);
  world.pause(source.id);
  world.pass(120s);
  CHECK(world.open_incidents().empty());
  world.resume(source.id);
  world.pass(50s);
  CHECK(world.open_incidents().empty());
  world.pass(20s);
  CHECK(world.open_incidents().size() == 1);
  CHECK(world.incidents().size() == 2);
}

TEST_CASE("while connlog was away a watchdog's silence is nobody's, and counts anew") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.watchdog_event = "alive";
  settings.watchdog_seconds = 300;
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  world.say(source, "alive");
  world.restart(2h);
  world.pass(350s);  // its time after the minute in which everything comes back
  CHECK(world.open_incidents().empty());
  world.pass(20s);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a pause ends what is open, and what comes meanwhile opens nothing") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.watchdog_event = "alive";
  settings.watchdog_seconds = 300;
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  world.say(source, "alive");
  world.say(source, "a");
  world.pause(source.id);
  CHECK(world.open_incidents().empty());
  CHECK(world.live_source(source).open_incidents == 0);
  CHECK(world.say(source, "b").outcome == Answered::accepted);
  world.pass(1h);
  CHECK(world.open_incidents().empty());
  world.resume(source.id);
  world.pass(290s);
  CHECK(world.open_incidents().empty());  // the watchdog has its time again
  CHECK(world.say(source, "a").opened == 1);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a pause or a removal of a source with many open events ends some at once, and the rest in slices of their own") {
  for (const bool is_pause : {true, false}) {
    CAPTURE(is_pause);
    SourceWorld world;
    const auto source = world.add_source();
    for (int n = 0; n < 60; ++n) REQUIRE(world.say(source, "e" + std::to_string(n)).opened == 1);
    if (is_pause) {
      world.pause(source.id);
    } else {
      REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
        return world.services->event_source_service.remove(tx, world.actor(), source.id);
      }));
    }
    CHECK(world.open_incidents().size() == 40);
    world.pass(20s);
    CHECK(world.open_incidents().empty());
    const std::string why = is_pause ? "subject_paused" : "subject_removed";
    const auto incidents = world.incidents();
    CHECK(std::ranges::count(incidents, why, &Incident::resolution) == 60);
    if (is_pause) CHECK(world.live_source(source).open_incidents == 0);
  }
}

TEST_CASE("an acknowledgement of another system acknowledges nothing here") {
  SourceWorld world;
  const auto source = world.add_source("Checks", EventFormat::pagerduty);
  const auto event = [&](const std::string& action) {
    const nlohmann::json body = {{"routing_key", source.key},
                                 {"event_action", action},
                                 {"dedup_key", "d"},
                                 {"payload", {{"summary", "down"}, {"source", "x"}, {"severity", "critical"}}}};
    return world.send({source.id, ""}, body.dump(), EventFormat::pagerduty);
  };
  CHECK(event("acknowledge").outcome == Answered::accepted);
  CHECK(world.incidents().empty());
  CHECK(event("trigger").opened == 1);
  CHECK(event("acknowledge").repeated == 1);
  REQUIRE(world.open_incidents().size() == 1);
  CHECK_FALSE(world.open_incidents()[0].acknowledged_at.is_set());
  CHECK(event("resolve").resolved == 1);
}

TEST_CASE("a new key works and the old one does not; a removed source is unknown, and comes back with its key") {
  SourceWorld world;
  const auto source = world.add_source();
  world.say(source, "a");
  std::string renewed;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    const EventSourceWithKey known = TRY(world.services->event_source_service.renew_key(tx, world.actor(), source.id));
    renewed = known.key.reveal();
    return {};
  }));
  CHECK(renewed.size() == 32);
  CHECK(renewed.starts_with("rk"));
  CHECK(world.say(source, "b").outcome == Answered::unknown);
  const SourceWorld::Source now{source.id, renewed};
  CHECK(world.end(now, "a").resolved == 1);
  world.say(now, "c");

  REQUIRE(world.in_transaction(
      [&](Transaction& tx) { return world.services->event_source_service.remove(tx, world.actor(), source.id); }));
  CHECK(world.open_incidents().empty());
  CHECK(world.say(now, "d").outcome == Answered::unknown);
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    const auto removed = TRY(world.services->removed.list(tx, world.actor(), RemovedId{}, 10));
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].kind == RemovedKind::source);
    TRY(world.services->removed.restore(tx, world.actor(), removed[0].id));
    return {};
  }));
  CHECK(world.say(now, "e").opened == 1);
  CHECK(world.live_source(now).open_incidents == 1);
}

TEST_CASE("a key from an address outside its list is as one that nobody has, and that is a security event") {
  SourceWorld world;
  EventSourceSettings settings;
  settings.addresses = std::vector<std::string>{"192.0.2.0/25", "2001:db8::/32"};
  const auto source = world.add_source("Prometheus", EventFormat::json, settings);
  const std::string body = R"({"key":"a","summary":"s"})";
  CHECK(world.send(source, body, EventFormat::json, "192.0.2.7").opened == 1);
  CHECK(world.send(source, body, EventFormat::json, "2001:db8::7").repeated == 1);
  CHECK(world.send(source, body, EventFormat::json, "192.0.2.200").outcome == Answered::unknown);
  REQUIRE(world.in_transaction([](Transaction&) -> Result<void> { return {}; }));  // what was submitted is in the file
  const auto acts = world.audit_acts();
  CHECK(std::ranges::count(acts, "source.refused_address") == 1);
}

TEST_CASE("a key opens the door of its own format alone") {
  SourceWorld world;
  const auto source = world.add_source("Prometheus", EventFormat::alertmanager);
  const EventAnswer answer = world.send(source, R"({"key":"a","summary":"s"})", EventFormat::json);
  CHECK(answer.outcome == Answered::wrong_format);
  CHECK(answer.format == EventFormat::alertmanager);
  CHECK(world.incidents().empty());
}

TEST_CASE("what cannot be stored is said so, and stored when it comes again") {
  SourceWorld world;
  const auto source = world.add_source();
  world.dice.failures_percent = 100;
  CHECK(world.say(source, "a").outcome == Answered::unavailable);
  world.dice.failures_percent = 0;
  CHECK(world.open_incidents().empty());
  CHECK(world.say(source, "a").opened == 1);
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("a trial shows who is told and ends by itself") {
  SourceWorld world;
  const auto source = world.add_source();
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->event_source_service.try_out(tx, world.actor(), source.id));
    return {};
  }));
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents()[0].severity == Severity::info);
  world.pass(310s);
  CHECK(world.open_incidents().empty());
}

TEST_CASE("a source may change a thousand events at once and twenty a second, and what changes nothing costs nothing") {
  SourceWorld world;
  const auto source = world.add_source();
  const auto message = [](const std::string& start, bool resolved) {
    nlohmann::json events = nlohmann::json::array();
    for (int i = 0; i < 600; ++i)
      events.push_back({{"key", start + std::to_string(i)}, {"summary", "s"}, {"resolved", resolved}});
    return nlohmann::json{{"events", events}}.dump();
  };
  for (int i = 0; i < 3; ++i) CHECK(world.send(source, message("nobody-", true)).outcome == Answered::accepted);
  CHECK(world.send(source, message("a-", false)).opened == 600);
  const EventAnswer refused = world.send(source, message("b-", false));
  CHECK(refused.outcome == Answered::limited);
  CHECK(refused.retry_after_seconds > 1);
  CHECK(refused.opened == 0);
  CHECK(world.say(source, "c").opened == 1);
  world.pass(seconds(refused.retry_after_seconds + 1));
  CHECK(world.send(source, message("b-", false)).opened == 600);
}

TEST_CASE("nothing that an event says stands outside its quotation") {
  SourceWorld world;
  const auto source = world.add_source();
  world.say(source, "a", "info", "fine” is what it says: “all is lost");
  REQUIRE(world.open_incidents().size() == 1);
  CHECK(world.open_incidents()[0].summary == "Prometheus: “fine\" is what it says: \"all is lost”");
}

TEST_CASE("a message without a key of a source is not read, and one with a key is, wherever the key stands") {
  SourceWorld world;
  const auto source = world.add_source("Checks", EventFormat::pagerduty);
  const auto send = [&](const std::string& body) { return world.send({source.id, ""}, body, EventFormat::pagerduty); };
  const std::string rest = R"("event_action":"trigger","dedup_key":"d","payload":{"summary":"s","source":"x",)"
                           R"("severity":"critical","custom_details":{"routing_key":"rk0"}})";
  CHECK(send("{" + rest + R"(,"routing_key" : ")" + source.key + "\"}").opened == 1);
  const std::string stranger = "rk" + std::string(30, 'Z');
  CHECK(send("{" + rest + R"(,"routing_key":")" + stranger + "\"}").outcome == Answered::unknown);
  CHECK(send("[[[ no JSON " + std::string(100'000, '[')).outcome == Answered::unknown);
  // The key of a source in a detail does not open its door.
  CHECK(send(R"({"routing_key":")" + stranger + R"(","event_action":"trigger","dedup_key":"e","payload":{"summary":"s",)" +
             R"("source":"x","severity":"info","custom_details":{"routing_key":")" + source.key + "\"}}}")
            .outcome == Answered::unknown);
  CHECK(world.open_incidents().size() == 1);
}
