// How long things are kept: a shorter time waits and can be undone, what is old goes, nothing goes by its date while the
// clock is implausible, and what a change frees is said before.
#include "core/appliance/retention.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/people/retention_plan.h"
#include "storage/connection.h"
#include "tests/support/test_app.h"
#include "tests/support/test_storage.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr const char* kStorage = "/api/v1/appliance/storage";

// An agent's readings, one for each of the last `days` days, at the same time of the day.
void keep_readings(TestStorage& storage, const Agent& agent, int days) {
  storage.write([&](Transaction& tx) -> Result<void> {
    for (int day = days; day > 0; --day) {
      Reading reading;
      reading.workspace = agent.workspace;
      reading.subject = agent.id;
      reading.at = storage.clock.now() - std::chrono::days(day);
      ValuesBuilder values;
      values.set(Metric::cpu_percent, 100);
      reading.values = values.build();
      TRY(storage->readings().append(tx, reading));
    }
    return {};
  });
}

std::int64_t count(TestStorage& storage, const char* question) {
  return storage.read<std::int64_t>(
      [&](Snapshot& snapshot) -> Result<std::int64_t> { return storage::at(snapshot).number(question); });
}

std::int64_t readings(TestStorage& storage) {
  return count(storage, "SELECT COUNT(*) FROM reading_log");
}

// The plan and what deletes by it, over a real database.
struct World {
  explicit World(bool plausible = true, std::optional<DiskRoom> room = {})
      : limits(storage->administration().limits),
        plan(limits, storage->retention_changes(), storage.clock),
        retention({.stores = storage.stores(),
                   .readings = storage->readings(),
                   .subjects = storage->subjects(),
                   .incidents = storage->incidents(),
                   .announcements = storage->announcements(),
                   .letters = storage->letters(),
                   .removed = storage->removed(),
                   .monitors = storage->monitors(),
                   .quiets = storage->quiets(),
                   .plan = plan,
                   .clock = storage.clock,
                   .clock_is_plausible = [plausible] { return plausible; },
                   .disk_room = [room] { return room; }}),
        agent(storage.add_agent(storage.add_workspace())) {}

  void set(Limit limit, std::int64_t days) {
    storage.write([&](Transaction& tx) -> Result<void> {
      TRY(plan.change(tx, limit, days, "Ada"));
      tx.after_commit([this, limit, days] { limits.put(limit, days); });
      return {};
    });
  }

  TestStorage storage;
  Limits limits;
  RetentionPlan plan;
  Retention retention;
  Agent agent;
};

json put(TestApp& app, const json& limits) {
  const ApiAnswer answer =
      app.send(Ask{.method = "PUT", .path = kStorage, .body = json{{"limits", limits}}.dump()}, &app.owner);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  return answer.json();
}

json limit_in(const json& storage, const std::string& name) {
  for (const json& limit : storage["limits"]) {
    if (limit["name"] == name) return limit;
  }
  FAIL("there is no limit ", name);
  return {};
}

}  // namespace

TEST_CASE("a shorter time keeps the former one for a day, over a restart, and then holds") {
  World world;
  CHECK(world.plan.days(Limit::reading_days) == 31);
  world.set(Limit::reading_days, 7);
  CHECK(world.plan.days(Limit::reading_days) == 31);
  world.storage.clock.advance(std::chrono::hours(23));
  CHECK(world.plan.days(Limit::reading_days) == 31);

  RetentionPlan after_restart(world.limits, world.storage->retention_changes(), world.storage.clock);
  REQUIRE(world.storage.stores().read([&](Snapshot& snapshot) { return after_restart.load(snapshot); }));
  CHECK(after_restart.days(Limit::reading_days) == 31);
  world.storage.clock.advance(std::chrono::hours(1));
  CHECK(world.plan.days(Limit::reading_days) == 7);
  CHECK(after_restart.days(Limit::reading_days) == 7);

  CHECK(count(world.storage, "SELECT COUNT(*) FROM retention_change") == 1);
  world.retention.run();
  CHECK(count(world.storage, "SELECT COUNT(*) FROM retention_change") == 0);
}

TEST_CASE("a time that is made shorter twice waits anew, and one that is made longer again waits no longer") {
  World world;
  world.set(Limit::reading_days, 20);
  world.storage.clock.advance(std::chrono::hours(20));
  world.set(Limit::reading_days, 5);
  world.storage.clock.advance(std::chrono::hours(20));
  CHECK(world.plan.days(Limit::reading_days) == 31);
  const Instant due = world.plan.waiting(Limit::reading_days)->due_at;
  world.set(Limit::reading_days, 10);  // longer than 5: nobody loses more than was said before
  CHECK(world.plan.waiting(Limit::reading_days)->due_at == due);
  world.set(Limit::reading_days, 40);
  CHECK_FALSE(world.plan.waiting(Limit::reading_days));
  CHECK(world.plan.days(Limit::reading_days) == 40);
}

TEST_CASE("for ever is longer than any number of days") {
  CHECK(keeps_less(30, 0));
  CHECK_FALSE(keeps_less(0, 30));
  CHECK_FALSE(keeps_less(0, 0));
  World world;
  world.set(Limit::audit_days, 0);
  CHECK_FALSE(world.plan.waiting(Limit::audit_days));
  CHECK(world.plan.days(Limit::audit_days) == 0);
  CHECK_FALSE(world.plan.cutoff(Limit::audit_days).is_set());
  world.set(Limit::audit_days, 400);
  CHECK(world.plan.days(Limit::audit_days) == 0);
}

TEST_CASE("readings older than their time go, and with a shorter one only after its day of grace") {
  World world;
  keep_readings(world.storage, world.agent, 40);
  world.retention.run();
  CHECK(readings(world.storage) == 31);  // one is exactly as old as the limit, and stays
  world.set(Limit::reading_days, 7);
  world.retention.run();
  CHECK(readings(world.storage) == 31);
  world.storage.clock.advance(kRetentionGrace);
  world.retention.run();
  CHECK(readings(world.storage) == 6);
}

TEST_CASE("while the clock is implausible nothing is deleted by its date") {
  World world(false, DiskRoom{std::int64_t{50} << 30, std::int64_t{100} << 30});
  keep_readings(world.storage, world.agent, 40);
  world.storage.clock.advance(std::chrono::days(4'000));
  world.retention.run();
  CHECK(readings(world.storage) == 40);
}

TEST_CASE("on a nearly full disk the oldest readings go by count while the clock is implausible") {
  World world(false, DiskRoom{std::int64_t{20} << 20, std::int64_t{100} << 30});
  keep_readings(world.storage, world.agent, 40);
  world.retention.run();
  CHECK(readings(world.storage) == 0);  // fewer than one round takes
}

TEST_CASE("a disk is nearly full by size and by share") {
  CHECK(is_nearly_full({std::int64_t{100} << 20, std::int64_t{10} << 30}));
  CHECK_FALSE(is_nearly_full({std::int64_t{300} << 20, std::int64_t{10} << 30}));
  CHECK_FALSE(is_nearly_full({std::int64_t{100} << 20, std::int64_t{500} << 20}));
}

TEST_CASE("messages about no incident go with the time of incidents") {
  TestApp app;
  app.populate();
  const auto announcements = [&app] { return count(app.storage, "SELECT COUNT(*) FROM announcement"); };
  const std::int64_t before = announcements();
  REQUIRE(app.post("/api/v1/workspaces/{w}/rules/{rule}/test", "", &app.owner).status == 202);
  REQUIRE(announcements() == before + 1);
  app.services->retention.run();
  CHECK(announcements() == before + 1);
  app.clock.advance(std::chrono::days(401));
  app.services->retention.run();
  CHECK(announcements() == before);  // the incident is open: what is about it stays
}

TEST_CASE("the page shows what uses the disk and how long what is kept") {
  TestApp app;
  app.populate();
  const ApiAnswer answer = app.get(kStorage, &app.owner);
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  const json shown = answer.json();
  CHECK(shown["database_bytes"] > 0);
  CHECK(shown["held_back"] == false);
  CHECK(shown["disk"]["free"] > 0);
  REQUIRE(shown["uses"].size() == values_of<SpaceUse>().size());
  for (const json& use : shown["uses"]) {
    CAPTURE(use.dump());
    CHECK(use["bytes"] >= 0);
    if (use["use"] == "readings") CHECK(use["rows"] == count(app.storage, "SELECT COUNT(*) FROM reading_log"));
    if (use["use"] == "people") CHECK(use["rows"] > 0);
  }
  CHECK(shown["limits"].size() == retention_limits().size());
  CHECK(limit_in(shown, "reading_days")["waiting"].is_null());
}

TEST_CASE("a preview counts what a shorter time would delete, and changes nothing") {
  TestApp app;
  app.populate();
  const Workspace other = app.storage.add_workspace("measured");
  const Agent agent = app.storage.add_agent(other, "measured");
  app.clock.advance(std::chrono::days(50));  // after what populate() stored
  app.owner = app.browser_of("owner@example.org");
  keep_readings(app.storage, agent, 30);
  const std::int64_t old = count(app.storage, "SELECT COUNT(*) FROM reading_log") - 7;
  const auto preview = [&app](const json& limits) {
    const ApiAnswer answer =
        app.post(std::string(kStorage) + "/preview", json{{"limits", limits}}.dump(), &app.owner);
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.json();
  };
  const json shorter = preview({{"reading_days", 7}});
  CHECK(shorter["rows"] == old);
  CHECK(shorter["frees_bytes"] > 0);
  CHECK(shorter["items"].size() == 1);
  CHECK(shorter["text"].get<std::string>().find("readings") != std::string::npos);
  const json longer = preview({{"reading_days", 60}});
  CHECK(longer["rows"] == 0);
  CHECK(longer["items"].empty());
  CHECK(limit_in(app.get(kStorage, &app.owner).json(), "reading_days")["value"] == 31);
}

TEST_CASE("a time is saved, waits, is undone, and both are in the trail") {
  TestApp app;
  const json saved = limit_in(put(app, {{"reading_days", 7}}), "reading_days");
  CHECK(saved["value"] == 7);
  CHECK(saved["waiting"]["before"] == 31);
  CHECK(saved["waiting"]["by"] == app.owner.name);
  const ApiAnswer undone = app.send(
      Ask{.method = "DELETE", .path = std::string(kStorage) + "/changes/reading_days"}, &app.owner);
  REQUIRE_MESSAGE(undone.status == 200, undone.body);
  CHECK(limit_in(undone.json(), "reading_days")["value"] == 31);
  CHECK(limit_in(undone.json(), "reading_days")["waiting"].is_null());
  CHECK(app.services->retention_plan.days(Limit::reading_days) == 31);
  const std::vector<std::string> acts = app.audit_acts();
  CHECK(std::ranges::count(acts, "limit.changed") == 2);
  CHECK(app.send(Ask{.method = "DELETE", .path = std::string(kStorage) + "/changes/reading_days"}, &app.owner).status ==
        404);
  CHECK(app.send(Ask{.method = "DELETE", .path = std::string(kStorage) + "/changes/fresh_minutes"}, &app.owner).status ==
        404);
}

TEST_CASE("the page of limits changes times of retention by the same grace") {
  TestApp app;
  const ApiAnswer changed = app.send(
      Ask{.method = "PUT", .path = "/api/v1/appliance/limits", .body = R"({"limits":{"letter_days":3}})"}, &app.owner);
  REQUIRE_MESSAGE(changed.status == 200, changed.body);
  CHECK(app.services->limits.value(Limit::letter_days) == 3);
  CHECK(app.services->retention_plan.days(Limit::letter_days) == 30);
  CHECK(limit_in(app.get(kStorage, &app.owner).json(), "letter_days")["waiting"]["before"] == 30);
}

TEST_CASE("a trail is not kept for a shorter time than its least, and the refusal names the field") {
  TestApp app;
  const ApiAnswer refused = app.send(
      Ask{.method = "PUT", .path = kStorage, .body = R"({"limits":{"audit_days":3}})"}, &app.owner);
  CHECK(refused.status == 422);
  CHECK(refused.body.find("limits.audit_days") != std::string::npos);
}

TEST_CASE("a limit that is none, or none of retention, is refused by its name, and nothing of the request is saved") {
  TestApp app;
  const auto days_of_readings = [&] {
    const json page = app.get(kStorage, &app.owner).json();
    for (const json& each : page["limits"]) {
      if (each["name"] == "reading_days") return each["value"].get<int>();
    }
    return -1;
  };
  const int before = days_of_readings();
  REQUIRE(before > 20);
  for (const std::string name : {"reading_dyas", "agents_per_workspace", "", "reading_days ", "READING_DAYS"}) {
    CAPTURE(name);
    const std::string body = json{{"limits", {{"reading_days", 20}, {name, 30}}}}.dump();
    for (const ApiAnswer& refused : {app.send(Ask{.method = "PUT", .path = kStorage, .body = body}, &app.owner),
                                     app.post(std::string(kStorage) + "/preview", body, &app.owner)}) {
      CHECK(refused.status == 422);
      CHECK_MESSAGE(refused.body.find("\"limits." + name + "\"") != std::string::npos, refused.body);
    }
    CHECK(days_of_readings() == before);
  }
  const std::string long_body = json{{"limits", {{std::string(5'000, 'x'), 30}}}}.dump();
  const ApiAnswer long_name = app.send(Ask{.method = "PUT", .path = kStorage, .body = long_body}, &app.owner);
  CHECK(long_name.status == 422);
  CHECK(long_name.body.size() < 1'000);
}
