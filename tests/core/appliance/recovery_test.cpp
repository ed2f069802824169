// The time after a restore: heartbeats are taken, and nothing is judged, told, forwarded or erased until an administrator
// ends it; what a restore brought back is listed and can be revoked.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/appliance/recovery.h"
#include "tests/support/alert_world.h"
#include "tests/support/test_app.h"

using namespace connlog;
using nlohmann::json;

namespace {

constexpr const char* kFormer = "0190aaaa-bbbb-7000-8000-000000000001";

RecoveryFacts facts_at(Instant now) {
  RecoveryFacts facts;
  facts.since = now;
  facts.backup_at = now - seconds(3'600);
  facts.backup_id = "0190aaaa-bbbb-7000-8000-000000000002";
  facts.former_instance = kFormer;
  facts.host = "box";
  return facts;
}

void enter_recovery(TestStorage& storage, ApplianceServices& services) {
  const RecoveryFacts facts = facts_at(storage.clock.now());
  storage.write([&](Transaction& tx) { return storage->settings().put(tx, kRecoveryModeSetting, to_stored(facts)); });
  services.recovery_mode.begin(facts.since, facts.backup_at);
}

Result<void> end_recovery(TestStorage& storage, ApplianceServices& services) {
  return storage.stores().write(
      [&](Transaction& tx) { return services.recovery.end(tx, Actor{.name = "an administrator"}); });
}

// What a restore does with the database, before a start.
void restore_into(TestApp& app) {
  app.restart(seconds(1), [&] {
    REQUIRE(app.storage.open());
    app.storage.write([&](Transaction& tx) {
      const RestoredStores stores{app.storage->recovery(), app.storage->settings(), app.storage->audit()};
      return begin_recovery(tx, stores, Actor{.name = "command line"}, facts_at(app.clock.now()),
                            "0190aaaa-bbbb-7000-8000-000000000003", "1a2b");
    });
    app.storage.close();
  });
}

std::vector<PostedLetter> letters(TestApp& app) {
  return app.storage.read<std::vector<PostedLetter>>(
      [&](Snapshot& snapshot) { return app.storage->letters().list(snapshot, 50); });
}

bool post_letter(TestApp& app) {
  Letter letter;
  letter.kind = "password_reset";
  letter.to_name = "Ada";
  letter.to_address = "ada@example.org";
  letter.headline = "A new password";
  letter.paragraphs = {"Somebody asked for it."};
  return app.storage.stores()
      .write([&](Transaction& tx) -> Result<void> {
        TRY(app.services->notify.letters().post(tx, letter));
        return {};
      })
      .has_value();
}

// The outbox thread has begun a turn after this moment.
bool turns(TestApp& app) {
  app.clock.advance(seconds(1));
  const Monotonic now = app.clock.monotonic();
  app.services->notify.wake();
  for (int i = 0; i < 2'000 && app.services->notify.last_turn() < now; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return app.services->notify.last_turn() >= now;
}

json item_of(const json& recovery, const std::string& kind) {
  for (const json& item : recovery["items"]) {
    if (item["kind"] == kind) return item;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("in recovery nobody is judged silent, and silence counts from its end") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  enter_recovery(world.storage, *world.services);
  world.pass(seconds(600));
  CHECK(world.open_incidents().empty());
  CHECK(world.live(agent).observed.state == State::up);

  REQUIRE(end_recovery(world.storage, *world.services));
  CHECK_FALSE(world.services->recovery_mode.is_on());
  world.pass(seconds(20));
  CHECK(world.open_incidents().empty());
  world.pass(seconds(60));
  CHECK(world.open_incidents().size() == 1);
}

TEST_CASE("what heartbeats say in recovery is stored and opens incidents, which are told once, as a summary, at its end") {
  AlertWorld world;
  const TestAgent agent = world.add_agent();
  world.heartbeat(agent);
  enter_recovery(world.storage, *world.services);
  const std::size_t before = world.readings(agent).size();
  world.beat_for(agent, seconds(1'800), Vitals::disk(97));
  CHECK(world.readings(agent).size() > before);
  const auto open = world.open_incidents();
  REQUIRE(open.size() == 1);
  for (const Notification& row : world.notifications(open[0])) {
    CHECK(row.state == Notification::State::queued);
    CHECK(row.attempts == 0);
  }

  REQUIRE(end_recovery(world.storage, *world.services));
  CHECK(world.outbox(Announcement::Kind::summary) == 1);
  int failed = 0, waiting = 0;
  for (const LoggedDelivery& delivery : world.deliveries(open[0])) {
    const Notification& row = delivery.notification;
    if (delivery.announcement.kind == Announcement::Kind::summary) {
      waiting += row.state == Notification::State::queued ? 1 : 0;
      CHECK(delivery.announcement.incidents.size() == open.size());
      CHECK(delivery.announcement.headline.find("restored from a backup") != std::string::npos);
    } else {
      failed += row.state == Notification::State::failed ? 1 : 0;
      CHECK(row.last_error == kNotSentRestored);
    }
  }
  CHECK(failed >= 1);
  CHECK(waiting == 1);
  CHECK_FALSE(end_recovery(world.storage, *world.services));  // it is over
}

TEST_CASE("in recovery no workspace is erased whose time has come") {
  AlertWorld world;
  REQUIRE(world.in_transaction([&](Transaction& tx) -> Result<void> {
    TRY(world.services->access.life().request_deletion(tx, world.actor(), world.workspace.name));
    return {};
  }));
  enter_recovery(world.storage, *world.services);
  world.clock.advance(std::chrono::days(60));
  const auto held = world.services->access.life().erase_some();
  REQUIRE(held);
  CHECK_FALSE(*held);
  REQUIRE(end_recovery(world.storage, *world.services));
  const auto erasing = world.services->access.life().erase_some();
  REQUIRE(erasing);
  CHECK(*erasing);
}

TEST_CASE("in recovery the outbox sends no letter and no test, and what waited is given up at its end") {
  TestApp app;
  app.populate();
  restore_into(app);
  REQUIRE(app.services->recovery_mode.is_on());
  REQUIRE(post_letter(app));
  for (int turn = 0; turn < 3; ++turn) REQUIRE(turns(app));
  REQUIRE(letters(app).size() >= 1);
  CHECK(letters(app)[0].state == Notification::State::queued);
  CHECK(letters(app)[0].attempts == 0);

  bool answered = false;
  app.services->notify.test_mail(Actor{}, "ada@example.org", [&](Result<TestAnswer> answer) {
    answered = true;
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::conflict);
  });
  CHECK(answered);

  REQUIRE(end_recovery(app.storage, *app.services));
  CHECK(letters(app)[0].state == Notification::State::failed);
  CHECK(letters(app)[0].last_error == kNotSentRestored);
  REQUIRE(post_letter(app));  // from now on they are taken up again
  for (int i = 0; i < 50 && letters(app)[0].last_error.empty(); ++i) REQUIRE(turns(app));
  CHECK(letters(app)[0].last_error.find("Mail is not set up") != std::string::npos);
}

TEST_CASE("a restore ends every session and link, gives up what waited, and touches no backup of the former instance") {
  TestApp app;
  app.populate();
  Backup kept;
  kept.id = BackupId::make(app.clock.now(), app.storage.random);
  kept.state = BackupState::complete;
  kept.started_at = kept.ended_at = app.clock.now();
  kept.name = "connlog-0190aaaa.clb";
  kept.sealed_key = "sealed";
  app.storage.write([&](Transaction& tx) -> Result<void> {
    TRY(app.storage->backups().add(tx, kept));
    return app.storage->backups().put_copy(tx, {kept.id, "/mnt/usb", true, app.clock.now(), ""});
  });
  const ApiAnswer before = app.get("/api/v1/workspaces/{w}/notifications", &app.owner);
  REQUIRE(before.json()["items"][0]["state"] != "failed");
  restore_into(app);

  CHECK(app.get("/api/v1/me", &app.owner).status == 401);
  app.owner = app.browser_of("owner@example.org");
  const json me = app.get("/api/v1/me", &app.owner).json();
  CHECK(me["server"]["recovery"]["since"].is_string());
  CHECK(me["server"]["recovery"]["backup_at"].is_string());
  const json told = app.get("/api/v1/workspaces/{w}/notifications", &app.owner).json()["items"];
  REQUIRE(!told.empty());
  for (const json& row : told) {
    if (row["state"] == "sent") continue;
    CHECK(row["state"] == "failed");
  }
  const auto backup = app.storage.read<std::optional<Backup>>(
      [&](Snapshot& snapshot) { return app.storage->backups().find(snapshot, kept.id); });
  REQUIRE(backup);
  CHECK(backup->state == BackupState::removed);
  CHECK(backup->sealed_key == "");
  const auto copies = app.storage.read<std::vector<BackupCopy>>(
      [&](Snapshot& snapshot) { return app.storage->backups().copies(snapshot, kept.id); });
  REQUIRE(copies.size() == 1);
  CHECK_FALSE(copies[0].is_there);
  const auto instance = app.storage.read<std::optional<std::string>>(
      [&](Snapshot& snapshot) { return app.storage->settings().get(snapshot, "instance"); });
  CHECK(instance == "0190aaaa-bbbb-7000-8000-000000000003");
  CHECK(app.heartbeat(app.agent_token).status == 200);
  const auto acts = app.audit_acts();
  CHECK(std::ranges::find(acts, "recovery.begun") != acts.end());
}

TEST_CASE("an administrator sees what a restore brought back, revokes what nobody vouches for, and ends the recovery") {
  TestApp app;
  app.populate();
  const ApiAnswer made = app.post("/api/v1/workspaces/{w}/api-keys", R"({"name":"robot","scopes":["view"]})", &app.owner);
  REQUIRE(made.status == 201);
  restore_into(app);
  app.owner = app.browser_of("owner@example.org");

  CHECK(app.get("/api/v1/appliance/recovery", &app.viewer).status == 401);  // the session has ended
  const json recovery = app.get("/api/v1/appliance/recovery", &app.owner).json();
  CHECK(recovery["is_on"] == true);
  CHECK(recovery["former_instance"] == kFormer);
  CHECK(recovery.dump().find("digest") == std::string::npos);
  const json agent = item_of(recovery, "agent"), key = item_of(recovery, "api_key");
  REQUIRE(agent.is_object());
  REQUIRE(key.is_object());
  CHECK(agent["name"] == "db-1");
  CHECK(key["name"] == "robot");
  CHECK(item_of(recovery, "session").is_null());  // but for the one that asks, all have ended
  const std::string viewer = app.workspace.id.text() + "/" + app.viewer.id.text();
  const auto lists_viewer = [](const json& list, const std::string& id) {
    return std::ranges::any_of(list["items"], [&](const json& item) { return item["id"] == id; });
  };
  CHECK(lists_viewer(recovery, viewer));
  CHECK_FALSE(lists_viewer(recovery, app.owner.id.text()));  // the account of the one that asks

  const json wanted = {{"items", json::array({{{"kind", "agent"}, {"id", agent["id"]}},
                                              {{"kind", "api_key"}, {"id", key["id"]}},
                                              {{"kind", "member"}, {"id", viewer}}})}};
  const ApiAnswer revoked = app.post("/api/v1/appliance/recovery/revoke", wanted.dump(), &app.owner);
  INFO(revoked.body);
  REQUIRE(revoked.status == 200);
  CHECK(revoked.json()["revoked"] == 3);
  const json after = app.get("/api/v1/appliance/recovery", &app.owner).json();
  CHECK(item_of(after, "agent").is_null());
  CHECK(item_of(after, "api_key").is_null());
  CHECK_FALSE(lists_viewer(after, viewer));
  CHECK(app.heartbeat(app.agent_token).status == 401);

  CHECK(app.post("/api/v1/appliance/recovery/end", R"({"former_is_off":false})", &app.owner).status >= 400);
  CHECK(app.services->recovery_mode.is_on());
  CHECK(app.post("/api/v1/appliance/recovery/end", R"({"former_is_off":true})", &app.owner).status == 204);
  CHECK_FALSE(app.services->recovery_mode.is_on());
  CHECK(app.get("/api/v1/me", &app.owner).json()["server"]["recovery"].is_null());
  CHECK(app.get("/api/v1/appliance/recovery", &app.owner).json()["items"].empty());
  CHECK(app.post("/api/v1/appliance/recovery/end", R"({"former_is_off":true})", &app.owner).status == 409);
  const auto acts = app.audit_acts();
  for (const char* act : {"agent.token_rotated", "api_key.revoked", "member.removed", "recovery.revoked", "recovery.ended"})
    CHECK(std::ranges::find(acts, act) != acts.end());

  app.restart();  // it stays ended
  CHECK_FALSE(app.services->recovery_mode.is_on());
}

TEST_CASE("an administrator and a person in no workspace whom a restore brought back are listed, and revoked are disabled") {
  TestApp app;
  app.populate();
  const auto add = [&](const std::string& mail, bool administrator) {
    const json wanted = {{"name", "Gone"}, {"mail", mail}, {"appliance_administrator", administrator}};
    CHECK(app.post("/api/v1/appliance/users", wanted.dump(), &app.owner).status == 201);
  };
  add("former@example.org", true);
  add("nobody@example.org", false);
  restore_into(app);
  app.owner = app.browser_of("owner@example.org");
  const json recovery = app.get("/api/v1/appliance/recovery", &app.owner).json();
  const json administrator = item_of(recovery, "administrator"), person = item_of(recovery, "person");
  REQUIRE(administrator.is_object());
  REQUIRE(person.is_object());
  const auto revoke = [&](const char* kind, const json& id) {
    const json wanted = {{"items", json::array({{{"kind", kind}, {"id", id}}})}};
    return app.post("/api/v1/appliance/recovery/revoke", wanted.dump(), &app.owner);
  };
  CHECK(revoke("administrator", app.owner.id.text()).status == 409);
  CHECK(revoke("administrator", administrator["id"]).json()["revoked"] == 1);
  CHECK(revoke("administrator", administrator["id"]).json()["revoked"] == 0);  // it is gone
  CHECK(revoke("person", person["id"]).json()["revoked"] == 1);
  const json after = app.get("/api/v1/appliance/recovery", &app.owner).json();
  for (const json& each : after["items"]) {
    CHECK(each["id"] != administrator["id"]);
    CHECK(each["id"] != person["id"]);
  }
  const auto acts = app.audit_acts();
  for (const char* act : {"user.disabled", "administrator.dismissed"})
    CHECK(std::ranges::find(acts, act) != acts.end());
}
