// Threats 10 and 16 on the stream of live events: every event that there is × everybody who may look, held against a
// table that people wrote. Each event is caused by what causes it in life, in a workspace that is scoped by team, and
// must reach those whom it is for and nobody else. An event without a row fails, so a new one is in the table from its
// first day.
#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>

#include "tests/support/matrix_world.h"

using namespace connlog;
using nlohmann::json;

namespace {

const std::string kW = "/api/v1/workspaces/{w}";

enum class Audience { everybody, those_who_see_the_subject, everyone_signed_in };

struct Cause {
  Audience audience;
  std::function<void(MatrixWorld&)> happens;  // about db-1, where it is about a subject
};

void must_succeed(const ApiAnswer& answer) {
  INFO(answer.body);
  REQUIRE(answer.status >= 200);
  REQUIRE(answer.status <= 299);
}

void owner_sends(MatrixWorld& world, const std::string& method, const std::string& path, const std::string& body) {
  const Person owner = world.visitors("owner").front().person;
  must_succeed(world.app.send(Ask{.method = method, .path = kW + path, .body = body}, &owner));
}

void beats(MatrixWorld& world) {
  must_succeed(world.app.heartbeat(world.app.agent_token));
}

// Until the scheduler has found it silent and the cooldown of the incident before is over.
void falls_silent(MatrixWorld& world) {
  beats(world);
  for (int second = 0; second < 120; ++second) {
    world.app.clock.advance(seconds(1));
    world.app.services->scheduler.run_once();
  }
}

// As if the appliance had been restored before it started.
void ends_the_recovery(MatrixWorld& world) {
  const Instant now = world.app.clock.now();
  world.app.storage.write([&](Transaction& tx) {
    return world.app.storage->settings().put(tx, kRecoveryModeSetting, to_stored({now, now, "", "", "box"}));
  });
  world.app.services->recovery_mode.begin(now, now);
  world.app.storage.write(
      [&](Transaction& tx) { return world.app.services->recovery.end(tx, Actor{.name = "an administrator"}); });
}

const std::map<EventName, Cause>& causes() {
  static const std::map<EventName, Cause> table{
      {EventName::subject_observed, {Audience::those_who_see_the_subject, beats}},
      {EventName::subject_changed,
       {Audience::those_who_see_the_subject,
        [](MatrixWorld& world) { owner_sends(world, "PATCH", "/agents/{agent}", R"({"tags":["moved"]})"); }}},
      {EventName::incident_opened, {Audience::those_who_see_the_subject, falls_silent}},
      {EventName::incident_changed,
       {Audience::those_who_see_the_subject,
        [](MatrixWorld& world) {
          owner_sends(world, "POST", "/incidents/{incident}/comments", R"({"text":"db-1?"})");
        }}},
      {EventName::incident_resolved, {Audience::those_who_see_the_subject, beats}},
      {EventName::notification_changed, {Audience::those_who_see_the_subject, falls_silent}},
      {EventName::rule_changed,
       {Audience::everybody,
        [](MatrixWorld& world) { owner_sends(world, "PATCH", "/rules/{rule}", R"({"name":"renamed"})"); }}},
      {EventName::recipient_changed,
       {Audience::everybody,
        [](MatrixWorld& world) { owner_sends(world, "PATCH", "/recipients/{recipient}", R"({"name":"renamed"})"); }}},
      {EventName::access_changed,
       {Audience::everybody, [](MatrixWorld& world) { owner_sends(world, "POST", "/teams", R"({"name":"C"})"); }}},
      {EventName::workspace_changed, {Audience::everybody, [](MatrixWorld& world) { world.open_the_workspace(); }}},
      {EventName::storage_changed,
       {Audience::everyone_signed_in,
        [](MatrixWorld& world) { world.app.storage->health().failed("the quota is used up"); }}},
      {EventName::recovery_changed, {Audience::everyone_signed_in, ends_the_recovery}},
      {EventName::quiet_changed,
       {Audience::everybody,
        [](MatrixWorld& world) {
          const std::string end = to_iso8601(world.app.clock.now() + seconds(3'600));
          owner_sends(world, "POST", "/quiet",
                      R"({"kind":"mute","reason":"Moving the rack","matchers":[{"subject_id":")" +
                          world.app.ids["agent"] + R"("}],"ends_at":")" + end + R"("})");
        }}},
  };
  return table;
}

// What the bus has published; the outbox works on a thread of its own.
class Published {
 public:
  explicit Published(EventBus& bus)
      : subscription_(bus.subscribe([this](const Event& event) {
          const std::lock_guard lock(mutex_);
          names_.insert(event.name);
          changed_.notify_all();
        })) {}

  bool wait_for(EventName name) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return names_.contains(name); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<EventName> names_;
  EventBus::Subscription subscription_;  // last: no event arrives while the rest goes
};

bool tells(const std::string& stream, EventName name) {
  return stream.find("event: " + std::string(to_text(name)) + "\n") != std::string::npos;
}

// One open screen of everybody.
struct Screens {
  explicit Screens(MatrixWorld& world) {
    for (const char* column : {"owner", "admin", "operator", "member", "viewer", "strngr", "admstr"}) {
      streams.emplace(column, world.app.open_stream(world.visitors(column).front().person));
      streams.at(column).read();
    }
  }
  std::map<std::string, std::string> read() {
    std::map<std::string, std::string> seen;
    for (auto& [column, stream] : streams) seen[column] = stream.read();
    return seen;
  }
  std::map<std::string, TestStream> streams;
};

}  // namespace

static_assert(!std::is_default_constructible_v<Event>, "an event without a scope does not compile");

TEST_CASE("every event reaches those whom it is for, and nothing of another team's agent reaches anybody else") {
  std::size_t cells = 0;
  for (const EventName name : kEventNames) {
    CAPTURE(to_text(name));
    REQUIRE(causes().contains(name));
    const Cause& cause = causes().at(name);
    MatrixWorld world;
    world.divide_by_team();
    Screens screens(world);
    Published published(world.app.bus);
    cause.happens(world);
    REQUIRE(published.wait_for(name));

    for (const auto& [column, seen] : screens.read()) {
      CAPTURE(column);
      const bool sees_the_agent = column == "owner" || column == "admin" || column == "operator";
      const bool is_member = sees_the_agent || column == "member" || column == "viewer";
      const bool everyone = cause.audience == Audience::everyone_signed_in;
      CHECK(tells(seen, name) == (everyone || (cause.audience == Audience::everybody ? is_member : sees_the_agent)));
      if (!sees_the_agent) {
        for (const std::string& secret : world.secrets_of_the_workspace())
          CHECK(seen.find(secret) == std::string::npos);
      }
      if (!is_member && !everyone) CHECK(seen.empty());
      cells += 1;
    }
  }
  MESSAGE("cells of events: ", cells);
}

TEST_CASE("what holds an event back is its scope, whatever its name") {
  MatrixWorld world;
  world.divide_by_team();
  SubjectId agent;
  REQUIRE(SubjectId::parse(world.app.ids.at("agent"), agent));
  SubjectId unknown = agent;
  unknown.bytes[15] ^= 0xFF;
  const std::set<std::string> all{"owner", "admin", "operator", "member", "viewer"};
  const std::vector<std::pair<EventScope, std::set<std::string>>> wanted{
      {EventScope::everybody(), all},
      {EventScope::about(agent), {"owner", "admin", "operator"}},
      {EventScope::about(unknown), {"owner", "admin"}},
      {EventScope::about({}), {"owner", "admin"}},
      {EventScope::full_sight(), {"owner", "admin"}},
      {EventScope::everyone(), {"owner", "admin", "operator", "member", "viewer", "strngr", "admstr"}},
  };
  Screens screens(world);
  for (const EventName name : kEventNames) {
    for (std::size_t n = 0; n < wanted.size(); ++n) {
      CAPTURE(to_text(name));
      CAPTURE(n);
      world.app.bus.publish({world.app.workspace.id, wanted[n].first, name, "{}"});
      std::set<std::string> told;
      for (const auto& [column, seen] : screens.read()) {
        if (tells(seen, name)) told.insert(column);
      }
      CHECK(told == wanted[n].second);
    }
  }
}

TEST_CASE("where a workspace is not scoped by team, its members see every event, and nobody else does") {
  MatrixWorld world;
  SubjectId agent;
  REQUIRE(SubjectId::parse(world.app.ids.at("agent"), agent));
  Screens screens(world);
  for (const EventScope& scope : {EventScope::everybody(), EventScope::about(agent), EventScope::full_sight()}) {
    world.app.bus.publish({world.app.workspace.id, scope, EventName::notification_changed, "{}"});
    for (const auto& [column, seen] : screens.read()) {
      CAPTURE(column);
      CHECK(tells(seen, EventName::notification_changed) == (column != "strngr" && column != "admstr"));
    }
  }
}

TEST_CASE("a rule about one agent is told to the people who see the agent, also when it stops being about it") {
  MatrixWorld world;
  world.divide_by_team();
  const std::string agent = world.app.ids.at("agent");
  const std::set<std::string> all{"owner", "admin", "operator", "member", "viewer"};
  const std::set<std::string> those_who_see{"owner", "admin", "operator"};
  Screens screens(world);
  const auto told = [&] {
    std::set<std::string> out;
    for (const auto& [column, seen] : screens.read()) {
      if (tells(seen, EventName::rule_changed)) out.insert(column);
    }
    return out;
  };
  const auto target = [&](const json& wanted) {
    owner_sends(world, "PATCH", "/rules/{rule}", json{{"target", wanted}}.dump());
  };
  target({{"kind", "all"}});
  screens.read();
  owner_sends(world, "PATCH", "/rules/{rule}", R"({"name":"of all"})");
  CHECK(told() == all);
  target({{"kind", "subject"}, {"subject_id", agent}});
  CHECK(told() == all);
  owner_sends(world, "PATCH", "/rules/{rule}", R"({"name":"of one"})");
  CHECK(told() == those_who_see);
  owner_sends(world, "DELETE", "/rules/{rule}", "");
  CHECK(told() == those_who_see);
}
